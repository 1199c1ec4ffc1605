"""`pvesm`: storages."""
import sys

from .. import cfs
from ..errors import PlainError
from ..storage import activate, config, content, kinds
from . import command
from .command import Command

STORAGE = {'storage': {'type': 'string', 'optional': True}, 'content': {'type': 'string', 'optional': True},
           'enabled': {'type': 'boolean', 'optional': True}, 'target': {'type': 'string', 'optional': True},
           'format': {'type': 'boolean', 'optional': True}}


def _status(argv):
    params = command.parse(argv, STORAGE, [])
    wanted = set(filter(None, params.get('content', '').split(',')))
    sections, _ = config.load()
    rows = []
    for name, section in sorted(sections.items()):
        if params.get('storage') not in (None, name):
            continue
        if wanted and not wanted & set(kinds.as_shown(name, section)['content'].split(',')):
            continue
        row = activate.status(name, section, warn=lambda text: print(text, file=sys.stderr))
        if row['enabled'] or not params.get('enabled'):
            rows.append(row)
    width = max([len('Name')] + [len(row['storage']) for row in rows])
    print(f"{'Name':<{width}} {'Type':>10} {'Status':>10} {'Total (KiB)':>15} {'Used (KiB)':>15} "
          f"{'Available (KiB)':>15} {'%':>8}")
    for row in rows:
        word = 'disabled' if not row['enabled'] else 'active' if row['active'] else 'inactive'
        share = f"{100 * row.get('used_fraction', 0):7.2f}%" if row['enabled'] else f"{'N/A':>8}"
        print(f"{row['storage']:<{width}} {row['type']:>10} {word:>10} {row['total'] // 1024:>15} "
              f"{row['used'] // 1024:>15} {row['avail'] // 1024:>15} {share}")
    return 0


def _list(rows, _params):
    width = max([len('Volid')] + [len(row['volid']) for row in rows])
    if not rows:
        return
    print(f"{'Volid':<{width}} Format  Type      {'Size':>13} VMID")
    for row in rows:
        print(f"{row['volid']:<{width}} {row['format']:<7} {row['content']:<9} {row['size']:>13} "
              f"{row.get('vmid', '')}".rstrip())


def _exports(rows, _params):
    width = max([0] + [len(row['path']) for row in rows])
    for row in rows:
        print(f"{row['path']:<{width}} {row['options']}")


def _volume(argv):
    """(storage id, section, volume id) of a `STORAGE:VOLUME` argument."""
    params = command.parse(argv, {'volume': {'type': 'string'}}, ['volume'])
    storage_id, colon, _ = params['volume'].partition(':')
    if not colon:
        raise PlainError(f"unable to parse volume ID '{params['volume']}'")
    section = config.get(storage_id)
    if not kinds.on_node(section, cfs.nodename()):
        raise PlainError(f"storage '{storage_id}' is not available on node '{cfs.nodename()}'")
    return storage_id, section, params['volume']


def _path(argv):
    _, section, volume = _volume(argv)
    print(content.path_of(section, volume))
    return 0


def _free(argv):
    storage_id, section, volume = _volume(argv)
    content.free(storage_id, section, volume)
    print(f"Removed volume '{volume}'")
    return 0


CONTENT = '/nodes/{node}/storage/{storage}/content'
SCAN_NFS = Command('GET', '/nodes/{node}/scan/nfs', ['server'], show=_exports, fixed={'node': 'NODE'})

def _file_text(path):
    if path == 'autogen':
        return path
    try:
        with open(path, encoding='utf-8') as source:
            return source.read()
    except OSError as error:
        raise PlainError(f"can't open '{path}' - {error.strerror}") from error


class WithSecrets(Command):
    """Secrets come from files, a password without a value from the terminal or standard input."""

    def run(self, params):
        values = dict(params)
        for name in ('encryption-key', 'master-pubkey', 'keyring'):
            if name in values:
                values[name] = _file_text(values[name])
        if values.get('password') == '':
            line = sys.stdin.readline()
            if not line:
                raise PlainError('EOF while reading password')
            values['password'] = line.rstrip('\n')
        return super().run(values)


INTERACTIVE = ('password',)

COMMANDS = {
    'add': WithSecrets('POST', '/storage', ['type', 'storage'], interactive=INTERACTIVE),
    'set': WithSecrets('PUT', '/storage/{storage}', ['storage'], interactive=INTERACTIVE),
    'remove': Command('DELETE', '/storage/{storage}', ['storage']),
    'status': _status,
    'list': Command('GET', CONTENT, ['storage'], show=_list, fixed={'node': 'NODE'}),
    'alloc': Command('POST', CONTENT, ['storage', 'vmid', 'filename', 'size'], fixed={'node': 'NODE'},
                     show=lambda volume, _params: print(f"successfully created '{volume}'")),
    'free': _free,
    'path': _path,
    'scan nfs': SCAN_NFS,
    'nfsscan': SCAN_NFS,
    'scan zfs': Command('GET', '/nodes/{node}/scan/zfs', fixed={'node': 'NODE'},
                        show=lambda rows, _params: [print(row['pool']) for row in rows]),
    'scan lvm': Command('GET', '/nodes/{node}/scan/lvm', fixed={'node': 'NODE'},
                        show=lambda rows, _params: [print(row['vg']) for row in rows]),
}


def main(argv):
    return command.run('pvesm', COMMANDS, argv)
