"""A host with a machine and a container that were saved, for tests of restoring them."""
import shutil
import unittest
from unittest import mock

import harness

MIB = 1024 * 1024
RECORD = 16
WRITTEN = (20 * 1024 * MIB + 17, b'what the guest wrote')


class World(unittest.TestCase):
    def setUp(self):
        harness.reset()
        from pvestandin.guests import actions, create
        from pvestandin.guests import config as guests
        from pvestandin.storage import config
        self.live, self.did = [], []
        self.enterContext(mock.patch.object(actions, 'running', lambda vmid: vmid in self.live))
        self.enterContext(mock.patch.object(actions, 'start', lambda vmid, log=print, **_: self.did.append(f'start {vmid}')))
        self.enterContext(mock.patch('pvestandin.vzdump.job.RUN', str(harness.WORK)))
        for name in ('saved', 'disks', 'others'):
            self.addCleanup(shutil.rmtree, harness.WORK / name, True)
        sections, _ = config.load()
        sections['bak'] = {'type': 'dir', 'path': str(harness.WORK / 'saved'), 'content': 'backup'}
        sections['disks'] = {'type': 'dir', 'path': str(harness.WORK / 'disks'), 'content': 'images,rootdir'}
        sections['others'] = {'type': 'dir', 'path': str(harness.WORK / 'others'), 'content': 'images,rootdir'}
        config.save(sections)
        values = {'name': 'web', 'memory': 512, 'scsi0': 'disks:32,discard=on,format=qcow2', 'scsi1': 'disks:1,backup=0',
                  'ide2': 'disks:cloudinit', 'net0': 'virtio=BC:24:11:00:00:01,bridge=vmbr0,tag=7', 'vmgenid': 'a', 'cores': 2,
                  'smbios1': 'uuid=b,serial=abc', 'description': 'two\nlines'}
        create.allocate_disks(100, 'qemu', values, lambda text: None)
        guests.save(100, {'node': 'pve-a', 'kind': 'qemu'}, values)
        box = {'hostname': 'box', 'rootfs': 'disks:2', 'mp0': 'disks:1,mp=/data,backup=1', 'mp1': 'disks:1,mp=/scratch',
               'mp2': '/srv,mp=/srv', 'net0': 'name=eth0,bridge=vmbr0,hwaddr=BC:24:11:00:00:02,type=veth', 'unprivileged': 1, 'memory': 256}
        create.allocate_disks(112, 'lxc', box, lambda text: None)
        guests.save(112, {'node': 'pve-a', 'kind': 'lxc'}, box)
        guests.save(120, {'node': 'pve-b', 'kind': 'qemu'}, {'name': 'elsewhere'})
        self.write('disks/images/100/vm-100-disk-0.qcow2', *WRITTEN)
        self.write('disks/images/112/vm-112-disk-0.raw', 5 * MIB, b'root of the box')
        self.write('disks/images/112/vm-112-disk-1.raw', 9, b'data of the box')
        (harness.ETC / 'firewall').mkdir()
        (harness.ETC / 'firewall/100.fw').write_text('[OPTIONS]\nenable: 1\n')
        self.call('POST', 'vzdump', vmid='100,112', storage='bak', compress='zstd')
        self.machine, self.container = (f'bak:backup/{path.name}' for kind in ('qemu', 'lxc')
                                        for path in (harness.WORK / 'saved/dump').glob(f'vzdump-{kind}-*.zst'))

    def write(self, name, position, text):
        with open(harness.WORK / name, 'r+b') as out:
            out.seek(position)
            out.write(text)

    def bytes_at(self, name, position, length):
        with open(harness.WORK / name, 'rb') as source:
            source.seek(position)
            return source.read(length)

    def call(self, verb, path, **params):
        """The log of the task of a call by root on the command line, which waits for its end."""
        from pvestandin import api, tasks
        api.load()
        ctx = api.Context('root@pam', cli=True)
        with mock.patch('sys.stdout'), mock.patch('sys.stderr'):
            self.upid = api.dispatch(ctx, verb, f'/nodes/pve-a/{path}', {k.replace('__', '-'): v for k, v in params.items()})
        with open(tasks.log_path(self.upid), encoding='utf-8') as source:
            return source.read()

    def settings(self, vmid):
        from pvestandin.guests import config
        return config.load(vmid)[0]

    def volumes(self, vmid):
        return sorted(str(path.relative_to(harness.WORK)) for name in ('disks', 'others')
                      for path in (harness.WORK / name / 'images' / str(vmid)).glob('*'))
