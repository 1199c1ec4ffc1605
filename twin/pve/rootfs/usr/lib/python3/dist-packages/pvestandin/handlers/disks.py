"""/nodes/{node}/disks: the disks of one host."""
import os

from ..api import method
from ..ceph import disks, volumes
from ..errors import PlainError


@method('/nodes/{node}/disks/list', 'GET')
def index(ctx, params):
    return [row for row in disks.rows()
            if (params.get('type') != 'unused' or 'used' not in row)
            and (params.get('include-partitions') or 'parent' not in row)]


@method('/nodes/{node}/disks/lvm', 'GET')
def groups(ctx, params):
    return {'leaf': 0, 'children': [
        {'name': f'ceph-{os.path.basename(device)}', 'size': size, 'free': free, 'lvcount': len(volumes.on(device)), 'leaf': 0,
         'children': [{'name': device, 'size': size, 'free': free, 'leaf': 1}]}
        for device, (size, free) in disks.groups().items()]}


@method('/nodes/{node}/disks/wipedisk', 'PUT')
def wipe(ctx, params):
    device = params['disk']
    if disks.row_of(device) is None:
        raise PlainError(f"'{device}' is not a block device")
    if device in disks.osds() or volumes.on(device):
        raise PlainError(f"disk/partition '{device}' has a holder")
    return ctx.task('wipedisk', device.rpartition('/')[2], lambda log: _wipe(device, log))


def _wipe(device, log):
    log(f'wiping block device {device}')
    disks.wipe(device)
    disks.retype(device, '8300')
