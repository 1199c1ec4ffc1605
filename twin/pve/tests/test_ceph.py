"""Ceph's configuration and disks, and what is refused, without any daemon."""
import io
import json
import unittest
from unittest import mock

import harness


class CephTest(unittest.TestCase):
    def setUp(self):
        harness.reset(disks=[
            {'name': 'nvme1n1', 'sizeBytes': 20_000_000_000, 'model': 'DATA', 'serial': 'S1', 'byId': 'nvme-DATA_S1'},
            {'name': 'nvme2n1', 'sizeBytes': 20_000_000_000, 'model': 'DATA', 'serial': 'S2', 'byId': 'nvme-DATA_S2'}])
        from pvestandin.ceph import conf, disks, tools
        self.conf, self.disks, self.tools = conf, disks, tools

    def installed(self):
        """Everything is installed, and no program is really called."""
        here = {kind: '/bin/sh' for kind in self.tools.BINARY}
        return mock.patch.multiple(self.tools, BINARY=here, link_config=mock.DEFAULT,
                                   run=mock.Mock(return_value=''))

    def refusal(self, verb, path, **params):
        from pvestandin.errors import ApiError
        with self.assertRaises(ApiError) as caught:
            harness.call(verb, path, **params)
        return caught.exception.text

    def test_a_host_without_ceph_says_so_to_every_call(self):
        gone = {kind: f'/nowhere/ceph-{kind}' for kind in self.tools.BINARY}
        with mock.patch.object(self.tools, 'BINARY', gone):
            for verb, path in (('GET', 'mon'), ('GET', 'pool'), ('POST', 'init')):
                self.assertEqual(self.refusal(verb, f'/nodes/pve-a/ceph/{path}'),
                                 'binary not installed: /nowhere/ceph-mon')

    def test_a_ceph_that_was_not_configured_names_what_is_missing(self):
        with self.installed():
            self.assertEqual(
                self.refusal('GET', '/nodes/pve-a/ceph/mgr'),
                "pveceph configuration not initialized - missing '/etc/pve/ceph.conf', missing '/etc/pve/ceph'")

    def test_init_keeps_the_id_and_gives_one_network_for_both(self):
        path = '/nodes/pve-a/ceph/init'
        with self.installed(), mock.patch('pvestandin.handlers.ceph._admin_keyring', return_value='key'):
            harness.call('POST', path, network='10.0.0.0/24', cluster__network='10.1.0.0/24')
            first = self.conf.read()['global']
            self.assertEqual((first['public_network'], first['cluster_network']), ('10.0.0.0/24', '10.1.0.0/24'))
            harness.call('POST', path, network='10.2.0.0/24')
        again = self.conf.read()['global']
        self.assertEqual(again['fsid'], first['fsid'])
        self.assertEqual((again['public_network'], again['cluster_network']), ('10.2.0.0/24', '10.2.0.0/24'))

    def test_the_configuration_is_written_as_it_is_read(self):
        sections = {'mon.a': {'public_addr': '10.0.0.1'}, 'global': {'fsid': 'x'}, 'client': {'keyring': '/a/$b'}}
        self.conf.write(sections)
        self.assertEqual(self.conf.read(), sections)
        self.assertTrue((harness.ETC / 'ceph.conf').read_text().startswith('[global]\n\t fsid = x\n'))

    def test_disks_tell_what_lies_on_them(self):
        with mock.patch.object(self.disks, 'osds', return_value={'/dev/nvme1n1': 4}), \
                mock.patch.object(self.disks, 'content', return_value='ext4'):
            first, second = harness.call('GET', '/nodes/pve-a/disks/list')
        self.assertEqual((first['used'], first['osdid'], first['by_id_link']),
                         ('LVM', 4, '/dev/disk/by-id/nvme-DATA_S1'))
        self.assertEqual((second['used'], second['osdid'], second['serial']), ('ext4', -1, 'S2'))

    def test_an_osd_is_refused_on_a_disk_in_use_and_on_none(self):
        path = '/nodes/pve-a/ceph/osd'
        (harness.ETC / 'priv/ceph.client.admin.keyring').write_text('key')
        (harness.ETC / 'ceph').mkdir()
        self.conf.write({'global': {'public_network': '10.0.0.0/24'}})
        with self.installed(), mock.patch.object(self.disks, 'content', return_value='ext4'):
            with mock.patch.object(self.tools, 'addresses_in', return_value=[]):
                self.assertIn('No address from ceph cluster network (10.0.0.0/24) found on node',
                              self.refusal('POST', path, dev='/dev/nvme1n1'))
            with mock.patch.object(self.tools, 'addresses_in', return_value=['10.0.0.1']):
                self.assertEqual(self.refusal('POST', path, dev='/dev/nvme1n1'),
                                 "device '/dev/nvme1n1' is already in use")
                self.assertEqual(self.refusal('POST', path, dev='/dev/nvme9n1'),
                                 "unable to get device info for '/dev/nvme9n1'")

    def cluster(self, **state):
        """Ceph's answers about one OSD of this host, and what was told to Ceph."""
        told = []
        osd = {'osd': 3, 'in': 0, 'up': 0, 'state': ['exists'], **state}
        answers = {'tree': {'nodes': [{'type': 'host', 'name': 'pve-a', 'children': [3]}]}, 'dump': {'osds': [osd]}}
        patch = mock.patch.multiple(self.tools, ask=lambda *words: answers[words[1]], start=mock.DEFAULT,
                                    own=mock.DEFAULT, unit_state=lambda unit: 'stopped', check_inited=mock.DEFAULT,
                                    DATA=str(harness.WORK / 'ceph'),
                                    ceph=lambda *words, **_: told.append(' '.join(map(str, words))) or '3\n')
        return told, patch

    def test_an_osd_that_serves_is_not_destroyed(self):
        path = '/nodes/pve-a/ceph/osd/3'
        for state, text in (({'in': 1}, 'osd is in use (in == 1)'), ({'up': 1}, 'osd is still running (up == 1)')):
            _told, patch = self.cluster(**state)
            with self.installed(), patch:
                self.assertEqual(self.refusal('DELETE', path, osdid=3), text)
        _told, patch = self.cluster()
        with self.installed(), patch:
            self.assertEqual(self.refusal('DELETE', '/nodes/pve-a/ceph/osd/4'),
                             'OSD osd.4 does not belong to node pve-a!')

    def test_a_disk_that_was_pulled_is_not_listed(self):
        pulled = harness.WORK / 'pulled'
        pulled.write_text('nvme1n1\n')
        with mock.patch.object(self.disks, 'PULLED', str(pulled)), \
                mock.patch.object(self.disks, 'content', return_value=None):
            self.assertEqual([row['devpath'] for row in harness.call('GET', '/nodes/pve-a/disks/list')],
                             ['/dev/nvme2n1'])

    def test_partitions_stand_behind_their_disk_for_whoever_asks_for_them(self):
        parts = {1: (259, 0, 1_000_000), 2: (259, 1, 2_000_000), 3: (259, 2, 3_000_000)}
        there = mock.patch.object(self.disks.partitions, 'of_disk', side_effect=lambda one: parts if '1n1' in one else {})
        codes = mock.patch.object(self.disks.partitions, 'codes', return_value={1: 'EF00', 2: '8E00', 3: '8300'})
        osds = mock.patch.object(self.disks, 'osds', return_value={'/dev/nvme1n1p3': 4})
        with there, codes, osds, mock.patch.object(self.disks, 'content', return_value=None):
            rows = harness.call('GET', '/nodes/pve-a/disks/list', include__partitions=1)
            whole = harness.call('GET', '/nodes/pve-a/disks/list')
        self.assertEqual([(row['devpath'], row.get('used'), row['osdid']) for row in rows],
                         [('/dev/nvme1n1', 'partitions', 4), ('/dev/nvme1n1p1', 'EFI', -1), ('/dev/nvme1n1p2', 'LVM', -1),
                          ('/dev/nvme1n1p3', 'LVM', 4), ('/dev/nvme2n1', None, -1)])
        self.assertEqual([row['devpath'] for row in whole], ['/dev/nvme1n1', '/dev/nvme2n1'])

    def test_an_osd_makes_its_partition_one_of_lvm_and_leaves_whole_disks_alone(self):
        with mock.patch.object(self.tools, 'run', return_value='') as run, \
                mock.patch.object(self.disks.partitions, 'settle') as settle:
            self.disks.retype('/dev/nvme1n1p3', '8E00')
            self.disks.retype('/dev/nvme1n1', '8E00')
        run.assert_called_once_with(['sgdisk', '-t', '3:8E00', '/dev/nvme1n1'])
        settle.assert_called_once_with()

    def volume(self, *argv):
        """Exit status and complaint of ceph-volume."""
        from pvestandin.cli import ceph_volume
        with mock.patch('sys.stdout'), mock.patch('sys.stderr', new_callable=io.StringIO) as errors:
            return ceph_volume.main(list(argv)), errors.getvalue()

    def test_a_number_is_taken_over_only_from_an_osd_that_was_destroyed(self):
        create = ('lvm', 'create', '--osd-id', '3', '--data', '/dev/nvme1n1', '--crush-device-class', 'nvme')
        told, patch = self.cluster()
        with self.installed(), patch, mock.patch.object(self.disks, 'content', return_value=None):
            self.assertEqual(self.volume(*create), (1, 'The osd ID 3 is already in use or does not exist.\n'))
        self.assertEqual(told, [])
        told, patch = self.cluster(state=['destroyed', 'exists'])
        with self.installed(), patch, mock.patch.object(self.disks, 'content', return_value=None):
            self.assertEqual(self.volume(*create), (0, ''))
            self.assertEqual(self.disks.osds(), {'/dev/nvme1n1': 3})
            self.assertEqual(self.volume('lvm', 'zap', '--osd-id', '3', '--destroy'), (0, ''))
            self.assertEqual(self.disks.osds(), {})
        self.assertRegex(told[0], r'^osd new [0-9a-f-]{36} 3 -i -$')

    def test_ceph_volume_takes_no_disk_in_use_and_knows_nothing_else(self):
        _told, patch = self.cluster()
        with self.installed(), patch, mock.patch.object(self.disks, 'content', return_value='ext4'):
            self.assertEqual(self.volume('lvm', 'create', '--data', '/dev/nvme1n1')[1],
                             '--> RuntimeError: Device /dev/nvme1n1 has a filesystem.\n')
        self.assertEqual(self.volume('raw', 'list'), (2, 'ceph-volume: raw list is not part of this stand-in\n'))

    def volumes(self):
        """A table of partitions that sgdisk writes and the kernel knows, by disk; nothing else is called."""
        tables, called = {}, []

        def run(words, **_):
            called.append(words)
            if words[0] != 'sgdisk':
                return ''
            table = tables.setdefault(words[-1], {})
            if '-d' in words:
                del table[int(words[words.index('-d') + 1])]
            else:
                number, _first, size = words[words.index('-n') + 1].split(':')
                table[int(number)] = (words[words.index('-c') + 1].split(':')[1], int(size[1:-1]) * 1024)
            return ''
        parts = self.disks.partitions
        patch = mock.patch.multiple(
            parts, settle=mock.DEFAULT,
            of_disk=lambda one: {number: (259, number, size) for number, (_, size) in tables.get(one, {}).items()},
            names=lambda one: {number: name for number, (name, _) in tables.get(one, {}).items()})
        return called, patch, mock.patch.object(self.tools, 'run', side_effect=run)

    def test_an_osd_keeps_its_database_on_another_disk_and_gives_the_room_back(self):
        called, table, run = self.volumes()
        _told, patch = self.cluster(state=['destroyed', 'exists'])
        marks = mock.patch.object(self.disks, 'label', return_value={'whoami': '3', 'osd_uuid': 'u3'})
        kinds = mock.patch.object(self.disks, 'content', side_effect=lambda one: 'ceph_bluestore' if 'n1p' in one else None)
        with self.installed(), patch, table, run, marks, kinds:
            create = ('lvm', 'create', '--osd-id', '3', '--data', '/dev/nvme1n1', '--block.db', '/dev/nvme2n1')
            self.assertEqual(self.volume(*create, '--block.db-size', '4194305'), (0, ''))
            data, carrier = harness.call('GET', '/nodes/pve-a/disks/list')
            self.assertEqual((data['used'], data['osdid'], data.get('db')), ('LVM', 3, None))
            self.assertEqual((carrier['used'], carrier['osdid'], carrier['db'], carrier['gpt']), ('LVM', -1, 1, 0))
            [group] = harness.call('GET', '/nodes/pve-a/disks/lvm')['children']
            self.assertEqual((group['lvcount'], group['size'] - group['free'], group['children'][0]['name']),
                             (1, 8 << 20, '/dev/nvme2n1'))
            with mock.patch('sys.stdout', new_callable=io.StringIO) as out:
                from pvestandin.cli import ceph_volume
                ceph_volume.main(['lvm', 'list', '--format', 'json'])
            found = {one['type']: one for one in json.loads(out.getvalue())['3']}
            self.assertEqual({kind: one['devices'] for kind, one in found.items()},
                             {'block': ['/dev/nvme1n1'], 'db': ['/dev/nvme2n1']})
            self.assertEqual(found['block']['tags']['ceph.db_device'], '/dev/nvme2n1p1')
            self.assertIn('holder', self.refusal('PUT', '/nodes/pve-a/disks/wipedisk', disk='/dev/nvme2n1'))
            self.assertEqual(self.volume('lvm', 'zap', '--osd-id', '3', '--destroy'), (0, ''))
            self.assertEqual(harness.call('GET', '/nodes/pve-a/disks/lvm')['children'], [])
        self.assertIn(['wipefs', '--all', '--quiet', '/dev/nvme2n1'], called)

    def test_a_volume_that_belongs_to_no_osd_counts_as_none_and_takes_room(self):
        _called, table, run = self.volumes()
        with table, run, mock.patch.object(self.disks, 'content', return_value=None):
            from pvestandin.ceph import volumes
            volumes.make('/dev/nvme2n1', 'db', 15_000_000_000)
            row = harness.call('GET', '/nodes/pve-a/disks/list')[1]
            self.assertEqual((row['used'], row.get('db'), row['osdid-list']), ('LVM', None, None))
            with self.assertRaisesRegex(Exception, 'not enough space'):
                volumes.make('/dev/nvme2n1', 'db', 15_000_000_000)

    def test_a_disk_is_divided_among_several_osds(self):
        _called, table, run = self.volumes()
        with table, run, mock.patch.object(self.disks, 'content', return_value=None):
            from pvestandin.ceph import osds
            with mock.patch.object(osds, 'make') as make:
                osds.make_all('/dev/nvme1n1', 'nvme', 2, [7])
            self.assertEqual([(call.args[0], call.args[2]) for call in make.call_args_list],
                             [('/dev/nvme1n1p1', 7), ('/dev/nvme1n1p2', None)])
            [first, second] = self.disks.volumes.on('/dev/nvme1n1')
            self.assertEqual((first[1:], first[2] % (4 << 20)), (second[1:], 0))

    def test_what_the_other_disk_is_has_to_fit(self):
        path = '/nodes/pve-a/ceph/osd'
        (harness.ETC / 'priv/ceph.client.admin.keyring').write_text('key')
        (harness.ETC / 'ceph').mkdir()
        self.conf.write({'global': {}})
        content = mock.patch.object(self.disks, 'content', side_effect=lambda one: 'ext4' if '2n1' in one else None)
        with self.installed(), content:
            for more, text in (({'db_dev': '/dev/nvme2n1'}, "device '/dev/nvme2n1' is already in use and has no LVM on it"),
                               ({'wal_dev': '/dev/nvme9n1'}, "unable to get device info for '/dev/nvme9n1' for type wal_dev"),
                               ({'db_dev': '/dev/nvme1n1'}, 'Parameter verification failed.'),
                               ({'db_dev': '/dev/nvme2n1', 'osds__per__device': 2}, 'Parameter verification failed.')):
                self.assertEqual(self.refusal('POST', path, dev='/dev/nvme1n1', **more), text)

    def test_a_second_monitor_of_the_name_is_refused(self):
        (harness.ETC / 'ceph').mkdir()
        self.conf.write({'global': {'mon_host': '10.0.0.1'}, 'mon.pve-a': {'public_addr': '10.0.0.1'}})
        with self.installed():
            self.assertEqual(self.refusal('POST', '/nodes/pve-a/ceph/mon/pve-a', mon__address='10.0.0.2'),
                             "monitor 'pve-a' already exists")
            self.assertEqual(self.refusal('POST', '/nodes/pve-a/ceph/mon/pve-b', mon__address='10.0.0.1'),
                             "monitor address '10.0.0.1' already in use")


if __name__ == '__main__':
    unittest.main()
