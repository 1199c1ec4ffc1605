"""A node of the stand-in without a twin: its API on a free port of the loopback address, a directory as /etc/pve.

Prints one line of JSON when it serves, and ends when its standard input does.
"""
import json
import os
import socket
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'pve/tests'))
import harness  # noqa: E402


def main(node, privileges):
    harness.reset(nodes=(node,))
    (harness.ETC / 'local').symlink_to(f'nodes/{node}')
    from pvestandin import nodesetup
    from pvestandin.server import daemon, gateway
    nodesetup.ensure_authority()
    nodesetup.make_certificate(node)
    gateway.warm_up()
    harness.call('POST', '/access/roles', roleid='ProxmoxHaProgram', privs=privileges)
    harness.call('POST', '/access/users', userid='proxmox-ha@pve')
    harness.call('PUT', '/access/acl', path='/', users='proxmox-ha@pve', roles='ProxmoxHaProgram')
    harness.call('POST', '/access/users/proxmox-ha@pve/token/program', userid='proxmox-ha@pve', tokenid='program', privsep=0)
    listener = socket.create_server(('127.0.0.1', 0))
    threading.Thread(target=daemon.Server().serve, args=(listener,), daemon=True).start()
    names = ('PVE_STANDIN_ETC', 'PVE_STANDIN_SHARE', 'PVE_STANDIN_HOST_FILE', 'PVE_STANDIN_SOCKET', 'PVE_STANDIN_TASKS')
    print(json.dumps({
        'port': listener.getsockname()[1],
        'etc': str(harness.ETC),
        'tools': str(harness.ROOTFS / 'usr/bin'),
        'environment': {**{name: os.environ[name] for name in names},
                        'PYTHONPATH': str(harness.ROOTFS / 'usr/lib/python3/dist-packages')},
    }), flush=True)
    sys.stdin.read()


main(*sys.argv[1:])
