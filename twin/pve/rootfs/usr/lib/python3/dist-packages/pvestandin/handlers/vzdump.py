"""/nodes/{node}/vzdump: saving guests of this node."""
from ..api import ParameterError, method
from ..restore import source
from ..storage import content
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
    volume = params['volume']
    source.check(ctx, None, volume)
    if content.is_backup(volume):
        ctx.check(f'/vms/{content.owner_of(volume)}', ['VM.Backup'])
    return archive.description_of(source.path_of(ctx, volume))['config']
