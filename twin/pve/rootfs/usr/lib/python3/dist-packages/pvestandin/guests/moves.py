"""Volumes of guests that move to another storage: every byte is copied, and the old volume stays as an unused one."""
import contextlib
import os
import re
import time

from .. import cfs, filelock, guestlist
from ..api import ParameterError
from ..errors import PlainError
from ..storage import activate, content, kinds
from ..storage import config as storages
from . import actions, config, create, locks

PIECE = 1024 * 1024
LOCKS = os.environ.get('PVE_STANDIN_LOCKS', '/run/lock')
SHOWN_S = 1


def volume_of(kind, values, key):
    """(volume, its other words) of a drive or a mount point."""
    volume, _, words = str(values[key]).removeprefix('file=').partition(',')
    return volume, words


def snapshots_with(vmid, kind, key, volume):
    """Names of snapshots that hold a volume."""
    rest = config.split(cfs.read(guestlist.config_file(vmid, config.find(vmid, kind))) or '')[1]
    found = []
    for section in re.split(r'^(?=\[)', rest, flags=re.MULTILINE):
        name = re.match(r'\[([A-Za-z][\w-]*)\]', section)
        if name and name.group(1) != 'PENDING' and re.search(rf'^\w+: {re.escape(volume)}(,|$)', section, re.MULTILINE):
            found.append(name.group(1))
    return found


def check(vmid, kind, key, storage_id, params):
    """The volume to move, or Proxmox's refusal."""
    values, digest = config.load(vmid, kind)
    locks.refuse(vmid)
    if params.get('digest') and params['digest'] != digest:
        raise PlainError('detected modified configuration - file changed by other user? Try again.')
    if kind == 'lxc' and actions.running(vmid):
        raise PlainError('cannot move volumes of a running container')
    if key not in values:
        raise PlainError(f"disk '{key}' does not exist")
    volume, words = volume_of(kind, values, key)
    if 'media=cdrom' in words and 'cloudinit' not in volume:
        raise PlainError("you can't move a cdrom")
    if kind == 'qemu' and volume.partition(':')[0] == storage_id:
        raise PlainError("you can't move to the same storage with same format")
    section = storages.get(storage_id)
    if not kinds.on_node(section, cfs.nodename()):
        raise PlainError(f"storage '{storage_id}' is not available on node '{cfs.nodename()}'")
    if kind == 'qemu' and 'images' not in kinds.as_shown(storage_id, section)['content'].split(','):
        raise ParameterError({'storage': f"storage '{storage_id}' does not support vm images"})
    if params.get('delete') and snapshots_with(vmid, kind, key, volume):
        what = 'disk' if kind == 'qemu' else 'volume'
        raise PlainError(f"you can't move a {what} with snapshots and delete the source")
    if key == 'tpmstate0' and actions.running(vmid):
        raise PlainError('cannot move TPM state while VM is running')
    return volume


@contextlib.contextmanager
def guest_lock(vmid, kind):
    """A machine is held by its own lock while it moves; a container's file says so instead."""
    if kind == 'qemu':
        with filelock.held(f'{LOCKS}/pve-guest-{vmid}.lock'):
            yield
        return
    locks.put(vmid, 'disk')
    try:
        yield
    finally:
        locks.put(vmid, None)


def move(vmid, kind, key, storage_id, params, log):
    with guest_lock(vmid, kind):
        values, _ = config.load(vmid, kind)
        old, _ = volume_of(kind, values, key)
        if old.partition(':')[0] == storage_id and kind == 'qemu':
            raise PlainError("you can't move to the same storage with same format")
        log(f"create full clone of drive {key} ({old})")
        new, length = copy(vmid, old, storage_id, params.get('bwlimit'), log)
        _switch(vmid, kind, key, old, new, length, bool(params.get('delete')), log)
        if params.get('delete'):
            log(f"removing source volume '{old}' after successful copy")
            content.free(old.partition(':')[0], storages.get(old.partition(':')[0]), old)


def copy(vmid, old, storage_id, bwlimit, log):
    origin, section = storages.get(old.partition(':')[0]), storages.get(storage_id)
    activate.activate(old.partition(':')[0], origin)
    source = content.path_of(origin, old)
    if not os.path.exists(source):
        raise PlainError(f"volume '{old}' does not exist")
    suffix = old.rpartition('.')[2] if '.' in old.rpartition('/')[2] else 'raw'
    name = f"vm-{vmid}-cloudinit{'.qcow2' if section.get('path') else ''}" if 'cloudinit' in old else ''
    new = content.allocate(storage_id, section, vmid, name, '4K', suffix)
    log(f"allocated target volume '{new}'")
    try:
        length = _copy_bytes(source, content.path_of(section, new), limit_of(section, bwlimit), log)
    except BaseException:
        content.free(storage_id, section, new)
        raise
    return new, length


def limit_of(section, bwlimit):
    """Bytes a second, or none."""
    if bwlimit is not None:
        return int(bwlimit) * 1024
    found = re.search(r'(?:move|default)=(\d+)', str(section.get('bwlimit', '')))
    return int(found.group(1)) * 1024 if found else 0


def _copy_bytes(source, target, per_second, log):
    """Only what is written in the source: holes stay holes, also where a server tells nobody of them."""
    length, told, begun, done = os.path.getsize(source), time.monotonic(), time.monotonic(), 0
    with open(source, 'rb') as taken, open(target, 'r+b') as given:
        given.truncate(length)
        position = 0
        while position < length:
            try:
                position = os.lseek(taken.fileno(), position, os.SEEK_DATA)
            except OSError:
                break
            piece = os.pread(taken.fileno(), min(PIECE, length - position), position)
            position += len(piece)
            if piece == bytes(len(piece)):
                continue
            os.pwrite(given.fileno(), piece, position - len(piece))
            done += len(piece)
            if per_second:
                time.sleep(max(0, done / per_second - (time.monotonic() - begun)))
            if time.monotonic() - told >= SHOWN_S:
                told = time.monotonic()
                log(f'transferred {position} B of {length} B ({100 * position / length:.2f}%)')
        os.fsync(given.fileno())
    log(f'transferred {length} B of {length} B (100.00%)')
    return length


def _switch(vmid, kind, key, old, new, length, delete, log):
    guest = config.find(vmid, kind)
    values, _ = config.load(vmid, kind)
    _, words = volume_of(kind, values, key)
    kept = [word for word in words.split(',') if word and not word.startswith(('size=', 'format='))]
    values[key] = ','.join([new, *kept, f'size={create.shown_size(length)}'])
    if not delete:
        unused = add_unused(values, old)
        log(f"adding source volume '{old}' as '{unused}' to config")
    config.save(vmid, guest, values)


def add_unused(values, volume):
    for key, value in values.items():
        if key.startswith('unused') and value == volume:
            return key
    key = next(f'unused{n}' for n in range(256) if f'unused{n}' not in values)
    values[key] = volume
    return key


def free_unused(vmid, kind, key, values):
    """Taking an unused volume out of the guest removes it, unless a snapshot has it."""
    volume = values[key]
    if str(values.get('protection', 0)) == '1':
        raise PlainError(f"can't remove unused disk '{volume}' - protection mode enabled")
    if snapshots_with(vmid, kind, key, volume):
        raise PlainError(f"unable to delete '{volume}' - volume is still in use (snapshot?)")
    storage_id = volume.partition(':')[0]
    section = storages.get(storage_id)
    if os.path.exists(content.path_of(section, volume)):
        content.free(storage_id, section, volume)
