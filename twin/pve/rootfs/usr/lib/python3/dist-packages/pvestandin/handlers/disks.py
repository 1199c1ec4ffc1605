"""/nodes/{node}/disks: the disks of one host."""
from ..api import method
from ..ceph import disks


@method('/nodes/{node}/disks/list', 'GET')
def index(ctx, params):
    return [row for row in disks.rows() if params.get('type') != 'unused' or 'used' not in row]
