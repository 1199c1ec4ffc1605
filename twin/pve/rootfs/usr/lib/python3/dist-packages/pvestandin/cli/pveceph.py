"""`pveceph`: what of it is not the API's."""
import os
import subprocess
import sys

from .. import host
from ..ceph import dashboard_package, tools
from ..errors import PlainError
from . import command

PACKAGES = ('ceph-mon', 'ceph-mgr', 'ceph-osd', 'ceph-common', 'ceph-mds', 'ceph-fuse')
# As Proxmox has them for each of its majors.
RELEASES = {8: {'quincy': '17.2.9', 'reef': '18.2.7', 'squid': '19.2.6'}, 9: {'squid': '19.2.6', 'tentacle': '20.2.4'}}
INSTALL = {
    'version': {'type': 'string', 'optional': True},
    'repository': {'type': 'string', 'optional': True, 'enum': ['enterprise', 'no-subscription', 'test', 'manual'],
                   'default': 'enterprise'},
    'allow-experimental': {'type': 'boolean', 'optional': True},
}
SAID = '/var/lib/pve-standin/ceph-version'


def _install(argv):
    """Debian's packages, which then say that they are of the release that was asked for."""
    from .. import schema
    params = schema.validate(INSTALL, command.parse(argv, INSTALL, []))
    known = RELEASES[host.major()]
    release = params.get('version') or next(iter(known))
    if release not in known:
        raise command.ParameterError({'version': f"value '{release}' does not have a value in the enumeration "
                                                 f"'{', '.join(known)}'"})
    with open(tools.INSTALLING, 'w', encoding='ascii'):
        pass
    try:
        subprocess.run(['apt-get', '-q', 'update'], check=False)
        # Without an answer to apt's question there is no installation.
        done = subprocess.run(['apt-get', '--no-install-recommends', '-o', 'Dpkg::Options::=--force-confnew', 'install',
                               '--', *PACKAGES], check=False)
    finally:
        os.unlink(tools.INSTALLING)
    if done.returncode:
        raise PlainError(f'apt failed during ceph installation ({done.returncode << 8})')
    dashboard_package.offer()
    os.makedirs(os.path.dirname(SAID), exist_ok=True)
    with open(SAID, 'w', encoding='ascii') as out:
        out.write(f'ceph version {known[release]} (0000000000000000000000000000000000000000) {release} (stable)\n')
    sys.stdout.write(f"\ninstalled Ceph {known[release].rpartition('.')[0]} {release.capitalize()} successfully!\n")
    return 0


COMMANDS = {'install': _install}


def main(argv):
    return command.run('pveceph', COMMANDS, argv)
