"""Volumes. Block storages (LVM, ZFS, RBD) keep them as sparse files on this host."""
import os
import re
import shutil

from .. import cfs
from ..errors import PlainError
from . import backups, config, kinds, pbs
from .activate import activate, folder_of

VOLUME = re.compile(r'^(?:vm|base|subvol)-(\d+)-\S+$')
UNITS = {'': 1024, 'K': 1024, 'M': 1024 ** 2, 'G': 1024 ** 3, 'T': 1024 ** 4}
BLOCK_ROOT = '/var/lib/pve-standin/volumes'
PREFIX = {'iso': 'iso', 'vztmpl': 'vztmpl', 'backup': 'backup', 'snippets': 'snippets', 'import': 'import'}


def full_id(storage_id, volume):
    return volume if ':' in volume else f'{storage_id}:{volume}'


def size_in_bytes(text):
    match = re.fullmatch(r'(\d+)([KMGT]?)', str(text))
    if not match:
        raise PlainError(f"unable to parse size '{text}'")
    return int(match.group(1)) * UNITS[match.group(2)]


def path_of(section, volume_id):
    storage_id, _, name = volume_id.partition(':')
    if not section.get('path'):
        return os.path.join(BLOCK_ROOT, storage_id, name)
    head, slash, rest = name.partition('/')
    if head in PREFIX and slash:
        return os.path.join(folder_of(section, head), rest)
    return os.path.join(folder_of(section, 'images'), name)


def volumes(storage_id, section, kind=None, vmid=None):
    activate(storage_id, section)
    if section['type'] == 'pbs':
        found = pbs.snapshots(storage_id, section, config.password_of(storage_id))
        return [volume for volume in found if kind in (None, 'backup') and vmid in (None, volume.get('vmid'))]
    if not section.get('path'):
        return list(_listing(storage_id, section, 'images')) if kind in (None, 'images', 'rootdir') else []
    found = []
    for word in ('images', *PREFIX):
        if kind in (None, word, 'rootdir' if word == 'images' else word):
            found += list(_listing(storage_id, section, word))
    return [volume for volume in found if vmid in (None, volume.get('vmid'))]


def _listing(storage_id, section, word):
    base = folder_of(section, word) if section.get('path') else os.path.join(BLOCK_ROOT, storage_id)
    for directory, _, names in os.walk(base):
        for name in sorted(names):
            path = os.path.join(directory, name)
            relative = os.path.relpath(path, base)
            row = {'content': word, 'size': os.path.getsize(path), 'ctime': int(os.path.getctime(path)),
                   'format': name.rpartition('.')[2] if '.' in name else 'raw',
                   'volid': f"{storage_id}:{relative if word == 'images' else f'{word}/{relative}'}"}
            if word == 'images':
                owner = VOLUME.match(name)
                if not owner:
                    continue
                row['vmid'] = int(owner.group(1))
            if word == 'backup':
                archive = backups.row_of(path)
                if not archive:
                    continue
                row.update(archive)
            yield row


def allocate(storage_id, section, vmid, name, size, image_format='raw'):
    activate(storage_id, section)
    if not name:
        name = free_name(storage_id, section, vmid, image_format)
    if not VOLUME.match(name) or VOLUME.match(name).group(1) != str(vmid):
        raise PlainError(f"illegal name '{name}' - should be 'vm-{vmid}-*'")
    volume_id = f'{storage_id}:{vmid}/{name}' if section.get('path') else f'{storage_id}:{name}'
    path = path_of(section, volume_id)
    if os.path.exists(path):
        raise PlainError(f"disk image '{path}' already exists")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as image:
        image.truncate(size_in_bytes(size))
    return volume_id


def copy_of(storage_id, section, vmid, source_id):
    """(volume, bytes) of a new disk with what an image holds; an image that packs its blocks is kept as it is packed."""
    origin = config.get(source_id.partition(':')[0])
    activate(source_id.partition(':')[0], origin)
    source = path_of(origin, source_id)
    if not os.path.exists(source):
        raise PlainError(f'could not get size of {source_id}')
    volume_id = allocate(storage_id, section, vmid, '', '4K')
    target = path_of(section, volume_id)
    shutil.copyfile(source, target)
    size = max(virtual_size(source), os.path.getsize(target))
    os.truncate(target, size)
    return volume_id, size


def virtual_size(path):
    """What a guest sees of an image: qcow2 says it in its header, a raw one is as long as it is."""
    with open(path, 'rb') as source:
        head = source.read(32)
    if head[:4] == b'QFI\xfb' and len(head) == 32:
        return int.from_bytes(head[24:32], 'big')
    return -(-os.path.getsize(path) // 512) * 512


def free_name(storage_id, section, vmid, image_format):
    directory = os.path.dirname(path_of(section, f'{storage_id}:{vmid}/x' if section.get('path') else f'{storage_id}:x'))
    taken = {name.partition('.')[0] for name in os.listdir(directory)} if os.path.isdir(directory) else set()
    stem = next(f'vm-{vmid}-disk-{n}' for n in range(1000) if f'vm-{vmid}-disk-{n}' not in taken)
    return f'{stem}.{image_format}' if section.get('path') else stem


def describe(storage_id, section, volume):
    activate(storage_id, section)
    path = path_of(section, full_id(storage_id, volume))
    if not os.path.exists(path):
        raise PlainError(f"volume '{full_id(storage_id, volume)}' does not exist")
    size = os.path.getsize(path)
    return {'path': path, 'size': size, 'used': os.stat(path).st_blocks * 512,
            'format': path.rpartition('.')[2] if '.' in os.path.basename(path) else 'raw', **_attributes(path, volume)}


def _attributes(path, volume):
    archive = backups.row_of(path) if is_backup(volume) else None
    return {'format': archive['format'], 'notes': backups.notes_of(path), 'protected': int(backups.protected(path))} if archive else {}


def owner_of(volume_id):
    """The number of the guest whose volume or backup it is."""
    name = os.path.basename(volume_id.partition(':')[2])
    found = (backups.STANDARD.match(name) or [None] * 3)[2] if is_backup(volume_id) else (VOLUME.match(name) or [None] * 2)[1]
    return int(found) if found else None


def of_guest(vmid):
    """{volume: bytes} of all volumes that bear a guest's number, on all storages of this host that have volumes."""
    found = {}
    for storage_id, section in config.load()[0].items():
        volumes_there = kinds.holds(storage_id, section, 'images') or kinds.holds(storage_id, section, 'rootdir')
        if volumes_there and kinds.on_node(section, cfs.nodename()):
            found.update((row['volid'], row['size']) for row in volumes(storage_id, section, 'images') if row.get('vmid') == vmid)
    return found


def is_backup(volume):
    return volume.rpartition(':')[2].startswith('backup/')


def change(storage_id, section, volume_id, attributes):
    """Notes and protection, which backups alone have."""
    activate(storage_id, section)
    path = path_of(section, volume_id)
    if not is_backup(volume_id):
        raise PlainError('only backups can have notes' if 'notes' in attributes else "only backups support attribute 'protected'")
    if not os.path.exists(path):
        raise PlainError(f"volume '{volume_id}' does not exist")
    if 'notes' in attributes:
        backups.set_notes(path, attributes['notes'])
    if 'protected' in attributes:
        backups.set_protected(path, attributes['protected'])


def free(storage_id, section, volume_id):
    activate(storage_id, section)
    path = path_of(section, volume_id)
    if is_backup(volume_id) and backups.protected(path):
        raise PlainError(f"cannot remove protected volume '{volume_id.partition(':')[2]}' on '{storage_id}'")
    if not os.path.exists(path):
        raise PlainError(f"disk image '{path}' does not exist")
    os.unlink(path)
    if is_backup(volume_id):
        backups.forget_companions(path)
    parent = os.path.dirname(path)
    if os.path.basename(parent).isdigit() and not os.listdir(parent):
        os.rmdir(parent)
