"""What `qm` and `pct` share."""
import json
import sys

from .. import api
from ..guests import actions, locks
from . import command
from .command import Command


def _list(kind):
    def show(rows, _params):
        if kind == 'qemu':
            print(f"{'VMID':>10} {'NAME':<20} {'STATUS':<10} {'MEM(MB)':<10} {'BOOTDISK(GB)':>12} {'PID':<10}")
            for row in rows:
                print(f"{row['vmid']:>10} {row['name']:<20} {row['status']:<10} {row['maxmem'] // 1048576:<10} "
                      f"{0:>12.2f} {row.get('pid', 0):<10}")
            return
        if rows:
            print(f"{'VMID':<10} {'Status':<10} {'Lock':<12} {'Name':<20}")
        for row in rows:
            print(f"{row['vmid']:<10} {row['status']:<10} {row.get('lock', ''):<12} {row['name']:<20}")
    return show


def _status(row, params):
    if params.get('verbose'):
        for key in sorted(row):
            print(f'{key}: {row[key]}')
    else:
        print(f"status: {row['status']}")


def _config(values, _params):
    for key in sorted(values):
        if key != 'digest':
            print(f'{key}: {values[key]}')


def _incoming(argv):
    """`start --migratedfrom`: the source of a live migration hands over the guest's state on stdin."""
    specs = {name: {'type': 'string', 'optional': True} for name in ('migratedfrom', 'stateuri', 'skiplock')}
    params = command.parse(argv, specs, ['vmid'])
    carried = json.loads(sys.stdin.read() or '{}')
    actions.start(int(params['vmid']), carried=carried)
    return 0


def _start(start):
    def run(argv):
        if any(word.lstrip('-').partition('=')[0] == 'migratedfrom' for word in argv):
            return _incoming(argv)
        api.load()
        return start.run(command.parse(argv, start.specs(), start.positional))
    return run


def _unlock(argv):
    """What a task that was cut has left: it has no call of the API."""
    params = command.parse(argv, {'vmid': {'type': 'integer'}}, ['vmid'])
    locks.put(int(params['vmid']), None)
    return 0


def commands(kind):
    base = f'/nodes/{{node}}/{kind}'
    item = base + '/{vmid}'

    def make(verb, path, words, show=None, extra=None, **fixed):
        return Command(verb, path, words, show=show, extra=extra, fixed={'node': 'NODE', **fixed}, task_exit=True)

    verbose = {'verbose': {'type': 'boolean', 'optional': True}}
    found = {
        'list': make('GET', base, [], show=_list(kind)),
        'status': make('GET', f'{item}/status/current', ['vmid'], show=_status, extra=verbose),
        'config': make('GET', f'{item}/config', ['vmid'], show=_config),
        'resize': make('PUT', f'{item}/resize', ['vmid', 'disk', 'size']),
        'set': make('PUT', f'{item}/config', ['vmid']),
        'stop': make('POST', f'{item}/status/stop', ['vmid']),
        'shutdown': make('POST', f'{item}/status/shutdown', ['vmid']),
        'reboot': make('POST', f'{item}/status/reboot', ['vmid']),
        'migrate': make('POST', f'{item}/migrate', ['vmid', 'target']),
        'destroy': make('DELETE', item, ['vmid']),
        'start': _start(make('POST', f'{item}/status/start', ['vmid'])),
        **({'disk move': make('POST', f'{item}/move_disk', ['vmid', 'disk', 'storage']),
            'move-disk': make('POST', f'{item}/move_disk', ['vmid', 'disk', 'storage'])} if kind == 'qemu' else
           {'move-volume': make('POST', f'{item}/move_volume', ['vmid', 'volume', 'storage']),
            'restore': make('POST', base, ['vmid', 'ostemplate'], restore=1)}),
        'unlock': _unlock,
        'create': make('POST', base, ['vmid'] if kind == 'qemu' else ['vmid', 'ostemplate']),
    }
    return found
