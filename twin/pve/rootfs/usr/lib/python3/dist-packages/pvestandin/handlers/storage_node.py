"""/nodes/{node}/storage: state and content of the storages as one node sees them."""
from ..api import PlainError, method
from ..storage import activate, config, content, kinds, scan

READ = ['Datastore.Audit', 'Datastore.AllocateSpace']


def usable(ctx, name):
    section = config.get(name)
    if not kinds.on_node(section, ctx.node):
        disabled = str(section.get('disable', '0')) == '1'
        raise PlainError(f"storage '{name}' is disabled" if disabled else
                         f"storage '{name}' is not available on node '{ctx.node}'")
    return section


@method('/nodes/{node}/storage', 'GET', protected=True, proxyto='node')
def index(ctx, params):
    sections, _ = config.load()
    wanted = set(filter(None, str(params.get('content', '')).split(',')))
    rows = []
    for name, section in sections.items():
        if params.get('storage') not in (None, name):
            continue
        if not ctx.may(f'/storage/{name}', READ, any_of=True):
            continue
        shown = set(kinds.as_shown(name, section)['content'].split(','))
        if wanted and not wanted & shown:
            continue
        target = params.get('target')
        if target and not kinds.on_node(section, target):
            continue
        row = activate.status(name, section)
        if params.get('enabled') and not row['enabled']:
            continue
        rows.append(row)
    return rows


VOLUMES = '/nodes/{node}/storage/{storage}/content'
NODE = {'node': {'type': 'string', 'format': 'pve-node'},
        'storage': {'type': 'string', 'format': 'pve-storage-id'}}
PERMISSION = {'check': ['perm', '/storage/{storage}', READ, 'any', 1]}


@method(VOLUMES, 'GET', protected=True, proxyto='node', permissions=PERMISSION, parameters={
    **NODE, 'content': {'type': 'string', 'optional': True},
    'vmid': {'type': 'integer', 'optional': True}})
def volumes(ctx, params):
    section = usable(ctx, params['storage'])
    return content.volumes(params['storage'], section, params.get('content'), params.get('vmid'))


@method(VOLUMES, 'POST', protected=True, proxyto='node', parameters={
    **NODE, 'filename': {'type': 'string'}, 'size': {'type': 'string'}, 'vmid': {'type': 'integer'},
    'format': {'type': 'string', 'optional': True}},
    permissions={'check': ['perm', '/storage/{storage}', ['Datastore.AllocateSpace']]})
def allocate(ctx, params):
    section = usable(ctx, params['storage'])
    return content.allocate(params['storage'], section, params['vmid'], params['filename'], params['size'],
                            params.get('format', 'raw'))


@method(VOLUMES + '/{volume}', 'GET', protected=True, proxyto='node', permissions=PERMISSION,
        parameters={**NODE, 'volume': {'type': 'string'}})
def volume(ctx, params):
    section = usable(ctx, params['storage'])
    return content.describe(params['storage'], section, params['volume'])


@method(VOLUMES + '/{volume}', 'DELETE', protected=True, proxyto='node',
        permissions={'check': ['perm', '/storage/{storage}', ['Datastore.AllocateSpace']]},
        parameters={**NODE, 'volume': {'type': 'string'}, 'delay': {'type': 'integer', 'optional': True}})
def remove(ctx, params):
    section = usable(ctx, params['storage'])
    volume_id = content.full_id(params['storage'], params['volume'])
    return ctx.task('imgdel', volume_id, lambda log: content.free(params['storage'], section, volume_id))


@method('/nodes/{node}/scan/nfs', 'GET', protected=True, proxyto='node')
def scan_nfs(ctx, params):
    return scan.nfs(params['server'])


@method('/nodes/{node}/scan/zfs', 'GET', protected=True, proxyto='node')
def scan_zfs(ctx, params):
    return [{'pool': name} for name in sorted(activate.zfs_pools())]


@method('/nodes/{node}/scan/lvm', 'GET', protected=True, proxyto='node')
def scan_lvm(ctx, params):
    return [{'vg': name} for name in sorted(activate.volume_groups())]
