"""/nodes/{node}/vzdump: saving guests of this node."""
from ..api import ParameterError, PlainError, method
from ..storage import activate, content
from ..vzdump import archive, job, options, selection

ROOT_ONLY = ('tmpdir', 'dumpdir', 'script', 'job-id')


def check_rights(ctx, params):
    if ctx.cli or ctx.user == 'root@pam':
        return
    for key in ROOT_ONLY:
        if key in params:
            raise ParameterError({key: 'Only root may set this option.'})
    if any(key in params for key in ('bwlimit', 'ionice', 'performance')):
        ctx.check('/', ['Sys.Modify'])
    if 'prune-backups' in params:
        ctx.check(f"/storage/{params.get('storage') or 'local'}", ['Datastore.Allocate'])


@method('/nodes/{node}/vzdump', 'POST')
def save(ctx, params):
    if params.get('stdout') and not ctx.cli:
        raise ParameterError({'stdout': 'option is only allowed on the command line interface.'})
    check_rights(ctx, params)
    options.check(params)
    if params.get('exclude') and not params.get('pool'):
        params['all'] = 1
    vmids = selection.guests({**params, 'node': ctx.node})
    if params.get('stop'):
        ctx.check(f'/nodes/{ctx.node}', ['Sys.Modify'])
        job.stop_running()
    # Guests of other nodes are nobody's business here, and no error.
    if not vmids and (params.get('stop') or not params.get('all')):
        return 'OK'
    ctx.check(f"/storage/{params.get('storage') or 'local'}", ['Datastore.AllocateSpace'])
    identifier = str(vmids[0]) if len(vmids) == 1 else ''
    return ctx.task('vzdump', identifier, lambda log: job.run(ctx, params, vmids, log))


@method('/nodes/{node}/vzdump/extractconfig', 'GET')
def configuration(ctx, params):
    """The configuration that an archive holds."""
    storage = params['volume'].partition(':')[0]
    section = activate.usable(storage, ctx.node)
    path = content.path_of(section, params['volume'])
    owner = content.owner_of(params['volume'])
    if owner is None or not content.is_backup(params['volume']):
        raise PlainError(f"volume '{params['volume']}' is no backup of a guest")
    if not ctx.may(f'/storage/{storage}', ['Datastore.Allocate']):
        ctx.check(f'/storage/{storage}', ['Datastore.AllocateSpace'])
        ctx.check(f'/vms/{owner}', ['VM.Backup'])
    activate.activate(storage, section)
    return archive.description_of(path)['config']
