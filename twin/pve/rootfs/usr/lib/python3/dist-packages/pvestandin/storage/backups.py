"""Archives of guests in a folder: their names, and the files beside them that belong to them."""
import contextlib
import os
import re
import time

from ..errors import PlainError

NAME = re.compile(r'^vzdump-(lxc|qemu)-.+\.(?P<format>(?:vma|tar|tgz)(?:\.(?:gz|lzo|zst))?)$')
STANDARD = re.compile(r'^(vzdump-(?:lxc|qemu)-([1-9]\d{2,8})-(\d{4}_\d\d_\d\d-\d\d_\d\d_\d\d))\.(?:vma|tar|tgz)(?:\.(?:gz|lzo|zst))?$')
WHEN = '%Y_%m_%d-%H_%M_%S'


def row_of(path):
    """What a listing says of an archive, or nothing of another file. A name of another form still is an archive."""
    name = os.path.basename(path)
    archive, standard = NAME.match(name), STANDARD.match(name)
    if not archive:
        return None
    row = {'format': archive['format'], 'subtype': archive[1]}
    if standard:
        row['vmid'] = int(standard[2])
        row['ctime'] = int(time.mktime(time.strptime(standard[3], WHEN)))
    notes = notes_of(path)
    if notes:
        row['notes'] = notes.partition('\n')[0]
    if protected(path):
        row['protected'] = 1
    return row


def notes_of(path):
    try:
        with open(f'{path}.notes', encoding='utf-8', errors='replace') as source:
            return source.read()
    except FileNotFoundError:
        return ''


def set_notes(path, text):
    if text:
        with open(f'{path}.notes', 'w', encoding='utf-8') as out:
            out.write(text)
    else:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(f'{path}.notes')


def protected(path):
    return os.path.exists(f'{path}.protected')


def set_protected(path, wanted):
    if wanted:
        with open(f'{path}.protected', 'w', encoding='ascii'):
            pass
    else:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(f'{path}.protected')


def remove(path):
    """An archive with its log and its notes, unless it is protected."""
    if protected(path):
        raise PlainError(f"cannot remove protected archive '{path}'")
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)
    forget_companions(path)


def forget_companions(path):
    """What lies beside an archive of the usual name goes with it."""
    standard = STANDARD.match(os.path.basename(path))
    if standard:
        for beside in (f'{os.path.join(os.path.dirname(path), standard[1])}.log', f'{path}.notes'):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(beside)
