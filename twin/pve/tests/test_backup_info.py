"""Which guests and volumes a backup job takes, and which guests none takes."""
import unittest

import harness


class Chosen(unittest.TestCase):
    def setUp(self):
        harness.reset()
        from pvestandin.guests import config
        config.save(100, {'node': 'pve-a', 'kind': 'qemu'}, {
            'name': 'web', 'scsi0': 'disks:100/a.raw,backup=0,size=8G', 'ide0': 'disks:100/b.raw,backup=1', 'ide2': 'disks:iso/x.iso,media=cdrom',
            'efidisk0': 'disks:100/c.raw,efitype=4m', 'virtio10': 'disks:100/d.raw', 'virtio2': 'disks:100/e.raw'})
        config.save(112, {'node': 'pve-b', 'kind': 'lxc'}, {
            'hostname': 'box', 'mp1': 'disks:112/x.raw,mp=/x,backup=1', 'mp0': 'disks:112/y.raw,mp=/y', 'mp2': '/srv,mp=/srv',
            'rootfs': 'disks:112/z.raw,size=1G'})
        config.save(113, {'node': 'pve-b', 'kind': 'lxc'}, {})

    def job(self, **params):
        harness.call('POST', '/cluster/backup', id='nightly', schedule='02:30', storage='local', **params)
        found = harness.call('GET', '/cluster/backup/nightly/included_volumes')['children']
        left = [row['vmid'] for row in harness.call('GET', '/cluster/backup-info/not-backed-up')]
        harness.call('DELETE', '/cluster/backup/nightly')
        return found, left

    def test_a_job_tells_of_each_volume_whether_it_takes_it_and_why(self):
        machine, box = self.job(vmid='100,112')[0]
        self.assertEqual([(one['id'], one['included'], one['reason']) for one in machine['children']], [
            ('100:ide0', 1, 'backup=no'), ('100:scsi0', 0, 'backup=no'), ('100:virtio2', 1, 'backup=yes'),
            ('100:virtio10', 1, 'backup=yes'), ('100:efidisk0', 0, 'efidisk but no OVMF BIOS')])
        self.assertEqual([(one['id'], one['name'], one['included'], one['reason']) for one in box['children']], [
            ('112:rootfs', 'disks:112/z.raw', 1, 'rootfs'), ('112:mp0', 'disks:112/y.raw', 0, 'disabled'),
            ('112:mp1', 'disks:112/x.raw', 1, 'enabled'), ('112:mp2', '/srv', 0, 'not a volume')])
        self.assertEqual((machine['name'], machine['type'], machine['leaf']), ('web', 'qemu', 0))

    def test_a_job_takes_all_with_exceptions_a_pool_or_those_that_it_names(self):
        from pvestandin import usercfg
        with usercfg.edit() as users:
            users['pools']['some'] = {'comment': '', 'vms': ['113', '800'], 'storage': []}
        for params, taken, left in (({'all': 1}, [100, 112, 113], []), ({'all': 1, 'exclude': '112'}, [100, 113], [112]),
                                    ({'all': 1, 'node': 'pve-b'}, [112, 113], [100]), ({'pool': 'some'}, [113], [100, 112]),
                                    ({'vmid': '100,999'}, [100, 999], [112, 113])):
            found, without = self.job(**params)
            self.assertEqual(([one['id'] for one in found], without), (taken, left))
        self.assertEqual(found[1], {'id': 999, 'type': 'unknown', 'leaf': 1})
        self.assertEqual(harness.call('GET', '/cluster/backup-info/not-backed-up'), [
            {'vmid': 100, 'type': 'qemu', 'name': 'web'}, {'vmid': 112, 'type': 'lxc', 'name': 'box'}, {'vmid': 113, 'type': 'lxc'}])


if __name__ == '__main__':
    unittest.main()
