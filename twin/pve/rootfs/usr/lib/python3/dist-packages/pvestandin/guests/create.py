"""Making and destroying guests."""
import os
import re

from .. import access, cfs, guestlist, usercfg
from ..errors import ParameterError, PlainError
from ..storage import config as storages
from ..storage import content
from . import actions, config

CLOUD_INIT = re.compile(r'^(?:file=)?([A-Za-z][\w.-]*):cloudinit(?:,.*)?$')
NEW_DISK = re.compile(r'^(?:file=)?([A-Za-z][\w.-]*):(\d+(?:\.\d+)?)(,.*)?$')

SIZE = r'(\+)?(\d+(?:\.\d+)?)([KMGT])?'
UNITS = {'': 1, 'K': 1024, 'M': 1024 ** 2, 'G': 1024 ** 3, 'T': 1024 ** 4}


def allocate_disks(vmid, kind, values, log):
    """`storage:8` becomes a volume of 8 GiB; returns what was made, for a clean-up."""
    made = []
    for key, value in list(values.items()):
        drive = CLOUD_INIT.match(str(value)) if kind == 'qemu' and config.DRIVE.match(key) else None
        if drive:
            section = storages.get(drive.group(1))
            suffix = '.qcow2' if section.get('path') else ''
            volume = content.allocate(drive.group(1), section, vmid, f'vm-{vmid}-cloudinit{suffix}', '4M')
            made.append((drive.group(1), section, volume))
            values[key] = f'{volume},media=cdrom,size=4M'
            continue
        match = NEW_DISK.match(str(value)) if config.DISK[kind].match(key) else None
        if not match:
            continue
        storage_id, size, rest = match.groups()
        section = storages.get(storage_id)
        source = re.search(r',import-from=([^,]*)', rest or '')
        options = re.sub(r',(?:file|size|import-from|format)=[^,]*', '', rest or '')
        if source:
            if float(size) != 0:
                raise ParameterError({key: "'import-from' requires special syntax - use "
                                           '<storage ID>:0,import-from=<source>'})
            volume, length = content.copy_of(storage_id, section, vmid, source.group(1))
            made.append((storage_id, section, volume))
            log(f'{key}: imported disk from {source.group(1)}')
            values[key] = f'{volume}{options},size={shown_size(length)}'
            continue
        size_gib = max(1, int(float(size))) if float(size) >= 1 else 1
        wanted = re.search(r',format=(\w+)', rest or '')
        volume = content.allocate(storage_id, section, vmid, '', f'{size_gib}G', wanted.group(1) if wanted else 'raw')
        made.append((storage_id, section, volume))
        log(f"{key}: successfully created disk '{volume},size={size_gib}G'")
        values[key] = f'{volume}{options},size={size_gib}G'
    return made


def shown_size(length):
    """The largest unit in which a size is a whole number."""
    unit = next(unit for unit in ('T', 'G', 'M', 'K', '') if length % UNITS[unit] == 0)
    return f'{length // UNITS[unit]}{unit}'


def check_template(volume):
    """A container is unpacked from a template, which has to be there; what would be in it is not."""
    if not volume:
        return
    section = storages.get(volume.partition(':')[0])
    if not os.path.exists(content.path_of(section, volume)):
        raise PlainError(f"unable to create CT - volume '{volume}' does not exist")


def create(ctx, vmid, kind, values, log, pool=None):
    if vmid in guestlist.guests():
        other = guestlist.guests()[vmid]
        word = 'VM' if other['kind'] == 'qemu' else 'CT'
        raise PlainError(f"unable to create {'VM' if kind == 'qemu' else 'CT'} {vmid} - {word} {vmid} already exists "
                         f"on node '{other['node']}'")
    if kind == 'lxc':
        check_template(values.pop('ostemplate', None))
    values = {**config.fresh(kind), **config.normal(values, kind)}
    made = allocate_disks(vmid, kind, values, log)
    guest = {'node': cfs.nodename(), 'kind': kind}
    try:
        config.save(vmid, guest, values)
    except Exception:
        for storage_id, section, volume in made:
            content.free(storage_id, section, volume)
        raise
    if pool:
        with usercfg.edit() as users:
            users['pools'][pool]['vms'].append(str(vmid))


def resize(vmid, kind, key, text):
    """A disk grows to `40G`, or by `+8G`."""
    guest = config.find(vmid, kind)
    values, _ = config.load(vmid)
    if key not in values:
        raise PlainError(f"disk '{key}' does not exist")
    volume = config.disks(kind, values).get(key)
    if volume is None:
        raise PlainError("you can't resize a cdrom")
    storage_id = volume.partition(':')[0]
    section = storages.get(storage_id)
    path = content.path_of(section, volume)
    if not os.path.exists(path):
        raise PlainError(f"Could not determine current size of volume '{volume}'")
    now = os.path.getsize(path)
    added, amount, unit = re.fullmatch(SIZE, text).groups()
    wanted = int(float(amount) * UNITS[unit or '']) + (now if added else 0)
    if wanted < now:
        raise PlainError('shrinking disks is not supported')
    os.truncate(path, wanted)
    values[key] = re.sub(r',size=[^,]*', '', values[key]) + f',size={shown_size(wanted)}'
    config.save(vmid, guest, values)


def destroy(vmid, kind, log, purge=False, unreferenced=False):
    guest = config.find(vmid, kind, cfs.nodename())
    values, _ = config.load(vmid)
    if str(values.get('protection', 0)) == '1':
        raise PlainError(f"can't remove {'VM' if kind == 'qemu' else 'CT'} {vmid} - protection mode enabled")
    if actions.running(vmid):
        raise PlainError(f"{'VM' if kind == 'qemu' else 'CT'} {vmid} is running - destroy failed")
    for volume in [*config.own_volumes(vmid, kind, values).values(), *(content.of_guest(vmid) if unreferenced else [])]:
        section = storages.get(volume.partition(':')[0])
        if os.path.exists(content.path_of(section, volume)):
            content.free(volume.partition(':')[0], section, volume)
    with usercfg.edit() as users:
        for pool in users['pools'].values():
            pool['vms'] = [entry for entry in pool['vms'] if entry != str(vmid)]
        if purge:
            users['acl'] = [entry for entry in users['acl'] if entry['path'] != f'/vms/{vmid}']
    cfs.delete(guestlist.config_file(vmid, guest))
    cfs.delete(f'firewall/{vmid}.fw')


def check_pool(pool):
    if pool and pool not in usercfg.load()['pools']:
        raise PlainError(f"no such pool '{pool}'")


def may_create(ctx, vmid, pool):
    return ctx.may(f'/vms/{vmid}', ['VM.Allocate']) or (
        pool and access.allowed(ctx.auth_id, f'/pool/{pool}', ['VM.Allocate']))
