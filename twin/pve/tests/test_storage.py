import os
import tempfile
import unittest

import harness


class StorageList(unittest.TestCase):
    def setUp(self):
        harness.reset()

    def refused(self, text, *args, **params):
        from pvestandin.errors import ApiError
        with self.assertRaises(ApiError) as caught:
            harness.call(*args, **params)
        self.assertEqual(caught.exception.status, 500)
        self.assertEqual(caught.exception.text, text)

    def test_fresh_host_has_local(self):
        found = harness.call('GET', '/storage')
        self.assertEqual([s['storage'] for s in found], ['local'])

    def test_directory_storage_lives_and_dies(self):
        path = tempfile.mkdtemp()
        self.assertEqual(harness.call('POST', '/storage', storage='data', type='dir', path=path,
                                      content='iso,backup'), {'storage': 'data', 'type': 'dir'})
        self.assertTrue(os.path.isdir(f'{path}/template/iso'))
        shown = harness.call('GET', '/storage/data')
        self.assertEqual((shown['path'], shown['content']), (path, 'iso,backup'))
        harness.call('PUT', '/storage/data', content='iso', nodes='pve-a,pve-b', digest=shown['digest'])
        self.refused('update storage failed: detected modified configuration - file changed by other user? '
                     'Try again.', 'PUT', '/storage/data', content='iso', digest=shown['digest'])
        harness.call('DELETE', '/storage/data')
        self.refused("delete storage failed: storage 'data' does not exist", 'DELETE', '/storage/data')

    def test_duplicate_and_missing_options(self):
        path = tempfile.mkdtemp()
        harness.call('POST', '/storage', storage='data', type='dir', path=path)
        self.refused("create storage failed: storage ID 'data' already defined",
                     'POST', '/storage', storage='data', type='dir', path=path)
        self.refused("missing value for required option 'export'",
                     'POST', '/storage', storage='nas', type='nfs', server='127.0.0.1')
        self.refused("unexpected property 'vgname'",
                     'POST', '/storage', storage='nas', type='dir', path=path, vgname='x')

    def test_dead_nfs_server_leaves_nothing(self):
        self.refused("create storage failed: storage 'nas' is not online", 'POST', '/storage', storage='nas',
                     type='nfs', server='127.0.0.77', export='/x', options='vers=4.2,port=1')
        self.refused("storage 'nas' does not exist", 'GET', '/storage/nas')

    def test_nfs_for_another_node_is_not_activated_here(self):
        harness.call('POST', '/storage', storage='nas', type='nfs', server='127.0.0.77', export='/x',
                     nodes='pve-z')
        shown = harness.call('GET', '/storage/nas')
        self.assertEqual((shown['path'], shown['shared'], shown['content']), ('/mnt/pve/nas', 1, 'images'))
        rows = {row['storage']: row for row in harness.call('GET', '/nodes/pve-a/storage')}
        self.assertEqual((rows['nas']['enabled'], rows['nas']['active']), (0, 0))
        self.assertEqual(rows['local']['enabled'], 1)

    def test_fixed_parameters(self):
        harness.call('POST', '/storage', storage='thin', type='lvmthin', vgname='pve', thinpool='data', nodes='pve-z')
        harness.call('POST', '/storage', storage='nas', type='nfs', server='127.0.0.77', export='/x', nodes='pve-z')
        self.refused("update storage failed: unable to delete required option 'vgname'",
                     'PUT', '/storage/thin', delete='vgname')
        self.refused("update storage failed: unexpected property 'krbd'", 'PUT', '/storage/thin', krbd=1)


class Options(unittest.TestCase):
    def setUp(self):
        harness.reset()

    def test_property_strings_come_back_as_objects(self):
        harness.call('PUT', '/cluster/options', migration='type=secure,network=10.0.0.0/24',
                     ha='shutdown_policy=migrate', keyboard='de')
        shown = harness.call('GET', '/cluster/options')
        self.assertEqual(shown['migration'], {'type': 'secure', 'network': '10.0.0.0/24'})
        self.assertEqual(shown['ha'], {'shutdown_policy': 'migrate'})
        self.assertEqual(shown['mac_prefix'], 'BC:24:11')
        harness.call('PUT', '/cluster/options', delete='migration,crs')
        self.assertNotIn('migration', harness.call('GET', '/cluster/options'))

    def test_digest_is_no_parameter(self):
        from pvestandin.errors import ParameterError
        with self.assertRaises(ParameterError) as caught:
            harness.call('PUT', '/cluster/options', keyboard='de', digest='x')
        self.assertIn('digest', caught.exception.errors)


if __name__ == '__main__':
    unittest.main()
