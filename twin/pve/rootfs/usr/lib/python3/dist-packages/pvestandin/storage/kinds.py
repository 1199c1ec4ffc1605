"""What each kind of storage requires, fixes and allows (pure)."""
from ..errors import PlainError

COMMON = {'nodes', 'disable', 'content', 'bwlimit'}
FILES = {'prune-backups', 'max-protected-backups', 'content-dirs', 'create-base-path',
         'create-subdirs', 'mkdir', 'format', 'preallocation'}
FILE_CONTENT = ('images', 'rootdir', 'vztmpl', 'iso', 'backup', 'snippets', 'import', 'none')


class Kind:
    def __init__(self, required, optional=(), fixed=(), content=FILE_CONTENT, default='images',
                 shared=False, mounted=False):
        self.required = tuple(required)
        self.fixed = set(fixed)
        self.options = COMMON | set(required) | set(optional) | self.fixed
        self.content = tuple(content)
        self.default_content = default
        self.shared = shared
        self.mounted = mounted


KINDS = {
    'dir': Kind(['path'], FILES | {'shared', 'is_mountpoint'}, {'path', 'snapshot-as-volume-chain'},
                default='images,rootdir'),
    'nfs': Kind(['server', 'export'], FILES | {'options'},
                {'server', 'export', 'path', 'snapshot-as-volume-chain'}, shared=True, mounted=True),
    'cifs': Kind(['server', 'share'], FILES | {'subdir', 'username', 'password', 'domain', 'smbversion',
                                               'options'},
                 {'server', 'share', 'path', 'snapshot-as-volume-chain'}, shared=True, mounted=True),
    'cephfs': Kind([], {'fs-name', 'subdir', 'monhost', 'username', 'keyring', 'fuse', 'options',
                        'prune-backups', 'max-protected-backups', 'content-dirs', 'create-base-path',
                        'create-subdirs', 'mkdir'}, {'path'},
                   content=('vztmpl', 'iso', 'backup', 'snippets', 'import'), default='backup',
                   shared=True, mounted=True),
    'rbd': Kind([], {'pool', 'data-pool', 'namespace', 'monhost', 'username', 'keyring', 'krbd'},
                content=('images', 'rootdir'), default='images', shared=True),
    'pbs': Kind(['server', 'datastore'], {'namespace', 'port', 'username', 'password', 'fingerprint',
                                          'encryption-key', 'master-pubkey', 'prune-backups',
                                          'max-protected-backups', 'skip-cert-verification'},
                {'server', 'datastore'}, content=('backup', 'none'), default='backup', shared=True),
    'zfspool': Kind(['pool'], {'blocksize', 'sparse', 'mountpoint'}, {'pool', 'mountpoint'},
                    content=('images', 'rootdir'), default='images,rootdir'),
    'lvm': Kind(['vgname'], {'base', 'saferemove', 'saferemove_throughput', 'saferemove-stepsize',
                             'shared', 'tagged_only'},
                {'vgname', 'base', 'snapshot-as-volume-chain'}, content=('images', 'rootdir'),
                default='images'),
    'lvmthin': Kind(['thinpool', 'vgname'], (), {'thinpool', 'vgname'}, content=('images', 'rootdir'),
                    default='images,rootdir'),
    'iscsi': Kind(['portal', 'target'], (), {'portal', 'target'}, content=('images', 'none'),
                  shared=True),
    'btrfs': Kind(['path'], FILES | {'shared', 'is_mountpoint', 'nocow'}, {'path'},
                  default='images,rootdir'),
}

NUMBERS = frozenset("""disable shared krbd fuse sparse create-base-path create-subdirs mkdir saferemove nocow
    snapshot-as-volume-chain max-protected-backups port tagged_only nowritecache saferemove-stepsize""".split())
WRITE_ONLY = {'password', 'keyring', 'encryption-key', 'master-pubkey'}


def kind_of(name):
    if name not in KINDS:
        raise PlainError(f"storage type '{name}' is not available in this installation")
    return KINDS[name]


def check_content(kind, text):
    for word in filter(None, (part.strip() for part in text.split(','))):
        if word not in kind.content:
            raise PlainError(f"storage does not support content type '{word}'")


def complete(storage_id, name, values):
    """A new storage's section, or the refusal of PVE's section configuration."""
    kind = kind_of(name)
    for key in sorted(values):
        if key not in kind.options:
            raise PlainError(f"unexpected property '{key}'")
    for key in kind.required:
        if values.get(key) in (None, ''):
            raise PlainError(f"missing value for required option '{key}'")
    if values.get('content'):
        check_content(kind, values['content'])
    section = {'type': name, **values}
    if kind.mounted:
        section.setdefault('path', f'/mnt/pve/{storage_id}')
    if name == 'rbd':
        section.setdefault('pool', 'rbd')
    return section


def change(section, values, delete):
    """The section with `values` set and the keys in `delete` removed."""
    kind = kind_of(section['type'])
    for key in sorted(values):
        if key not in kind.options:
            raise PlainError(f"unexpected property '{key}'")
        if key in kind.fixed:
            raise PlainError(f"can't change value of fixed parameter '{key}'")
    if values.get('content'):
        check_content(kind, values['content'])
    changed = {**section, **values}
    for key in delete:
        if key not in kind.options:
            raise PlainError(f"no such option '{key}'")
        if key in kind.required:
            raise PlainError(f"unable to delete required option '{key}'")
        if key in kind.fixed:
            raise PlainError(f"unable to delete fixed option '{key}'")
        if key in values:
            raise PlainError(f"cannot set and delete property '{key}' at the same time!")
        changed.pop(key, None)
    return changed


def as_shown(storage_id, section):
    """A section as the API returns it: defaults that PVE fills in, without secrets."""
    kind = KINDS.get(section['type'])
    shown = {'storage': storage_id, **{k: v for k, v in section.items() if k not in WRITE_ONLY}}
    if kind:
        shown.setdefault('content', kind.default_content)
        if kind.shared:
            shown['shared'] = 1
    return {key: int(value) if key in NUMBERS and str(value).lstrip('-').isdigit() else value
            for key, value in shown.items()}


def holds(storage_id, section, word):
    """Whether it takes that kind of content."""
    return word in as_shown(storage_id, section)['content'].split(',')


def on_node(section, node):
    """Whether the storage is enabled there."""
    if str(section.get('disable', '0')) == '1':
        return False
    nodes = [part.strip() for part in section.get('nodes', '').split(',') if part.strip()]
    return not nodes or node in nodes
