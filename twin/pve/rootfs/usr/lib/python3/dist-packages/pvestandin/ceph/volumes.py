"""
Volumes of OSDs that share a disk. Proxmox and ceph-volume make them with LVM, for which the kernel of a twin has no device mapper: here
each is a partition that its name tells from those a person made.
"""
import os

from .. import host
from ..errors import PlainError
from . import partitions, tools

EXTENT = 4 << 20
# What lies before and behind the partitions of a disk.
TABLE = 2 << 20
KINDS = {'osd-block': 'block', 'osd-db': 'db', 'osd-wal': 'wal'}


def on(device):
    """[(path, kind, bytes)] of a disk."""
    there = partitions.of_disk(device)
    names = partitions.names(device) if there else {}
    return [(f'{device}p{number}', KINDS[names[number]], size)
            for number, (_, _, size) in sorted(there.items()) if names.get(number) in KINDS]


def group(device):
    """(bytes, free bytes) of the group of volumes that a disk is; None for a disk that is none."""
    volumes = on(device)
    if not volumes:
        return None
    whole = room(device)
    return whole, max(0, whole - sum(size for _, _, size in volumes))


def room(device):
    """What volumes can have of a disk."""
    size = next(disk['sizeBytes'] for disk in host.disks() if f"/dev/{disk['name']}" == device)
    return (size - TABLE) // EXTENT * EXTENT


def make(device, kind, size):
    """A volume of whole pieces, as LVM rounds it; on a blank disk the first one makes the group."""
    size = -(-size // EXTENT) * EXTENT
    _, free = group(device) or (0, room(device))
    if size > free:
        raise PlainError(f"vg 'ceph-{os.path.basename(device)}' has not enough space")
    number = max(partitions.of_disk(device), default=0) + 1
    name = next(name for name, one in KINDS.items() if one == kind)
    tools.run(['sgdisk', '-n', f'{number}:0:+{size // 1024}K', '-t', f'{number}:8E00', '-c', f'{number}:{name}', device])
    partitions.settle()
    return f'{device}p{number}'


def remove(path):
    """What lay there is not to be found again by a volume that is made in the same place."""
    device, number = partitions.split(path)
    tools.run(['dd', 'if=/dev/zero', f'of={path}', 'bs=1M', 'count=16', 'conv=fdatasync', 'status=none'])
    tools.run(['sgdisk', '-d', str(number), device])
    partitions.settle()
    return device


def is_one(path):
    part = partitions.split(path)
    return part is not None and any(path == volume for volume, _, _ in on(part[0]))
