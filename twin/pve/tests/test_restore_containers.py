"""Containers from backups."""
import unittest
from unittest import mock

import harness
from restore_world import MIB, World


class Containers(World):
    def restore(self, vmid=200, **params):
        return self.call('POST', 'lxc', **{'vmid': vmid, 'ostemplate': self.container, 'restore': 1, 'storage': 'others', **params})

    def test_every_byte_comes_back_on_the_storage_that_is_named(self):
        said = self.restore()
        self.assertIn(':vzrestore:200:', self.upid)
        self.assertTrue(said.endswith('TASK OK\n'), said)
        self.assertEqual(self.settings(200), {
            **{key: value for key, value in self.settings(112).items() if key != 'digest'}, 'swap': '512',
            'rootfs': 'others:200/vm-200-disk-0.raw,size=2G', 'mp0': 'others:200/vm-200-disk-1.raw,mp=/data,backup=1,size=1G',
            'mp1': 'others:200/vm-200-disk-2.raw,mp=/scratch,size=1G', 'mp2': '/srv,mp=/srv'})
        self.assertEqual(self.bytes_at('others/images/200/vm-200-disk-0.raw', 5 * MIB, 15), b'root of the box')
        self.assertEqual(self.bytes_at('others/images/200/vm-200-disk-1.raw', 9, 15), b'data of the box')

    def test_a_unique_one_has_an_address_of_its_own_and_what_is_given_replaces_what_was_saved(self):
        self.restore(unique=1, hostname='proof', memory=64, start=1)
        found = self.settings(200)
        self.assertEqual((found['hostname'], found['memory'], found['unprivileged']), ('proof', '64', '1'))
        self.assertRegex(found['net0'], r'^name=eth0,bridge=vmbr0,hwaddr=BC:24:11:[0-9A-F:]{8},type=veth$')
        self.assertNotEqual(found['net0'], self.settings(112)['net0'])
        self.assertEqual(self.did, ['start 200'])

    def test_the_command_does_the_same(self):
        from pvestandin.cli import pct
        with mock.patch('sys.stdout'), mock.patch('sys.stderr'):
            self.assertEqual(pct.main(['restore', '200', self.container, '--storage', 'others']), 0)
            self.assertNotEqual(pct.main(['restore', '200', self.container, '--storage', 'others']), 0)
            self.assertNotEqual(pct.main(['restore', '201']), 0)
        self.assertEqual(self.settings(200)['hostname'], 'box')

    def test_volumes_that_are_given_take_the_place_of_those_that_were_saved(self):
        self.restore(rootfs='disks:3', mp0='1,mp=/data')
        found = self.settings(200)
        self.assertEqual((found['rootfs'], found['mp0'], found.get('mp1')), (
            'disks:200/vm-200-disk-0.raw,size=3G', 'others:200/vm-200-disk-0.raw,mp=/data,size=1G', None))
        self.assertEqual(self.bytes_at('disks/images/200/vm-200-disk-0.raw', 5 * MIB, 15), b'root of the box')
        said = self.restore(201, rootfs='disks:3')
        self.assertIn("TASK ERROR: unable to restore CT 201 - the archive holds the content of 'mp0'", said)

    def test_what_fails_frees_its_number_and_leaves_no_volume(self):
        from pvestandin import guestlist
        path = harness.WORK / 'saved/dump' / self.container.rpartition('/')[2]
        path.write_bytes(path.read_bytes()[:-1])
        said = self.restore()
        self.assertIn('\ntar: unexpected end of the archive\n', said)
        self.assertRegex(said, r"TASK ERROR: unable to restore CT 200 - command 'lxc-usernsexec .* failed: exit code 2\n")
        path.write_bytes(b'x')
        self.assertIn('TASK ERROR: unable to restore CT 200 - ERROR: archive contains no configuration file\n', self.restore())
        path.unlink()
        self.assertIn(f"TASK ERROR: unable to restore CT 200 - volume '{self.container}' does not exist\n", self.restore())
        self.assertIn('TASK ERROR: unable to restore CT 200 - ERROR: archive contains no configuration file\n',
                      self.restore(ostemplate=self.machine))
        self.assertEqual((self.volumes(200), sorted(guestlist.guests())), ([], [100, 112, 120]))

    def test_it_is_refused_in_the_words_of_proxmox(self):
        from pvestandin.errors import ApiError, text_of
        for vmid, params, error in ((112, {}, "CT 112 already exists on node 'pve-a'"),
                                    (120, {'force': 1}, "VM 120 already exists on node 'pve-b'"),
                                    (200, {'storage': 'bak'}, "400 Parameter verification failed.\n"
                                                              "storage: storage 'bak' does not support container directories"),
                                    (200, {'mp0': '1,mp=/x'}, "mount points configured, but 'rootfs' not set - aborting"),
                                    (200, {'ostemplate': 'bak:vztmpl/a.tar.zst'},
                                     "unable to use volume bak:vztmpl/a.tar.zst - content type needs to be 'backup'"),
                                    (200, {'restore': None, 'unique': 1}, '400 Parameter verification failed.\n'
                                     "restore: missing property - 'unique' requires this property")):
            with self.subTest(vmid=vmid, params=params), self.assertRaises(ApiError) as caught:
                self.restore(vmid, **params)
            self.assertEqual(text_of(caught.exception), error)

    def test_over_an_existing_one_nothing_of_the_old_stays(self):
        from pvestandin.errors import PlainError
        self.live.append(112)
        with self.assertRaisesRegex(PlainError, "^can't overwrite running container$"):
            self.restore(112, force=1)
        self.live.clear()
        self.write('disks/images/112/vm-112-disk-0.raw', 5 * MIB, b'what came after')
        self.assertTrue(self.restore(112, force=1, storage='disks').endswith('TASK OK\n'))
        self.assertEqual(self.volumes(112), [f'disks/images/112/vm-112-disk-{number}.raw' for number in (3, 4, 5)])
        self.assertEqual(self.bytes_at('disks/images/112/vm-112-disk-3.raw', 5 * MIB, 15), b'root of the box')
        self.assertNotIn('lock', self.settings(112))

    def test_nothing_of_a_restored_one_stays_when_it_is_destroyed(self):
        self.restore()
        self.assertTrue(self.call('DELETE', 'lxc/200', purge=1, destroy__unreferenced__disks=1).endswith('TASK OK\n'))
        self.assertEqual(self.volumes(200), [])

    def test_a_locked_one_is_not_destroyed_by_force_either(self):
        from pvestandin.errors import ApiError, ParameterError, PlainError
        from pvestandin.guests import locks
        locks.put(112, 'create')
        with self.assertRaisesRegex(PlainError, r'^CT is locked \(create\)$'):
            self.call('DELETE', 'lxc/112', purge=1, force=1)
        with self.assertRaises(ParameterError):
            self.call('DELETE', 'lxc/112', skiplock=1)
        locks.put(112, None)
        self.live.append(112)
        with self.assertRaisesRegex(ApiError, '^unable to destroy CT 112 - container is running$'):
            self.call('DELETE', 'lxc/112')
        self.live.clear()
        self.assertTrue(self.call('DELETE', 'lxc/112', force=1).endswith('TASK OK\n'))


if __name__ == '__main__':
    unittest.main()
