"""/cluster/ha/rules: placement rules of PVE 9."""
from .. import cfs, sectionconfig
from ..api import ApiError, PlainError, method
from ..ha import config as ha
from ..ha import migration, rules
from ..stored import merge, prefixed, values_of

BASE = '/cluster/ha/rules'
ONLY = {'node-affinity': {'nodes', 'strict'}, 'resource-affinity': {'affinity'}}


def show(name, section, order, errors):
    found = rules.from_section(section)
    shown = {'rule': name, 'type': section['type'], 'order': order,
             'resources': ','.join(sorted(found['resources'])), 'digest': sectionconfig.digest(cfs.read(ha.RULES))}
    if section['type'] == 'node-affinity':
        shown['nodes'] = rules.format_nodes(found['nodes'])
        shown['strict'] = int(found['strict'])
    else:
        shown['affinity'] = section['affinity']
    if found['disable']:
        shown['disable'] = 1
    if 'comment' in section:
        shown['comment'] = section['comment']
    if errors:
        shown['errors'] = {'resources': errors}
    return shown


def all_problems(sections):
    return rules.problems({name: rules.from_section(s) for name, s in sections.items()}, ha.known_nodes())


@method(BASE, 'GET', majors=(9,))
def index(ctx, params):
    sections = ha.stored_rules()
    problems = all_problems(sections)
    wanted = params.get('resource')
    return [show(name, section, order, problems.get(name))
            for order, (name, section) in enumerate(sections.items(), 1)
            if params.get('type') in (None, section['type'])
            and (not wanted or wanted in rules.parse_resources(section['resources']))]


@method(BASE + '/{rule}', 'GET', majors=(9,))
def read(ctx, params):
    sections = ha.stored_rules()
    if params['rule'] not in sections:
        raise PlainError(f"no such ha rule '{params['rule']}'")
    order = list(sections).index(params['rule']) + 1
    return show(params['rule'], sections[params['rule']], order, all_problems(sections).get(params['rule']))


def check_references(section):
    found = rules.from_section(section)
    managed = ha.resources()
    unknown = sorted(sid for sid in found['resources'] if sid not in managed)
    if unknown:
        raise PlainError(f"cannot use unmanaged resource(s) {', '.join(unknown)}.")
    nodes = cfs.members()
    missing = sorted(node for node in found['nodes'] if node not in nodes)
    if missing:
        raise PlainError(f"cannot use non-existent node(s) {', '.join(missing)}.")


def check_keys(kind, values):
    for key in sorted(values):
        if key in set().union(*ONLY.values()) - ONLY[kind]:
            raise PlainError(f"unexpected property '{key}'")


def check_required(section):
    for key in ('resources', 'nodes' if section['type'] == 'node-affinity' else 'affinity'):
        if not section.get(key):
            raise PlainError(f"missing value for required option '{key}'")


def check_feasible(name, sections):
    reasons = all_problems(sections).get(name)
    if reasons:
        raise ApiError(500, f"400 Rule '{name}' is invalid.\nresources: {', '.join(reasons)}")


def write(sections):
    cfs.makedirs('ha')
    cfs.write(ha.RULES, sectionconfig.render(sections, ('comment', 'nodes', 'affinity', 'resources')))


def check_migrated(what):
    if migration.groups_left():
        raise PlainError(f'cannot {what} ha rule: ha groups have not been migrated yet')


@method(BASE, 'POST', protected=True, majors=(9,))
def create(ctx, params):
    check_migrated('create')
    name = params['rule']
    section = {'type': params['type'], **values_of(params, 'rule', 'type')}
    check_keys(section['type'], section)
    check_required(section)
    with prefixed('create ha rule failed'), cfs.lock(ha.LOCK):
        sections = ha.stored_rules()
        if name in sections:
            raise PlainError(f"HA rule '{name}' already defined")
        check_references(section)
        sections[name] = section
        check_feasible(name, sections)
        write(sections)


@method(BASE + '/{rule}', 'PUT', protected=True, majors=(9,))
def update(ctx, params):
    check_migrated('update')
    name = params['rule']
    with prefixed('update HA rules failed'), cfs.lock(ha.LOCK):
        sectionconfig.check_digest(cfs.read(ha.RULES), params.get('digest'))
        sections = ha.stored_rules()
        if name not in sections:
            raise PlainError(f"HA rule '{name}' does not exist")
        if params['type'] != sections[name]['type']:
            raise PlainError(f"cannot change type of HA rule '{name}' from '{sections[name]['type']}' to "
                             f"'{params['type']}'")
        values = values_of(params, 'rule', 'type')
        check_keys(params['type'], values)
        sections[name] = merge(sections[name], values, params.get('delete'))
        check_required(sections[name])
        check_references(sections[name])
        check_feasible(name, sections)
        write(sections)


@method(BASE + '/{rule}', 'DELETE', protected=True, majors=(9,))
def delete(ctx, params):
    check_migrated('delete')
    with prefixed('delete HA rule failed'), cfs.lock(ha.LOCK):
        sections = ha.stored_rules()
        sections.pop(params['rule'], None)
        write(sections)
