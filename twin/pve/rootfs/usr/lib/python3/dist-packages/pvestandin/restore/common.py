"""The beginning and the end that both kinds of guests share: the number is reserved, and what was restored may start."""
from .. import cfs, guestlist, usercfg
from ..errors import ApiError, PlainError, text_of
from ..guests import actions, config, locks
from ..ha import config as ha


def may_overwrite(ctx, vmid, force):
    """Who may save a guest may also put a saved state in its place."""
    return force and vmid in guestlist.guests() and ctx.may(f'/vms/{vmid}', ['VM.Backup'])


def check_rights(ctx, vmid, params):
    if params.get('storage'):
        ctx.check(f"/storage/{params['storage']}", ['Datastore.AllocateSpace'])
    if params.get('ha-managed'):
        ctx.check('/', ['Sys.Console'])
    if params.get('start'):
        ctx.check(f'/vms/{vmid}', ['VM.PowerMgmt'])


def taken(vmid):
    other = guestlist.guests()[vmid]
    return PlainError(f"{locks.WORD[other['kind']]} {vmid} already exists on node '{other['node']}'")


def reserve(vmid, kind, force, prefix):
    """The guest's file, with the word that keeps others away."""
    mine = {'node': cfs.nodename(), 'kind': kind}
    with cfs.lock(f'guest-{vmid}'):
        there = guestlist.guests().get(vmid)
        try:
            if there and not force:
                raise taken(vmid)
            if there and there != mine:
                file = cfs.path(guestlist.config_file(vmid, mine))
                raise PlainError(f"close (rename) atomic file '{file}' failed: File exists")
            if there:
                locks.refuse(vmid)
                locks.put(vmid, 'create')
            else:
                config.save(vmid, mine, {'lock': 'create'})
        except ApiError as error:
            raise PlainError(f'{prefix} {error.text}') from error


def put_into_pool(vmid, pool):
    with usercfg.edit() as users:
        for other in users['pools'].values():
            other['vms'] = [entry for entry in other['vms'] if entry != str(vmid)]
        users['pools'][pool]['vms'].append(str(vmid))


def after(ctx, vmid, kind, params, log):
    """A guest that can't start is a restored one all the same."""
    sid = f'{guestlist.SID_KIND[kind]}:{vmid}'
    if params.get('start'):
        log('Execute autostart')
        try:
            if sid in ha.resources():
                log(f'Requesting HA start for {locks.WORD[kind]} {vmid}')
                ha.set_state(sid, 'started')
            else:
                actions.start(vmid, log)
        except (ApiError, OSError) as error:
            log(text_of(error))
    if params.get('ha-managed'):
        state = 'started' if params.get('start') else 'stopped'
        with cfs.lock(ha.LOCK):
            sections = ha.resources()
            log(f"{'Set' if sid in sections else 'Add'} HA resource with request-state '{state}'")
            sections[sid] = {'type': guestlist.SID_KIND[kind], **sections.get(sid, {}), 'state': state}
            ha.write_resources(sections)
