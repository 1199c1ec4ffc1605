"""Where the archive of a restore is, and whether the caller may read it."""
import os
import re

from ..errors import PlainError
from ..storage import activate, backups, config, content

VOLUME = re.compile(r'^([A-Za-z][\w.-]*[A-Za-z0-9]):(.+)$')
DIRECTORY = r'^(?:backup/[^/]+\.(?:tgz|(?:tar|vma)(?:\.(?:gz|lzo|zst|bz2))?)|(?:iso|vztmpl|snippets|import)/[^/]+|\d+/\S+)$'


def check(ctx, vmid, archive):
    """Refuses what is no backup, and a backup that the caller may not read."""
    if archive == '-':
        raise PlainError('reading an archive from standard input is not part of this installation' if ctx.cli else
                         'pipe requires cli environment')
    found = VOLUME.match(archive)
    if not found:
        if not (ctx.cli or ctx.auth_id == 'root@pam'):
            raise PlainError('Only root can pass arbitrary filesystem paths.')
        return
    storage, name = found.groups()
    section = config.get(storage)
    if section.get('path') and not re.match(DIRECTORY, name):
        raise PlainError(f"unable to parse directory volume name '{name}'")
    if not content.is_backup(archive):
        raise PlainError(f"unable to use volume {archive} - content type needs to be 'backup'")
    owner = content.owner_of(archive)
    if ctx.may(f'/storage/{storage}', ['Datastore.Allocate']) or owner == vmid:
        return
    if owner is None:
        raise PlainError(f'missing privileges to access {archive}')
    ctx.check(f'/storage/{storage}', ['Datastore.AllocateSpace'])
    ctx.check(f'/vms/{owner}', ['VM.Backup'])


def path_of(ctx, archive):
    """Its file, once its storage is there."""
    found = VOLUME.match(archive)
    if not found:
        if not os.path.isfile(archive):
            raise PlainError(f"can't find file '{archive}'")
        return os.path.realpath(archive)
    section = activate.usable(found[1], ctx.node)
    if section['type'] == 'pbs':
        raise PlainError(f"storage '{found[1]}' is a backup server, and restoring from one is not part of this installation")
    activate.activate(found[1], section)
    path = content.path_of(section, archive)
    if not os.path.isfile(path):
        raise PlainError(f"volume '{archive}' does not exist")
    return path


def form_of(path):
    """`vma` or `tar`, and how it is packed, by its name."""
    found = backups.NAME.match(os.path.basename(path))
    if not found:
        raise PlainError(f"ERROR: couldn't determine archive info from '{path}'")
    form, _, packed = found['format'].partition('.')
    return form.replace('tgz', 'tar'), packed


def storages_of(archive):
    """The storage that is read, where there is one."""
    found = VOLUME.match(archive)
    return [found[1]] if found else []
