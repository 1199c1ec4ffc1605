"""Virtual machines from archives."""
import os
import re
import shlex
import time

from .. import cfs, guestlist, sectionconfig
from ..errors import ApiError, ParameterError, PlainError, text_of
from ..guests import actions, config, create, locks, moves
from ..storage import config as storages
from ..storage import content, kinds
from ..vzdump import archive
from . import common, settings, source
from . import volumes as restored

UNPACK = {'gz': ['zcat'], 'lzo': ['lzop', '-d', '-c'], 'zst': ['zstd', '-q', '-d', '-c']}
CLOUD_INIT_BYTES = 4 * 1024 * 1024


def call(ctx, params, options):
    """The task, after what can be refused at once. `options` replace what the archive says."""
    vmid, name = params['vmid'], params['archive']
    for key in sorted(options):
        if config.DRIVE.match(key):
            raise ParameterError({key: "option conflicts with option 'archive'"})
    source.check(ctx, vmid, name)
    path = source.path_of(ctx, name)
    prefix = f'unable to restore VM {vmid} -'
    common.reserve(vmid, 'qemu', bool(params.get('force')), prefix)
    return ctx.task('qmrestore', str(vmid), _Restore(ctx, params, config.normal(dict(options)), path, prefix).work)


class _Restore:
    def __init__(self, ctx, params, options, path, prefix):
        self.ctx, self.params, self.options, self.path, self.prefix = ctx, params, options, path, prefix
        self.vmid, self.guest = params['vmid'], {'node': ctx.node, 'kind': 'qemu'}

    def work(self, log):
        self.log, self.volumes, complete = log, restored.Volumes(self.vmid, log), False
        try:
            self._refuse()
            self._restore()
            complete = True
            common.after(self.ctx, self.vmid, 'qemu', self.params, log)
        except BaseException:
            self._give_back()
            log('error after data was restored, VM disks should be OK but config may require adaptions. '
                f'VM {self.vmid} state is NOT cleaned up.' if complete else
                'error before or during data restore, some or all disks were not completely restored. '
                f'VM {self.vmid} state is NOT cleaned up.')
            raise

    def _give_back(self):
        """The number stays taken, by a machine without anything: so it is at Proxmox too."""
        try:
            locks.drop(self.vmid, 'create')
        except ApiError as error:
            self.log(error.text)

    def _refuse(self):
        values, _ = config.load(self.vmid)
        if str(values.get('protection', 0)) == '1':
            raise PlainError(f'{self.prefix} - protection mode enabled')
        if actions.running(self.vmid):
            raise PlainError(f'{self.prefix} vm is running')
        if self.params.get('live-restore'):
            raise PlainError('live-restore is only compatible with backup images from a Proxmox Backup Server')

    def _restore(self):
        form, packed = source.form_of(self.path)
        if form == 'tar':
            raise PlainError(f"ERROR: file '{self.path}' does not look like a QemuServer vzdump backup")
        scratch = f'/var/tmp/vzdumptmp{os.getpid()}'
        words = ['vma', 'extract', '-v', '-r', f'{scratch}.fifo', '-' if packed else self.path, scratch]
        command = shlex.join(words)
        if packed in UNPACK:
            command = f'{shlex.join([*UNPACK[packed], self.path])} | {command}'
        self.log(f'restore vma archive: {command}')
        failed = f"command '{f'set -o pipefail && {command}' if packed else command}' failed: exit code 1"
        try:
            text = self._extract(failed)
        except KeyboardInterrupt:
            self.volumes.drop()
            raise PlainError('interrupted by signal') from None
        except BaseException:
            self.volumes.drop()
            raise
        config.save(self.vmid, self.guest, {**config.parse(text), **self.options})
        try:
            self._rescan()
        except (ApiError, OSError) as error:
            self.log(text_of(error))
        if self.params.get('pool'):
            common.put_into_pool(self.vmid, self.params['pool'])

    def _extract(self, failed):
        """The new configuration, once every byte is where it says."""
        description = self._tool(failed, archive.description_of, self.path)
        text, held = description['config'], {one['key']: one for one in description['volumes']}
        if description['kind'] != 'qemu':
            self.log('vma: the archive holds no virtual machine')
            raise PlainError(failed)
        self.log(f'CFG: size: {len(text)} name: qemu-server.conf')
        for number, one in enumerate(description['volumes'], 1):
            self.log(f"DEV: dev_id={number} size: {one['size']} devname: drive-{one['key']}")
        self.log(f'CTIME: {time.ctime(os.path.getmtime(self.path))}')
        if description.get('firewall'):
            cfs.makedirs('firewall')
            cfs.write(f'firewall/{self.vmid}.fw', description['firewall'])
        wanted = self._wanted(text, held)
        kib = restored.limit(self.ctx, [*source.storages_of(self.params['archive']), *{one[0] for one in wanted.values()}],
                             self.params.get('bwlimit'))
        if kib:
            self.log(f'applying read rate limit: {kib}')
        self._clear_old(wanted)
        made = {key: self.volumes.make(storage, length, form, name) for key, (storage, form, length, name) in sorted(wanted.items())}
        for key in sorted(held):
            self.log(f"map 'drive-{key}' to '{restored.path_of(made[key])}' (write zeros = 0)")
        began = time.monotonic()
        read, kept = self._tool(failed, restored.fill, self.path, [made[one['key']] for one in description['volumes']], kib, self.log)
        total = sum(one['size'] for one in description['volumes'])
        self.log(f'progress 100% (read {read} bytes, duration {int(time.monotonic() - began)} sec)')
        self.log(f'total bytes read {total}, sparse bytes {total - kept} ({100 * (total - kept) / max(1, total):.3g}%)')
        prefix = sectionconfig.parse_lines(cfs.read('datacenter.cfg')).get('mac_prefix', 'BC:24:11')
        return settings.of_machine(text, made, bool(self.params.get('unique')), prefix)

    def _tool(self, failed, step, *args):
        """What the tool for archives complains of is in the log, and the task tells that it failed."""
        try:
            return step(*args)
        except (ApiError, OSError) as error:
            self.log(f'vma: {text_of(error)}')
            raise PlainError(failed) from error

    def _wanted(self, text, held):
        """{drive: (storage, format, bytes, name)} of the volumes to make; a storage that can't is refused."""
        wanted, asked = {}, self.params.get('storage')
        hints = settings.hints(text)
        for key, (storage, form) in hints.items():
            if key not in held:
                raise PlainError(f"archive does not contain data for drive '{key}'")
            wanted[key] = (asked or storage, form, held[key]['size'], '')
        for key, (storage, form) in settings.cloud_inits(text).items():
            target = asked or storage
            filed = bool(storages.get(target).get('path'))
            wanted[key] = (target, form, CLOUD_INIT_BYTES,
                           f"vm-{self.vmid}-cloudinit{f'.{form}' if filed else ''}")
        for storage in {one[0] for one in wanted.values()}:
            if not kinds.holds(storage, storages.get(storage), 'images'):
                raise PlainError(f"Content type 'images' is not available on storage '{storage}'")
            self.ctx.check(f'/storage/{storage}', ['Datastore.AllocateSpace'])
        for key in held:
            if key not in hints:
                raise PlainError(f"found no device mapping information for device 'drive-{key}'")
        return wanted

    def _clear_old(self, wanted):
        """What the archive brings again goes; what else the old machine had stays, and is found as unused afterwards."""
        values, _ = config.load(self.vmid)
        if not set(values) - {'lock'}:
            return
        # Proxmox holds a file lock of its own all the time; here the word in the file keeps others away.
        cfs.write(guestlist.config_file(self.vmid, self.guest), 'memory: 128\nlock: create\n')
        for key, volume in config.own_volumes(self.vmid, 'qemu', values).items():
            if key in wanted:
                try:
                    content.free(volume.partition(':')[0], storages.get(volume.partition(':')[0]), volume)
                except (ApiError, OSError) as error:
                    self.log(text_of(error))

    def _rescan(self):
        self.log('rescan volumes...')
        values, _ = config.load(self.vmid)
        there, used = content.of_guest(self.vmid), set()
        for key in filter(config.DRIVE.match, list(values)):
            volume, words = settings.words_of(values[key])
            used.add(volume)
            size = create.shown_size(there[volume]) if volume in there else words.get('size')
            if words.get('media') != 'cdrom' and size != words.get('size'):
                values[key] = re.sub(r',size=[^,]*', '', values[key]) + f',size={size}'
                self.log(f"VM {self.vmid} ({key}): size of disk '{volume}' updated from {words.get('size', 0)} to {size}")
        for volume in sorted(set(there) - used):
            key = moves.add_unused(values, volume)
            self.log(f"VM {self.vmid} add unreferenced volume '{volume}' as '{key}' to config")
        config.save(self.vmid, self.guest, values)
