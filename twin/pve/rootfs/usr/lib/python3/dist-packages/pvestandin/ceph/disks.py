"""The host's disks and what lies on them."""
import glob
import json
import os
import subprocess

from .. import host
from . import partitions, tools, volumes

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


def number_on(device, here):
    """The OSD on a disk, partition or volume; its host may have been installed anew since and know nothing of it."""
    if device in here:
        return here[device]
    return int(label(device).get('whoami', -1)) if content(device) == 'ceph_bluestore' else -1


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


def groups():
    """Disks that are groups of volumes, with (bytes, free bytes) each."""
    devices = [f"/dev/{disk['name']}" for disk in host.disks() if disk['name'] not in pulled()]
    return {device: group for device in devices if (group := volumes.group(device)) is not None}


def of_osds():
    """[(number, kind, path, disk or partition, bytes)] of all that lies on the disks for OSDs, whose ever they are."""
    here = osds()
    for row in rows():
        device = row['devpath']
        marked = [(number_on(path, here), kind, path, size) for path, kind, size in volumes.on(device)]
        if not marked and row.get('used') == 'LVM':
            marked = [(row['osdid'], 'block', device, row['size'])]
        yield from ((number, kind, path, device, size) for number, kind, path, size in marked if number >= 0)


def wipe(device):
    """Everything that tells what lay on it; the first mebibytes as well, as Proxmox does with more of them."""
    tools.run(['wipefs', '--all', '--quiet', device])
    tools.run(['dd', 'if=/dev/zero', f'of={device}', 'bs=1M', 'count=16', 'conv=fdatasync', 'status=none'])
    if partitions.of_disk(device):
        partitions.settle()


def rows():
    here = osds()
    gone = pulled()
    for disk in host.disks():
        if disk['name'] in gone:
            continue
        device = f"/dev/{disk['name']}"
        on_it = [(kind, number_on(path, here)) for path, kind, _ in volumes.on(device)]
        parts = [] if on_it else list(_partition_rows(device, here))
        # Proxmox tells the OSD of a partition of its disk as well.
        carried = [number for kind, number in on_it if kind == 'block'] + [row['osdid'] for row in parts]
        numbers = sorted({number for number in carried or [number_on(device, here)] if number >= 0})
        # A volume without a mark of Ceph's counts as nobody's.
        slots = {kind: sum(one == kind and number >= 0 for one, number in on_it) for kind in ('db', 'wal')}
        # Proxmox lays an OSD into a volume group, so that is what it says of such a disk.
        used = 'partitions' if parts else 'LVM' if on_it or numbers else content(device)
        yield {
            'devpath': device, 'size': disk['sizeBytes'], 'model': disk['model'], 'serial': disk['serial'],
            'by_id_link': f"/dev/disk/by-id/{disk['byId']}", 'type': 'nvme', 'vendor': 'unknown', 'health': 'PASSED',
            'wearout': 'N/A', 'rpm': 7200 if disk.get('rotational') else 0, 'gpt': int(bool(parts)), 'wwn': 'unknown',
            'osdid': numbers[0] if numbers else -1, 'osdid-list': numbers or None,
            **({'used': used} if used else {}), **{kind: count for kind, count in slots.items() if count}}
        yield from parts


def row_of(device):
    """A disk or partition as it is listed; None for one that is not there."""
    return next((row for row in rows() if row['devpath'] == device), None)


def _partition_rows(device, here):
    there = partitions.of_disk(device)
    codes = partitions.codes(device) if there else {}
    for part, (_, _, size) in sorted(there.items()):
        name = f'{device}p{part}'
        number = number_on(name, here)
        used = 'LVM' if number >= 0 else _content_of_partition(name, codes.get(part))
        yield {'devpath': name, 'parent': device, 'type': 'partition', 'size': size, 'gpt': 1, 'osdid': number,
               'osdid-list': [number] if number >= 0 else None, **({'used': used} if used else {})}


def _content_of_partition(name, code):
    """The type alone counts as a use, whatever lies there."""
    return {'8E00': 'LVM', 'EF02': 'BIOS boot', 'EF00': 'EFI', 'BF01': 'ZFS'}.get(code) or content(name)


def retype(device, code):
    """What a partition is for; of a whole disk nothing is told."""
    part = partitions.split(device)
    if part is not None:
        tools.run(['sgdisk', '-t', f'{part[1]}:{code}', part[0]])
        partitions.settle()
