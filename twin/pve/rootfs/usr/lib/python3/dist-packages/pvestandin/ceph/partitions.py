"""Partitions of the host's disks. The kernel's are real; udev, which makes their nodes and links, sees the machine's disks alone."""
import glob
import os
import re
import stat
import subprocess

from .. import host

BY_ID = '/dev/disk/by-id'
ROW = re.compile(r'^\s*(\d+)\s+\d+\s+\d+\s+[\d.]+ \S+\s+([0-9A-F]{4})\s*(.*)$')


def of_disk(device):
    """{number: (major, minor, bytes)} as the kernel has them."""
    try:
        rdev = os.stat(device).st_rdev
    except OSError:
        return {}
    found = {}
    for entry in glob.glob(f'/sys/dev/block/{os.major(rdev)}:{os.minor(rdev)}/*/partition'):
        folder = os.path.dirname(entry)
        major, minor = _read(f'{folder}/dev').split(':')
        found[int(_read(entry))] = (int(major), int(minor), int(_read(f'{folder}/size')) * 512)
    return found


def _read(path):
    with open(path, encoding='ascii') as source:
        return source.read().strip()


def codes(device):
    """{number: type code} as the table on the disk has them."""
    return {int(row[1]): row[2] for row in _table(device)}


def names(device):
    """{number: name} as the table on the disk has them."""
    return {int(row[1]): row[3].strip() for row in _table(device)}


def _table(device):
    done = subprocess.run(['sgdisk', '-p', device], capture_output=True, text=True, check=False)
    return filter(None, (ROW.match(line) for line in done.stdout.splitlines()))


def split(device):
    """A partition's disk and number."""
    found = re.fullmatch(r'(/dev/nvme\d+n\d+)p(\d+)', device)
    return (found[1], int(found[2])) if found else None


def settle():
    """
    Nodes and links for what the kernel has, and for nothing else. One that cannot read tables forgets all partitions of a disk whose
    table was written, unless one is in use; then it is told of them again.
    """
    for disk in host.disks():
        subprocess.run(['/usr/bin/partx', '--update', f"/dev/{disk['name']}"], capture_output=True, check=False)
    for disk in host.disks():
        device = f"/dev/{disk['name']}"
        there = of_disk(device)
        for node in glob.glob(f'{device}p*'):
            if split(node) and split(node)[1] not in there:
                os.unlink(node)
                _forget(f"{BY_ID}/{disk['byId']}-part{split(node)[1]}")
        for number, (major, minor, _) in there.items():
            node, wanted = f'{device}p{number}', os.makedev(major, minor)
            if os.path.exists(node) and os.stat(node).st_rdev != wanted:
                os.unlink(node)
            if not os.path.exists(node):
                os.mknod(node, stat.S_IFBLK | 0o660, wanted)
            link = f"{BY_ID}/{disk['byId']}-part{number}"
            _forget(link)
            os.symlink(f"../../{disk['name']}p{number}", link)


def _forget(link):
    if os.path.islink(link):
        os.unlink(link)
