"""What backup jobs take, guest by guest, and which guests no job takes."""
from .. import guestlist
from ..api import method
from ..guests import config
from ..vzdump import selection
from .backup import JOBS, unknown

NAME = {'qemu': 'name', 'lxc': 'hostname'}


@method('/cluster/backup/{id}/included_volumes', 'GET')
def included_volumes(ctx, params):
    jobs = JOBS.load()
    if params['id'] not in jobs:
        raise unknown(params['id'])
    job = jobs[params['id']]
    there = guestlist.guests()
    return {'children': [_branch(vmid, there.get(vmid)) for vmid in selection.guests(job)
                         if ctx.may(f'/vms/{vmid}', ['VM.Audit'])]}


def _branch(vmid, guest):
    if guest is None:
        return {'id': vmid, 'type': 'unknown', 'leaf': 1}
    values, _ = config.load(vmid)
    volumes = [{'id': f"{vmid}:{one['key']}", 'name': one['volume'], 'included': one['included'], 'reason': one['reason'],
                'leaf': 1} for one in selection.volumes(guest['kind'], values)]
    return {'id': vmid, 'type': guest['kind'], 'name': values.get(NAME[guest['kind']]), 'children': volumes,
            'leaf': int(not volumes)}


@method('/cluster/backup-info', 'GET')
def index(ctx, params):
    return [{'subdir': 'not-backed-up'}]


@method('/cluster/backup-info/not-backed-up', 'GET')
def not_backed_up(ctx, params):
    """Jobs that are switched off count as those that are on."""
    there = guestlist.guests()
    taken = {vmid for job in JOBS.load().values() for vmid in selection.guests(job)}
    rows = []
    for vmid, guest in sorted(there.items()):
        if vmid in taken or not ctx.may(f'/vms/{vmid}', ['VM.Audit']):
            continue
        name = config.load(vmid)[0].get(NAME[guest['kind']])
        rows.append({'vmid': vmid, 'type': guest['kind'], **({'name': name} if name else {})})
    return rows
