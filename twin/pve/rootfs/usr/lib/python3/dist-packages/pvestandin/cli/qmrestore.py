"""`qmrestore`: a virtual machine from an archive."""
from .. import api
from . import command
from .command import Command

OPTIONS = ('archive', 'vmid', 'storage', 'force', 'unique', 'pool', 'bwlimit', 'live-restore', 'start', 'ha-managed')


def _restore(argv):
    api.load()
    call = Command('POST', '/nodes/{node}/qemu', ['archive', 'vmid'], fixed={'node': 'NODE'}, task_exit=True)
    specs = {key: spec for key, spec in call.specs().items() if key in OPTIONS}
    return call.run(command.parse(argv, {**specs, 'archive': {'type': 'string'}}, call.positional))


def main(argv):
    return command.run('qmrestore', {'': _restore}, argv)
