import pathlib
import tempfile
import unittest

import harness  # noqa: F401
from pvestandin import filelock
from pvestandin.errors import PlainError


class FileLock(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = str(pathlib.Path(folder.name, 'lock'))

    def test_is_refused_in_proxmox_words_while_somebody_holds_it(self):
        with filelock.held(self.path):
            with self.assertRaisesRegex(PlainError, f"can't lock file '{self.path}' - got timeout"):
                with filelock.held(self.path, timeout_s=0):
                    self.fail('two hold the lock')

    def test_is_free_again_after_a_failure(self):
        with self.assertRaises(ValueError):
            with filelock.held(self.path):
                raise ValueError
        with filelock.held(self.path, timeout_s=0):
            pass
