"""/cluster/sdn/fabrics: PVE 9 only."""
import json
import subprocess

from ..api import PlainError, method
from ..sdn import fabrics, pending
from ..stored import Collection, numbers_of
from . import sdn

BASE = '/cluster/sdn/fabrics'
STORE = Collection('sdn/fabrics.cfg', lock='domain-sdn')
CONTROL = ('lock-token', 'digest', 'delete', 'id', 'fabric_id', 'node_id', 'protocol')
#: Whole numbers, although the schema calls them only numbers.
NUMBERS = {*numbers_of(BASE + '/fabric'), 'hello_interval', 'csnp_interval'}


def load():
    """({fabric: values}, {(fabric, node): values}) of the file."""
    return split(STORE.all())


def split(sections):
    found, nodes = {}, {}
    for name, section in sections.items():
        protocol, _, kind = section['type'].partition('_')
        values = {k: v for k, v in section.items() if k not in ('type', 'interfaces')}
        if kind == 'fabric':
            found[name] = {**values, 'protocol': protocol}
        else:
            fabric, _, node = name.partition('_')
            interfaces = [entry for entry in section.get('interfaces', '').split(' ') if entry]
            nodes[(fabric, node)] = {**values, 'protocol': protocol, 'interfaces': interfaces}
    return found, nodes


def stored(kind, values):
    section = {k: v for k, v in values.items() if k not in ('protocol', 'interfaces')}
    if values.get('interfaces'):
        section['interfaces'] = ' '.join(values['interfaces'])
    return {'type': f"{values['protocol']}_{kind}", **section}


def show_fabric(name, values):
    return {'id': name, **{k: int(v) if k in NUMBERS else v for k, v in values.items()}, 'digest': STORE.digest()}


def show_node(key, values):
    return {'fabric_id': key[0], 'node_id': key[1], **values, 'digest': STORE.digest()}


def checked(check, *arguments):
    try:
        check(*arguments)
    except fabrics.Invalid as error:
        raise PlainError(str(error)) from error


def values_of(params):
    return {k: int(v) if k in NUMBERS else v for k, v in params.items() if k not in CONTROL}


def remove(values, params):
    wanted = params.get('delete') or []
    for key in wanted if isinstance(wanted, list) else [wanted]:
        values.pop(key, None)


@method(BASE, 'GET', majors=(9,))
def children(ctx, params):
    return [{'subdir': name} for name in ('all', 'fabric', 'node')]


@method(BASE + '/all', 'GET', majors=(9,))
def everything(ctx, params):
    if params.get('running'):
        found, nodes = split(pending.running().get('fabrics', {}).get('ids', {}))
    else:
        found, nodes = load()
    return {'fabrics': [show_fabric(*entry) for entry in found.items()],
            'nodes': [show_node(*entry) for entry in nodes.items()]}


@method(BASE + '/fabric', 'GET', majors=(9,))
def index(ctx, params):
    return [show_fabric(*entry) for entry in load()[0].items()]


@method(BASE + '/fabric/{id}', 'GET', majors=(9,))
def read(ctx, params):
    found, _ = load()
    need(found, params['id'])
    return show_fabric(params['id'], found[params['id']])


def need(found, name):
    if name not in found:
        raise PlainError(f"fabric '{name}' does not exist in configuration")


@method(BASE + '/fabric', 'POST', protected=True, majors=(9,))
def create(ctx, params):
    sdn.check_lock(params)
    name = params['id']
    with STORE.changing(digest=params.get('digest')) as sections:
        found, _ = split(sections)
        if name in found:
            raise PlainError(f"fabric '{name}' already exists in config")
        values = {**values_of(params), 'protocol': params['protocol']}
        checked(fabrics.check_fabric, name, values, found)
        sections[name] = stored('fabric', values)
    return ''


@method(BASE + '/fabric/{id}', 'PUT', protected=True, majors=(9,))
def update(ctx, params):
    sdn.check_lock(params)
    name = params['id']
    with STORE.changing(digest=params.get('digest')) as sections:
        found, nodes = split(sections)
        need(found, name)
        values = {**found.pop(name), **values_of(params)}
        remove(values, params)
        checked(fabrics.check_fabric, name, values, found)
        for (fabric, node), entry in nodes.items():
            if fabric == name:
                checked(fabrics.check_node, node, entry, name, values, {}, [])
        sections[name] = stored('fabric', values)
    return ''


@method(BASE + '/fabric/{id}', 'DELETE', protected=True, majors=(9,))
def delete(ctx, params):
    sdn.check_lock(params)
    name = params['id']
    with STORE.changing() as sections:
        need(split(sections)[0], name)
        zones = Collection(pending.FILES['zones'], lock='domain-sdn').load()
        user = next((zone for zone, section in zones.items() if section.get('fabric') == name), None)
        if user:
            raise PlainError(f'this fabric is still used in the VXLAN zone "{user}"')
        for key in [key for key in sections if key == name or key.startswith(f'{name}_')]:
            del sections[key]
    return ''


NODES = BASE + '/node'


@method(NODES + '/{fabric_id}', 'GET', majors=(9,))
def fabric_nodes(ctx, params):
    return [show_node(key, values) for key, values in load()[1].items() if key[0] == params['fabric_id']]


@method(NODES + '/{fabric_id}/{node_id}', 'GET', majors=(9,))
def read_node(ctx, params):
    key, (_, nodes) = (params['fabric_id'], params['node_id']), load()
    need_node(nodes, key)
    return show_node(key, nodes[key])


def need_node(nodes, key):
    if key not in nodes:
        raise PlainError(f"node '{key[1]}' does not exist in fabric '{key[0]}'")


def write_node(ctx, params, creating):
    sdn.check_lock(params)
    ctx.check(f"/nodes/{params['node_id']}", ['Sys.Modify'])
    key = (params['fabric_id'], params['node_id'])
    with STORE.changing(digest=params.get('digest')) as sections:
        found, nodes = split(sections)
        need(found, key[0])
        if creating and key in nodes:
            raise PlainError(f"node '{key[1]}' already exists in config for fabric {key[0]}")
        if not creating:
            need_node(nodes, key)
        values = {**({} if creating else nodes[key]), **values_of(params), 'protocol': params['protocol']}
        remove(values, params)
        siblings = {k: v for k, v in nodes.items() if k[0] == key[0] and k != key}
        elsewhere = [v for k, v in nodes.items() if k[1] == key[1] and k[0] != key[0]]
        checked(fabrics.check_node, key[1], values, key[0], found[key[0]], siblings, elsewhere)
        sections['_'.join(key)] = stored('node', values)
    return ''


@method(NODES + '/{fabric_id}', 'POST', protected=True, majors=(9,))
def create_node(ctx, params):
    return write_node(ctx, params, True)


@method(NODES + '/{fabric_id}/{node_id}', 'PUT', protected=True, majors=(9,))
def update_node(ctx, params):
    return write_node(ctx, params, False)


@method(NODES + '/{fabric_id}/{node_id}', 'DELETE', protected=True, majors=(9,))
def delete_node(ctx, params):
    sdn.check_lock(params)
    key = (params['fabric_id'], params['node_id'])
    with STORE.changing() as sections:
        need_node(split(sections)[1], key)
        del sections['_'.join(key)]
    return ''


def vtysh(command):
    """FRR's own answer as JSON; nothing where it does not run."""
    done = subprocess.run(['vtysh', '-c', command], capture_output=True, text=True, check=False)
    try:
        return json.loads(done.stdout)
    except ValueError:
        return {}
