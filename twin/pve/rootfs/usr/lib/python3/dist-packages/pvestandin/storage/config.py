"""storage.cfg: read, write, and the secrets beside it."""
import base64
import json
import os

from .. import cfs, sectionconfig
from ..errors import PlainError

FILE = 'storage.cfg'
LOCAL = {'type': 'dir', 'path': '/var/lib/vz', 'content': 'iso,vztmpl,backup'}


def load():
    """(sections by id, digest). `local` is always there, as in PVE."""
    text = cfs.read(FILE)
    sections = sectionconfig.parse(text)
    if sections.get('local', {}).get('type') != 'dir':
        sections = {'local': dict(LOCAL), **{k: v for k, v in sections.items() if k != 'local'}}
    sections['local'].pop('nodes', None)
    return sections, sectionconfig.digest(text)


def save(sections):
    cfs.write(FILE, sectionconfig.render(sections, first_keys=(
        'path', 'thinpool', 'vgname', 'pool', 'server', 'export', 'share', 'datastore', 'content')))


def get(storage_id):
    sections, _ = load()
    if storage_id not in sections:
        raise PlainError(f"storage '{storage_id}' does not exist")
    return sections[storage_id]


def keep_secrets(storage_id, kind, values):
    """Moves secret values into /etc/pve/priv; returns what the caller may see once."""
    shown = {}
    if 'password' in values:
        word = f"{values.pop('password')}\n"
        _write_secret(f'priv/storage/{storage_id}.pw', f'password={word}' if kind == 'cifs' else word)
    key = values.pop('encryption-key', None)
    if key:
        if key == 'autogen':
            key = json.dumps({'kdf': None, 'data': base64.b64encode(os.urandom(32)).decode()})
            shown['encryption-key'] = key
        elif not _is_backup_key(key):
            raise PlainError('Value does not seems like a valid, JSON formatted encryption key!')
        _write_secret(f'priv/storage/{storage_id}.enc', key)
        values['encryption-key'] = '1'
    if 'master-pubkey' in values:
        _write_secret(f'priv/storage/{storage_id}.master.pem', values['master-pubkey'])
        values['master-pubkey'] = '1'
    if kind in ('rbd', 'cephfs'):
        _keep_keyring(storage_id, kind, values)
    return shown


def _is_backup_key(text):
    try:
        return bool(json.loads(text).get('data'))
    except (ValueError, AttributeError):
        return False


def _keep_keyring(storage_id, kind, values):
    target = f"priv/ceph/{storage_id}.{'keyring' if kind == 'rbd' else 'secret'}"
    keyring = values.pop('keyring', None)
    if keyring is None and not values.get('monhost'):
        keyring = cfs.read('priv/ceph.client.admin.keyring')
        if keyring is not None and cfs.read(target) is not None:
            raise PlainError(f"ceph authx keyring file for storage '{storage_id}' already exists!")
        if keyring is not None and kind == 'cephfs':
            keyring = keyring.partition('key = ')[2].split('\n')[0].strip() + '\n'
    if keyring is not None:
        _write_secret(target, keyring)


def _write_secret(name, text):
    cfs.makedirs(os.path.dirname(name))
    cfs.write(name, text)


def password_of(storage_id):
    return (cfs.read(f'priv/storage/{storage_id}.pw') or '').strip()


def secret_file(storage_id):
    """Where the mount helper finds user and password."""
    path = f'priv/storage/{storage_id}.pw'
    return None if cfs.read(path) is None else f'/etc/pve/{path}'


def forget_secrets(storage_id):
    for name in (f'priv/storage/{storage_id}.pw', f'priv/storage/{storage_id}.enc',
                 f'priv/storage/{storage_id}.master.pem', f'priv/ceph/{storage_id}.keyring',
                 f'priv/ceph/{storage_id}.secret'):
        if cfs.read(name) is not None:
            cfs.delete(name)
