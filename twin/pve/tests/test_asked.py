"""Everything that the layer answers is asked by somebody: what nobody asks is a promise that nothing keeps.

Asking are the program, tests of whole hosts, the conformance tables and Proxmox's own commands, which are handlers'
only callers for many methods. The layer's unit tests are not: they would keep alive whatever they test.
"""
import os
import re
import unittest
from pathlib import Path

import harness

REPOSITORY = Path(__file__).resolve().parents[3]
ASKING = ('components', 'config', 'dynamic-providers', 'automation', 'tests', 'twin/tests', 'twin/testing', 'twin/pve/conformance')
SKIPPED = {'generated', 'node_modules'}
SEGMENT = r'(?:\$\{[^}]*\}|\{\{[^}]*\}\}|\{[^}]*\}|[\w.:@!+%$<>-]+)'
PATH = re.compile(rf'(?<![\w.}}])/?((?:access|cluster|nodes|pools|storage|version)(?:/{SEGMENT})*)')

# By the beginning of a path: who asks although no text names it.
ASKED_ALL_THE_SAME = {
    '/nodes/{node}/tasks/': 'the native provider and pvesh follow every task by what the UPID says',
    '/cluster/resources': 'it is where the figures that pvestatd publishes can be seen',
    '/cluster/notifications/': 'config/plan/notifications.ts puts the rest of the path behind a constant',
    '/cluster/sdn/fabrics/node/': 'dynamic-providers/sdn/fabrics.ts does so too',
    '/cluster/sdn/vnets': 'a zone that a vnet uses stays, which is asked; vnets are how it gets one',
    '/cluster/sdn/rollback': 'the program names it to the user whose pending edits are in its way',
    '/cluster/replication/': 'one registration makes list and items, and the conformance tables ask for the list',
    '/nodes/{node}/qemu/{vmid}/status/start': 'qm start calls it in a function of its own',
    '/nodes/{node}/lxc/{vmid}/status/start': 'pct start does so too',
    '/nodes/{node}/storage/{storage}/content/': 'pvesm free and pvesm path put the volume behind a constant',
}


def texts():
    for folder in ASKING:
        for place, folders, files in os.walk(REPOSITORY / folder):
            folders[:] = [one for one in folders if one not in SKIPPED]
            for name in files:
                if name.endswith(('.ts', '.mts', '.json', '.py', '.yaml')):
                    yield (Path(place) / name).read_text(encoding='utf-8')


def asked_by_commands():
    """The paths of all sub-commands of pvesm, pveum, pvecm, ha-manager, qm and pct."""
    from pvestandin.cli import command, guesttool, ha_manager, pct, pvecm, pvesm, pveum, qm
    tables = [module.COMMANDS for module in (ha_manager, pvecm, pvesm, pveum)]
    tables += [ha_manager.ON_9, guesttool.commands('qemu'), guesttool.commands('lxc')]
    found = {one.path for table in tables for one in table.values() if isinstance(one, command.Command)}
    # Sub-commands that are functions call the API themselves.
    sources = [Path(module.__file__).read_text(encoding='utf-8')
               for module in (command, guesttool, ha_manager, pct, pvecm, pvesm, pveum, qm)]
    return found | {match for text in sources for match in PATH.findall(text)}


def names(asked, path):
    """Whether a path with values, or with gaps for them, means a method's path."""
    if len(asked) != len(path):
        return False
    return all(mine.startswith('{') or theirs == mine or any(gap in theirs for gap in '{$<')
               for theirs, mine in zip(asked, path))


class Asked(unittest.TestCase):
    maxDiff = None

    def test_every_method_is_asked_for(self):
        harness.reset()
        from pvestandin import api
        api.load()
        found = asked_by_commands() | {match for text in texts() for match in PATH.findall(text)}
        asked = [one.strip('/').rstrip('.').split('/') for one in found]
        unasked = sorted({path for path, _ in api._methods
                          if not any(names(one, path.strip('/').split('/')) for one in asked)
                          and not any(path.startswith(one) for one in ASKED_ALL_THE_SAME)})
        self.assertEqual(unasked, [])


if __name__ == '__main__':
    unittest.main()
