"""`ceph-volume lvm`: what of it Proxmox's own calls do not reach."""
import os
import sys

from ..ceph import disks, osds, tools
from ..errors import PlainError


def _option(argv, name):
    return argv[argv.index(name) + 1] if name in argv[:-1] else None


def _create(argv):
    tools.check_installed('osd')
    if '--dmcrypt' in argv:
        raise PlainError('--dmcrypt is not part of this stand-in')
    number, data = _option(argv, '--osd-id'), _option(argv, '--data')
    device = os.path.realpath(data or '')
    found = next((row for row in disks.rows() if row['devpath'] == device), None)
    if found is None:
        raise PlainError(f'stderr: blkid: error: {data}: No such file or directory')
    if 'used' in found:
        raise PlainError(f'--> RuntimeError: Device {device} has a filesystem.')
    osds.make(device, _option(argv, '--crush-device-class'), None if number is None else int(number))


def _zap(argv):
    number = _option(argv, '--osd-id')
    if number is not None:
        return osds.zap(int(number))
    device = os.path.realpath(argv[-1])
    if device in disks.osds():
        raise PlainError(f'--> RuntimeError: {device} is in use')
    return disks.wipe(device)


def _activate(argv):
    tools.check_installed('osd')
    number, name = argv
    osds.activate(int(number), name)


COMMANDS = {'create': _create, 'zap': _zap, 'activate': _activate}


def main(argv):
    if argv[:1] != ['lvm'] or argv[1:2] == [] or argv[1] not in COMMANDS:
        sys.stderr.write(f"ceph-volume: {' '.join(argv)} is not part of this stand-in\n")
        return 2
    try:
        COMMANDS[argv[1]](argv[2:])
    except PlainError as error:
        sys.stderr.write(f'{error}\n')
        return 1
    return 0
