"""Running a tool on another member, as PVE does: ssh as root with the cluster's host keys."""
import subprocess

from .. import cfs
from ..errors import PlainError


def command(node, words):
    address = cfs.members()[node]['ip']
    return ['/usr/bin/ssh', '-e', 'none', '-o', 'BatchMode=yes', '-o', f'HostKeyAlias={node}',
            '-o', f"UserKnownHostsFile={cfs.path(f'nodes/{node}/ssh_known_hosts')}",
            '-o', 'GlobalKnownHostsFile=none', '-o', 'ConnectTimeout=10', f'root@{address}', '--', *words]


def run(node, words, text=None, timeout_s=120):
    try:
        done = subprocess.run(command(node, words), input=text, capture_output=True, text=True,
                              timeout=timeout_s, check=False)
    except subprocess.TimeoutExpired as error:
        raise PlainError(f"command '{' '.join(words)}' on node '{node}' got timeout") from error
    if done.returncode != 0:
        raise PlainError(f"command '{' '.join(words)}' on node '{node}' failed: {done.stderr.strip()}")
    return done.stdout
