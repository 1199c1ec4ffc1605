"""`ceph-volume lvm`: what of it Proxmox's own calls do not reach."""
import itertools
import json
import os
import sys

from ..ceph import disks, osds, tools, volumes
from ..errors import PlainError


def _option(argv, name):
    return argv[argv.index(name) + 1] if name in argv[:-1] else None


def _create(argv):
    tools.check_installed('osd')
    if '--dmcrypt' in argv:
        raise PlainError('--dmcrypt is not part of this stand-in')
    number = _option(argv, '--osd-id')
    device = _blank(_option(argv, '--data') or '')
    slots = {}
    for kind in ('db', 'wal'):
        carrier = _option(argv, f'--block.{kind}')
        if carrier is not None:
            slots[kind] = volumes.make(os.path.realpath(carrier), kind, int(_option(argv, f'--block.{kind}-size')))
    osds.make(device, _option(argv, '--crush-device-class'), None if number is None else int(number), slots=slots)


def _blank(name):
    device = os.path.realpath(name)
    found = disks.row_of(device)
    if found is None:
        raise PlainError(f'stderr: blkid: error: {name}: No such file or directory')
    if 'used' in found:
        raise PlainError(f'--> RuntimeError: Device {device} has a filesystem.')
    return device


def _batch(argv):
    tools.check_installed('osd')
    if '--dmcrypt' in argv:
        raise PlainError('--dmcrypt is not part of this stand-in')
    words = argv[argv.index('--osd-ids') + 1:] if '--osd-ids' in argv else []
    numbers = [int(word) for word in itertools.takewhile(str.isdigit, words)]
    osds.make_all(_blank(argv[-1]), _option(argv, '--crush-device-class'), int(_option(argv, '--osds-per-device') or 1), numbers)


def _list(argv):
    if _option(argv, '--format') != 'json':
        raise PlainError('the words of ceph-volume lvm list are not part of this stand-in; --format json is')
    found = {}
    for number, kind, path, device, size in disks.of_osds():
        tags = {'ceph.osd_id': str(number), 'ceph.osd_fsid': disks.label(path).get('osd_uuid', ''), 'ceph.type': kind}
        found.setdefault(str(number), []).append({'type': kind, 'devices': [device], 'lv_size': str(size), 'tags': tags})
    for number, all_ in found.items():
        folder = f'{tools.DATA}/osd/ceph-{number}'
        meant = {f'ceph.{kind}_device': os.path.realpath(f'{folder}/block.{kind}')
                 for kind in ('db', 'wal') if os.path.lexists(f'{folder}/block.{kind}')}
        for one in all_:
            one['tags'].update(meant)
    print(json.dumps(found))


def _zap(argv):
    number = _option(argv, '--osd-id')
    if number is not None:
        return osds.zap(int(number))
    device = os.path.realpath(argv[-1])
    used = [path for path in (device, *(volume for volume, _, _ in volumes.on(device))) if path in osds.paths()]
    if used:
        raise PlainError(f'--> RuntimeError: {used[0]} is in use')
    return disks.wipe(device)


def _activate(argv):
    tools.check_installed('osd')
    number, name = argv
    osds.activate(int(number), name)


COMMANDS = {'create': _create, 'batch': _batch, 'list': _list, 'zap': _zap, 'activate': _activate}


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
