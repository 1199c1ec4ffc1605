"""/cluster/sdn/{zones,vnets}: pending objects."""

from ..api import PlainError, method
from ..sdn import pending
from ..stored import Collection, merge, numbers_of, values_of, with_numbers
from . import sdn

BASE = '/cluster/sdn'
NEEDED = {'vlan': ['bridge'], 'qinq': ['bridge', 'tag'], 'evpn': ['controller', 'vrf-vxlan'], 'simple': []}


def need(kind, section):
    for key in NEEDED.get(kind, []):
        if not section.get(key):
            raise PlainError(f"missing value for required option '{key}'")
    if kind == 'vxlan' and not section.get('peers') and not section.get('fabric'):
        raise PlainError("missing value for required option 'peers'")


def check_zone(ctx, name, section, sections):
    need(section['type'], section)
    if section.get('controller') and section['controller'] not in objects('controllers'):
        raise PlainError(f"controller {section['controller']} don't exist")


def check_vnet(ctx, name, section, sections):
    if section['zone'] not in objects('zones'):
        raise PlainError(f"zone {section['zone']} don't exist")
    if section.get('tag'):
        for other, against in sections.items():
            if other != name and against.get('zone') == section['zone'] and str(against.get('tag')) == str(section['tag']):
                raise PlainError(f"tag {section['tag']} already exist in zone {section['zone']}")


def zone_used(name):
    user = next((vnet for vnet, section in objects('vnets').items() if section.get('zone') == name), None)
    return f'zone {name} is used by vnet {user}' if user else None


def vnet_used(name):
    subnet = next((s for s, section in objects('subnets').items() if section.get('vnet') == name), None)
    return "Can't delete vnet if subnets exists" if subnet else None


def objects(kind):
    return STORES[kind].load()


STORES = {kind: Collection(f'sdn/{kind}.cfg', lock='domain-sdn')
          for kind in ('zones', 'vnets', 'subnets', 'controllers', 'ipams', 'dns')}


def register(kind, key, title, check=None, used=None, fixed_type=None):
    base, item, store = f'{BASE}/{kind}', f'{BASE}/{kind}/{{{key}}}', STORES[kind]
    numbers = numbers_of(base)

    def show(section):
        return with_numbers(section, numbers)

    def get(sections, name):
        if name not in sections:
            raise PlainError(f"sdn '{name}' does not exist")
        return sections[name]

    def visible():
        found = store.load()
        return {'pve': {'type': 'pve'}, **found} if kind == 'ipams' else found

    @method(base, 'GET')
    def index(ctx, params):
        if params.get('pending'):
            return pending.rows(kind, key, visible(), show)
        source = pending.running().get(kind, {}).get('ids', {}) if params.get('running') else visible()
        return [{key: name, **show(section), 'digest': store.digest()} for name, section in source.items()
                if params.get('type') in (None, section['type'])]

    @method(item, 'GET')
    def read(ctx, params):
        if params.get('pending'):
            rows = {row[key]: row for row in pending.rows(kind, key, visible(), show)}
            if params[key] in rows:
                return rows[params[key]]
        return {key: params[key], **show(get(visible(), params[key])), 'digest': store.digest()}

    @method(base, 'POST', protected=True)
    def create(ctx, params):
        sdn.check_lock(params)
        name = params[key]
        with store.changing(f'create sdn {title} object failed') as sections:
            if name in sections:
                raise PlainError(f"sdn {title} object ID '{name}' already defined")
            section = {'type': params.get('type') or fixed_type, **values_of(params, key, 'type')}
            if check:
                check(ctx, name, section, sections)
            sections[name] = section

    @method(item, 'PUT', protected=True)
    def update(ctx, params):
        sdn.check_lock(params)
        name = params[key]
        with store.changing(f'update sdn {title} object failed', params.get('digest')) as sections:
            section = merge(dict(get(sections, name)), values_of(params, key, 'type'), params.get('delete'))
            if check:
                check(ctx, name, section, sections)
            sections[name] = section

    @method(item, 'DELETE', protected=True)
    def delete(ctx, params):
        sdn.check_lock(params)
        name = params[key]
        with store.changing(f'delete sdn {title} object failed') as sections:
            get(sections, name)
            reason = used(name) if used else None
            if reason:
                raise PlainError(reason)
            del sections[name]


register('zones', 'zone', 'zone', check_zone, zone_used)
register('vnets', 'vnet', 'vnet', check_vnet, vnet_used, 'vnet')
