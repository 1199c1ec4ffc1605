import contextlib
import io
import os
import tempfile
import unittest
from unittest import mock

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


class Secrets(unittest.TestCase):
    """Of storages: where they go, and how the command line takes them."""

    def setUp(self):
        harness.reset()

    def add(self, *words, stdin=''):
        from pvestandin.cli import pvesm
        typed, shown = io.StringIO(stdin), io.StringIO()
        with mock.patch('sys.stdin', typed), contextlib.redirect_stderr(shown):
            return pvesm.main(['add', *words]), shown.getvalue()

    def kept(self, name):
        from pvestandin import cfs
        return cfs.read(f'priv/storage/{name}')

    PBS = ('pbs', 'bak', '--server', '127.0.0.77', '--datastore', 'a', '--nodes', 'pve-z')

    def test_password_comes_from_standard_input_and_key_from_a_file(self):
        with tempfile.NamedTemporaryFile('w') as key:
            key.write('{"kdf":null,"data":"abc"}')
            key.flush()
            code, said = self.add(*self.PBS, '--encryption-key', key.name, '--password', stdin='secret\n')
        self.assertEqual((code, said), (0, ''))
        self.assertEqual((self.kept('bak.pw'), self.kept('bak.enc')), ('secret\n', '{"kdf":null,"data":"abc"}'))
        self.assertNotIn('password', harness.call('GET', '/storage/bak'))

    def test_nothing_typed_is_no_password(self):
        code, said = self.add(*self.PBS, '--password')
        self.assertEqual((code, said), (255, 'EOF while reading password\n'))

    def test_a_key_is_a_key_file(self):
        from pvestandin.errors import ApiError
        with self.assertRaises(ApiError) as caught:
            harness.call('POST', '/storage', storage='bak', type='pbs', server='127.0.0.77', datastore='a',
                         nodes='pve-z', **{'encryption-key': 'a password'})
        self.assertIn('JSON formatted encryption key', caught.exception.text)

    def test_a_share_keeps_its_password_for_the_mount_helper(self):
        from pvestandin.storage import activate, config
        harness.call('POST', '/storage', storage='smb', type='cifs', server='127.0.0.77', share='x',
                     username='pve', password='secret', nodes='pve-z')
        self.assertEqual(self.kept('smb.pw'), 'password=secret\n')
        words = ' '.join(activate.mount_command('smb', config.get('smb')))
        self.assertIn('credentials=/etc/pve/priv/storage/smb.pw', words)
        self.assertNotIn('secret', words.replace('priv/storage', ''))

    def test_a_dead_backup_server_leaves_nothing(self):
        code, said = self.add('pbs', 'bak', '--server', '127.0.0.77', '--datastore', 'a', '--password', stdin='x\n')
        self.assertEqual(code, 255)
        self.assertIn("create storage failed: bak: error fetching datastores - 500 Can't connect to 127.0.0.77:8007",
                      said)
        self.assertIsNone(self.kept('bak.pw'))


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
