"""OSDs of this host: BlueStore straight on the disk, where ceph-volume puts LVM between; the kernel of a twin has no device mapper."""
import json
import os
import shutil
import uuid

from ..errors import PlainError
from . import disks, tools


def make(device, device_class=None, number=None, log=print):
    """A new OSD, or one that takes the number of a destroyed one over."""
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
    os.symlink(device, f'{folder}/block')
    tools.own(folder)
    tools.run(['chown', 'ceph:ceph', device])
    # With the key it is written to the disk as well, from where a host that was installed anew takes it.
    tools.run(['ceph-osd', '-i', number, '--mkfs', '--osd-uuid', name, '--keyfile', '-', '--setuser', 'ceph',
               '--setgroup', 'ceph'], stdin=secret, timeout_s=120)
    tools.start(f'ceph-osd@{number}')
    log(f'--> ceph-volume lvm create successful for: {device}')


def activate(number, name):
    """An OSD whose host has forgotten it: its disk knows the rest."""
    found = [row['devpath'] for row in disks.rows()
             if row['osdid'] == number and disks.label(row['devpath']).get('osd_uuid') == name]
    if not found:
        raise PlainError(f'--> RuntimeError: could not find osd.{number} with osd_fsid {name}')
    folder = f'{tools.DATA}/osd/ceph-{number}'
    os.makedirs(folder, exist_ok=True)
    tools.run(['ceph-bluestore-tool', 'prime-osd-dir', '--dev', found[0], '--path', folder, '--no-mon-config'])
    if not os.path.lexists(f'{folder}/block'):
        os.symlink(found[0], f'{folder}/block')
    tools.own(folder)
    tools.run(['chown', 'ceph:ceph', found[0]])
    tools.start(f'ceph-osd@{number}')


def _is_destroyed(number):
    return any(row['osd'] == number and 'destroyed' in row['state'] for row in tools.ask('osd', 'dump')['osds'])


def zap(number):
    """Empties the disk of an OSD that runs no more, and forgets its folder."""
    if tools.unit_state(f'ceph-osd@{number}') == 'running':
        raise PlainError(f'OSD ID {number} is running, stop it with: systemctl stop ceph-osd@{number}')
    folder = f'{tools.DATA}/osd/ceph-{number}'
    if not os.path.isdir(folder):
        raise PlainError(f'Unable to find any LV for zapping OSD: {number}')
    device = os.path.realpath(f'{folder}/block')
    if os.path.basename(device) not in disks.pulled():
        disks.wipe(device)
    tools.run(['systemctl', 'disable', '--quiet', f'ceph-osd@{number}'])
    shutil.rmtree(folder)
