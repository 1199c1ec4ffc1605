"""OSDs: BlueStore straight on the disk, where Proxmox puts LVM between; the kernel of a twin has no device mapper."""
import json
import os
import uuid

from ..api import ApiError, PlainError, method
from ..ceph import conf, disks, tools

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
    tools.run(['wipefs', '--all', '--quiet', device])
    name, secret = str(uuid.uuid4()), tools.run(['ceph-authtool', '--gen-print-key']).strip()
    number = tools.ceph('osd', 'new', name, '-i', '-', stdin=json.dumps({'cephx_secret': secret})).strip()
    folder = f'{tools.DATA}/osd/ceph-{number}'
    os.makedirs(folder)
    if device_class:
        with open(f'{folder}/crush_device_class', 'w', encoding='ascii') as out:
            out.write(f'{device_class}\n')
    tools.run(['ceph-authtool', '--create-keyring', f'{folder}/keyring', '-n', f'osd.{number}', '--add-key', secret])
    os.symlink(device, f'{folder}/block')
    tools.own(folder)
    tools.run(['chown', 'ceph:ceph', device])
    tools.run(['ceph-osd', '-i', number, '--mkfs', '--osd-uuid', name, '--setuser', 'ceph', '--setgroup', 'ceph'],
              timeout_s=120)
    tools.start(f'ceph-osd@{number}')
    log(f'--> ceph-volume lvm create successful for: {device}')
