"""Containers from archives."""
import re
import shlex

from .. import cfs, guestlist, sectionconfig
from ..errors import ApiError, ParameterError, PlainError, text_of
from ..guests import actions, config, create, locks
from ..storage import activate, content, kinds
from ..vzdump import archive
from . import common, settings, source
from . import volumes as restored

SIZE = re.compile(r'^([A-Za-z][\w.-]*):(\d+(?:\.\d+)?)$')
MIB = 1024 * 1024
PACKED = {'gz': ['-z'], 'lzo': ['--lzop'], 'zst': ['--zstd'], 'bz2': ['-j']}
TAR = """--totals --one-file-system -p --sparse --numeric-owner --acls --xattrs --xattrs-include=user.*
    --xattrs-include=security.capability --warning=no-file-ignored --warning=no-xattr-write""".split()
OTHER_USERS = 'lxc-usernsexec -m u:0:100000:65536 -m g:0:100000:65536 --'.split()


def call(ctx, params, options):
    """The task, after what can be refused at once. `options` replace what the archive says."""
    vmid, name = params['vmid'], params.get('ostemplate')
    if not name:
        raise ParameterError({'ostemplate': 'property is missing and it is not optional'})
    force, prefix = bool(params.get('force')), f'unable to restore CT {vmid}'
    _refuse_what_is_there(ctx, vmid, force, prefix)
    source.check(ctx, vmid, name)
    volumes, options = _volumes_given(ctx, params, options)
    common.reserve(vmid, 'lxc', force, f'{prefix} -')
    return ctx.task('vzrestore', str(vmid), _Restore(ctx, params, options, volumes, f'{prefix} -').work)


def _refuse_what_is_there(ctx, vmid, force, prefix):
    there = guestlist.guests().get(vmid)
    if there and not (force and there == {'node': ctx.node, 'kind': 'lxc'}):
        raise common.taken(vmid)
    if there and actions.running(vmid):
        raise PlainError("can't overwrite running container")
    if there and str(config.load(vmid)[0].get('protection', 0)) == '1':
        raise PlainError(f'{prefix} - protection mode enabled')


def _volumes_given(ctx, params, options):
    """({mount point: its words}, the other options): volumes are given all or not at all."""
    storage, given, others = params.get('storage') or 'local', {}, {}
    for key, value in options.items():
        if config.DISK['lxc'].match(key):
            volume, words = settings.words_of(str(value))
            given[key] = (f'{storage}:{volume}' if re.fullmatch(r'\d+(\.\d+)?', volume) else volume, words)
        elif not re.fullmatch(r'unused\d+', key):
            others[key] = value
    if given and 'rootfs' not in given:
        raise PlainError("mount points configured, but 'rootfs' not set - aborting")
    for key, (volume, _) in given.items():
        if volume.startswith('/'):
            if not (ctx.cli or ctx.auth_id == 'root@pam'):
                raise PlainError('Only root can pass arbitrary filesystem paths.')
        elif not SIZE.match(volume):
            raise PlainError(f"'{key}' has to be a new volume, as STORAGE:SIZE: putting an archive into one that is there is "
                             'not part of this installation')
        else:
            _check_storage(ctx, volume.partition(':')[0])
    if not given:
        _check_storage(ctx, storage)
    return given, others


def _check_storage(ctx, storage):
    section = activate.usable(storage, ctx.node)
    if not kinds.holds(storage, section, 'rootdir'):
        raise ParameterError({'storage': f"storage '{storage}' does not support container directories"})
    ctx.check(f'/storage/{storage}', ['Datastore.AllocateSpace'])
    activate.activate(storage, section)


class _Restore:
    def __init__(self, ctx, params, options, given, prefix):
        self.ctx, self.params, self.options, self.given, self.prefix = ctx, params, options, given, prefix
        self.vmid, self.name, self.guest = params['vmid'], params['ostemplate'], {'node': ctx.node, 'kind': 'lxc'}
        self.old = {}

    def work(self, log):
        self.log, self.volumes, self.touched = log, restored.Volumes(self.vmid, log), False
        self.old = {key: value for key, value in config.load(self.vmid)[0].items() if key != 'lock'}
        try:
            self._restore()
        except (ApiError, OSError, KeyboardInterrupt) as error:
            self.volumes.drop()
            self._give_back()
            reason = 'received interrupt' if isinstance(error, KeyboardInterrupt) else text_of(error)
            raise PlainError(f'{self.prefix} {reason}') from error
        if self.params.get('pool'):
            common.put_into_pool(self.vmid, self.params['pool'])
        common.after(self.ctx, self.vmid, 'lxc', self.params, log)

    def _give_back(self):
        """The number is free again, unless an older container has not been touched yet."""
        if self.old and not self.touched:
            locks.drop(self.vmid, 'create')
        else:
            cfs.delete(guestlist.config_file(self.vmid, self.guest))
            cfs.delete(f'firewall/{self.vmid}.fw')

    def _restore(self):
        if actions.running(self.vmid):
            raise PlainError("can't overwrite running container")
        self.log(f"recovering backed-up configuration from '{self.name}'")
        path = source.path_of(self.ctx, self.name)
        form, packed = source.form_of(path)
        try:
            description = archive.description_of(path)
        except ApiError as error:
            self.log(f'tar: {error.text}')
            raise PlainError('ERROR: archive contains no configuration file') from error
        if form != 'tar' or description['kind'] != 'lxc':
            raise PlainError('ERROR: archive contains no configuration file')
        saved = config.parse(description['config'])
        unprivileged = self.options.pop('unprivileged', saved.get('unprivileged', 0))
        if str(unprivileged) != '1' and (not self.old or str(self.old.get('unprivileged')) == '1'):
            self.ctx.check('/', ['Sys.Modify'])
        wanted, binds = self._wanted(saved)
        held = [one['key'] for one in description['volumes']]
        for key in held:
            if key not in wanted:
                raise PlainError(f"the archive holds the content of '{key}', which this installation does not unpack into 'rootfs': "
                                 'name a volume for it')
        self.touched = True
        made = {key: self.volumes.make(storage, length, 'raw') for key, (storage, length, _) in wanted.items()}
        if self.old:
            self._destroy_old()
        self._unpack(path, packed, [made[key] for key in held], {one[0] for one in wanted.values()}, str(unprivileged) == '1')
        self.log('merging backed-up and given configuration..')
        prefix = sectionconfig.parse_lines(cfs.read('datacenter.cfg')).get('mac_prefix', 'BC:24:11')
        values = settings.of_container(saved, config.normal(self.options, 'lxc'), bool(self.params.get('unique')), prefix)
        if str(unprivileged) == '1':
            values['unprivileged'] = 1
        for key, (_, length, words) in wanted.items():
            kept = [f'{word}={value}' for word, value in words.items() if word != 'size']
            values[key] = ','.join([made[key], *kept, f'size={create.shown_size(length)}'])
        defaults = {'hostname': f'CT{self.vmid}', 'memory': 512, 'swap': 512}
        if description.get('firewall'):
            cfs.makedirs('firewall')
            cfs.write(f'firewall/{self.vmid}.fw', description['firewall'])
        config.save(self.vmid, self.guest, {**defaults, **values, **binds})

    def _wanted(self, saved):
        """({mount point: (storage, bytes, words)}, {mount point: text} of folders of the host)."""
        wanted, binds = {}, {}
        recovered = settings.mount_points(saved)
        if not self.given and 'rootfs' not in recovered:
            raise PlainError('rootfs configuration could not be recovered, please check and specify manually!')
        for key, (volume, words) in (self.given or recovered).items():
            if volume.startswith('/'):
                if not (self.ctx.cli or self.ctx.auth_id == 'root@pam'):
                    raise PlainError(f"restoring '{key}' to bind mount is only possible for root")
                binds[key] = ','.join([volume, *(f'{word}={value}' for word, value in words.items())])
            elif self.given:
                storage, amount = SIZE.match(volume).groups()
                wanted[key] = (storage, int(float(amount) * 1024) * MIB, words)
            else:
                size = re.fullmatch(create.SIZE, words.get('size', ''))
                if not size:
                    raise PlainError(f'unable to detect disk size - please specify {key} (size)')
                length = int(float(size[2]) * create.UNITS[size[3] or ''])
                wanted[key] = (self.params.get('storage') or 'local', length // MIB * MIB, words)
        return dict(sorted(wanted.items(), key=lambda entry: (entry[0] != 'rootfs', entry[0]))), binds

    def _destroy_old(self):
        for volume in config.own_volumes(self.vmid, 'lxc', self.old).values():
            storage = volume.partition(':')[0]
            content.free(storage, activate.usable(storage, self.ctx.node), volume)
        cfs.write(guestlist.config_file(self.vmid, self.guest), 'lock: create\n')

    def _unpack(self, path, packed, targets, storages, unprivileged):
        self.log(f"restoring '{self.name}' now..")
        self.log(f"extracting archive '{path}'")
        kib = restored.limit(self.ctx, storages, self.params.get('bwlimit'))
        words = [*(OTHER_USERS if unprivileged else []), 'tar', 'xpf', '-', *PACKED.get(packed, []), *TAR,
                 '-C', f'/var/lib/lxc/{self.vmid}/rootfs', '--skip-old-files', '--anchored', '--exclude', './dev/*']
        try:
            read, _ = restored.fill(path, targets, kib, lambda text: None)
            self.log(f'Total bytes read: {read}')
        except (ApiError, OSError) as error:
            self.log(f'tar: {text_of(error)}')
            if not self.params.get('ignore-unpack-errors'):
                raise PlainError(f"command '{shlex.join(words)}' failed: exit code 2") from error
