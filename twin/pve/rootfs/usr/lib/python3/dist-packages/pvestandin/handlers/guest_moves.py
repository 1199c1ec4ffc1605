"""/nodes/{node}/qemu/{vmid}/move_disk and /nodes/{node}/lxc/{vmid}/move_volume."""
from ..api import ParameterError, method
from ..guests import config, moves

NODE = {'type': 'string', 'format': 'pve-node'}
VMID = {'type': 'integer', 'format': 'pve-vmid', 'minimum': 100, 'maximum': 999999999}
TEXT = {'type': 'string', 'optional': True}


def register(kind, call, word, task):
    @method(f'/nodes/{{node}}/{kind}/{{vmid}}/{call}', 'POST', protected=True, proxyto='node',
            permissions={'check': ['perm', '/vms/{vmid}', ['VM.Config.Disk']]}, parameters={
                'node': NODE, 'vmid': VMID, word: {'type': 'string'}, 'digest': TEXT, 'format': TEXT,
                'storage': {'type': 'string', 'format': 'pve-storage-id', 'optional': True},
                'target-vmid': {**VMID, 'optional': True},
                'delete': {'type': 'boolean', 'optional': True},
                'bwlimit': {'type': 'integer', 'minimum': 0, 'optional': True}})
    def move(ctx, params):
        vmid, storage = params['vmid'], params.get('storage')
        config.find(vmid, kind, ctx.node)
        if not storage:
            text = "both 'storage' and 'target-vmid' missing, either needs to be set"
            raise ParameterError({'storage': text, 'target-vmid': text})
        moves.check(vmid, kind, params[word], storage, params)
        return ctx.task(task, str(vmid), lambda log: moves.move(vmid, kind, params[word], storage, params, log))


register('qemu', 'move_disk', 'disk', 'qmmove')
register('lxc', 'move_volume', 'volume', 'move_volume')
