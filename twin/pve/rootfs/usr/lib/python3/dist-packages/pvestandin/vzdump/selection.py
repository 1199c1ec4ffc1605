"""Which guests a backup takes, and which of their volumes."""
import re

from .. import guestlist, usercfg
from ..errors import PlainError
from ..guests import config
from ..stored import split_list

# The order in which a machine's drives are looked at.
BUSES = ('ide', 'scsi', 'virtio', 'sata', 'efidisk', 'tpmstate')


def numbers(text):
    found = []
    for word in split_list(text):
        if not word.isdigit():
            raise PlainError(f"ERROR: strange VM ID '{word}'")
        if int(word):
            found.append(int(word))
    return sorted(found)


def guests(job):
    """Numbers of the guests that a job takes: where it names a node, those that are there.

    One that has gone is among them when it is named by its number, and is for the backup to fail at.
    """
    there = guestlist.guests()
    return [vmid for vmid in _named(job, there) if vmid not in there or job.get('node') in (None, there[vmid]['node'])]


def _named(job, there):
    if job.get('pool'):
        pool = usercfg.load()['pools'].get(job['pool'])
        if pool is None:
            raise PlainError(f"pool '{job['pool']}' does not exist")
        return sorted(int(vmid) for vmid in pool['vms'] if int(vmid) in there)
    if job.get('vmid'):
        return numbers(job['vmid'])
    if int(job.get('all') or 0):
        left_out = numbers(job.get('exclude'))
        return sorted(vmid for vmid in there if vmid not in left_out)
    return []


def volumes(kind, values):
    """[{key, volume, words, included, reason}] of a guest's configuration."""
    return list((_of_machine if kind == 'qemu' else _of_container)(values))


def words_of(text):
    """(volume, its other words) of a drive or a mount point."""
    first, *rest = str(text).split(',')
    words = dict(part.partition('=')[::2] for part in rest)
    for name in ('file', 'volume'):
        first = first.removeprefix(f'{name}=')
    return first, words


def _of_machine(values):
    def place(key):
        bus, number = re.fullmatch(r'([a-z]+)(\d+)', key).groups()
        return BUSES.index(bus), int(number)

    for key in sorted(filter(config.DRIVE.match, values), key=place):
        volume, words = words_of(values[key])
        if volume == 'none' or words.get('media') == 'cdrom':
            continue
        wanted = words.get('backup')
        included, reason = _yes(wanted or '1'), 'backup=yes' if wanted is None else 'backup=no'
        if key.startswith('efidisk') and values.get('bios') != 'ovmf':
            included, reason = False, 'efidisk but no OVMF BIOS'
        yield {'key': key, 'volume': volume, 'words': words, 'included': int(included), 'reason': reason}


def _of_container(values):
    def place(key):
        return (0, 0) if key == 'rootfs' else (1, int(key[2:]))

    for key in sorted(filter(config.DISK['lxc'].match, values), key=place):
        volume, words = words_of(values[key])
        if key == 'rootfs':
            included, reason = True, 'rootfs'
        elif volume.startswith('/'):
            included, reason = False, 'not a volume'
        else:
            included = _yes(words.get('backup', '0'))
            reason = 'enabled' if included else 'disabled'
        yield {'key': key, 'volume': volume, 'words': {'mp': '/', **words} if key == 'rootfs' else words,
               'included': int(included), 'reason': reason}


def _yes(word):
    return word in ('1', 'yes', 'on', 'true')
