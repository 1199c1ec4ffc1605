"""Metadata servers and file systems: what is refused before a task starts, without any daemon."""
import unittest
from unittest import mock

import harness


class CephFilesystemTest(unittest.TestCase):
    def setUp(self):
        harness.reset()
        from pvestandin.ceph import conf, tools
        from pvestandin.storage import activate
        self.conf, self.tools, self.activate = conf, tools, activate
        (harness.ETC / 'ceph').mkdir()
        (harness.ETC / 'priv').mkdir(exist_ok=True)
        (harness.ETC / 'priv/ceph.client.admin.keyring').write_text('key')
        self.conf.write({'global': {'fsid': 'x'}, 'mds.pve-a': {'host': 'pve-a'}})
        self.standbys, self.pools, self.filesystems = [], [], []

    def answer(self, *words):
        return {('fs', 'dump'): {'standbys': self.standbys, 'filesystems': []},
                ('osd', 'pool', 'ls'): self.pools, ('fs', 'ls'): self.filesystems}[words]

    def call(self, verb, path, **params):
        here = {kind: '/bin/sh' for kind in self.tools.BINARY}
        with mock.patch.multiple(self.tools, BINARY=here, ask=self.answer):
            return harness.call(verb, f'/nodes/pve-a/ceph/{path}', **params)

    def refusal(self, path):
        from pvestandin.errors import ApiError
        with self.assertRaises(ApiError) as caught:
            self.call('POST', path)
        return caught.exception.text

    def test_a_metadata_server_is_told_from_the_configuration_and_the_monitors(self):
        self.standbys = [{'name': 'pve-a', 'state': 'up:standby', 'addr': '10.0.0.1'}]
        (row,) = self.call('GET', 'mds')
        self.assertEqual((row['name'], row['state'], row['host']), ('pve-a', 'up:standby', 'pve-a'))

    def test_a_name_with_a_digit_in_front_is_refused(self):
        self.assertEqual(self.refusal('mds/1a'), 'ID of the MDS cannot start with a number!')

    def test_a_file_system_needs_metadata_servers_and_free_names(self):
        self.assertEqual(self.refusal('fs/shared'), 'no running Metadata Server (MDS) found!')
        self.standbys = [{'name': 'pve-a', 'state': 'up:starting'}]
        self.assertEqual(self.refusal('fs/shared'), 'no standby Metadata Server (MDS) found!')
        self.filesystems = [{'name': 'shared'}]
        self.assertEqual(self.refusal('fs/shared'), "ceph fs 'shared' already exists")
        self.pools = ['shared_data']
        self.assertEqual(self.refusal('fs/shared'), "ceph pools 'shared_data' and/or 'shared_metadata' already exist")

    def test_a_storage_is_mounted_by_ceph_s_own_client(self):
        words = ' '.join(self.activate.ceph_client({'type': 'cephfs', 'fs-name': 'shared', 'path': '/mnt/pve/s'}))
        self.assertTrue(words.endswith(
            'ceph-fuse -c /etc/pve/ceph.conf -n client.admin --client_fs shared -r / /mnt/pve/s'))


if __name__ == '__main__':
    unittest.main()
