"""/nodes/{node}/storage: state and content of the storages as one node sees them."""
from ..api import method
from ..storage import activate, config, content, kinds, scan

READ = ['Datastore.Audit', 'Datastore.AllocateSpace']


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
    section = activate.usable(params['storage'], ctx.node)
    return content.volumes(params['storage'], section, params.get('content'), params.get('vmid'))


@method(VOLUMES, 'POST', protected=True, proxyto='node', parameters={
    **NODE, 'filename': {'type': 'string'}, 'size': {'type': 'string'}, 'vmid': {'type': 'integer'},
    'format': {'type': 'string', 'optional': True}},
    permissions={'check': ['perm', '/storage/{storage}', ['Datastore.AllocateSpace']]})
def allocate(ctx, params):
    section = activate.usable(params['storage'], ctx.node)
    return content.allocate(params['storage'], section, params['vmid'], params['filename'], params['size'],
                            params.get('format', 'raw'))


@method(VOLUMES + '/{volume}', 'GET', protected=True, proxyto='node', permissions=PERMISSION,
        parameters={**NODE, 'volume': {'type': 'string'}})
def volume(ctx, params):
    section = activate.usable(params['storage'], ctx.node)
    return content.describe(params['storage'], section, params['volume'])


@method(VOLUMES + '/{volume}', 'PUT', protected=True, proxyto='node', permissions={'user': 'all'}, parameters={
    **NODE, 'volume': {'type': 'string'}, 'notes': {'type': 'string', 'optional': True},
    'protected': {'type': 'boolean', 'optional': True}})
def change(ctx, params):
    storage = params['storage']
    section, volume_id = activate.usable(storage, ctx.node), content.full_id(storage, params['volume'])
    check_volume(ctx, storage, volume_id)
    content.change(storage, section, volume_id, {key: params[key] for key in ('notes', 'protected') if key in params})


@method(VOLUMES + '/{volume}', 'DELETE', protected=True, proxyto='node', permissions={'user': 'all'}, parameters={
    **NODE, 'volume': {'type': 'string'}, 'delay': {'type': 'integer', 'optional': True}})
def remove(ctx, params):
    storage = params['storage']
    section, volume_id = activate.usable(storage, ctx.node), content.full_id(storage, params['volume'])
    owner = check_volume(ctx, storage, volume_id)

    def work(log):
        content.free(storage, section, volume_id)
        log(f"Removed volume '{volume_id}'")
    return ctx.task('imgdel', f"{f'{owner}@' if owner else ''}{storage}", work)


def check_volume(ctx, storage, volume_id):
    """The guest that a volume belongs to. Who may save a guest may also look after its backups."""
    owner = content.owner_of(volume_id)
    if owner and content.is_backup(volume_id):
        ctx.check(f'/storage/{storage}', ['Datastore.AllocateSpace'])
        ctx.check(f'/vms/{owner}', ['VM.Backup'])
    else:
        ctx.check(f'/storage/{storage}', ['Datastore.Allocate'])
    return owner


@method('/nodes/{node}/scan/nfs', 'GET', protected=True, proxyto='node')
def scan_nfs(ctx, params):
    return scan.nfs(params['server'])


@method('/nodes/{node}/scan/zfs', 'GET', protected=True, proxyto='node')
def scan_zfs(ctx, params):
    return [{'pool': name} for name in sorted(activate.zfs_pools())]


@method('/nodes/{node}/scan/lvm', 'GET', protected=True, proxyto='node')
def scan_lvm(ctx, params):
    return [{'vg': name} for name in sorted(activate.volume_groups())]
