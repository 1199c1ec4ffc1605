"""The configuration in an archive, and what becomes of it in the guest (pure but for the dice)."""
import os
import re
import uuid

from ..guests import config
from ..vzdump.selection import words_of

HINT = re.compile(r'^#qmdump#map:(\S+):drive-\S+:(\S*):(\S*):$')
LEFT_OUT = re.compile(r'^(?:#qmdump#|#vzdump#|lock:|unused\d+:|parent:)')
DRIVE_LINE = re.compile(r'^((?:ide|scsi|virtio|sata|efidisk|tpmstate)\d+):\s*(\S+)\s*$')
ADDRESS = re.compile(r'(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}')
# A container's own volumes come with the archive; these belong to the guest that was saved.
NOT_TAKEN_OVER = re.compile(r'^(?:rootfs|mp\d+|unused\d+|unprivileged|template|parent|lock)$')


def hints(text):
    """{drive: (storage, format)} of the volumes that an archive says it holds."""
    found = filter(None, map(HINT.match, text.splitlines()))
    return {one[1]: (one[2] or 'local', one[3] or 'raw') for one in found}


def cloud_inits(text):
    """{drive: (storage, format)} of the drives that are made anew at each start."""
    found = {}
    for line in text.splitlines():
        drive = re.match(r'^((?:ide|sata|scsi)\d+):\s*(\S+)', line)
        volume = words_of(drive[2])[0] if drive else ''
        if re.search(r'[:/-]cloudinit(?:\.\w+)?$', volume):
            name = volume.rpartition('/')[2]
            found[drive[1]] = (volume.partition(':')[0], name.rpartition('.')[2] if '.' in name else 'raw')
    return found


def of_machine(text, volumes, unique, prefix):
    """The text of the new machine's file: other volumes, and where it is to be one of its own, other addresses."""
    return ''.join(f'{line}\n' for line in (_line(one, volumes, unique, prefix) for one in text.splitlines()) if line)


def _line(line, volumes, unique, prefix):
    if LEFT_OUT.match(line):
        return None
    drive = DRIVE_LINE.match(line)
    if drive:
        key, (_, words) = drive[1], words_of(drive[2])
        if words.get('backup') in ('0', 'no', 'off', 'false'):
            return f'#{line}'
        if key in volumes:
            kept = [f'{word}={value}' for word, value in words.items() if word != 'format']
            return f"{key}: {','.join([volumes[key], *kept])}"
        return line
    name, _, value = line.partition(':')
    if re.fullmatch(r'net\d+', name) and unique:
        return ADDRESS.sub(lambda _: address(prefix), line, count=1)
    if name == 'vmgenid' and value.strip() != '0':
        # Programs inside learn by it that time went back, so it is another one after every restore.
        return f'vmgenid: {uuid.uuid4()}'
    if name == 'smbios1' and unique:
        kept = [word for word in value.strip().split(',') if not word.startswith('uuid=')]
        return f"smbios1: {','.join([f'uuid={uuid.uuid4()}', *kept])}"
    return line


def of_container(values, given, unique, prefix):
    """What the new container is told beside its volumes: what was given, else what was saved."""
    taken = {key: value for key, value in values.items() if not NOT_TAKEN_OVER.match(key)}
    if unique:
        again = {key: ADDRESS.sub(lambda _: address(prefix), value, count=1)
                 for key, value in taken.items() if re.fullmatch(r'net\d+', key)}
        return {**taken, **given, **again}
    return {**taken, **given}


def mount_points(values):
    """{key: (volume, its other words)} of a container."""
    return {key: words_of(value) for key, value in values.items() if config.DISK['lxc'].match(key)}


def address(prefix):
    missing = 6 - len(prefix.split(':'))
    return ':'.join([prefix.upper(), *(f'{byte:02X}' for byte in os.urandom(missing))])
