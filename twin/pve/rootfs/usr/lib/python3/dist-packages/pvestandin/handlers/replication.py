"""/cluster/replication: jobs are stored and validated; nothing is copied."""
from .. import cfs, guestlist
from ..api import PlainError
from ..guests import config as guest_config
from ..storage import config as storages
from ..stored import Collection, register


def check(ctx, name, section, sections, creating):
    vmid, _, _ = name.partition('-')
    guest = guestlist.guests().get(int(vmid))
    if guest is None:
        raise PlainError(f"Guest '{vmid}' does not exist.")
    target = section.get('target')
    if target not in cfs.members():
        raise PlainError(f"no such cluster node '{target}'")
    if target == guest['node']:
        raise PlainError('Source and target must not be identical')
    if creating:
        values, _ = guest_config.load(int(vmid))
        volumes = guest_config.disks(guest['kind'], values).values()
        if not any(storages.get(volume.partition(':')[0])['type'] == 'zfspool' for volume in volumes):
            raise PlainError('No replicatable volumes found')
        section['guest'] = int(vmid)


register('/cluster/replication', Collection('replication.cfg'), 'id',
         exists="replication job '{}' already exists", missing="no such job '{}'", what=None,
         delete_missing="no such job '{}'", check=check)
