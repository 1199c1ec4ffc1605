import io
import shutil
import time
import unittest
from contextlib import redirect_stderr, redirect_stdout

import harness
from pvestandin import api, cfs, tasks
from pvestandin.errors import ParameterError, PlainError


def wait_for_end(upid):
    deadline = time.monotonic() + 10
    while tasks.status(upid)['status'] == 'running':
        if time.monotonic() > deadline:
            raise AssertionError('task does not end')
        time.sleep(0.01)
    return tasks.status(upid)


class Identifiers(unittest.TestCase):
    UPID = 'UPID:pve-b:0000012D:000444BD:6B00B05F:clusterjoin::root@pam:'

    def test_fields(self):
        found = tasks.decode(self.UPID)
        self.assertEqual((found['node'], found['pid'], found['type'], found['id'], found['user']),
                         ('pve-b', 0x12D, 'clusterjoin', '', 'root@pam'))
        self.assertEqual(tasks.encode('pve-b', 0x12D, 0x444BD, 0x6B00B05F, 'clusterjoin', '', 'root@pam'), self.UPID)

    def test_malformed_and_unknown(self):
        for upid, text in (('nonsense', 'unable to parse worker upid'), (self.UPID, 'no such task')):
            with self.subTest(upid=upid), self.assertRaises(ParameterError) as caught:
                tasks.status(upid)
            self.assertEqual(caught.exception.errors, {'upid': text})


class Running(unittest.TestCase):
    def setUp(self):
        harness.reset()
        shutil.rmtree(tasks.ROOT, ignore_errors=True)

    def foreground(self, work):
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            upid = api.Context(cli=True).task('clusterjoin', '', work)
        return upid, out.getvalue(), err.getvalue()

    def test_a_failed_foreground_task(self):
        def work(log):
            log('first line')
            raise PlainError('it broke')
        upid, out, err = self.foreground(work)
        self.assertEqual((out, err), ('first line\n', 'it broke\n'))
        lines, total = tasks.log_lines(upid)
        self.assertEqual([line['t'] for line in lines], ['first line', '', 'TASK ERROR: it broke'])
        self.assertEqual(total, 3)
        self.assertEqual(tasks.exit_status(upid), 'it broke')
        self.assertEqual(tasks.archive()[0]['status'], 'it broke')

    def test_warnings_are_a_success(self):
        upid, _, err = self.foreground(lambda log: 'WARNINGS: 2')
        self.assertEqual((tasks.exit_status(upid), err), ('WARNINGS: 2', 'Task finished with 2 warning(s)!\n'))

    def test_a_background_task(self):
        upid = api.Context('root@pam').task('clustercreate', 'demo', lambda log: log('done'))
        self.assertEqual(wait_for_end(upid)['exitstatus'], 'OK')
        self.assertEqual([line['t'] for line in tasks.log_lines(upid)[0]], ['done', 'TASK OK'])

    def test_stopping_a_task(self):
        upid = api.Context('root@pam').task('clustercreate', 'demo', lambda log: time.sleep(30))
        self.assertEqual(tasks.status(upid)['status'], 'running')
        self.assertEqual(tasks.active(), [upid])
        tasks.stop(upid)
        self.assertEqual(wait_for_end(upid)['exitstatus'], 'received interrupt')


class Locks(unittest.TestCase):
    def setUp(self):
        harness.reset()

    def test_errors_inside_keep_their_text(self):
        with self.assertRaisesRegex(PlainError, '^plain$'):
            with cfs.lock_file('storage.cfg'):
                raise PlainError('plain')
        self.assertEqual(cfs.listdir('priv/lock'), [])

    def test_a_held_lock_times_out(self):
        (harness.ETC / 'priv/lock/file-user_cfg').mkdir()
        err = io.StringIO()
        with redirect_stderr(err), self.assertRaises(PlainError) as caught:
            with cfs.lock_file('user.cfg', timeout=2):
                raise AssertionError('entered')
        self.assertEqual(caught.exception.text, "cfs-lock 'file-user_cfg' error: got lock request timeout")
        self.assertEqual(err.getvalue(), "trying to acquire cfs lock 'file-user_cfg' ...\n")


if __name__ == '__main__':
    unittest.main()
