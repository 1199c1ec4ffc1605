"""/cluster/sdn: applying, the global lock, and what an apply would change."""
import os
import subprocess
import uuid

from .. import cfs
from ..api import PlainError, method
from ..guests import remote
from ..sdn import generate, pending

LOCK_FILE = 'sdn/.lock'


def check_lock(params):
    held = (cfs.read(LOCK_FILE) or '').strip()
    given = params.get('lock-token')
    if held != (given or ''):
        raise PlainError('invalid lock token provided!' if given else
                         'could not acquire lock: the SDN configuration is locked')


@method('/cluster/sdn', 'GET')
def children(ctx, params):
    return [{'id': name} for name in ('vnets', 'zones', 'controllers', 'ipams', 'dns',
                                      *(['fabrics'] if ctx.major >= 9 else []))]


@method('/cluster/sdn/lock', 'POST', protected=True, majors=(9,))
def lock(ctx, params):
    with cfs.lock('domain-sdn'):
        if (cfs.read(LOCK_FILE) or '').strip():
            raise PlainError('configuration is already locked!')
        if pending.differs() and not params.get('allow-pending'):
            raise PlainError('configuration has pending changes')
        token = str(uuid.uuid4())
        cfs.makedirs('sdn')
        cfs.write(LOCK_FILE, token)
    return token


@method('/cluster/sdn/lock', 'DELETE', protected=True, majors=(9,))
def unlock(ctx, params):
    with cfs.lock('domain-sdn'):
        if not params.get('force'):
            check_lock(params)
        cfs.delete(LOCK_FILE)


@method('/cluster/sdn/rollback', 'POST', protected=True, majors=(9,))
def rollback(ctx, params):
    with cfs.lock('domain-sdn'):
        check_lock(params)
        pending.rollback()
        if params.get('release-lock', 1):
            cfs.delete(LOCK_FILE)


@method('/cluster/sdn', 'PUT', protected=True)
def apply(ctx, params):
    with cfs.lock('domain-sdn'):
        check_lock(params)
        pending.apply()
        if params.get('lock-token') and params.get('release-lock', 1):
            cfs.delete(LOCK_FILE)

    def work(log):
        """A node that fails is only a line in the log; the task ends OK all the same."""
        for node, member in sorted(cfs.members().items()):
            if not member.get('online'):
                continue
            log(f'{node}: reloading network config')
            try:
                reload_on(node)
            except (PlainError, OSError) as error:
                log(str(error))
    return ctx.task('reloadnetworkall', '', work)


def reload_on(node):
    if node == cfs.nodename():
        if not os.path.exists('/usr/sbin/ifreload'):
            raise PlainError('you need ifupdown2 to reload network configuration')
        generate.interfaces()
        done = subprocess.run(['ifreload', '-a'], capture_output=True, text=True, check=False)
        generate.frr()
        if done.returncode != 0:
            raise PlainError(f"command 'ifreload -a' failed: exit code {done.returncode}")
        return
    remote.run(node, ['pvesh', 'set', f'/nodes/{node}/network'])
