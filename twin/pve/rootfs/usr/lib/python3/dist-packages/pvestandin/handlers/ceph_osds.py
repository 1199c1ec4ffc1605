"""/nodes/{node}/ceph/osd: OSDs of a host."""
import os

from ..api import ApiError, ParameterError, PlainError, method
from ..ceph import conf, disks, osds, tools, volumes

OSD = '/nodes/{node}/ceph/osd'


@method(OSD, 'POST')
def create(ctx, params):
    tools.check_installed('osd')
    tools.check_configured()
    tools.link_config()
    device = os.path.realpath(params['dev'])
    sections = conf.read()['global']
    network = sections.get('cluster_network') or sections.get('public_network')
    if network and not tools.addresses_in(network):
        raise PlainError(f"No address from ceph cluster network ({network}) found on node '{ctx.node}'. "
                         'Check your network config.')
    if params.get('encrypted'):
        raise ApiError(400, 'encrypted is not part of this stand-in')
    count = params.get('osds-per-device', 1)
    wanted = _wanted_slots(device, params)
    if wanted and count > 1:
        raise ParameterError({'osds-per-device': "Cannot use 'osds-per-device' parameter with 'db_dev' or 'wal_dev'"})
    disk = _free_disk(device)
    for kind, (path, _) in wanted.items():
        _check_carrier(kind, path)
    return ctx.task('cephcreateosd', os.path.basename(device),
                    lambda log: _make(disk, params.get('crush-device-class'), count, wanted, log))


def _wanted_slots(device, params):
    """{kind: (disk, bytes)}; a kind may not share its disk with another in one call."""
    wanted, taken = {}, [device]
    for kind, percent in (('db', 10), ('wal', 1)):
        if params.get(f'{kind}_dev') is None:
            continue
        path = os.path.realpath(params[f'{kind}_dev'])
        if path in taken:
            raise ParameterError({f'{kind}_dev': f"cannot chose '{path}' for more than one type"})
        taken.append(path)
        size = params.get(f'{kind}_dev_size')
        wanted[kind] = (path, _share(device, percent) if size is None else int(float(size) * (1 << 30)))
    return wanted


def _share(device, percent):
    """What a slot gets when nobody says how much; nothing of a disk that is not there, which is refused later."""
    found = disks.row_of(device)
    return 0 if found is None else found['size'] * percent // 100


def _check_carrier(kind, path):
    found = disks.row_of(path)
    if found is None:
        raise PlainError(f"unable to get device info for '{path}' for type {kind}_dev", exit_code=2)
    if found.get('used', 'LVM') != 'LVM':
        raise PlainError(f"device '{path}' is already in use and has no LVM on it", exit_code=25)


def _free_disk(device):
    found = disks.row_of(device)
    if found is None:
        raise PlainError(f"unable to get device info for '{device}'", exit_code=2)
    if 'used' in found:
        raise PlainError(f"device '{device}' is already in use", exit_code=25)
    return found


def _make(disk, device_class, count, wanted, log):
    device = disk['devpath']
    _free_disk(device)
    log(f'create OSD on {device} (bluestore)')
    slots = {}
    for kind, (path, size) in wanted.items():
        log(f'creating block.{kind} on {path}')
        slots[kind] = volumes.make(path, kind, size)
    log(f'wiping disk/partition: {device}')
    disks.wipe(device)
    disks.retype(device, '8E00')
    osds.make_all(device, device_class, count, log=log, slots=slots)


@method(f'{OSD}/{{osdid}}', 'DELETE')
def destroy(ctx, params):
    tools.check_inited()
    number = params['osdid']
    here = [host for host in tools.ask('osd', 'tree')['nodes'] if host['type'] == 'host' and host['name'] == ctx.node]
    if not any(number in host.get('children', []) for host in here):
        raise PlainError(f'OSD osd.{number} does not belong to node {ctx.node}!')
    state = next(row for row in tools.ask('osd', 'dump')['osds'] if row['osd'] == number)
    if state['in']:
        raise PlainError('osd is in use (in == 1)')
    if state['up']:
        raise PlainError('osd is still running (up == 1)')
    return ctx.task('cephdestroyosd', f'osd.{number}', lambda log: _destroy(number, params.get('cleanup'), log))


def _destroy(number, cleanup, log):
    name = f'osd.{number}'
    log(f'destroy OSD {name}')
    tools.run(['systemctl', 'stop', f'ceph-osd@{number}'])
    log(f'Remove {name} from the CRUSH map')
    tools.ceph('osd', 'crush', 'remove', name)
    log(f'Remove the {name} authentication key.')
    tools.ceph('auth', 'del', name)
    log(f'Remove OSD {name}')
    tools.ceph('osd', 'rm', name)
    if cleanup:
        osds.zap(number)
