"""/nodes/{node}/disks: the disks that the engine gave this host."""
import os
import re
import subprocess

from .. import host
from ..api import PlainError, method

BASE = '/nodes/{node}/disks'


def mounts():
    with open('/proc/self/mounts', encoding='utf-8') as source:
        return {line.split()[0] for line in source}


def signature(path):
    """What stands on a disk, by its own bytes: nothing else can be trusted in a container."""
    out = subprocess.run(['blkid', '-p', '-o', 'export', path], capture_output=True, text=True, check=False).stdout
    values = dict(line.partition('=')[::2] for line in out.splitlines())
    if values.get('PTTYPE'):
        return 'partitions', values['PTTYPE'] == 'gpt'
    kind = values.get('TYPE')
    if kind is None and _starts_with(path, b'bluestore block device'):
        return 'LVM', False
    return {'LVM2_member': 'LVM', 'zfs_member': 'ZFS', None: None}.get(kind, kind), False


def _starts_with(path, magic):
    try:
        with open(path, 'rb') as device:
            return device.read(len(magic)) == magic
    except OSError:
        return False


def row(disk):
    path = disk['path']
    exists = os.path.exists(path)
    used, gpt = signature(path) if exists else (None, False)
    serial = str(disk.get('serial', 'unknown'))
    kind = 'nvme' if disk.get('nvme') else 'hdd' if disk.get('rotational') else 'ssd'
    found = {
        'devpath': path, 'size': int(disk.get('sizeBytes', 0)), 'serial': serial, 'model': disk.get('model', 'unknown'),
        'vendor': disk.get('vendor', 'unknown'), 'wwn': disk.get('wwn', 'unknown'), 'type': kind,
        'rpm': 7200 if kind == 'hdd' else 0, 'health': 'PASSED', 'wearout': 100, 'gpt': int(gpt), 'mounted': int(path in mounts()), 'osdid': -1,
        'osdid-list': None, 'by_id_link': disk.get('byId', f'/dev/disk/by-id/{serial}'),
    }
    if used:
        found['used'] = used
    return found


def known(path):
    for disk in host.disks():
        found = row(disk)
        if path in (found['devpath'], found['by_id_link']):
            return found
    raise PlainError('not a valid block device', exit_code=2)


@method(BASE + '/list', 'GET', protected=True, proxyto='node')
def index(ctx, params):
    rows = [row(disk) for disk in host.disks()]
    if params.get('type') == 'unused':
        rows = [disk for disk in rows if not disk.get('used') and not disk['mounted']]
    if params.get('skipsmart'):
        for disk in rows:
            disk['health'] = 'UNKNOWN'
    return rows


@method(BASE + '/smart', 'GET', protected=True, proxyto='node')
def smart(ctx, params):
    disk = known(params['disk'])
    return {'health': disk['health'], 'type': 'text', 'text': '', 'wearout': disk['wearout']}


@method(BASE + '/wipedisk', 'PUT', protected=True, proxyto='node')
def wipe(ctx, params):
    disk = known(params['disk'])
    if disk['mounted']:
        raise PlainError(f"error wiping '{params['disk']}' - disk/partition is in use")

    def work(log):
        done = subprocess.run(['wipefs', '--all', disk['devpath']], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise PlainError(done.stderr.strip())
        with open(disk['devpath'], 'r+b') as device:
            device.write(bytes(4 * 1024 * 1024))
        log(f"successfully wiped '{disk['devpath']}'")
    return ctx.task('wipedisk', re.sub(r'^/dev/', '', disk['devpath']), work)
