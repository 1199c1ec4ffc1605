"""/cluster/ha/status."""
from .. import cfs
from ..api import method
from ..ha import config as ha

BASE = '/cluster/ha/status'


@method(BASE + '/manager_status', 'GET')
def manager_status(ctx, params):
    return {'manager_status': ha.manager_status(),
            'quorum': {'node': ctx.node, 'quorate': int(cfs.quorate())},
            'lrm_status': {node: ha.lrm_status(node) for node in cfs.members()}}


@method(BASE + '/disarm-ha', 'POST', protected=True, majors=(9,))
def disarm(ctx, params):
    ha.queue_command(f"disarm-ha {params.get('resource-mode', params.get('mode', 'freeze'))}")


@method(BASE + '/arm-ha', 'POST', protected=True, majors=(9,))
def arm(ctx, params):
    ha.queue_command('arm-ha')
