"""A host without daemons for unit tests: a plain directory stands for /etc/pve."""
import atexit
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOTFS = HERE.parent / 'rootfs'
WORK = Path(tempfile.mkdtemp(prefix='pve-standin-'))
ETC = WORK / 'pve'
atexit.register(shutil.rmtree, WORK, True)
tempfile.tempdir = str(WORK)

os.environ.update({
    'PVE_STANDIN_ETC': str(ETC),
    'PVE_STANDIN_SHARE': str(ROOTFS / 'usr/share/pve-standin'),
    'PVE_STANDIN_HOST_FILE': str(WORK / 'host.json'),
    'PVE_STANDIN_SOCKET': str(WORK / 'none.sock'),
    'PVE_STANDIN_TASKS': str(WORK / 'tasks'),
})
sys.path.insert(0, str(ROOTFS / 'usr/lib/python3/dist-packages'))


def reset(major=9, nodes=('pve-a', 'pve-b', 'pve-c'), **facts):
    """An empty cluster file system with all nodes online; this host is the first."""
    shutil.rmtree(ETC, ignore_errors=True)
    for node in nodes:
        (ETC / 'nodes' / node / 'qemu-server').mkdir(parents=True)
        (ETC / 'nodes' / node / 'lxc').mkdir()
    (ETC / 'priv/lock').mkdir(parents=True)
    (ETC / 'ha').mkdir()
    (ETC / '.version').write_text('{}')
    nodelist = {node: {'id': i + 1, 'online': 1, 'ip': f'127.0.0.{i + 1}'} for i, node in enumerate(nodes)}
    (ETC / '.members').write_text(json.dumps({
        'nodename': nodes[0], 'version': 1, 'nodelist': nodelist,
        'cluster': {'name': 'test', 'version': 3, 'nodes': len(nodes), 'quorate': 1}}))
    (WORK / 'host.json').write_text(json.dumps({'major': major, 'node': nodes[0], **facts}))


def call(verb, path, /, user='root@pam', **params):
    """Runs an API method as a client's request would; `prune__backups` means `prune-backups`."""
    from pvestandin import api
    api.load()
    ctx = api.Context(user)
    return api.dispatch(ctx, verb, path, {key.replace('__', '-'): value
                                          for key, value in params.items()})

