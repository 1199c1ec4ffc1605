"""/nodes/{node}/qemu and /nodes/{node}/lxc."""
import os
import time

from .. import cfs, guestlist, schema, sectionconfig
from ..api import ApiError, ParameterError, PlainError, method
from ..guests import actions, config, create, locks, moves
from ..ha import config as ha
from ..restore import common, container, machine
from ..stored import split_list

NODE = {'type': 'string', 'format': 'pve-node'}
VMID = {'type': 'integer', 'format': 'pve-vmid', 'minimum': 100, 'maximum': 999999999}
FLAG = {'type': 'boolean', 'optional': True}
NUMBER = {'type': 'integer', 'optional': True}
TEXT = {'type': 'string', 'optional': True}
WORD = {'qemu': 'VM', 'lxc': 'CT'}
TASK = {'qemu': 'qm', 'lxc': 'vz'}


AMOUNT = {'type': 'integer', 'minimum': 0, 'optional': True}
CREATE = {
    'qemu': {'archive': {**TEXT, 'maxLength': 255}, 'force': {**FLAG, 'requires': 'archive'}, 'unique': {**FLAG, 'requires': 'archive'},
             'live-restore': FLAG, 'bwlimit': AMOUNT, 'import-working-storage': TEXT},
    'lxc': {'ostemplate': {**TEXT, 'maxLength': 255}, 'restore': FLAG, 'force': FLAG, 'unique': {**FLAG, 'requires': 'restore'},
            'bwlimit': {**AMOUNT, 'type': 'number'}, 'password': TEXT, 'ssh-public-keys': TEXT, 'ignore-unpack-errors': FLAG},
}


def on_guest(*privileges):
    return {'check': ['perm', '/vms/{vmid}', list(privileges), 'any', 1]}


def managed(vmid, kind):
    return f"{guestlist.SID_KIND[kind]}:{vmid}" in ha.resources()


def summary(vmid, kind, values):
    state = actions.state(vmid)
    maximum = actions.memory_bytes(kind, values)
    row = {
        'vmid': vmid, 'name': values.get('name' if kind == 'qemu' else 'hostname', f'{WORD[kind]}{vmid}'),
        'status': 'running' if state else 'stopped', 'maxmem': maximum, 'mem': maximum // 4 if state else 0,
        'cpus': int(values.get('cores', 1)) * int(values.get('sockets', 1)), 'cpu': 0, 'disk': 0, 'maxdisk': 0,
        'netin': 0, 'netout': 0, 'diskread': 0, 'diskwrite': 0,
        'uptime': int(time.time() - state['started']) if state else 0,
    }
    if state:
        row['pid'] = state['pid']
    for key in ('tags', 'lock'):
        if values.get(key):
            row[key] = values[key]
    if str(values.get('template', 0)) == '1':
        row['template'] = 1
    if kind == 'lxc':
        row['type'] = 'lxc'
    return row


def register(kind):
    base = f'/nodes/{{node}}/{kind}'
    item = base + '/{vmid}'
    word = WORD[kind]
    keys = config.parameters(kind)
    ids = {'node': NODE, 'vmid': VMID}

    def local(ctx, params):
        return config.find(params['vmid'], kind, ctx.node)

    @method(base, 'GET', proxyto='node', permissions={'user': 'all'}, parameters={'node': NODE, 'full': FLAG})
    def index(ctx, params):
        rows = []
        for vmid, guest in sorted(guestlist.guests().items()):
            if guest['node'] == ctx.node and guest['kind'] == kind and ctx.may(f'/vms/{vmid}', ['VM.Audit']):
                rows.append(summary(vmid, kind, config.load(vmid)[0]))
        return rows

    extra = {'pool': {'type': 'string', 'format': 'pve-poolid', 'optional': True}, 'start': FLAG, 'ha-managed': FLAG,
             'storage': {'type': 'string', 'format': 'pve-storage-id', 'optional': True}, **CREATE[kind]}

    @method(base, 'POST', protected=True, proxyto='node', permissions={'user': 'all'},
            parameters={**{k: v for k, v in keys.items()}, **ids, **extra})
    def make(ctx, params):
        vmid, pool = params['vmid'], params.get('pool')
        restored = params.get('archive') if kind == 'qemu' else params.get('restore')
        overwritten = restored and common.may_overwrite(ctx, vmid, params.get('force'))
        if not ctx.cli and not overwritten and not create.may_create(ctx, vmid, pool):
            raise ApiError(403, f'Permission check failed (/vms/{vmid}, VM.Allocate)')
        create.check_pool(pool)
        if restored:
            common.check_rights(ctx, vmid, params)
            options = {key: value for key, value in params.items() if schema.spec_of(keys, key) and key != 'vmid'}
            return (machine if kind == 'qemu' else container).call(ctx, params, options)
        if vmid in guestlist.guests():
            other = guestlist.guests()[vmid]
            raise PlainError(f"unable to create {word} {vmid} - {WORD[other['kind']]} {vmid} already exists on node "
                             f"'{other['node']}'")
        values = {key: value for key, value in params.items() if schema.spec_of(keys, key) and key != 'vmid'}
        if kind == 'lxc' and params.get('ostemplate'):
            values['ostemplate'] = params['ostemplate']

        def work(log):
            create.create(ctx, vmid, kind, values, log, pool)
            if params.get('start'):
                actions.start(vmid, log)
        return ctx.task(f"{TASK[kind]}create", str(vmid), work)

    @method(item, 'GET', proxyto='node', permissions={'user': 'all'}, parameters=ids)
    def children(ctx, params):
        local(ctx, params)
        return [{'subdir': name} for name in ('config', 'migrate', 'status')]

    @method(item, 'DELETE', protected=True, proxyto='node', permissions=on_guest('VM.Allocate'), parameters={
        **ids, 'purge': FLAG, 'destroy-unreferenced-disks': FLAG, 'skiplock' if kind == 'qemu' else 'force': FLAG})
    def destroy(ctx, params):
        vmid = params['vmid']
        local(ctx, params)
        if kind == 'lxc':
            locks.refuse(vmid)
        if managed(vmid, kind):
            if not params.get('purge'):
                raise PlainError(f'unable to remove {word} {vmid} - used in HA resources and purge parameter not set.')
        if actions.running(vmid) and not params.get('force'):
            raise PlainError(f'VM {vmid} is running - destroy failed' if kind == 'qemu' else
                             f'unable to destroy CT {vmid} - container is running')

        def work(log):
            if not params.get('skiplock'):
                locks.refuse(vmid)
            if actions.running(vmid) and params.get('force'):
                actions.stop(vmid, log)
            if managed(vmid, kind):
                with cfs.lock(ha.LOCK):
                    sections = ha.resources()
                    sections.pop(f'{guestlist.SID_KIND[kind]}:{vmid}', None)
                    ha.write_resources(sections)
            create.destroy(vmid, kind, log, bool(params.get('purge')), bool(params.get('destroy-unreferenced-disks')))
        return ctx.task(f"{TASK[kind]}destroy", str(vmid), work)

    @method(item + '/config', 'GET', proxyto='node', permissions=on_guest('VM.Audit'),
            parameters={**ids, 'current': FLAG, 'snapshot': TEXT})
    def read(ctx, params):
        values, digest = config.load(params['vmid'], kind, ctx.node)
        values.pop('cipassword', None)
        return config.as_shown(kind, values, digest)

    def change(ctx, params):
        vmid = params['vmid']
        local(ctx, params)
        with cfs.lock(f'guest-{vmid}'):
            values, digest = config.load(vmid, kind, ctx.node)
            if params.get('digest') and params['digest'] != digest:
                raise PlainError(sectionconfig.STALE)
            if not params.get('skiplock'):
                locks.refuse(vmid)
            new = {key: value for key, value in params.items()
                   if key not in ('vmid',) and schema.spec_of(keys, key)}
            for key in split_list(params.get('delete')):
                if key in new:
                    raise ParameterError({'delete': f"you can't use '-{key}' and -delete {key}' at the same time"})
                if key.startswith('unused') and key in values:
                    moves.free_unused(vmid, kind, key, values)
                values.pop(key, None)
            create.allocate_disks(vmid, kind, new, lambda text: None)
            new = config.normal(new, kind)
            live = actions.running(vmid)
            later = {key: value for key, value in new.items() if live and not config.at_once(kind, key)
                     and str(values.get(key)) != str(value)}
            guest = {'node': ctx.node, 'kind': kind}
            # What is set to what is there waits no longer.
            kept = {key: value for key, value in config.waiting(vmid).items() if key not in new}
            values.update({key: value for key, value in new.items() if key not in later})
            config.save(vmid, guest, values)
            config.set_waiting(vmid, guest, {**kept, **later})

    options = {**keys, **ids, 'delete': TEXT, 'digest': TEXT, 'skiplock': FLAG, 'force': FLAG, 'revert': TEXT,
               'background_delay': NUMBER, 'import-working-storage': TEXT}
    method(item + '/config', 'PUT', protected=True, proxyto='node', permissions=on_guest(
        'VM.Config.Options', 'VM.Config.CPU', 'VM.Config.Memory'), parameters=options)(change)
    if kind == 'qemu':
        @method(item + '/config', 'POST', protected=True, proxyto='node', permissions=on_guest(
            'VM.Config.Options', 'VM.Config.CPU', 'VM.Config.Memory'), parameters=options)
        def change_as_task(ctx, params):
            local(ctx, params)
            return ctx.task('qmconfig', str(params['vmid']), lambda log: change(ctx, params))

    @method(item + '/status/current', 'GET', protected=True, proxyto='node', permissions=on_guest('VM.Audit'),
            parameters=ids)
    def current(ctx, params):
        vmid = params['vmid']
        values, _ = config.load(vmid, kind, ctx.node)
        row = summary(vmid, kind, values)
        if kind == 'qemu':
            row['qmpstatus'] = row['status']
        sid = f'{guestlist.SID_KIND[kind]}:{vmid}'
        row['ha'] = {'managed': 0}
        if sid in ha.resources():
            state = ha.manager_status().get('service_status', {}).get(sid, {}).get('state', 'queued')
            row['ha'] = {'managed': 1, 'state': state}
        return row

    @method(item + '/resize', 'PUT', protected=True, proxyto='node', permissions=on_guest('VM.Config.Disk'),
            parameters={**ids, 'disk': {'type': 'string'}, 'digest': TEXT, 'skiplock': FLAG,
                        'size': {'type': 'string', 'pattern': r'\+?\d+(\.\d+)?[KMGT]?'}})
    def resize(ctx, params):
        vmid = params['vmid']
        local(ctx, params)

        def work(_log):
            with cfs.lock(f'guest-{vmid}'):
                if not params.get('skiplock'):
                    locks.refuse(vmid)
                create.resize(vmid, kind, params['disk'], params['size'])
        return ctx.task('resize', str(vmid), work)

    def power(verb, task, action, wanted_state, extra_params=None):
        @method(f'{item}/status/{verb}', 'POST', protected=True, proxyto='node', permissions=on_guest('VM.PowerMgmt'),
                parameters={**ids, 'timeout': NUMBER, 'skiplock': FLAG, 'forceStop': FLAG, **(extra_params or {})})
        def run(ctx, params):
            vmid = params['vmid']
            local(ctx, params)
            by_ha = ctx.cli and os.environ.get('PVE_STANDIN_HA')
            if wanted_state and managed(vmid, kind) and not by_ha:
                verb_word = 'start' if wanted_state == 'started' else 'stop'

                def ask(log):
                    log(f'Requesting HA {verb_word} for {word} {vmid}')
                    ha.set_state(f'{guestlist.SID_KIND[kind]}:{vmid}', wanted_state)
                return ctx.task(f'ha{verb_word}', str(vmid), ask)

            def act(log):
                if verb != 'start' and actions.running(vmid) and not params.get('skiplock'):
                    locks.refuse(vmid)
                action(vmid, log)
            return ctx.task(task, str(vmid), act)

    power('start', f'{TASK[kind]}start', actions.start, 'started', {
        'migratedfrom': TEXT, 'stateuri': TEXT, 'machine': TEXT, 'migration_type': TEXT, 'targetstorage': TEXT,
        'force-cpu': TEXT, 'migration_network': TEXT, 'debug': FLAG})
    power('stop', f'{TASK[kind]}stop', actions.stop, 'stopped', {'keepActive': FLAG, 'overrule-shutdown': FLAG})
    power('shutdown', f'{TASK[kind]}shutdown', actions.stop, 'stopped', {'keepActive': FLAG})

    def reboot(vmid, log):
        actions.stop(vmid, log)
        actions.start(vmid, log)
    power('reboot', f'{TASK[kind]}reboot', reboot, None)

    @method(item + '/migrate', 'POST', protected=True, proxyto='node', permissions=on_guest('VM.Migrate'), parameters={
        **ids, 'target': NODE, 'online': FLAG, 'restart': FLAG, 'force': FLAG, 'with-local-disks': FLAG,
        'bwlimit': NUMBER, 'timeout': NUMBER, 'migration_type': TEXT, 'migration_network': TEXT,
        'targetstorage': TEXT, 'target-storage': TEXT, 'with-conntrack-state': FLAG})
    def move(ctx, params):
        vmid, target = params['vmid'], params['target']
        local(ctx, params)
        if target == ctx.node:
            raise ParameterError({'target': 'target is local node.'})
        if target not in cfs.members():
            raise PlainError(f"no such cluster node '{target}'")
        if actions.running(vmid) and not (params.get('online') or params.get('restart')):
            raise PlainError("can't migrate running VM without --online")
        if kind == 'lxc' and actions.running(vmid) and not params.get('restart'):
            raise PlainError('lxc live migration is currently not implemented')
        locks.refuse(vmid)
        if managed(vmid, kind) and not ctx.cli and os.environ.get('PVE_STANDIN_HA'):
            def ask(log):
                log(f'Requesting HA migration for {word} {vmid} to node {target}')
                ha.queue_command(f'migrate {guestlist.SID_KIND[kind]}:{vmid} {target}')
            return ctx.task('hamigrate', str(vmid), ask)
        return ctx.task('qmigrate' if kind == 'qemu' else 'vzmigrate', str(vmid), lambda log: actions.migrate(vmid, target, True, log))


for _kind in ('qemu', 'lxc'):
    register(_kind)
