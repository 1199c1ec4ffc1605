"""/nodes/{node}/storage/{storage}/download-url: the host fetches a file itself, really, and proves it before it gets its name."""
import hashlib
import os
import re
import urllib.error
import urllib.request

from ..api import ParameterError, PlainError, method
from ..storage import activate, kinds
from .storage_node import NODE

ENDINGS = {'iso': r'\.(?:iso|img)$', 'vztmpl': r'\.tar(?:\.(?:gz|xz|zst|bz2))?$', 'import': r'\.(?:ova|qcow2|raw|vmdk)$'}
BLOCK = 1024 * 1024
TIMEOUT_S = 20


def digest_of(path, algorithm):
    found = hashlib.new(algorithm)
    with open(path, 'rb') as source:
        for block in iter(lambda: source.read(BLOCK), b''):
            found.update(block)
    return found.hexdigest()


def fetch(url, path):
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_S) as source, open(path, 'wb') as out:
            for block in iter(lambda: source.read(BLOCK), b''):
                out.write(block)
    except (urllib.error.URLError, OSError) as error:
        raise PlainError(f'download failed: {error}') from error


def download(url, path, algorithm, checksum, log):
    """What is there and right is not fetched again; what is wrong never gets its name."""
    log(f'downloading {url} to {path}')
    if os.path.isfile(path):
        if not checksum:
            raise PlainError(f"refusing to override existing file '{path}'")
        found = digest_of(path, algorithm)
        if found != checksum.lower():
            raise PlainError(f"checksum mismatch: got '{found}' != expect '{checksum}', aborting")
        log('calculating checksum of existing file...OK, got correct file already, no need to download')
        return
    half = f'{path}.tmp_dwnl.{os.getpid()}'
    try:
        fetch(url, half)
        if checksum:
            found = digest_of(half, algorithm)
            if found != checksum.lower():
                raise PlainError(f"checksum mismatch: got '{found}' != expect '{checksum}'")
            log('calculating checksum...OK, checksum verified')
        os.rename(half, path)
    finally:
        if os.path.exists(half):
            os.unlink(half)
    log(f"download of '{url}' to '{path}' finished")


@method('/nodes/{node}/storage/{storage}/download-url', 'POST', protected=True, proxyto='node', parameters={
    **NODE, 'url': {'type': 'string', 'pattern': r'https?://.*'}, 'filename': {'type': 'string', 'maxLength': 255},
    'content': {'type': 'string', 'enum': ['iso', 'vztmpl', 'import']},
    'checksum': {'type': 'string', 'optional': True}, 'verify-certificates': {'type': 'boolean', 'optional': True},
    'checksum-algorithm': {'type': 'string', 'optional': True,
                           'enum': ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512']}},
    permissions={'check': ['and', ['perm', '/storage/{storage}', ['Datastore.AllocateTemplate']],
                           ['perm', '/', ['Sys.Audit', 'Sys.Modify']]]})
def download_url(ctx, params):
    name, kind = params['storage'], params['content']
    section = activate.usable(name, ctx.node)
    if not section.get('path'):
        raise PlainError(f"can't upload to storage type '{section['type']}', not a file based storage!")
    if kind not in kinds.as_shown(name, section)['content'].split(','):
        raise PlainError(f"storage '{name}' is not configured for content-type '{kind}'")
    filename = re.sub(r'[^a-zA-Z0-9_.-]', '_', re.sub(r'^.*[/\\]', '', params['filename']))
    if not re.search(ENDINGS[kind], filename, 0 if kind == 'import' else re.IGNORECASE):
        raise ParameterError({'filename': 'invalid filename or wrong extension' if kind == 'import'
                              else 'wrong file extension'})
    activate.activate(name, section)
    folder = activate.folder_of(section, kind)
    os.makedirs(folder, exist_ok=True)

    def work(log):
        download(params['url'], os.path.join(folder, filename), params.get('checksum-algorithm', 'sha256'),
                 params.get('checksum', ''), log)
    return ctx.task('download', filename, work)
