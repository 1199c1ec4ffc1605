"""`ha-manager`: HA resources, rules or groups, and commands to the manager."""
import json

from .. import cfs, host
from ..errors import ParameterError, PlainError
from ..ha import config as ha
from ..ha import status
from . import command
from .command import Command

HIDDEN = ('sid', 'type', 'digest', 'group', 'rule', 'order', 'errors')


def _sections(key):
    def show(rows, _params):
        for row in sorted(rows, key=lambda row: row[key]):
            print(row[key] if key == 'sid' else f"{row.get('type', 'group')}: {row[key]}" if key == 'rule'
                  else f"group: {row[key]}")
            for name in sorted(row):
                if name not in HIDDEN:
                    print(f'\t{name} {row[name]}')
            if key == 'sid' and 'group' in row:
                print(f"\tgroup {row['group']}")
            print()
    return show


def _rules(rows, _params):
    columns = ['enabled', 'state', 'rule', 'type', 'affinity', 'strict', 'resources', 'nodes']
    shown = [{**row, 'enabled': 0 if row.get('disable') else 1,
              'state': 'ignored (conflicts)' if row.get('errors') else 'in use'} for row in rows]
    print(command.table(shown, [c for c in columns if any(c in row for row in shown)]), end='')


def _status(argv):
    specs = {'verbose': {'type': 'boolean', 'optional': True}}
    params = command.parse(argv, specs, [])
    for line in status.lines():
        print(line)
    if params.get('verbose'):

        print('full cluster state:')
        print(json.dumps(ha.manager_status(), indent=3, sort_keys=True))
    return 0


def _node_maintenance(argv):
    params = command.parse(argv, {}, ['verb', 'node'])
    if params['verb'] not in ('enable', 'disable'):
        raise PlainError(f"unknown command 'crm-command node-maintenance {params['verb']}'")
    if params['node'] not in cfs.members():
        raise PlainError(f"no such cluster node '{params['node']}'")
    ha.queue_command(f"{params['verb']}-node-maintenance {params['node']}")
    return 0


def _stop(argv):
    params = command.parse(argv, {}, ['sid', 'timeout'])
    if not params['timeout'].isdigit():
        raise ParameterError({'timeout': f"type check ('integer') failed - got '{params['timeout']}'"})
    if params['sid'] not in ha.resources():
        raise PlainError(f"service '{params['sid']}' not HA managed")
    ha.queue_command(f"stop {params['sid']} {params['timeout']}")
    return 0


def _quiet(_result, _params):
    """Queued; the real tool prints nothing either."""


RESOURCE, GROUP, RULE = '/cluster/ha/resources', '/cluster/ha/groups', '/cluster/ha/rules'
MIGRATE = Command('POST', RESOURCE + '/{sid}/migrate', ['sid', 'node'], show=_quiet)
RELOCATE = Command('POST', RESOURCE + '/{sid}/relocate', ['sid', 'node'], show=_quiet)

COMMANDS = {
    'status': _status,
    'config': Command('GET', RESOURCE, show=_sections('sid')),
    'add': Command('POST', RESOURCE, ['sid']),
    'set': Command('PUT', RESOURCE + '/{sid}', ['sid']),
    'remove': Command('DELETE', RESOURCE + '/{sid}', ['sid']),
    'groupconfig': Command('GET', GROUP, show=_sections('group')),
    'groupadd': Command('POST', GROUP, ['group']),
    'groupset': Command('PUT', GROUP + '/{group}', ['group']),
    'groupremove': Command('DELETE', GROUP + '/{group}', ['group']),
    'migrate': MIGRATE,
    'relocate': RELOCATE,
    'crm-command migrate': MIGRATE,
    'crm-command relocate': RELOCATE,
    'crm-command stop': _stop,
    'crm-command node-maintenance': _node_maintenance,
}
ON_9 = {
    'rules list': Command('GET', RULE, show=_rules),
    'rules config': Command('GET', RULE, show=_rules),
    'rules add': Command('POST', RULE, ['type', 'rule']),
    'rules set': Command('PUT', RULE + '/{rule}', ['type', 'rule']),
    'rules remove': Command('DELETE', RULE + '/{rule}', ['rule']),
    'crm-command disarm-ha': Command('POST', '/cluster/ha/status/disarm-ha', ['resource-mode']),
    'crm-command arm-ha': Command('POST', '/cluster/ha/status/arm-ha'),
}


def main(argv):
    return command.run('ha-manager', {**COMMANDS, **(ON_9 if host.major() >= 9 else {})}, argv)
