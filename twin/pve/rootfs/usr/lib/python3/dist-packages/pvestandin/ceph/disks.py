"""The host's disks and what lies on them."""
import glob
import json
import os
import subprocess

from .. import host
from . import tools

# One name a line: disks that somebody has pulled out of the host, for tests.
PULLED = '/run/pve-standin-pulled-disks'


def osds():
    """{device: OSD id} of this host."""
    return {os.path.realpath(link): int(os.path.basename(os.path.dirname(link)).removeprefix('ceph-'))
            for link in glob.glob(f'{tools.DATA}/osd/ceph-*/block')}


def label(device):
    """What BlueStore says of itself at the beginning of a disk, where LVM's tags say it on a real host: whose it is, and its number."""
    done = subprocess.run(['ceph-bluestore-tool', 'show-label', '--dev', device], capture_output=True, text=True, check=False)
    return next(iter(json.loads(done.stdout).values()), {}) if done.returncode == 0 else {}


def content(device):
    """What a disk is used for, in Proxmox's words; None for a blank one."""
    done = subprocess.run(['blkid', '-p', '-o', 'export', device], capture_output=True, text=True, check=False)
    found = dict(line.partition('=')[::2] for line in done.stdout.splitlines())
    if found.get('TYPE') == 'LVM2_member':
        return 'LVM'
    return found.get('TYPE') or ('partitions' if found.get('PTTYPE') else None)


def pulled():
    try:
        with open(PULLED, encoding='ascii') as names:
            return names.read().split()
    except FileNotFoundError:
        return []


def wipe(device):
    """Everything that tells what lay on it; the first mebibytes as well, as Proxmox does with more of them."""
    tools.run(['wipefs', '--all', '--quiet', device])
    tools.run(['dd', 'if=/dev/zero', f'of={device}', 'bs=1M', 'count=16', 'conv=fdatasync', 'status=none'])


def rows():
    here = osds()
    gone = pulled()
    for disk in host.disks():
        if disk['name'] in gone:
            continue
        device = f"/dev/{disk['name']}"
        number, used = here.get(device, -1), None
        if number < 0:
            used = content(device)
            if used == 'ceph_bluestore':
                number = int(label(device).get('whoami', -1))
        # Proxmox lays an OSD into a volume group, so that is what it says of such a disk.
        used = 'LVM' if number >= 0 else used
        yield {
            'devpath': device, 'size': disk['sizeBytes'], 'model': disk['model'], 'serial': disk['serial'],
            'by_id_link': f"/dev/disk/by-id/{disk['byId']}", 'type': 'nvme', 'vendor': 'unknown', 'health': 'PASSED',
            'wearout': 'N/A', 'rpm': 7200 if disk.get('rotational') else 0, 'gpt': 0, 'wwn': 'unknown', 'osdid': number,
            'osdid-list': [number] if number >= 0 else None, **({'used': used} if used else {})}
