"""Images: fetched over HTTP, proved, and copied into disks."""
import functools
import hashlib
import http.server
import threading
import unittest
from unittest import mock

import harness

DATA = b'a disk' * 4096


class Quiet(http.server.SimpleHTTPRequestHandler):
    asked = []

    def log_message(self, *_args):
        self.asked.append(self.path)


class Images(unittest.TestCase):
    def setUp(self):
        harness.reset()
        from pvestandin.guests import actions
        from pvestandin.storage import activate, config
        self.served = harness.WORK / 'served'
        self.store = harness.WORK / 'images'
        for folder in (self.served, self.store):
            folder.mkdir(exist_ok=True)
        (self.served / 'a.raw').write_bytes(DATA)
        section = {'type': 'dir', 'path': str(self.store), 'content': 'images,import,vztmpl'}
        self.enterContext(mock.patch.object(config, 'get', lambda name: section))
        self.enterContext(mock.patch.object(activate, 'activate', lambda *_: None))
        self.enterContext(mock.patch.object(actions, 'running', lambda vmid: False))
        self.server = http.server.ThreadingHTTPServer(
            ('127.0.0.1', 0), functools.partial(Quiet, directory=str(self.served)))
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        Quiet.asked.clear()
        for file in self.store.rglob('*.*'):
            if file.is_file():
                file.unlink()

    def fetch(self, checksum):
        from pvestandin.handlers import storage_download
        (self.store / 'import').mkdir(exist_ok=True)
        storage_download.download(f'http://127.0.0.1:{self.server.server_port}/a.raw', str(self.store / 'import/a.raw'),
                                  'sha256', checksum, lambda _text: None)

    def download(self, checksum, filename='a.raw', content='import'):
        from pvestandin import api
        api.load()
        params = {'url': f'http://127.0.0.1:{self.server.server_port}/a.raw', 'filename': filename, 'content': content,
                  'checksum': checksum, 'checksum-algorithm': 'sha256'}
        return api.dispatch(api.Context('root@pam', cli=True), 'POST', '/nodes/pve-a/storage/store/download-url', params)

    def create(self, disk):
        from pvestandin.guests import config, create
        create.create(None, 100, 'qemu', {'scsi0': disk}, lambda _text: None)
        return config.load(100)[0]['scsi0']

    def names(self):
        return sorted(file.name for file in self.store.rglob('*') if file.is_file())

    def test_a_file_with_its_checksum_is_fetched_once(self):
        right = hashlib.sha256(DATA).hexdigest()
        self.download(right)
        self.fetch(right.upper())
        self.assertEqual((self.store / 'import/a.raw').read_bytes(), DATA)
        self.assertEqual(Quiet.asked, ['/a.raw'])

    def test_a_wrong_checksum_leaves_nothing_and_never_another_file(self):
        wrong = '0' * 64
        with self.assertRaisesRegex(Exception, 'checksum mismatch: got .* != expect'):
            self.fetch(wrong)
        self.assertEqual(self.names(), [])
        self.fetch(hashlib.sha256(DATA).hexdigest())
        with self.assertRaisesRegex(Exception, 'aborting'):
            self.fetch(wrong)
        self.assertEqual((self.store / 'import/a.raw').read_bytes(), DATA)

    def test_a_file_is_taken_by_its_ending(self):
        for name, content in (('a.raw.xz', 'import'), ('a.raw', 'vztmpl')):
            with self.assertRaisesRegex(Exception, 'Parameter verification failed'):
                self.download('0' * 64, name, content)
        with self.assertRaisesRegex(Exception, 'not configured for content-type'):
            self.download('0' * 64, 'a.iso', 'iso')

    def test_a_disk_is_a_copy_of_its_image_and_has_its_size(self):
        self.download(hashlib.sha256(DATA).hexdigest())
        self.assertEqual(self.create('store:0,import-from=store:import/a.raw,discard=on'),
                         'store:100/vm-100-disk-0.raw,discard=on,size=24K')
        self.assertEqual((self.store / 'images/100/vm-100-disk-0.raw').read_bytes(), DATA)

    def test_a_packed_image_is_as_large_as_it_says(self):
        (self.store / 'import').mkdir(exist_ok=True)
        (self.store / 'import/b.qcow2').write_bytes(b'QFI\xfb' + bytes(20) + (3 * 2 ** 30).to_bytes(8, 'big'))
        self.assertEqual(self.create('store:0,import-from=store:import/b.qcow2'),
                         'store:100/vm-100-disk-0.raw,size=3G')

    def test_an_image_that_is_not_there_and_one_with_a_size_are_refused(self):
        with self.assertRaisesRegex(Exception, 'could not get size of store:import/none.raw'):
            self.create('store:0,import-from=store:import/none.raw')
        with self.assertRaisesRegex(Exception, 'Parameter verification failed'):
            self.create('store:8,import-from=store:import/none.raw')


if __name__ == '__main__':
    unittest.main()
