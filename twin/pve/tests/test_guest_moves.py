"""Volumes that move to another storage, with Proxmox's refusals."""
import os
import tempfile
import unittest
from unittest import mock

import harness


class Moves(unittest.TestCase):
    def setUp(self):
        harness.reset()
        from pvestandin.guests import actions, create, moves
        from pvestandin.guests import config as guests
        from pvestandin.storage import config
        self.live = False
        self.enterContext(mock.patch.object(actions, 'running', lambda vmid: self.live))
        self.enterContext(mock.patch.object(moves, 'LOCKS', tempfile.mkdtemp(dir=harness.WORK)))
        self.sections = {}
        for name, kinds in (('store', 'images,rootdir'), ('other', 'images,rootdir'), ('isos', 'iso')):
            folder = harness.WORK / name
            folder.mkdir(exist_ok=True)
            self.sections[name] = {'type': 'dir', 'path': str(folder), 'content': kinds}
        self.enterContext(mock.patch.object(config, 'get', lambda name: self.sections[name]))
        self.enterContext(mock.patch.object(create.storages, 'get', lambda name: self.sections[name]))
        values = {'name': 'a', 'scsi0': 'store:1,discard=on'}
        create.allocate_disks(100, 'qemu', values, lambda text: None)
        guests.save(100, {'node': 'pve-a', 'kind': 'qemu'}, values)
        box = {'hostname': 'box', 'rootfs': 'store:1'}
        create.allocate_disks(112, 'lxc', box, lambda text: None)
        guests.save(112, {'node': 'pve-a', 'kind': 'lxc'}, box)
        with open(self.path('store', 100), 'r+b') as disk:
            disk.seek(5 * 1024 * 1024)
            disk.write(b'what the guest wrote')

    def tearDown(self):
        import shutil
        for name in self.sections:
            shutil.rmtree(harness.WORK / name)

    def path(self, storage, vmid, number=0):
        return harness.WORK / storage / 'images' / str(vmid) / f'vm-{vmid}-disk-{number}.raw'

    def settings(self, vmid=100):
        from pvestandin.guests import config
        return config.load(vmid)[0]

    def call(self, verb, path, **params):
        from pvestandin import api
        api.load()
        ctx = api.Context('root@pam', cli=True)
        done = api.dispatch(ctx, verb, f'/nodes/pve-a/{path}', params)
        if getattr(ctx, 'task_error', None):
            raise ctx.task_error
        return done

    def test_every_byte_is_copied_and_the_old_volume_stays_as_an_unused_one(self):
        self.live = True
        self.call('POST', 'qemu/100/move_disk', disk='scsi0', storage='other')
        self.assertEqual(self.settings()['scsi0'], 'other:100/vm-100-disk-0.raw,discard=on,size=1G')
        self.assertEqual(self.settings()['unused0'], 'store:100/vm-100-disk-0.raw')
        with open(self.path('other', 100), 'rb') as disk:
            disk.seek(5 * 1024 * 1024)
            self.assertEqual(disk.read(20), b'what the guest wrote')
        self.assertEqual(os.path.getsize(self.path('other', 100)), 1024 ** 3)
        self.call('PUT', 'qemu/100/config', delete='unused0')
        self.assertNotIn('unused0', self.settings())
        self.assertFalse(os.path.exists(self.path('store', 100)))

    def test_it_goes_where_that_is_asked_for(self):
        self.call('POST', 'qemu/100/move_disk', disk='scsi0', storage='other', delete=True)
        self.assertNotIn('unused0', self.settings())
        self.assertFalse(os.path.exists(self.path('store', 100)))

    def test_a_container_is_moved_at_rest_alone_and_locked_meanwhile(self):
        from pvestandin.errors import PlainError
        self.live = True
        with self.assertRaisesRegex(PlainError, 'cannot move volumes of a running container'):
            self.call('POST', 'lxc/112/move_volume', volume='rootfs', storage='other')
        self.live = False
        self.call('POST', 'lxc/112/move_volume', volume='rootfs', storage='other')
        self.assertEqual(self.settings(112)['rootfs'], 'other:112/vm-112-disk-0.raw,size=1G')
        self.assertNotIn('lock', self.settings(112))
        from pvestandin.guests import locks
        locks.put(112, 'disk')
        with self.assertRaisesRegex(PlainError, r'CT is locked \(disk\)'):
            self.call('POST', 'lxc/112/move_volume', volume='rootfs', storage='store')

    def test_it_is_refused_as_proxmox_refuses_it(self):
        from pvestandin import cfs, guestlist
        from pvestandin.errors import ApiError, PlainError
        for storage, disk, text in (('store', 'scsi0', "you can't move to the same storage"),
                                    ('other', 'scsi7', "disk 'scsi7' does not exist")):
            with self.assertRaisesRegex(PlainError, text):
                self.call('POST', 'qemu/100/move_disk', disk=disk, storage=storage)
        with self.assertRaises(ApiError):
            self.call('POST', 'qemu/100/move_disk', disk='scsi0', storage='isos')
        file = guestlist.config_file(100, {'node': 'pve-a', 'kind': 'qemu'})
        cfs.write(file, f"{cfs.read(file)}\n[before]\nscsi0: store:100/vm-100-disk-0.raw,size=1G\n")
        with self.assertRaisesRegex(PlainError, "can't move a disk with snapshots and delete the source"):
            self.call('POST', 'qemu/100/move_disk', disk='scsi0', storage='other', delete=True)
        self.call('POST', 'qemu/100/move_disk', disk='scsi0', storage='other')
        with self.assertRaisesRegex(PlainError, 'still in use'):
            self.call('PUT', 'qemu/100/config', delete='unused0')


if __name__ == '__main__':
    unittest.main()
