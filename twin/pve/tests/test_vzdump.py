"""Backups of guests: what is in an archive, what is said, and what stays when one fails."""
import errno
import json
import re
import shutil
import tempfile
import time
import unittest
from unittest import mock

import harness

MIB = 1024 * 1024


class Saving(unittest.TestCase):
    def setUp(self):
        harness.reset()
        from pvestandin.guests import actions, create
        from pvestandin.guests import config as guests
        from pvestandin.storage import config
        from pvestandin.vzdump import job
        self.live, self.did = False, []
        self.enterContext(mock.patch.object(actions, 'running', lambda vmid: self.live))
        self.enterContext(mock.patch.object(actions, 'stop', self.stop))
        self.enterContext(mock.patch.object(actions, 'start', self.start))
        self.enterContext(mock.patch.object(
            actions, 'signal_process', lambda vmid, number: self.did.append(f'{number.name} {vmid}')))
        self.enterContext(mock.patch.object(job, 'RUN', tempfile.mkdtemp(dir=harness.WORK)))
        self.folder = harness.WORK / 'saved'
        self.disks = harness.WORK / 'disks'
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.addCleanup(shutil.rmtree, self.disks, True)
        sections, digest = config.load()
        sections['bak'] = {'type': 'dir', 'path': str(self.folder), 'content': 'backup'}
        sections['disks'] = {'type': 'dir', 'path': str(self.disks), 'content': 'images,rootdir'}
        config.save(sections)
        values = {'name': 'web', 'memory': 512, 'scsi0': 'disks:32,discard=on', 'scsi1': 'disks:1,backup=0'}
        create.allocate_disks(100, 'qemu', values, lambda text: None)
        guests.save(100, {'node': 'pve-a', 'kind': 'qemu'}, {**values, 'ide2': 'none,media=cdrom', 'unused0': 'disks:100/old.raw'})
        box = {'hostname': 'box', 'rootfs': 'disks:1', 'mp0': '/srv,mp=/srv'}
        create.allocate_disks(112, 'lxc', box, lambda text: None)
        guests.save(112, {'node': 'pve-a', 'kind': 'lxc'}, box)
        guests.save(120, {'node': 'pve-b', 'kind': 'qemu'}, {'name': 'elsewhere'})
        with open(self.disks / 'images/100/vm-100-disk-0.raw', 'r+b') as disk:
            disk.seek(20 * 1024 * MIB + 17)
            disk.write(b'what the guest wrote')

    def stop(self, vmid, log=print):
        self.live = False
        self.did.append(f'stop {vmid}')

    def start(self, vmid, log=print, carried=None, skip_lock=False):
        self.live = True
        self.did.append(f'start {vmid} {skip_lock}')

    def call(self, verb, path, **params):
        """(result, task log) of a call by root on the command line, which waits for its task."""
        from pvestandin import api, tasks
        api.load()
        ctx = api.Context('root@pam', cli=True)
        with mock.patch('sys.stdout'), mock.patch('sys.stderr'):
            upid = api.dispatch(ctx, verb, f'/nodes/pve-a/{path}', {k.replace('__', '-'): v for k, v in params.items()})
        self.upid = upid
        with open(tasks.log_path(upid), encoding='utf-8') as source:
            return source.read()

    def save(self, **params):
        return self.call('POST', 'vzdump', **{'storage': 'bak', **params})

    def files(self):
        return sorted(path.name for path in (self.folder / 'dump').glob('*'))

    def archive(self, ending='.vma'):
        found = [name for name in self.files() if name.endswith(ending)]
        self.assertEqual(len(found), 1)
        return self.folder / 'dump' / found[0]

    def settings(self, vmid=100):
        from pvestandin.guests import config
        return config.load(vmid)[0]

    def test_an_archive_holds_the_configuration_and_every_byte_of_what_is_backed_up(self):
        said = self.save(vmid='100', compress='zstd')
        path = self.archive('.vma.zst')
        self.assertRegex(path.name, r'^vzdump-qemu-100-\d{4}_\d\d_\d\d-\d\d_\d\d_\d\d\.vma\.zst$')
        self.assertEqual(self.files(), [path.name.replace('.vma.zst', '.log'), path.name])
        self.assertLess(path.stat().st_size, MIB)
        description, pieces = read(path)
        self.assertEqual([(one['key'], one['size']) for one in description['volumes']], [('scsi0', 32 * 1024 * MIB)])
        self.assertIn('name: web\n', description['config'])
        self.assertIn('#qmdump#map:scsi0:drive-scsi0:disks:raw:\n', description['config'])
        self.assertNotIn('unused0', description['config'])
        self.assertNotIn('lock', description['config'])
        number, position, data = next(one for one in pieces if b'what the guest wrote' in one[2])
        self.assertEqual((number, position + data.index(b'what')), (0, 20 * 1024 * MIB + 17))
        for line in ("INFO: starting new backup job: vzdump 100 --compress zstd --node pve-a --storage bak",
                     'INFO: Starting Backup of VM 100 (qemu)', 'INFO: status = stopped', 'INFO: VM Name: web',
                     "INFO: include disk 'scsi0' 'disks:100/vm-100-disk-0.raw' 32G",
                     "INFO: exclude disk 'scsi1' 'disks:100/vm-100-disk-1.raw' (backup=no)", 'INFO: backup mode: stop',
                     'INFO: Backup job finished successfully', 'TASK OK'):
            self.assertIn(f'{line}\n', said)
        self.assertRegex(said, r'INFO: Finished Backup of VM 100 \(00:00:\d\d\)\n')
        self.assertRegex(self.archive('.log').read_text(), r'^\d{4}-\d\d-\d\d [\d:]{8} INFO: Starting Backup of VM 100 \(qemu\)\n')
        self.assertNotIn('lock', self.settings())

    def test_a_container_without_snapshots_is_suspended_meanwhile(self):
        self.live = True
        said = self.save(vmid='112')
        self.assertIn("INFO: excluding bind mount point mp0 ('/srv') from backup (not a volume)\n", said)
        self.assertIn('INFO: mode failure - some volumes do not support snapshots\n', said)
        self.assertIn('INFO: backup mode: suspend\n', said)
        self.assertEqual(self.did, ['SIGSTOP 112', 'SIGCONT 112'])
        self.assertEqual([one['key'] for one in read(self.archive('.tar'))[0]['volumes']], ['rootfs'])

    def test_mode_stop_stops_the_guest_and_starts_it_although_it_is_locked(self):
        self.live = True
        self.assertIn('INFO: stopping virtual guest\n', self.save(vmid='100', mode='stop'))
        self.assertEqual(self.did, ['stop 100', 'start 100 True'])

    def test_mode_stop_is_refused_where_ha_would_start_the_guest_again(self):
        (harness.ETC / 'ha/resources.cfg').write_text('vm: 100\n\tstate started\n')
        said = self.save(vmid='100', mode='stop')
        self.assertIn('ERROR: Backup of VM 100 failed - Cannot execute a backup with stop mode on a HA managed and enabled Service. '
                      'Use snapshot mode or disable the Service.\n', said)
        self.assertIn('TASK OK', self.save(vmid='100'))

    def test_a_storage_holds_so_many_protected_backups_of_a_guest(self):
        from pvestandin.storage import config
        sections, digest = config.load()
        sections['bak']['max-protected-backups'] = '1'
        config.save(sections)
        self.assertIn('TASK OK', self.save(vmid='100', protected='1'))
        self.assertIn("ERROR: Backup of VM 100 failed - The number of protected backups per guest is limited to 1 on storage 'bak'\n",
                      self.save(vmid='100', protected='1'))

    def test_what_goes_on_with_a_guest_is_in_its_file_and_keeps_a_second_backup_away(self):
        from pvestandin.vzdump import archive
        write = archive.write

        def watched(*args):
            self.assertEqual(self.settings()['lock'], 'backup')
            return write(*args)
        with mock.patch.object(archive, 'write', watched):
            self.save(vmid='100')
        from pvestandin.guests import locks
        locks.put(100, 'migrate')
        said = self.save(vmid='100,112', compress='zstd')
        self.assertIn('ERROR: Backup of VM 100 failed - VM is locked (migrate)\n', said)
        self.assertRegex(said, r'Finished Backup of VM 112')
        self.assertIn('INFO: Backup job finished with errors\n', said)
        self.assertTrue(said.endswith('\nTASK ERROR: job errors\n'))
        self.assertEqual(self.settings()['lock'], 'migrate')

    def test_a_full_storage_fails_the_task_and_keeps_no_archive(self):
        from pvestandin.vzdump import archive
        with mock.patch.object(archive.os, 'fsync', side_effect=OSError(errno.ENOSPC, 'No space left on device')):
            said = self.save(vmid='100')
        self.assertIn('ERROR: Backup of VM 100 failed - write error - No space left on device\n', said)
        self.assertEqual([name for name in self.files() if not name.endswith('.log')], [])
        self.assertNotIn('lock', self.settings())

    def test_a_stopped_task_gives_the_guest_back_and_goes_no_further(self):
        from pvestandin.vzdump import archive
        with mock.patch.object(archive.os, 'fsync', side_effect=KeyboardInterrupt):
            said = self.save(vmid='100,112')
        self.assertIn('ERROR: Backup of VM 100 failed - interrupted by signal\n', said)
        self.assertIn('ERROR: Backup job failed - interrupted by signal\n', said)
        self.assertNotIn('VM 112', said)
        self.assertEqual([name for name in self.files() if not name.endswith('.log')], [])
        self.assertNotIn('lock', self.settings())

    def test_notes_say_what_the_template_asks_for_and_protection_lasts(self):
        self.save(vmid='100', notes__template='{{guestname}} ({{vmid}}) on {{node}}\\nof {{cluster}}', protected='1')
        rows = self.rows()
        self.assertEqual([(row['notes'], row['protected']) for row in rows], [('web (100) on pve-a', 1)])
        self.assertEqual(self.archive('.notes').read_text(), 'web (100) on pve-a\nof test')
        name = rows[0]['volid']
        said = self.call('DELETE', f'storage/bak/content/{name}')
        self.assertIn(f"TASK ERROR: cannot remove protected volume '{name[4:]}' on 'bak'\n", said)
        harness.call('PUT', f'/nodes/pve-a/storage/bak/content/{name}', protected=0)
        shown = harness.call('GET', f'/nodes/pve-a/storage/bak/content/{name}')
        self.assertEqual((shown['notes'], shown['protected']), ('web (100) on pve-a\nof test', 0))
        self.assertIn('name: web\n', harness.call('GET', '/nodes/pve-a/vzdump/extractconfig', volume=name))
        self.call('DELETE', f'storage/bak/content/{name}')
        self.assertEqual(self.files(), [])

    def test_a_listing_shows_archives_alone_and_when_they_were_made(self):
        with mock.patch('pvestandin.vzdump.guest.time.time', lambda: 1700000000):
            self.save(vmid='100,112', compress='gzip')
        (self.folder / 'dump/vzdump-qemu-100-by-hand.vma').write_bytes(b'x')
        rows = {row['volid']: row for row in self.rows(vmid=100)}
        name = time.strftime('bak:backup/vzdump-qemu-100-%Y_%m_%d-%H_%M_%S.vma.gz', time.localtime(1700000000))
        self.assertEqual(list(rows), [name])
        self.assertEqual({key: rows[name][key] for key in ('ctime', 'format', 'subtype', 'vmid', 'content')},
                         {'ctime': 1700000000, 'format': 'vma.gz', 'subtype': 'qemu', 'vmid': 100, 'content': 'backup'})
        self.assertEqual(rows[name]['size'], (self.folder / 'dump' / name.rpartition('/')[2]).stat().st_size)
        self.assertEqual(len(self.rows()), 3)

    def rows(self, **params):
        return harness.call('GET', '/nodes/pve-a/storage/bak/content', content='backup', **params)

    def test_what_the_rule_no_longer_keeps_goes_after_a_success_with_all_that_belongs_to_it(self):
        for day in range(1, 5):
            with mock.patch('pvestandin.vzdump.guest.time.time', return_value=1700000000 + day * 86400):
                said = self.save(vmid='100', prune__backups='keep-last=2', notes__template='x')
                self.save(vmid='112')
        self.assertIn('INFO: prune older backups with retention: keep-last=2\n', said)
        self.assertIn('INFO: pruned 1 backup(s) not covered by keep-retention policy\n', said)
        self.assertEqual([len(self.rows(vmid=vmid)) for vmid in (100, 112)], [2, 4])
        self.assertEqual(len([name for name in self.files() if '-100-' in name]), 6)

    def test_without_removal_a_rule_is_a_limit(self):
        self.save(vmid='100', prune__backups='keep-last=1', remove='0')
        said = self.save(vmid='100', prune__backups='keep-last=1', remove='0')
        self.assertIn('There is a max backup limit of 1 enforced by the target storage or the vzdump parameters.', said)
        self.assertEqual(len(self.rows(vmid=100)), 1)

    def test_a_job_that_is_stopped_from_outside_ends_soon_and_leaves_no_archive(self):
        from pvestandin import tasks
        upid = harness.call('POST', '/nodes/pve-a/vzdump', vmid='100', storage='bak', bwlimit=1)
        self.wait(lambda: any(name.endswith('.dat') for name in self.files()))
        self.assertEqual(self.settings()['lock'], 'backup')
        harness.call('POST', '/nodes/pve-a/vzdump', stop=1)
        self.assertEqual(tasks.status(upid)['exitstatus'], 'interrupted by signal')
        self.assertEqual([name for name in self.files() if not name.endswith('.log')], [])
        self.assertNotIn('lock', self.settings())

    def test_one_job_at_a_time_runs_on_a_host(self):
        from pvestandin import tasks
        first = harness.call('POST', '/nodes/pve-a/vzdump', vmid='100', storage='bak', bwlimit=1)
        self.wait(lambda: any(name.endswith('.dat') for name in self.files()))
        said = self.save(vmid='112', lockwait=0)
        self.assertRegex(said, r"TASK ERROR: can't acquire lock '.*/vzdump\.lock' \(wait = 0\)\n")
        second = harness.call('POST', '/nodes/pve-a/vzdump', vmid='112', storage='bak')
        self.wait(lambda: any('trying to get global lock' in line['t'] for line in tasks.log_lines(second)[0]))
        tasks.stop(first)
        self.wait(lambda: tasks.status(second)['status'] == 'stopped')
        self.assertEqual(tasks.status(second)['exitstatus'], 'OK')

    def wait(self, condition):
        end = time.monotonic() + 30
        while not condition():
            self.assertLess(time.monotonic(), end)
            time.sleep(0.02)

    def test_guests_of_other_nodes_are_passed_over_and_those_that_have_gone_are_not(self):
        from pvestandin import api
        api.load()
        self.assertEqual(api.dispatch(api.Context(), 'POST', '/nodes/pve-a/vzdump', {'vmid': '120', 'storage': 'bak'}), 'OK')
        said = self.save(vmid='999')
        self.assertIn("ERROR: Backup of VM 999 failed - unable to find VM '999'\n", said)
        said = self.save(all='1', exclude=None)
        self.assertEqual(re.findall(r'Starting Backup of VM (\d+)', said), ['100', '112'])
        self.assertIn('::root@pam:', self.upid)
        self.assertEqual(re.findall(r'Starting Backup of VM (\d+)', self.save(exclude='100')), ['112'])
        self.assertIn(':vzdump:112:', self.call('POST', 'vzdump', vmid='112,120', storage='bak') and self.upid)

    def test_it_is_refused_as_proxmox_refuses_it(self):
        for params, error in (({}, {'vmid': 'property is missing'}),
                              ({'all': 1, 'vmid': '100'}, {'all': "option conflicts with option 'vmid'"}),
                              ({'pool': 'x', 'vmid': '100'}, {'pool': "option conflicts with option 'vmid'"}),
                              ({'vmid': '100', 'notes-template': '{{host}}', 'storage': 'bak'},
                               {'notes-template': "found unknown: variable 'host' at char 4\n"}),
                              ({'vmid': '100', 'prune-backups': 'keep-all=1,keep-last=2'},
                               {'prune-backups': 'invalid format - keep-all cannot be set together with other options.\n'}),
                              ({'vmid': '100', 'stdout': 1}, {'stdout': 'option is only allowed on the command line interface.'})):
            from pvestandin.errors import ParameterError
            with self.subTest(params), self.assertRaises(ParameterError) as caught:
                harness.call('POST', '/nodes/pve-a/vzdump', **params)
            self.assertEqual(caught.exception.errors, error)
        self.assertIn("TASK ERROR: could not activate storage 'none': storage 'none' does not exist could not get storage "
                      "information for 'none': storage 'none' does not exist\n", self.save(vmid='100', storage='none'))
        self.assertIn("could not get storage information for 'disks': can't use storage 'disks' for backups - wrong content type",
                      self.save(vmid='100', storage='disks'))


def read(path):
    """(description, [(volume, position, bytes)]) of a whole archive."""
    from pvestandin.vzdump import archive
    with open(path, 'rb') as source:
        assert source.readline() == archive.FIRST_LINE
        description, pieces = json.loads(source.readline()), []
        while True:
            number, position, length = archive.RECORD.unpack(source.read(archive.RECORD.size))
            if number == archive.END:
                assert position == len(pieces) and source.read() == b''
                return description, pieces
            pieces.append((number, position, source.read(length)))


if __name__ == '__main__':
    unittest.main()
