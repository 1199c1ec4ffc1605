"""The stored tree and its replication, with an in-memory bus in the place of corosync."""
import errno
import itertools
import tempfile
import threading
import unittest
from unittest import mock

import harness  # noqa: F401
from pvestandin.pmxcfs import corosyncfile, replica as replica_module
from pvestandin.pmxcfs.tree import MAX_FILE_BYTES, Refused, Tree


def new_tree():
    folder = tempfile.mkdtemp(prefix='pve-standin-tree-')
    return Tree(f'{folder}/config.db'), f'{folder}/config.db'


def op(do, path, **more):
    return {'do': do, 'path': path, 'time': 1, 'writer': 1, **more}


class StoredTree(unittest.TestCase):
    def test_operations_survive_a_restart(self):
        tree, database = new_tree()
        tree.apply(op('mkdir', 'nodes'))
        tree.apply(op('create', 'nodes/a'))
        tree.apply(op('write', 'nodes/a', offset=0, data='text'))
        tree.apply(op('rename', 'nodes', to='moved'))
        again = Tree(database)
        self.assertEqual(again.checksum(), tree.checksum())
        self.assertEqual(again.version, tree.version)
        self.assertEqual(again.entries['moved/a'].data, b'text')

    def test_refusals_have_their_errno(self):
        tree, _ = new_tree()
        tree.apply(op('mkdir', 'd'))
        tree.apply(op('create', 'd/f'))
        for operation, number in (
            (op('mkdir', 'd'), errno.EEXIST), (op('rmdir', 'd'), errno.ENOTEMPTY), (op('create', 'x/y'), errno.ENOENT),
            (op('unlink', 'd'), errno.EISDIR), (op('rename', 'd/f', to='d'), errno.EISDIR),
            (op('write', 'd/f', offset=MAX_FILE_BYTES, data='x'), errno.EFBIG),
        ):
            with self.subTest(operation=operation), self.assertRaises(Refused) as caught:
                tree.apply(operation)
            self.assertEqual(caught.exception.number, number)

    def test_a_lock_is_dropped_only_in_the_version_that_was_seen(self):
        tree, _ = new_tree()
        tree.apply(op('mkdir', 'l'))
        seen = tree.entries['l'].version
        tree.apply(op('touch', 'l'))
        tree.apply(op('unlock', 'l', version=seen))
        self.assertIn('l', tree.entries)
        tree.apply(op('unlock', 'l', version=tree.entries['l'].version))
        self.assertNotIn('l', tree.entries)


class Bus:
    """Delivers messages to all members of a view in one order."""

    def __init__(self):
        self.members, self.queue = [], []

    def view(self, *members):
        for member in self.members:
            member.group = None
        self.members = list(members)
        for member in members:
            member.group = mock.Mock(send=lambda data, m=member: self.queue.append((m, data)))
        for member in members:
            member._membership([(m.nodeid, m.nodeid) for m in members])
        self.run()

    def run(self):
        while True:
            for member in self.members:
                member._send_queued()
            if not self.queue:
                return
            author, data = self.queue.pop(0)
            for member in self.members:
                with mock.patch('os.getpid', return_value=member.nodeid):
                    member._message(author.nodeid, author.nodeid, data)


class Replication(unittest.TestCase):
    numbers = itertools.count(1)

    def member(self, nodeid):
        tree, _ = new_tree()
        ready = lambda *_: None
        found = replica_module.Replica(tree, False, ready, ready, ready)
        found.nodeid, found.quorate, found.nodename = nodeid, True, f'n{nodeid}'
        return found

    def write(self, bus, member, path, text):
        errors = []

        def work():
            try:
                member.submit(op('create', path))
                member.submit(op('write', path, offset=0, data=text))
            except Refused as refused:
                errors.append(refused.number)
        thread = threading.Thread(target=work)
        thread.start()
        while thread.is_alive():
            bus.run()
            thread.join(0.01)
        return errors

    def test_a_joiner_takes_the_content_with_the_higher_version(self):
        bus, a, b = Bus(), self.member(1), self.member(2)
        bus.view(a)
        self.assertEqual(self.write(bus, a, 'x', 'one'), [])
        bus.view(a, b)
        self.assertEqual(b.tree.checksum(), a.tree.checksum())
        self.assertEqual(self.write(bus, b, 'y', 'two' * 200_000), [])
        self.assertEqual(a.tree.entries['y'].data, b'two' * 200_000)
        self.assertEqual(b.tree.checksum(), a.tree.checksum())

    def test_a_returning_member_gets_what_it_missed(self):
        bus, a, b = Bus(), self.member(1), self.member(2)
        bus.view(a, b)
        bus.view(a)
        self.write(bus, a, 'missed', 'text')
        bus.view(a, b)
        self.assertEqual(b.tree.entries['missed'].data, b'text')

    def test_no_write_without_quorum(self):
        bus, a = Bus(), self.member(1)
        bus.view(a)
        a._quorum_changed(False)
        self.assertEqual(self.write(bus, a, 'x', ''), [errno.EACCES])

    def test_a_member_that_is_not_yet_in_step_is_read_only(self):
        self.assertFalse(self.member(1).writable())

    def test_short_lived_values_reach_everybody(self):
        bus, a, b = Bus(), self.member(1), self.member(2)
        a.publish('nodeip', '10.0.0.1')
        bus.view(a, b)
        self.assertEqual(b.values['nodeip'], {'n1': '10.0.0.1'})


class LocalCopy(unittest.TestCase):
    def test_an_older_configuration_is_ignored_and_said(self):
        with tempfile.TemporaryDirectory() as folder, mock.patch.object(corosyncfile, 'LOCAL', f'{folder}/c.conf'):
            said = []
            for version in (3, 2):
                corosyncfile.copy(f'totem {{\n  config_version: {version}\n}}\n', said.append, False)
            self.assertIn('version = 3', said[0])
            self.assertEqual(said[1], '[dcdb] crit: local corosync.conf is newer')
            self.assertIn('config_version: 3', corosyncfile.read_local())


if __name__ == '__main__':
    unittest.main()
