"""Machines from backups: every byte comes back, and what fails leaves nothing that it made."""
import unittest
from unittest import mock

import harness
from restore_world import MIB, RECORD, WRITTEN, World


class Machines(World):
    def restore(self, vmid=200, **params):
        return self.call('POST', 'qemu', **{'vmid': vmid, 'archive': self.machine, **params})

    def test_every_byte_comes_back_on_the_storages_that_the_archive_names(self):
        said = self.restore()
        self.assertIn(':qmrestore:200:', self.upid)
        self.assertTrue(said.endswith('TASK OK\n'), said)
        found = self.settings(200)
        self.assertEqual(found['scsi0'], 'disks:200/vm-200-disk-0.qcow2,discard=on,size=32G')
        self.assertEqual(found['ide2'], 'disks:200/vm-200-cloudinit.qcow2,media=cdrom,size=4M')
        self.assertEqual({key: found[key] for key in ('name', 'memory', 'cores', 'net0', 'smbios1')},
                         {key: self.settings(100)[key] for key in ('name', 'memory', 'cores', 'net0', 'smbios1')})
        self.assertRegex(found['vmgenid'], r'^[0-9a-f-]{36}$')
        self.assertNotIn('scsi1', found)
        self.assertEqual(found['description'], 'two\nlines\nscsi1: disks:100/vm-100-disk-1.raw,backup=0,size=1G\n')
        self.assertNotIn('lock', found)
        path = harness.WORK / 'disks/images/200/vm-200-disk-0.qcow2'
        self.assertEqual((path.stat().st_size, self.bytes_at(path, WRITTEN[0], len(WRITTEN[1]))), (32 * 1024 * MIB, WRITTEN[1]))
        self.assertLess(path.stat().st_blocks * 512, 4 * MIB)
        self.assertEqual(self.volumes(200), [f'disks/images/200/vm-200-{name}.qcow2' for name in ('cloudinit', 'disk-0')])
        self.assertEqual((harness.ETC / 'firewall/200.fw').read_text(), '[OPTIONS]\nenable: 1\n')
        self.assertEqual(self.did, [])

    def test_the_configuration_can_be_read_alone(self):
        from pvestandin.errors import ApiError, text_of
        where = '/nodes/pve-a/vzdump/extractconfig'
        self.assertIn('name: web\n', harness.call('GET', where, volume=self.machine))
        path = harness.WORK / 'saved/dump' / self.machine.rpartition('/')[2]
        for volume, error in (('bak:iso/a.iso', "unable to use volume bak:iso/a.iso - content type needs to be 'backup'"),
                              (self.machine, f"unable to read configuration from archive '{path}'"),
                              (self.machine, f"volume '{self.machine}' does not exist")):
            with self.subTest(error), self.assertRaises(ApiError) as caught:
                path.write_bytes(b'x')
                if 'exist' in error:
                    path.unlink()
                harness.call('GET', where, volume=volume)
            self.assertEqual(text_of(caught.exception), error)
        with self.assertRaisesRegex(ApiError, 'Permission check failed'):
            harness.call('GET', where, user='someone@pve', volume=self.machine)

    def test_a_unique_one_has_addresses_and_an_identity_of_its_own(self):
        self.restore(unique=1)
        found, origin = self.settings(200), self.settings(100)
        self.assertRegex(found['net0'], r'^virtio=BC:24:11:[0-9A-F:]{8},bridge=vmbr0,tag=7$')
        self.assertRegex(found['smbios1'], r'^uuid=[0-9a-f-]{36},serial=abc$')
        for key in ('net0', 'smbios1', 'vmgenid'):
            self.assertNotEqual(found[key], origin[key])

    def test_what_is_given_beside_the_archive_replaces_what_it_says(self):
        self.restore(storage='others', name='proof', memory=128, net0='virtio,bridge=vmbr9,link_down=1')
        found = self.settings(200)
        self.assertEqual((found['name'], found['memory'], found['cores']), ('proof', '128', '2'))
        self.assertRegex(found['net0'], r'^virtio=BC:24:11:[0-9A-F:]{8},bridge=vmbr9,link_down=1$')
        self.assertTrue(found['scsi0'].startswith('others:200/'))
        self.assertEqual({name.partition('/')[0] for name in self.volumes(200)}, {'others'})

    def test_it_is_locked_meanwhile(self):
        from pvestandin.vzdump import archive
        read = archive.read

        def watched(*args):
            self.assertEqual(self.settings(200), {'lock': 'create'})
            return read(*args)
        with mock.patch.object(archive, 'read', watched):
            self.assertTrue(self.restore().endswith('TASK OK\n'))

    def test_the_command_does_the_same_and_takes_no_other_options(self):
        from pvestandin.cli import qmrestore
        with mock.patch('sys.stdout'), mock.patch('sys.stderr'):
            self.assertEqual(qmrestore.main([self.machine, '200', '--storage', 'others', '--unique']), 0)
            self.assertNotEqual(qmrestore.main([self.machine, '200']), 0)
            self.assertNotEqual(qmrestore.main([self.machine, '201', '--name', 'proof']), 0)
            self.assertNotEqual(qmrestore.main([]), 0)
            self.assertEqual(qmrestore.main([self.machine, '202', '--storage', 'bak']), 255)
        self.assertTrue(self.settings(200)['scsi0'].startswith('others:200/'))

    def test_it_starts_and_goes_to_ha_and_a_pool_only_when_asked(self):
        from pvestandin import usercfg
        from pvestandin.ha import config as ha
        with usercfg.edit() as users:
            users['pools']['proofs'] = {'comment': '', 'vms': [], 'storage': []}
        said = self.restore(start=1, ha__managed=1, pool='proofs')
        self.assertIn('Execute autostart\n', said)
        self.assertEqual(self.did, ['start 200'])
        self.assertEqual(ha.resources()['vm:200']['state'], 'started')
        self.assertEqual(usercfg.load()['pools']['proofs']['vms'], ['200'])
        with self.assertRaisesRegex(Exception, "no such pool 'none'"):
            self.restore(201, pool='none')

    def refused(self, error, vmid=200, **params):
        """At once, without a task."""
        from pvestandin.errors import ApiError, text_of
        with self.assertRaises(ApiError) as caught:
            self.restore(vmid, **params)
        self.assertEqual(text_of(caught.exception), error)

    def test_what_can_be_told_at_once_is_refused_in_the_words_of_proxmox(self):
        from pvestandin.guests import locks
        self.refused("unable to restore VM 100 - VM 100 already exists on node 'pve-a'", 100)
        self.refused("unable to restore VM 112 - CT 112 already exists on node 'pve-a'", 112)
        file = harness.ETC / 'nodes/pve-a/qemu-server/120.conf'
        self.refused(f"unable to restore VM 120 - close (rename) atomic file '{file}' failed: File exists", 120, force=1)
        locks.put(100, 'backup')
        self.refused('unable to restore VM 100 - VM is locked (backup)', 100, force=1)
        gone = 'backup/vzdump-qemu-100-2020_01_01-00_00_00.vma'
        self.refused(f"volume 'bak:{gone}' does not exist", archive=f'bak:{gone}')
        self.refused("storage 'none' does not exist", archive=f'none:{gone}')
        self.refused("can't find file '/root/none.vma'", archive='/root/none.vma')
        self.refused("unable to use volume bak:iso/a.iso - content type needs to be 'backup'", archive='bak:iso/a.iso')
        self.refused("unable to parse directory volume name 'backup/a'", archive='bak:backup/a')
        self.refused("400 Parameter verification failed.\nscsi0: option conflicts with option 'archive'", scsi0='disks:1')
        from pvestandin import guestlist
        self.assertEqual(sorted(guestlist.guests()), [100, 112, 120])

    def test_it_needs_an_archive_to_be_unique_and_to_overwrite(self):
        for key in ('unique', 'force'):
            with self.subTest(key), self.assertRaises(Exception) as caught:
                self.call('POST', 'qemu', vmid=200, **{key: 1})
            self.assertEqual(caught.exception.errors, {'archive': f"missing property - '{key}' requires this property"})

    def failed(self, error, vmid=200, **params):
        """In the task, which leaves a number without a machine behind."""
        said = self.restore(vmid, **params)
        self.assertIn(f'TASK ERROR: {error}', said)
        self.assertIn(f'VM {vmid} state is NOT cleaned up.\n', said)
        return said

    def test_what_fails_leaves_no_volume_and_a_machine_without_anything(self):
        self.failed("Content type 'images' is not available on storage 'bak'", storage='bak')
        self.assertEqual((self.settings(200), self.volumes(200)), ({}, []))
        self.failed('live-restore is only compatible with backup images from a Proxmox Backup Server', 201, live__restore=1)
        name = self.container.rpartition('/')[2]
        self.failed(f"ERROR: file '{harness.WORK}/saved/dump/{name}' does not look like a QemuServer vzdump backup", 202,
                    archive=self.container)
        self.assertEqual([self.settings(vmid) for vmid in (201, 202)], [{}, {}])

    def test_an_archive_that_was_cut_or_is_none_is_known_as_such(self):
        path = harness.WORK / 'saved/dump' / self.machine.rpartition('/')[2]
        whole = path.read_bytes()
        for number, (content, reason) in enumerate(((whole[:-1], 'unexpected end of the archive'), (whole[:-RECORD - 9], 'unexpected end'),
                                                    (b'x' * 4096, 'unable to read configuration from archive')), 200):
            path.write_bytes(content)
            with self.subTest(reason):
                said = self.failed(f"command 'set -o pipefail && zstd -q -d -c {path} | vma extract -v -r /var/tmp/vzdumptmp", number)
                self.assertIn(f'\nvma: {reason}', said)
                self.assertEqual((self.settings(number), self.volumes(number)), ({}, []))

    def test_a_full_storage_and_a_stopped_task_leave_no_volume(self):
        import errno

        from pvestandin.vzdump import archive
        with mock.patch.object(archive.os, 'pwrite', side_effect=OSError(errno.ENOSPC, 'No space left on device')):
            self.assertIn('No space left on device\n', self.failed("command 'set -o pipefail"))
        with mock.patch.object(archive.os, 'pwrite', side_effect=KeyboardInterrupt):
            self.failed('interrupted by signal', 201)
        self.assertEqual(self.volumes(200) + self.volumes(201), [])

    def test_over_an_existing_one_its_other_disks_stay_as_unused_ones(self):
        self.write('disks/images/100/vm-100-disk-0.qcow2', WRITTEN[0], b'what came after the backup')
        said = self.restore(100, force=1, storage='others')
        self.assertIn("VM 100 add unreferenced volume 'disks:100/vm-100-disk-1.raw' as 'unused0' to config\n", said)
        found = self.settings(100)
        self.assertEqual((found['scsi0'], found['unused0'], found.get('lock')),
                         ('others:100/vm-100-disk-0.qcow2,discard=on,size=32G', 'disks:100/vm-100-disk-1.raw', None))
        self.assertEqual(self.bytes_at('others/images/100/vm-100-disk-0.qcow2', WRITTEN[0], len(WRITTEN[1])), WRITTEN[1])
        self.assertEqual(self.volumes(100), ['disks/images/100/vm-100-disk-1.raw', 'others/images/100/vm-100-cloudinit.qcow2',
                                             'others/images/100/vm-100-disk-0.qcow2'])

    def test_what_runs_or_is_protected_is_not_overwritten(self):
        from pvestandin.guests import config
        before = self.settings(100)
        self.live.append(100)
        self.failed('unable to restore VM 100 - vm is running', 100, force=1)
        self.live.clear()
        config.save(100, {'node': 'pve-a', 'kind': 'qemu'}, {**before, 'protection': '1'})
        self.failed('unable to restore VM 100 - - protection mode enabled', 100, force=1)
        self.assertEqual(self.settings(100), {**before, 'protection': '1'})

    def test_a_limit_holds_for_whoever_may_not_change_the_storage(self):
        from pvestandin.api import Context
        from pvestandin.restore import volumes
        from pvestandin.storage import config
        sections, _ = config.load()
        sections['disks']['bwlimit'] = 'default=100,restore=50'
        sections['bak']['bwlimit'] = 'default=70'
        config.save(sections)
        root, other = Context('root@pam'), Context('someone@pve')
        both = ['bak', 'disks']
        self.assertEqual([volumes.limit(root, both, asked) for asked in (None, 200, 0)], [50, 200, 0])
        self.assertEqual([volumes.limit(other, both, asked) for asked in (None, 200, 20, 0)], [50, 50, 20, 50])
        self.assertEqual(volumes.limit(root, ['others'], None), 0)

    def test_nothing_of_a_restored_one_stays_when_it_is_destroyed(self):
        self.restore(ha__managed=1)
        for name in ('vm-200-disk-7.raw', 'vm-2000-disk-0.raw'):
            (harness.WORK / 'disks/images/200' / name).write_bytes(b'of an earlier time')
        said = self.call('DELETE', 'qemu/200', purge=1, destroy__unreferenced__disks=1)
        self.assertTrue(said.endswith('TASK OK\n'), said)
        self.assertEqual(self.volumes(200), ['disks/images/200/vm-2000-disk-0.raw'])
        from pvestandin import guestlist
        from pvestandin.ha import config as ha
        self.assertEqual((sorted(guestlist.guests()), ha.resources()), ([100, 112, 120], {}))
        self.assertEqual(sorted(path.name for path in (harness.ETC / 'firewall').glob('*')), ['100.fw'])

    def test_without_being_asked_only_what_its_file_names_is_destroyed(self):
        from pvestandin.guests import config
        self.restore()
        for number in (7, 8):
            (harness.WORK / f'disks/images/200/vm-200-disk-{number}.raw').write_bytes(b'of an earlier time')
        config.save(200, {'node': 'pve-a', 'kind': 'qemu'}, {**self.settings(200), 'unused0': 'disks:200/vm-200-disk-7.raw',
                                                             'scsi4': 'disks:100/vm-100-disk-0.qcow2', 'ide0': 'bak:iso/a.iso,media=cdrom'})
        self.call('DELETE', 'qemu/200')
        self.assertEqual(self.volumes(200), ['disks/images/200/vm-200-disk-8.raw'])
        self.assertEqual(len(self.volumes(100)), 3)


if __name__ == '__main__':
    unittest.main()
