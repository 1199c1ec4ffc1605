"""/nodes/{node}/ceph/osd: OSDs of a host."""
import os

from ..api import ApiError, PlainError, method
from ..ceph import conf, disks, osds, tools

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
    for name in ('db_dev', 'wal_dev', 'encrypted', 'osds-per-device'):
        if params.get(name):
            raise ApiError(400, f'{name} is not part of this stand-in')
    disk = _free_disk(device)
    return ctx.task('cephcreateosd', os.path.basename(device),
                    lambda log: _make(disk, params.get('crush-device-class'), log))


def _free_disk(device):
    found = next((row for row in disks.rows() if row['devpath'] == device), None)
    if found is None:
        raise PlainError(f"unable to get device info for '{device}'", exit_code=2)
    if 'used' in found:
        raise PlainError(f"device '{device}' is already in use", exit_code=25)
    return found


def _make(disk, device_class, log):
    device = disk['devpath']
    _free_disk(device)
    log(f'create OSD on {device} (bluestore)')
    log(f'wiping disk/partition: {device}')
    disks.wipe(device)
    disks.retype(device, '8E00')
    osds.make(device, device_class, log=log)


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
