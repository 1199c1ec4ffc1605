"""`ceph dashboard` beside managers that cannot load it: users, certificate, and what is refused."""
import contextlib
import io
import json
import pathlib
import subprocess
import tempfile
import unittest
from unittest import mock

import harness

WRAPPER = pathlib.Path(__file__).resolve().parent.parent / 'rootfs/usr/local/bin/ceph'


class CephDashboardTest(unittest.TestCase):
    def setUp(self):
        harness.reset()
        from pvestandin.cli import ceph_dashboard
        self.cli = ceph_dashboard
        self.kept, self.enabled = {}, ['dashboard']

    def ceph(self, *words, stdin=None):
        if words[:3] == ('mgr', 'module', 'ls'):
            return 0, json.dumps({'enabled_modules': self.enabled, 'disabled_modules': []})
        if words[:2] == ('config-key', 'set'):
            self.kept[words[2]] = stdin
            return 0, ''
        if words[:2] == ('config-key', 'get'):
            return (0, self.kept[words[2]]) if words[2] in self.kept else (2, '')
        return 0, ''

    def said(self, *argv, stdin='', installed=True):
        out, err = io.StringIO(), io.StringIO()
        with mock.patch.object(self.cli, '_ceph', self.ceph), mock.patch('sys.stdin', io.StringIO(stdin)), \
                mock.patch.object(self.cli.dashboard_package, 'is_installed', lambda: installed), \
                contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = self.cli.main(list(argv))
        return status, out.getvalue(), err.getvalue()

    def test_a_user_is_kept_with_a_digest_and_shown(self):
        status, _, _ = self.said('dashboard', 'ac-user-create', 'viewer', 'read-only', '-i', '-', stdin='long enough')
        self.assertEqual(status, 0)
        status, out, _ = self.said('dashboard', 'ac-user-show', 'viewer', '--format', 'json')
        shown = json.loads(out)
        self.assertEqual((status, shown['roles'], shown['enabled']), (0, ['read-only'], True))
        self.assertRegex(shown['password'], r'^\$2b\$10\$.{53}$')
        self.assertNotIn('long enough', self.kept['mgr/dashboard/accessdb_v2'])

    def test_what_the_real_one_refuses_is_refused_with_its_words(self):
        for argv, stdin, status, words in (
                (('ac-user-show', 'nobody'), '', 2, "User 'nobody' does not exist"),
                (('ac-user-create', 'viewer', 'read-only', '-i', '-'), 'short', 22, 'Password is too weak.'),
                (('ac-user-create', 'viewer', 'king', '-i', '-'), 'long enough', 2, "Role 'king' does not exist"),
                (('create-self-signed-cert',), '', 22, 'currently not available')):
            found, _, err = self.said('dashboard', *argv, stdin=stdin)
            self.assertEqual(found, status, argv)
            self.assertIn(words, err)

    def test_a_page_that_is_switched_off_knows_nobody(self):
        self.enabled = []
        status, _, err = self.said('dashboard', 'ac-user-show')
        self.assertEqual(status, 95)
        self.assertIn("Module 'dashboard' is not enabled/loaded", err)

    def test_managers_without_the_package_do_not_have_it(self):
        self.enabled = []
        status, _, err = self.said('mgr', 'module', 'enable', 'dashboard', installed=False)
        self.assertEqual(status, 2)
        self.assertIn('all mgr daemons do not support module', err)
        _, out, _ = self.said('mgr', 'module', 'ls', '--format', 'json')
        self.assertEqual([one['name'] for one in json.loads(out)['disabled_modules']], ['dashboard'])


class WrapperTest(unittest.TestCase):
    """The command in front of Debian's own."""

    def told(self, *words):
        with tempfile.TemporaryDirectory() as folder:
            real = pathlib.Path(folder, 'ceph')
            real.write_text('#!/bin/sh\necho "$@"\n', encoding='utf-8')
            real.chmod(0o755)
            script = WRAPPER.read_text(encoding='utf-8').replace('/usr/bin/ceph', str(real))
            return subprocess.run(['sh', '-c', script, 'ceph', *words], capture_output=True, text=True, check=True).stdout.strip()

    def test_insists_where_managers_know_no_option_and_never_twice(self):
        option = ('config', 'set', 'mgr', 'mgr/dashboard/n/server_addr', '10.0.0.1')
        insisted = ' '.join((*option, '--force'))
        self.assertEqual(self.told(*option), insisted)
        self.assertEqual(self.told(*option, '--force'), insisted)
        self.assertEqual(self.told('status'), 'status')

