import time
import unittest
from unittest import mock

import harness
from pvestandin import access, api, auth, cfs, roles, usercfg
from pvestandin.errors import ApiError

USERS = """user:root@pam:1:0::::::
user:ops@pve:1:0::::::
token:ops@pve!all:0:0::
token:ops@pve!few:0:1::
user:off@pve:0:0::::::
group:team:ops@pve::
pool:lab::100:nas:
role:Watch:Sys.Audit:
acl:1:/:@team:PVEAuditor:
acl:1:/vms:ops@pve:PVEVMUser:
acl:0:/nodes:ops@pve:Watch:
acl:1:/pool/lab:ops@pve:PVEVMAdmin:
acl:1:/nodes:ops@pve!few:Watch:
acl:1:/storage/secret:ops@pve:NoAccess:
"""


def put(name, text):
    (harness.ETC / name).write_text(text)


class Permissions(unittest.TestCase):
    def setUp(self):
        harness.reset()
        put('user.cfg', USERS)

    def held(self, who, path):
        return set(access.permissions(who, path))

    def test_root_holds_everything(self):
        self.assertEqual(self.held('root@pam', '/x'), set(roles.privileges(9)))

    def test_a_deeper_entry_replaces_what_is_inherited(self):
        self.assertIn('Sys.Audit', self.held('ops@pve', '/access'))
        self.assertIn('VM.PowerMgmt', self.held('ops@pve', '/vms/101'))
        self.assertNotIn('Sys.Audit', self.held('ops@pve', '/vms/101'))

    def test_an_entry_that_does_not_propagate_holds_on_its_path_only(self):
        self.assertEqual(self.held('ops@pve', '/nodes'), {'Sys.Audit'})
        self.assertIn('Datastore.Audit', self.held('ops@pve', '/nodes/pve-a'))

    def test_no_access_wins(self):
        self.assertEqual(self.held('ops@pve', '/storage/secret'), set())

    def test_guests_of_a_pool(self):
        self.assertIn('VM.Allocate', self.held('ops@pve', '/vms/100'))
        self.assertNotIn('VM.Allocate', self.held('ops@pve', '/vms/101'))

    def test_tokens(self):
        self.assertEqual(self.held('ops@pve!all', '/nodes'), {'Sys.Audit'})
        self.assertEqual(self.held('ops@pve!few', '/nodes'), {'Sys.Audit'})
        self.assertEqual(self.held('ops@pve!few', '/vms/100'), set())
        self.assertEqual(self.held('ops@pve!none', '/'), set())

    def test_the_file_reads_back_the_same(self):
        text = usercfg.render(usercfg.parse(USERS))
        self.assertEqual(usercfg.render(usercfg.parse(text)), text)
        self.assertEqual(len(usercfg.parse(text)['acl']), 6)

    def test_majors_differ_in_privileges(self):
        self.assertIn('VM.Monitor', roles.privileges(8))
        self.assertNotIn('VM.Monitor', roles.privileges(9))
        self.assertNotIn('Sys.Modify', roles.builtin(9)['PVEAdmin'])


class RootOnly(unittest.TestCase):
    def setUp(self):
        harness.reset()
        put('user.cfg', USERS)
        api.load()

    def test_a_token_of_root_may_not_create_a_cluster(self):
        put('user.cfg', 'user:root@pam:1:0::::::\ntoken:root@pam!t:0:0::\n')
        ctx = api.Context('root@pam', token='t')
        with self.assertRaises(ApiError) as caught:
            api.dispatch(ctx, 'POST', '/cluster/config', {'clustername': 'a'})
        self.assertEqual((caught.exception.status, caught.exception.text),
                         (403, 'Permission check failed (user != root@pam)'))

    def test_missing_privilege_is_named(self):
        with self.assertRaises(ApiError) as caught:
            api.dispatch(api.Context('ops@pve'), 'PUT', '/cluster/options', {'keyboard': 'de'})
        self.assertEqual(caught.exception.text, 'Permission check failed (/, Sys.Modify)')


class Tickets(unittest.TestCase):
    def setUp(self):
        harness.reset()
        put('user.cfg', USERS)
        put('priv/authkey.key', 'first key')
        put('pve-www.key', 'www key')

    def test_valid_until_the_key_changes(self):
        ticket = auth.make_ticket('root@pam')
        self.assertEqual(auth.user_of_ticket(ticket), 'root@pam')
        put('priv/authkey.key', "the cluster's key")
        with self.assertRaisesRegex(ApiError, 'invalid PVE ticket'):
            auth.user_of_ticket(ticket)

    def test_expires(self):
        ticket = auth.make_ticket('root@pam')
        later = time.time() + auth.LIFETIME_S + 1
        with mock.patch('time.time', return_value=later), self.assertRaises(ApiError):
            auth.user_of_ticket(ticket)

    def test_csrf_token_belongs_to_its_user(self):
        token = auth.make_csrf_token('root@pam')
        auth.check_csrf_token('root@pam', token)
        for user, value in (('ops@pve', token), ('root@pam', ''), ('root@pam', token[:-2])):
            with self.subTest(user=user), self.assertRaisesRegex(ApiError, 'invalid csrf token'):
                auth.check_csrf_token(user, value)

    def test_password_of_the_pve_realm(self):
        auth.store_password('ops', 'correct horse')
        self.assertEqual(auth.login('ops@pve', 'correct horse'), 'ops@pve')
        for user, password in (('ops@pve', 'wrong'), ('nobody@pve', 'x'), ('ops@nowhere', 'x'), ('off@pve', 'x')):
            with self.subTest(user=user), self.assertRaisesRegex(ApiError, '^authentication failure$'):
                auth.login(user, password)

    def test_a_ticket_renews_itself(self):
        self.assertEqual(auth.login('ops@pve', auth.make_ticket('ops@pve')), 'ops@pve')

    def test_api_token(self):
        secret = '12345678-1234-1234-1234-123456789abc'
        auth.set_token_secret('ops@pve!all', secret)
        self.assertEqual(auth.token_of_header(f'PVEAPIToken=ops@pve!all={secret}'), ('ops@pve', 'all'))
        with self.assertRaisesRegex(ApiError, 'invalid token value'):
            auth.token_of_header(f'PVEAPIToken=ops@pve!all={secret[:-1]}d')
        self.assertIn('ops@pve!all', cfs.read('priv/token.cfg'))


class UsersAndTokens(unittest.TestCase):
    def setUp(self):
        harness.reset()
        put('user.cfg', USERS)

    def test_creating_twice(self):
        with self.assertRaises(ApiError) as caught:
            harness.call('POST', '/access/users', userid='ops@pve')
        self.assertEqual((caught.exception.status, caught.exception.text),
                         (500, "create user failed: user 'ops@pve' already exists"))

    def test_deleting_an_absent_user_is_fine(self):
        self.assertIsNone(harness.call('DELETE', '/access/users/gone@pve'))

    def test_token_value_is_shown_once_and_rotation_is_flat(self):
        made = harness.call('POST', '/access/users/ops@pve/token/new', privsep='0')
        self.assertEqual(made['full-tokenid'], 'ops@pve!new')
        self.assertEqual(made['info'], {'privsep': '0'})
        with self.assertRaises(ApiError) as caught:
            harness.call('POST', '/access/users/ops@pve/token/new')
        self.assertEqual(caught.exception.errors, {'tokenid': 'Token already exists.'})
        rotated = harness.call('PUT', '/access/users/ops@pve/token/new', regenerate='1')
        self.assertNotEqual(rotated['value'], made['value'])
        self.assertNotIn('info', rotated)

    def test_acl_is_an_upsert_and_paths_are_known(self):
        for _ in range(2):
            harness.call('PUT', '/access/acl', path='/vms', users='ops@pve', roles='PVEAdmin')
        entries = [e for e in harness.call('GET', '/access/acl') if e['roleid'] == 'PVEAdmin']
        self.assertEqual(len(entries), 1)
        for params, text in (
            ({'path': '/nowhere', 'users': 'ops@pve', 'roles': 'PVEAdmin'}, 'Parameter verification failed.'),
            ({'path': '/', 'users': 'x@pve', 'roles': 'PVEAdmin'}, "ACL update failed: user 'x@pve' does not exist"),
            ({'path': '/', 'users': 'ops@pve', 'roles': 'No'}, "ACL update failed: role 'No' does not exist"),
        ):
            with self.subTest(params=params), self.assertRaises(ApiError) as caught:
                harness.call('PUT', '/access/acl', **params)
            self.assertEqual(caught.exception.text, text)

    def test_roles(self):
        for verb, path, params, text in (
            ('POST', '/access/roles', {'roleid': 'r', 'privs': 'VM.Monitor'},
             "create role failed: invalid privilege 'VM.Monitor'"),
            ('PUT', '/access/roles/PVEAdmin', {'privs': 'VM.Audit'},
             "auto-generated role 'PVEAdmin' cannot be modified"),
        ):
            with self.subTest(path=path), self.assertRaises(ApiError) as caught:
                harness.call(verb, path, **params)
            self.assertEqual(caught.exception.text, text)


if __name__ == '__main__':
    unittest.main()
