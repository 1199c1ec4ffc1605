"""Calling Ceph's own programs, and what Proxmox checks before it does."""
import ipaddress
import json
import os
import shutil
import subprocess

from .. import cfs
from ..errors import PlainError

CONFIG = 'ceph.conf'
ADMIN = 'priv/ceph.client.admin.keyring'
LINK = '/etc/ceph/ceph.conf'
DATA = '/var/lib/ceph'
# A binary is there before its package is set up.
INSTALLING = '/run/pve-ceph-install-flag'
BINARY = {'mon': '/usr/bin/ceph-mon', 'mgr': '/usr/bin/ceph-mgr', 'osd': '/usr/bin/ceph-osd',
          'mds': '/usr/bin/ceph-mds'}


def run(words, stdin=None, timeout_s=60):
    """Standard output of a program, or its complaint as Proxmox passes it on."""
    try:
        done = subprocess.run(words, input=stdin, capture_output=True, text=True, timeout=timeout_s, check=False)
    except OSError as error:
        raise PlainError(f'{words[0]}: {error.strerror}') from error
    except subprocess.TimeoutExpired:
        raise PlainError(f"command '{words[0]}' failed: got timeout") from None
    if done.returncode != 0:
        reason = done.stderr.strip().splitlines()[-1:] or [f'exit code {done.returncode}']
        raise PlainError(f"command '{' '.join(words[:4])}' failed: {reason[0]}")
    return done.stdout


def ceph(*words, stdin=None, timeout_s=60):
    """A command of the monitors, as text."""
    return run(['ceph', '--connect-timeout', '10', *map(str, words)], stdin=stdin, timeout_s=timeout_s)


def ask(*words):
    """The same as data."""
    return json.loads(ceph(*words, '--format', 'json'))


def check_installed(kind='mon'):
    if not os.path.exists(BINARY[kind]) or os.path.exists(INSTALLING):
        raise PlainError(f'binary not installed: {BINARY[kind]}', exit_code=2)


def check_inited():
    check_installed()
    missing = [f"missing '/etc/pve/{name}'" for name in (CONFIG, 'ceph') if not cfs.exists(name)]
    if missing:
        raise PlainError(f"pveceph configuration not initialized - {', '.join(missing)}", exit_code=2)


def check_configured():
    check_inited()
    if not cfs.exists(ADMIN):
        raise PlainError("ceph not fully configured - missing '/etc/pve/priv/ceph.client.admin.keyring'", exit_code=2)


def link_config():
    """Every node that runs Ceph reads the cluster's one file."""
    if os.path.lexists(LINK) and not (os.path.islink(LINK) and os.readlink(LINK) == '/etc/pve/ceph.conf'):
        raise PlainError(f"file '{LINK}' already exists and is not a symlink to /etc/pve/ceph.conf")
    os.makedirs(os.path.dirname(LINK), exist_ok=True)
    if not os.path.lexists(LINK):
        os.symlink('/etc/pve/ceph.conf', LINK)
    with open('/etc/ceph/ceph.client.admin.keyring', 'w', encoding='utf-8', opener=_secret) as out:
        out.write(cfs.read(ADMIN) or '')


def _secret(path, flags):
    return os.open(path, flags, 0o600)


def own(path):
    """Everything below belongs to the daemons' user."""
    for folder, _, files in os.walk(path):
        for name in (folder, *(os.path.join(folder, one) for one in files)):
            if not os.path.islink(name):
                shutil.chown(name, 'ceph', 'ceph')


def start(unit):
    run(['systemctl', 'enable', '--quiet', unit])
    run(['systemctl', 'start', unit])


def unit_state(unit):
    done = subprocess.run(['systemctl', 'is-active', unit], capture_output=True, text=True, check=False)
    return 'running' if done.stdout.strip() == 'active' else 'stopped'


def addresses_in(network):
    """This host's addresses within a network, as text."""
    wanted = ipaddress.ip_network(network, strict=False)
    rows = json.loads(run(['ip', '-json', 'address', 'show']))
    return [info['local'] for row in rows for info in row.get('addr_info', [])
            if ipaddress.ip_address(info['local']) in wanted]
