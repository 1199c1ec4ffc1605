"""/cluster/mapping: names for PCI devices on the nodes."""
import re

from ..api import ParameterError, PlainError, method
from ..stored import Collection, merge, split_list

TEXT = {'type': 'string', 'optional': True}
FLAG = {'type': 'boolean', 'optional': True}
ID = {'type': 'string', 'format': 'pve-configid'}
FIELDS = {
    'pci': {'map': {'type': 'array', 'items': {'type': 'string'}}, 'description': TEXT, 'mdev': FLAG,
            'live-migration-capable': FLAG},
}
REQUIRED = {'pci': ('node', 'path', 'id')}
DEVICE = re.compile(r'^(?:[0-9a-fA-F]{4,8}:)?[0-9a-fA-F]{2}:[0-9a-fA-F]{2}(?:\.[0-9a-fA-F])?$')


def parse_entry(kind, text):
    values = dict(part.partition('=')[::2] for part in text.split(',') if part)
    for key in REQUIRED[kind]:
        if not values.get(key):
            raise ParameterError({'map': f'invalid format - format error\n{key}: property is missing and it is '
                                         'not optional\n'})
    if kind == 'pci':
        for path in values['path'].split(';'):
            if not DEVICE.match(path):
                raise ParameterError({'map': 'invalid format - format error\n'
                                             'path: value does not match the regex pattern\n'})
    return values


def entries(section):
    return [part for part in section.get('map', '').split(' ') if part]


def register(kind):
    store = Collection(f'mapping/{kind}.cfg', lock=f'file-mapping_{kind}_cfg', kind=kind)
    base = f'/cluster/mapping/{kind}'
    path = f'/mapping/{kind}'
    modify = {'check': ['perm', path, ['Mapping.Modify']]}

    def show(name, section, digest=False):
        shown = {'id': name, 'type': kind, 'map': entries(section)}
        for key in FIELDS[kind]:
            if key in section and key != 'map':
                shown[key] = int(section[key]) if FIELDS[kind][key] is FLAG else section[key]
        return {**shown, **({'digest': store.digest()} if digest else {})}

    def section_of(params):
        section = {key: value for key, value in params.items() if key in FIELDS[kind]}
        if 'map' in section:
            for entry in section['map']:
                parse_entry(kind, entry)
            section['map'] = ' '.join(section['map'])
        return section

    @method(base, 'GET', permissions={'user': 'all'},
            parameters={'check-node': {'type': 'string', 'format': 'pve-node', 'optional': True}})
    def index(ctx, params):
        rows = []
        for name, section in store.load().items():
            if not ctx.may(f'{path}/{name}', ['Mapping.Audit', 'Mapping.Use', 'Mapping.Modify'], any_of=True):
                continue
            row = show(name, section)
            node = params.get('check-node')
            if node:
                mine = [entry for entry in row['map'] if f'node={node}' in entry.split(',')]
                row['checks' if kind == 'pci' else 'errors'] = [] if mine else [
                    {'severity': 'warning', 'message': f'No mapping for node {node}.'}]
            rows.append(row)
        return rows

    @method(base, 'POST', permissions=modify, protected=True, parameters={'id': ID, **FIELDS[kind]})
    def create(ctx, params):
        with store.changing('create hardware mapping failed') as sections:
            if params['id'] in sections:
                raise PlainError(f"{kind} ID '{params['id']}' already defined")
            sections[params['id']] = {'type': kind, **section_of(params)}

    @method(f'{base}/{{id}}', 'GET', parameters={'id': ID}, permissions={
        'check': ['perm', path + '/{id}', ['Mapping.Audit', 'Mapping.Use', 'Mapping.Modify'], 'any', 1]})
    def read(ctx, params):
        sections = store.load()
        if params['id'] not in sections:
            raise PlainError(f"mapping '{params['id']}' not found")
        return show(params['id'], sections[params['id']], True)

    @method(f'{base}/{{id}}', 'PUT', protected=True,
            permissions={'check': ['perm', path + '/{id}', ['Mapping.Modify']]},
            parameters={'id': ID, **{k: {**v, 'optional': True} for k, v in FIELDS[kind].items()},
                        'delete': TEXT, 'digest': TEXT})
    def update(ctx, params):
        with store.changing('update hardware mapping failed', params.get('digest')) as sections:
            if params['id'] not in sections:
                raise PlainError(f"no such resource '{params['id']}'")
            if 'map' in split_list(params.get('delete')):
                raise PlainError("unable to delete required option 'map'")
            if not params.get('map'):
                raise PlainError("missing value for required option 'map'")
            sections[params['id']] = merge(dict(sections[params['id']]), section_of(params),
                                           params.get('delete'))

    @method(f'{base}/{{id}}', 'DELETE', protected=True, parameters={'id': ID}, permissions=modify)
    def delete(ctx, params):
        with store.changing('delete hardware mapping failed') as sections:
            sections.pop(params['id'], None)


for _kind in FIELDS:
    register(_kind)
