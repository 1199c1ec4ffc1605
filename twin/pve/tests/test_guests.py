"""Settings of guests: at once, or at the next start; disks that only grow."""
import os
import unittest
from unittest import mock

import harness


def settings(vmid=100):
    from pvestandin.guests import config
    return config.load(vmid)[0]


class Guests(unittest.TestCase):
    def setUp(self):
        harness.reset()
        from pvestandin.guests import actions
        from pvestandin.storage import config
        self.enterContext(mock.patch.object(actions, 'running', lambda vmid: self.live))
        self.live = False
        folder = harness.WORK / 'store'
        folder.mkdir(exist_ok=True)
        section = {'type': 'dir', 'path': str(folder), 'content': 'images'}
        self.enterContext(mock.patch.object(config, 'get', lambda name: section))
        from pvestandin.guests import config as guests
        guests.save(100, {'node': 'pve-a', 'kind': 'qemu'}, {'name': 'a', 'memory': 1024})

    def change(self, **params):
        from pvestandin import api
        api.load()
        ctx = api.Context('root@pam', cli=True)
        return api.dispatch(ctx, 'PUT', '/nodes/pve-a/qemu/100/config', params)

    def resize(self, size):
        from pvestandin.guests import create
        create.resize(100, 'qemu', 'scsi0', size)

    def test_a_setting_waits_while_the_guest_runs_and_comes_with_its_start(self):
        from pvestandin.guests import config
        self.live = True
        self.change(memory=2048, description='two\nlines', name='b')
        self.assertEqual(settings(), {'name': 'b', 'memory': '1024', 'description': 'two\nlines\n'})
        self.assertEqual(config.waiting(100), {'memory': '2048'})
        self.change(memory=4096, cores=2)
        self.assertEqual(config.waiting(100), {'memory': '4096', 'cores': '2'})
        self.change(memory=1024)
        self.assertEqual(config.waiting(100), {'cores': '2'})
        config.bring_into_effect(100)
        self.assertEqual(settings()['cores'], '2')
        self.assertEqual(config.waiting(100), {})

    def test_a_container_takes_memory_while_it_runs_and_waits_with_its_features(self):
        from pvestandin import api
        from pvestandin.guests import config
        config.save(112, {'node': 'pve-a', 'kind': 'lxc'}, {'hostname': 'box', 'memory': 512})
        api.load()
        self.live = True
        api.dispatch(api.Context('root@pam', cli=True), 'PUT', '/nodes/pve-a/lxc/112/config',
                     {'memory': 1024, 'features': 'nesting=1', 'net0': 'name=eth0,bridge=vmbr0'})
        self.assertEqual(settings(112)['memory'], '1024')
        self.assertRegex(settings(112)['net0'], r'^name=eth0,bridge=vmbr0,hwaddr=BC:24:11:[0-9A-F:]{8},type=veth$')
        self.assertIn('[pve:pending]\nfeatures: nesting=1\n', (harness.ETC / 'nodes/pve-a/lxc/112.conf').read_text())
        config.bring_into_effect(112)
        self.assertEqual(settings(112)['features'], 'nesting=1')

    def test_a_container_needs_the_template_that_it_names(self):
        from pvestandin.guests import create
        with self.assertRaisesRegex(Exception, "volume 'store:vztmpl/a.tar.zst' does not exist"):
            create.create(None, 112, 'lxc', {'ostemplate': 'store:vztmpl/a.tar.zst'}, lambda _text: None)

    def test_snapshots_stay_behind_what_waits(self):
        from pvestandin.guests import config
        name = 'nodes/pve-a/qemu-server/100.conf'
        with open(harness.ETC / name, 'a', encoding='utf-8') as out:
            out.write('\n[before]\nmemory: 512\n')
        self.live = True
        self.change(memory=2048)
        self.assertIn('\n[PENDING]\nmemory: 2048\n\n[before]\nmemory: 512\n', (harness.ETC / name).read_text())
        config.bring_into_effect(100)
        self.assertIn('\n[before]\nmemory: 512\n', (harness.ETC / name).read_text())
        self.assertNotIn('PENDING', (harness.ETC / name).read_text())

    def test_a_setting_is_there_at_once_while_the_guest_is_off(self):
        self.change(memory=2048)
        self.assertEqual(settings()['memory'], '2048')

    def test_what_is_locked_is_neither_stopped_nor_moved_nor_destroyed(self):
        from pvestandin import api
        from pvestandin.errors import PlainError
        from pvestandin.guests import locks
        locks.take(100, 'backup')
        for verb, path, params in (('POST', 'status/stop', {}), ('POST', 'status/shutdown', {}), ('DELETE', '', {}),
                                   ('POST', 'migrate', {'target': 'pve-b', 'online': 1}), ('PUT', 'config', {'memory': 2048}),
                                   ('PUT', 'resize', {'disk': 'scsi0', 'size': '+1G'})):
            api.load()
            ctx = api.Context('root@pam', cli=True)
            self.live = verb != 'DELETE'
            with self.subTest(path), self.assertRaisesRegex(PlainError, r'^VM is locked \(backup\)$'), \
                    mock.patch('sys.stdout'), mock.patch('sys.stderr'):
                api.dispatch(ctx, verb, f'/nodes/pve-a/qemu/100/{path}', params)
                raise ctx.task_error or AssertionError('not refused')
        with self.assertRaisesRegex(PlainError, "found lock 'backup' trying to remove 'migrate' lock"):
            locks.drop(100, 'migrate')
        self.assertEqual((locks.clear_left_over(100), locks.clear_left_over(100)), ('backup', None))
        self.change(memory=2048)

    def test_a_disk_grows_and_never_shrinks(self):
        from pvestandin.errors import PlainError
        from pvestandin.storage import content
        with mock.patch.object(content, 'activate', lambda *_: None):
            self.change(scsi0='store:1', ide2='store:cloudinit')
        self.assertRegex(settings()['scsi0'], r'^store:100/vm-100-disk-0\.raw,size=1G$')
        self.assertEqual(settings()['ide2'], 'store:100/vm-100-cloudinit.qcow2,media=cdrom,size=4M')
        self.resize('3G')
        self.assertTrue(settings()['scsi0'].endswith(',size=3G'))
        self.assertEqual(os.path.getsize(harness.WORK / 'store/images/100/vm-100-disk-0.raw'), 3 * 1024 ** 3)
        self.resize('+512M')
        self.assertTrue(settings()['scsi0'].endswith(',size=3584M'))
        with self.assertRaisesRegex(PlainError, 'shrinking disks is not supported'):
            self.resize('2G')


if __name__ == '__main__':
    unittest.main()
