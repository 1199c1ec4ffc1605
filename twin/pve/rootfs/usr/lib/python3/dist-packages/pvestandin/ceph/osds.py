"""OSDs of this host: BlueStore straight on the disk or in its volume, where ceph-volume puts LVM between."""
import glob
import json
import os
import shutil
import uuid

from ..errors import PlainError
from . import disks, partitions, tools, volumes


def make(device, device_class=None, number=None, log=print, slots=None):
    """A new OSD, or one that takes the number of a destroyed one over; slots are {'db' or 'wal': volume}."""
    name, secret = str(uuid.uuid4()), tools.run(['ceph-authtool', '--gen-print-key']).strip()
    if number is not None and not _is_destroyed(number):
        raise PlainError(f'The osd ID {number} is already in use or does not exist.', exit_code=1)
    wanted = [] if number is None else [str(number)]
    number = tools.ceph('osd', 'new', name, *wanted, '-i', '-', stdin=json.dumps({'cephx_secret': secret})).strip()
    folder = f'{tools.DATA}/osd/ceph-{number}'
    # What a dead disk has left: ceph-volume mounts a new folder over it.
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    if device_class:
        with open(f'{folder}/crush_device_class', 'w', encoding='ascii') as out:
            out.write(f'{device_class}\n')
    tools.run(['ceph-authtool', '--create-keyring', f'{folder}/keyring', '-n', f'osd.{number}', '--add-key', secret])
    _link(folder, device, slots or {})
    # With the key it is written to the disk as well, from where a host that was installed anew takes it.
    tools.run(['ceph-osd', '-i', number, '--mkfs', '--osd-uuid', name, '--keyfile', '-', '--setuser', 'ceph',
               '--setgroup', 'ceph'], stdin=secret, timeout_s=120)
    for path in (slots or {}).values():
        # ceph-volume marks a volume with the number; BlueStore's own label of a slot has none.
        tools.run(['ceph-bluestore-tool', 'set-label-key', '--dev', path, '-k', 'whoami', '-v', number])
    tools.start(f'ceph-osd@{number}')
    log(f'--> ceph-volume lvm create successful for: {device}')


def make_all(device, device_class, count, numbers=(), log=print, slots=None):
    """One OSD on the whole disk, or several that share it evenly; numbers are those of destroyed ones."""
    numbers = list(numbers)
    if count == 1:
        make(device, device_class, numbers[0] if numbers else None, log, slots)
        return
    each = volumes.room(device) // count // volumes.EXTENT * volumes.EXTENT
    for at in range(count):
        make(volumes.make(device, 'block', each), device_class, numbers[at] if at < len(numbers) else None, log)


def activate(number, name):
    """An OSD whose host has forgotten it: its disk knows the rest."""
    found = {kind: path for one, kind, path, _, _ in disks.of_osds()
             if one == number and disks.label(path).get('osd_uuid') == name}
    if 'block' not in found:
        raise PlainError(f'--> RuntimeError: could not find osd.{number} with osd_fsid {name}')
    folder = f'{tools.DATA}/osd/ceph-{number}'
    os.makedirs(folder, exist_ok=True)
    device = found.pop('block')
    tools.run(['ceph-bluestore-tool', 'prime-osd-dir', '--dev', device, '--path', folder, '--no-mon-config'])
    _link(folder, device, found)
    tools.start(f'ceph-osd@{number}')


def _link(folder, device, slots):
    for name, path in {'block': device, **{f'block.{kind}': path for kind, path in slots.items()}}.items():
        if not os.path.lexists(f'{folder}/{name}'):
            os.symlink(path, f'{folder}/{name}')
        tools.run(['chown', 'ceph:ceph', path])
    tools.own(folder)


def _is_destroyed(number):
    return any(row['osd'] == number and 'destroyed' in row['state'] for row in tools.ask('osd', 'dump')['osds'])


def paths():
    """All that OSDs of this host lie on."""
    return [os.path.realpath(link) for link in glob.glob(f'{tools.DATA}/osd/ceph-*/block*')]


def zap(number):
    """Empties the disk of an OSD that runs no more, and forgets its folder."""
    if tools.unit_state(f'ceph-osd@{number}') == 'running':
        raise PlainError(f'OSD ID {number} is running, stop it with: systemctl stop ceph-osd@{number}')
    folder = f'{tools.DATA}/osd/ceph-{number}'
    if not os.path.isdir(folder):
        raise PlainError(f'Unable to find any LV for zapping OSD: {number}')
    for link in glob.glob(f'{folder}/block*'):
        _empty(os.path.realpath(link))
    tools.run(['systemctl', 'disable', '--quiet', f'ceph-osd@{number}'])
    shutil.rmtree(folder)


def _empty(path):
    """A volume is taken away, and with the last one its group."""
    device = (partitions.split(path) or [path])[0]
    if os.path.basename(device) in disks.pulled():
        return
    if not volumes.is_one(path):
        disks.wipe(path)
    elif not volumes.on(volumes.remove(path)):
        disks.wipe(device)
