"""ceph-mgr-dashboard, which Debian 13 does not have: an empty package of the managers' version that apt finds on the host itself."""
import hashlib
import os
import subprocess
import tempfile

NAME = 'ceph-mgr-dashboard'
FOLDER = '/var/lib/pve-standin/packages'
SOURCE = '/etc/apt/sources.list.d/pve-standin-packages.list'
# The managers look for their modules here.
PLACE = '/usr/share/ceph/mgr/dashboard'


def offer():
    """Behind Ceph's packages, whose version it has."""
    version = _said('dpkg-query', '-W', '-f=${Version}', 'ceph-mgr')
    control = (f'Package: {NAME}\nVersion: {version}\nArchitecture: all\nMaintainer: none <none@localhost>\n'
               f'Depends: ceph-mgr (= {version})\nDescription: stands in for the page of Ceph managers\n')
    os.makedirs(FOLDER, exist_ok=True)
    file = f'{FOLDER}/{NAME}.deb'
    with tempfile.TemporaryDirectory() as work:
        for folder in ('DEBIAN', PLACE.strip('/')):
            os.makedirs(f'{work}/{folder}')
        os.chmod(work, 0o755)
        _write(f'{work}/DEBIAN/control', control)
        _write(f'{work}{PLACE}/README', 'No module: `ceph dashboard` is answered beside the managers.\n')
        _said('dpkg-deb', '--root-owner-group', '--build', work, file)
    with open(file, 'rb') as made:
        content = made.read()
    _write(f'{FOLDER}/Packages', f'{control}Filename: ./{NAME}.deb\nSize: {len(content)}\n'
                                 f'SHA256: {hashlib.sha256(content).hexdigest()}\n')
    _write(SOURCE, f'deb [trusted=yes] file:{FOLDER} ./\n')


def is_installed():
    return os.path.isdir(PLACE)


def _said(*words):
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


def _write(path, text):
    with open(path, 'w', encoding='utf-8') as out:
        out.write(text)
