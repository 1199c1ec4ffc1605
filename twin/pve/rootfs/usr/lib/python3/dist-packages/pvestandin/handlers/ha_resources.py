"""/cluster/ha/resources and /cluster/ha/groups."""
from .. import cfs, guestlist, sectionconfig
from ..api import ParameterError, PlainError, method
from ..ha import config as ha
from ..ha import migration, rules
from ..stored import merge, prefixed, values_of

BASE = '/cluster/ha/resources'
INTEGERS = ('max_restart', 'max_relocate', 'failback')
MIGRATED = 'ha groups have been migrated to rules'


def full_sid(text, must_exist=False, major=9):
    """'100' or 'vm:100' -> 'vm:100', with PVE's refusals."""
    word, vmid = guestlist.parse_sid(text)
    guest = guestlist.guests().get(vmid)
    if guest is None:
        if word is None or must_exist:
            raise PlainError(f"resource '{text}' does not exist in cluster" if word else
                             f"resource 'vm:{vmid}' does not exist in cluster", exit_code=17)
        return text
    real = guestlist.SID_KIND[guest['kind']]
    if word and word != real and must_exist and major >= 9:
        raise PlainError(f"resource '{text}' - guest with ID {vmid} is not a {'VM' if word == 'vm' else 'CT'}")
    return f'{word or real}:{vmid}'


def show(sid, section, digest):
    shown = {key: int(value) if key in INTEGERS else value for key, value in section.items()}
    return {'sid': sid, **shown, 'digest': digest}


def digest_of(name):
    return sectionconfig.digest(cfs.read(name))


def group_parameter(ctx, params):
    if 'group' not in params:
        return
    if ctx.major >= 9 and not migration.groups_left():
        raise PlainError(f"invalid parameter 'group': {MIGRATED}")
    if params['group'] not in ha.groups():
        raise PlainError(f"ha group '{params['group']}' does not exist")


@method(BASE, 'GET')
def index(ctx, params):
    digest = digest_of(ha.RESOURCES)
    return [show(sid, section, digest) for sid, section in ha.resources().items()
            if params.get('type') in (None, section['type'])]


@method(BASE, 'POST', protected=True)
def create(ctx, params):
    group_parameter(ctx, params)
    sid = full_sid(params['sid'], True, ctx.major)
    if params.get('type') and params['type'] != sid.partition(':')[0]:
        raise ParameterError({'type': 'types does not match'})
    section = {'type': sid.partition(':')[0], **values_of(params, 'sid', 'type')}
    if section.get('state') == 'enabled':
        section['state'] = 'started'
    with prefixed('create resource failed'), cfs.lock(ha.LOCK):
        sections = ha.resources()
        if sid in sections:
            raise PlainError(f"resource ID '{sid}' already defined")
        sections[sid] = section
        ha.write_resources(sections)


@method(BASE + '/{sid}', 'GET')
def read(ctx, params):
    sid = full_sid(params['sid'])
    sections = ha.resources()
    if sid not in sections:
        raise PlainError(f"no such resource '{sid}'")
    return show(sid, sections[sid], digest_of(ha.RESOURCES))


@method(BASE + '/{sid}', 'PUT', protected=True)
def update(ctx, params):
    group_parameter(ctx, params)
    sid = full_sid(params['sid'])
    state = params.get('state')
    current = ha.manager_status().get('service_status', {}).get(sid, {}).get('state')
    if current == 'error' and state and state != 'disabled':
        raise PlainError(f"service '{sid}' in error state, must be disabled and fixed first")
    with prefixed('update resources config failed'), cfs.lock(ha.LOCK):
        sectionconfig.check_digest(cfs.read(ha.RESOURCES), params.get('digest'))
        sections = ha.resources()
        if sid not in sections:
            raise PlainError(f"no such resource '{sid}'")
        values = values_of(params, 'sid')
        if values.get('state') == 'enabled':
            values['state'] = 'started'
        sections[sid] = merge(sections[sid], values, params.get('delete'))
        ha.write_resources(sections)


@method(BASE + '/{sid}', 'DELETE', protected=True)
def delete(ctx, params):
    sid = full_sid(params['sid'])
    if sid not in ha.resources():
        raise PlainError(f"cannot delete service '{sid}', not HA managed!")
    with prefixed('delete resource failed'), cfs.lock(ha.LOCK):
        sections = ha.resources()
        sections.pop(sid, None)
        ha.write_resources(sections)
        if ctx.major >= 9 and params.get('purge', 1):
            purge_from_rules(sid)


def purge_from_rules(sid):
    """Takes a resource out of every rule; a rule left empty goes."""
    sections = ha.stored_rules()
    changed = False
    for name, section in list(sections.items()):
        members = rules.parse_resources(section.get('resources'))
        if sid in members:
            changed = True
            members.discard(sid)
            section['resources'] = ','.join(sorted(members))
            if not members:
                del sections[name]
    if changed:
        cfs.write(ha.RULES, sectionconfig.render(sections, ('resources', 'nodes', 'affinity')))


def queue(verb):
    @method(f'{BASE}/{{sid}}/{verb}', 'POST', protected=True)
    def move(ctx, params):
        sid, node = full_sid(params['sid']), params['node']
        if sid not in ha.resources():
            raise PlainError(f"no such resource '{sid}'" if ctx.major >= 9 else f"'{sid}' is not HA managed")
        ha.queue_command(f'{verb} {sid} {node}')
        return {'sid': sid, 'requested-node': node} if ctx.major >= 9 else None


queue('migrate')
queue('relocate')

GROUPS = '/cluster/ha/groups'


def need_groups(ctx, what):
    if ctx.major >= 9 and not migration.groups_left():
        raise PlainError(f'cannot {what}: {MIGRATED}')


def show_group(name, section):
    return {'group': name, **{key: int(value) if key in ('restricted', 'nofailback') else value
                              for key, value in section.items()}, 'digest': digest_of(ha.GROUPS)}


def write_groups(sections):
    cfs.makedirs('ha')
    cfs.write(ha.GROUPS, sectionconfig.render(sections, ('comment', 'nodes')))


@method(GROUPS, 'GET')
def group_index(ctx, params):
    need_groups(ctx, 'index groups')
    return [show_group(name, section) for name, section in ha.groups().items()]


@method(GROUPS, 'POST', protected=True)
def group_create(ctx, params):
    need_groups(ctx, 'create group')
    with prefixed('create ha group failed'), cfs.lock(ha.LOCK):
        sections = ha.groups()
        if params['group'] in sections:
            raise PlainError(f"ha group ID '{params['group']}' already defined")
        sections[params['group']] = {'type': 'group', **values_of(params, 'group', 'type')}
        write_groups(sections)


@method(GROUPS + '/{group}', 'GET')
def group_read(ctx, params):
    need_groups(ctx, 'read group')
    sections = ha.groups()
    if params['group'] not in sections:
        raise PlainError(f"no such ha group '{params['group']}'")
    return show_group(params['group'], sections[params['group']])


@method(GROUPS + '/{group}', 'PUT', protected=True)
def group_update(ctx, params):
    need_groups(ctx, 'update group')
    with prefixed('update ha group failed'), cfs.lock(ha.LOCK):
        sectionconfig.check_digest(cfs.read(ha.GROUPS), params.get('digest'))
        sections = ha.groups()
        if params['group'] not in sections:
            raise PlainError(f"no such ha group '{params['group']}'")
        merge(sections[params['group']], values_of(params, 'group'), params.get('delete'))
        write_groups(sections)


@method(GROUPS + '/{group}', 'DELETE', protected=True)
def group_delete(ctx, params):
    need_groups(ctx, 'delete group')
    name = params['group']
    with prefixed('delete ha group failed'), cfs.lock(ha.LOCK):
        for sid, section in sorted(ha.resources().items()):
            if section.get('group') == name:
                raise PlainError(f"ha group is used by service '{sid}'")
        sections = ha.groups()
        sections.pop(name, None)
        write_groups(sections)
