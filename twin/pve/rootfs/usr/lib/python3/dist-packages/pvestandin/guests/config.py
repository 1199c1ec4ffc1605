"""Guest configuration files: `key: value`, notes as comments on top, snapshots as sections."""
import hashlib
import os
import re
import uuid

from .. import cfs, guestlist
from ..errors import PlainError
from ..sectionconfig import parse_lines, render_lines
from ..storage import content

TEXT, NUMBER, FLAG = 'string', 'integer', 'boolean'

QEMU = {
    **dict.fromkeys('''agent affinity amd-sev args audio[n] bios boot bootdisk cdrom cicustom cipassword citype
        ciuser cpu description efidisk0 hookscript hostpci[n] hotplug hugepages ide[n] intel-tdx ipconfig[n] ivshmem
        keyboard lock machine memory meta migrate_downtime name nameserver net[n] numa[n] ostype parallel[n] rng0
        sata[n] scsi[n] scsihw searchdomain serial[n] smbios1 spice_enhancements sshkeys startdate startup tags
        tpmstate0 unused[n] usb[n] vga virtio[n] virtiofs[n] vmgenid vmstatestorage watchdog arch cpulimit'''
                    .split(), TEXT),
    **dict.fromkeys('balloon cores cpuunits migrate_speed shares smp sockets vcpus vmid allow-ksm'.split(), NUMBER),
    **dict.fromkeys('''acpi autostart ciupgrade freeze keephugepages kvm localtime numa onboot protection reboot
        tablet tdf template'''.split(), FLAG),
}
LXC = {
    **dict.fromkeys('''arch cmode description dev[n] entrypoint env features hookscript hostname lock mp[n] nameserver
        net[n] ostype rootfs searchdomain startup tags timezone unused[n] cpulimit'''.split(), TEXT),
    **dict.fromkeys('cores cpuunits memory swap tty'.split(), NUMBER),
    **dict.fromkeys('console debug onboot protection template unprivileged'.split(), FLAG),
}
KEYS = {'qemu': QEMU, 'lxc': LXC}
DRIVE = re.compile(r'^(?:ide|sata|scsi|virtio|efidisk|tpmstate)\d+$')
DISK = {'qemu': DRIVE,
        'lxc': re.compile(r'^(?:rootfs|mp\d+)$')}


def parameters(kind, optional=True):
    """Parameter schemas of the configuration keys, for the API."""
    specs = {key: {'type': type_name, 'optional': optional} for key, type_name in KEYS[kind].items()}
    name = 'name' if kind == 'qemu' else 'hostname'
    specs[name] = {'type': 'string', 'format': 'dns-name', 'optional': optional}
    for number in ('cores', 'sockets'):
        if number in specs:
            specs[number]['minimum'] = 1
    return specs


def split(text):
    """(current part, rest with snapshots) of a configuration file."""
    match = re.search(r'^\[', text, re.MULTILINE)
    return (text[:match.start()], text[match.start():]) if match else (text, '')


def parse(text):
    return parse_lines(split(text)[0])


def digest(text):
    return hashlib.sha1(text.encode()).hexdigest()


def find(vmid, kind=None, node=None):
    guest = guestlist.guests().get(int(vmid))
    if guest is None or (kind and guest['kind'] != kind) or (node and guest['node'] != node):
        directory = guestlist.KINDS[kind or 'qemu']
        raise PlainError(f"Configuration file 'nodes/{node or cfs.nodename()}/{directory}/{vmid}.conf' does not exist",
                         exit_code=2)
    return guest


def load(vmid, kind=None, node=None):
    """(values, digest) of a guest's configuration."""
    guest = find(vmid, kind, node)
    text = cfs.read(guestlist.config_file(vmid, guest)) or ''
    return parse(text), digest(text)


def save(vmid, guest, values):
    name = guestlist.config_file(vmid, guest)
    rest = split(cfs.read(name) or '')[1]
    cfs.write(name, render_lines(values) + (f'\n{rest}' if rest else ''))


# What takes effect while a virtual machine runs; other settings wait for its next start.
AT_ONCE = re.compile(
    r'^(?:description|hookscript|lock|migrate_downtime|migrate_speed|name|onboot|protection|shares|startup|tags|'
    r'vmstatestorage|cicustom|cipassword|citype|ciupgrade|ciuser|nameserver|searchdomain|sshkeys|cpuunits|cpulimit|'
    r'(?:net|ipconfig|scsi|virtio|unused)\d+)$')
# A container keeps waiting what is in neither list of its own code.
AT_ONCE_LXC = re.compile(
    r'^(?:description|onboot|startup|protection|hostname|hookscript|cores|tags|lock|cpulimit|cpuunits|memory|swap|'
    r'(?:net|mp|dev)\d+)$')
PENDING = {'qemu': '[PENDING]', 'lxc': '[pve:pending]'}


def at_once(kind, key):
    return (AT_ONCE_LXC if kind == 'lxc' else AT_ONCE).match(key)


def waiting(vmid):
    """Settings that wait for the next start."""
    guest = find(vmid)
    mark, rest = PENDING[guest['kind']], split(cfs.read(guestlist.config_file(vmid, guest)) or '')[1]
    return parse_lines(re.split(r'^\[', rest[len(mark):], flags=re.MULTILINE)[0]) if rest.startswith(mark) else {}


def set_waiting(vmid, guest, values):
    """Lets these wait, in place of those that wait now."""
    name, mark = guestlist.config_file(vmid, guest), PENDING[guest['kind']]
    current, rest = split(cfs.read(name) or '')
    if rest.startswith(mark):
        behind = re.search(r'^\[', rest[1:], re.MULTILINE)
        rest = rest[1 + behind.start():] if behind else ''
    section = f'{mark}\n{render_lines(values)}' if values else ''
    parts = [part.strip('\n') for part in (current, section, rest) if part.strip('\n')]
    cfs.write(name, '\n\n'.join(parts) + '\n')


def bring_into_effect(vmid):
    """What waited for a start, at a start."""
    guest, values = find(vmid), waiting(vmid)
    if values:
        set_waiting(vmid, guest, {})
        save(vmid, guest, {**load(vmid)[0], **values})


def fresh(kind):
    """What PVE adds to a new guest by itself."""
    if kind == 'lxc':
        return {'arch': 'amd64', 'swap': '512'}
    return {'smbios1': f'uuid={uuid.uuid4()}', 'vmgenid': str(uuid.uuid4())}


def as_shown(kind, values, config_digest):
    known = KEYS[kind]
    shown = {}
    for key, value in values.items():
        base = re.sub(r'\d+$', '[n]', key)
        word = known.get(key) or known.get(base, TEXT)
        shown[key] = int(value) if word != TEXT and str(value).lstrip('-').isdigit() else value
    shown['digest'] = config_digest
    return shown


def disks(kind, values):
    """{key: volume id} of the disks that live on a storage."""
    found = {}
    for key, value in values.items():
        volume = str(value).partition(',')[0].removeprefix('file=')
        if DISK[kind].match(key) and ':' in volume and not volume.startswith('/') and 'media=cdrom' not in value:
            found[key] = volume
    return found


def own_volumes(vmid, kind, values):
    """{key: volume id} of what goes with a guest: its disks, those that it uses no longer, and its cloud-init drive."""
    found = {}
    for key, value in values.items():
        volume = str(value).partition(',')[0].removeprefix('file=').removeprefix('volume=')
        if (DISK[kind].match(key) or re.fullmatch(r'unused\d+', key)) and content.owner_of(volume) == vmid:
            found[key] = volume
    return found


def normal(values, kind='qemu'):
    """Drives without the words that PVE drops; a network device without an address gets one."""
    for key, value in values.items():
        if DRIVE.match(key):
            values[key] = ','.join(part for part in str(value).split(',') if part).removeprefix('file=')
        if re.fullmatch(r'net\d+', key) and not re.search(r'([0-9A-Fa-f]{2}:){5}', value):
            tail = ':'.join(f'{byte:02X}' for byte in os.urandom(3))
            if kind == 'lxc':
                values[key] = f'{value},hwaddr=BC:24:11:{tail},type=veth'
                continue
            model, comma, rest = value.partition(',')
            model = model.replace('model=', '')
            values[key] = f'{model}=BC:24:11:{tail}{comma}{rest}'
    return values
