"""The backup of one guest: locked meanwhile, written under another name, and named only when it is complete."""
import contextlib
import os
import re
import signal
import time

from .. import cfs, guestlist
from ..errors import ApiError, PlainError, text_of
from ..guests import actions, config, locks
from ..ha import config as ha
from ..storage import activate, backups, content
from ..storage import config as storages
from . import archive, options, prune, selection
from .messages import amount, clock, duration, size

SNAPSHOTS = ('rbd', 'zfspool', 'lvmthin', 'btrfs')


class Interrupted(PlainError):
    """Somebody stopped the task."""


def save(job, ctx, vmid, said):
    """Whether it was saved; what failed is in the log."""
    began, said.kept = time.time(), []
    stem = None
    try:
        guest = guestlist.guests().get(vmid)
        if guest is None:
            raise PlainError(f"unable to find VM '{vmid}'")
        name = f"vzdump-{guest['kind']}-{vmid}-{time.strftime(backups.WHEN, time.localtime(began))}"
        stem = os.path.join(job.folder, name)
        _Save(job, ctx, vmid, guest['kind'], stem, said).run()
        reason = None
    except KeyboardInterrupt:
        reason = 'interrupted by signal'
    except (ApiError, OSError) as error:
        reason = text_of(error)
    if reason is None:
        said(f'Finished Backup of VM {vmid} ({duration(time.time() - began)})')
        said(f'Backup finished at {clock()}', kept=False)
    else:
        said(f'Backup of VM {vmid} failed - {reason}', 'ERROR')
        said(f'Failed at {clock()}', kept=False)
    if stem:
        # A storage that is full has no room for it either.
        with contextlib.suppress(OSError), open(f'{stem}.log', 'w', encoding='utf-8') as out:
            out.writelines(said.kept)
    said.kept = None
    if reason == 'interrupted by signal':
        raise Interrupted(reason)
    return reason is None


class _Save:
    def __init__(self, job, ctx, vmid, kind, stem, said):
        self.job, self.ctx, self.vmid, self.kind, self.stem, self.said = job, ctx, vmid, kind, stem, said
        self.ending = ('.vma' if kind == 'qemu' else '.tar') + job.ending
        self.target = stem + self.ending
        self.half = self.target.rpartition('.')[0] + '.dat'
        self.stopped_at = None

    def run(self):
        self._refuse()
        self._forget_half()
        self.said(f'Starting Backup of VM {self.vmid} ({self.kind})')
        self.said(f'Backup started at {clock()}', kept=False)
        live = actions.running(self.vmid)
        self.said(f"status = {'running' if live else 'stopped'}")
        locks.take(self.vmid, 'backup')
        back = None
        try:
            values, _ = config.load(self.vmid)
            name = values.get('name' if self.kind == 'qemu' else 'hostname')
            if name:
                self.said(f"{'VM' if self.kind == 'qemu' else 'CT'} Name: {name}")
            chosen = self._volumes(values)
            mode = self._mode(chosen) if live else 'stop'
            self.said(f'backup mode: {mode}')
            if self.job.bytes_per_second:
                self.said(f'bandwidth limit: {self.job.bytes_per_second // 1024} KiB/s')
            self.said('ionice priority: 7')
            if live and mode != 'snapshot':
                back = self._halt(mode)
            if back and self.kind == 'qemu':
                # A machine goes on as soon as its backup has begun.
                self._again(back)
                back = None
            self._write(values, chosen)
            self._finish(name)
        finally:
            for step in (lambda: locks.drop(self.vmid, 'backup'), lambda: back and self._again(back), self._forget_half):
                try:
                    step()
                except (ApiError, OSError) as error:
                    self.said.warn(text_of(error))

    def _forget_half(self):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.half)

    def _refuse(self):
        job, sid = self.job, f'{guestlist.SID_KIND[self.kind]}:{self.vmid}'
        if job.mode == 'stop' and ha.resources().get(sid, {'state': ''}).get('state', 'started') in ('started', 'enabled'):
            raise PlainError('Cannot execute a backup with stop mode on a HA managed and enabled Service. '
                             'Use snapshot mode or disable the Service.')
        limit = sum(count for key, count in job.keep.items() if key != 'keep-all')
        there = prune.group(job, self.vmid, self.kind)
        guarded = sum(1 for row in there if row.get('protected'))
        if job.protected:
            if -1 < job.most_protected <= guarded:
                raise PlainError(f'The number of protected backups per guest is limited to {job.most_protected} on storage '
                                 f"'{job.storage}'")
        elif limit and not job.remove and len(there) - guarded >= limit:
            raise PlainError(f'There is a max backup limit of {limit} enforced by the target storage or the vzdump parameters. '
                             'Either increase the limit or delete old backups.')

    def _volumes(self, values):
        chosen = []
        for one in selection.volumes(self.kind, values):
            key, volume, words = one['key'], one['volume'], one['words']
            if self.kind == 'lxc':
                what = 'volume' if not volume.startswith('/') else 'bind'
                self.said(f"including mount point {key} ('{words.get('mp', '')}') in backup" if one['included'] else
                          f"excluding {what} mount point {key} ('{words.get('mp', '')}') from backup ({one['reason']})")
            else:
                self.said(f"include disk '{key}' '{volume}' {words.get('size', '')}".rstrip() if one['included'] else
                          f"exclude disk '{key}' '{volume}' ({one['reason']})")
            if one['included']:
                chosen.append({**one, 'path': self._path(volume)})
        return chosen

    def _path(self, volume):
        storage = volume.partition(':')[0]
        section = storages.get(storage)
        activate.activate(storage, section)
        path = content.path_of(section, volume)
        if not os.path.exists(path):
            raise PlainError(f"cannot determine size of volume '{volume}' - volume does not exist")
        return path

    def _mode(self, chosen):
        """A container is saved from snapshots of its volumes, and where a storage has none it is suspended instead."""
        if self.kind == 'lxc' and self.job.mode == 'snapshot' and any(
                storages.get(one['volume'].partition(':')[0])['type'] not in SNAPSHOTS for one in chosen):
            self.said('mode failure - some volumes do not support snapshots')
            self.said("trying 'suspend' mode instead")
            return 'suspend'
        return self.job.mode

    def _halt(self, mode):
        """What brings the guest back."""
        self.stopped_at = time.time()
        if mode == 'stop':
            self.said('stopping virtual guest')
            actions.stop(self.vmid)
            return 'restart'
        self.said('suspending guest')
        actions.signal_process(self.vmid, signal.SIGSTOP)
        return 'resume'

    def _again(self, way):
        if way == 'resume':
            self.said('resume vm')
            actions.signal_process(self.vmid, signal.SIGCONT)
        elif not actions.running(self.vmid):
            self.said('restarting vm')
            actions.start(self.vmid, skip_lock=True)
        seconds = int(time.time() - self.stopped_at)
        self.said(f"guest is online again after {seconds if seconds >= 1 else '<1'} seconds")

    def _write(self, values, chosen):
        for key, value in values.items():
            if self.kind == 'qemu' and re.fullmatch(r'unused\d+', key):
                self.said(f"skip unused drive '{value}' (not included into backup)")
        description = {
            'kind': self.kind, 'vmid': self.vmid, 'config': self._configuration(chosen),
            'firewall': cfs.read(f'firewall/{self.vmid}.fw'),
            'volumes': [{'key': one['key'], 'volume': one['volume'], 'size': os.path.getsize(one['path'])} for one in chosen]}
        self.said(f"creating vzdump archive '{self.target}'")
        begun = time.monotonic()

        def told(done, total):
            self.said(f'{100 * done // max(1, total):3d}% ({amount(done)} of {amount(total)}) in {int(time.monotonic() - begun)}s')
        total, kept = archive.write(self.half, description, [one['path'] for one in chosen], self.job.bytes_per_second, told)
        if not chosen:
            self.said('backup contains no disks')
        else:
            self.said(f'backup is sparse: {amount(total - kept, 2)} ({100 * (total - kept) // max(1, total)}%) total zero data')
            self.said(f"transferred {amount(total, 2)} in {int(time.monotonic() - begun) or '<1'} seconds")

    def _configuration(self, chosen):
        """The guest's file as it is now: what is locked, waits or was kept by snapshots is not part of a backup."""
        file = guestlist.config_file(self.vmid, config.find(self.vmid))
        current, rest = config.split(cfs.read(file) or '')
        waits = rest.startswith(config.PENDING[self.kind])
        if len(re.findall(r'^\[', rest, re.MULTILINE)) > waits:
            self.said('snapshots found (not included into backup)')
        if waits:
            self.said('pending configuration changes found (not included into backup)')
        left_out = r'(?:lock|parent)' if self.kind == 'lxc' else r'(?:lock|parent|unused\d+)'
        lines = [line for line in current.splitlines() if line and not re.match(rf'{left_out}:', line)]
        if self.kind == 'qemu':
            for one in chosen:
                kind = one['volume'].rpartition('.')[2] if '.' in one['volume'].rpartition('/')[2] else 'raw'
                lines.append(f"#qmdump#map:{one['key']}:drive-{one['key']}:{one['volume'].partition(':')[0]}:{kind}:")
        return ''.join(f'{line}\n' for line in lines)

    def _finish(self, name):
        os.rename(self.half, self.target)
        self.said(f'archive file size: {size(os.path.getsize(self.target))}')
        if self.job.notes:
            self.said('adding notes to backup')
            cluster = cfs.membership().get('cluster', {}).get('name', 'standalone node')
            values = {'cluster': cluster, 'guestname': name or f"{'VM ' if self.kind == 'qemu' else 'CT'}{self.vmid}",
                      'node': self.ctx.node, 'vmid': self.vmid}
            try:
                backups.set_notes(self.target, options.notes(self.job.notes, values))
            except OSError as error:
                self.said.warn(f'unable to add notes - {error.strerror}')
        if self.job.protected:
            self.said('marking backup as protected')
            backups.set_protected(self.target, True)
        if self.job.remove:
            prune.after(self.job, self.vmid, self.kind, self.said)
