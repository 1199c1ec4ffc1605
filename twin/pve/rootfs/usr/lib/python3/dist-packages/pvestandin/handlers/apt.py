"""/nodes/{node}/apt: package sources and their standard handles."""
import glob
import hashlib
import os
import subprocess

from .. import aptsources, host
from ..api import ApiError, PlainError, method

BASE = '/nodes/{node}/apt/repositories'


def files():
    """{path: entries} of the machine's package sources."""
    paths = ['/etc/apt/sources.list'] if os.path.exists('/etc/apt/sources.list') else []
    paths += sorted(glob.glob('/etc/apt/sources.list.d/*.list') + glob.glob('/etc/apt/sources.list.d/*.sources'))
    found = {}
    for path in paths:
        with open(path, encoding='utf-8') as source:
            text = source.read()
        found[path] = (text, aptsources.parse(path, text))
    return found


def digest_of(found):
    joined = ''.join(f'{path}\n{text}' for path, (text, _) in sorted(found.items()))
    return hashlib.sha256(joined.encode()).hexdigest()


def check(params, found):
    if params.get('digest') and params['digest'] != digest_of(found):
        raise PlainError('detected modified configuration - file changed by other user? Try again.')


@method(BASE, 'GET', proxyto='node')
def read(ctx, params):
    found = files()
    rows = []
    for path, (text, entries) in found.items():
        rows.append({'path': path, 'file-type': 'sources' if path.endswith('.sources') else 'list',
                     'digest': list(hashlib.sha256(text.encode()).digest()), 'repositories': entries})
    present = [entry for _, entries in found.values() for entry in entries]
    standard = [{'handle': handle, 'name': handle, **aptsources.state(repository, present)}
                for handle, repository in aptsources.standard(host.major()).items()]
    return {'files': rows, 'digest': digest_of(found), 'errors': [], 'infos': [], 'standard-repos': standard}


@method(BASE, 'POST', protected=True, proxyto='node')
def change(ctx, params):
    found = files()
    check(params, found)
    path, index = params['path'], params['index']
    if path not in found or not 0 <= index < len(found[path][1]):
        raise PlainError(f"file '{path}' with index {index} not found")
    entries = found[path][1]
    if 'enabled' in params:
        entries[index]['Enabled'] = params['enabled']
    aptsources.write(path, entries)


@method(BASE, 'PUT', protected=True, proxyto='node')
def add(ctx, params):
    found = files()
    check(params, found)
    known = aptsources.standard(host.major())
    if params['handle'] not in known:
        raise ApiError(400, f"unknown repository handle '{params['handle']}'")
    repository = known[params['handle']]
    for path, (_, entries) in found.items():
        for entry in entries:
            if aptsources.same(entry, repository):
                entry['Enabled'] = 1
                aptsources.write(path, entries)
                return
    path = aptsources.file_for(params['handle'], host.major())
    entries = found[path][1] if path in found else []
    aptsources.write(path, [*entries, repository])


@method('/nodes/{node}/apt/versions', 'GET', proxyto='node')
def versions(ctx, params):
    return [{'Package': 'pve-manager', 'Version': host.version(), 'OldVersion': host.version(), 'Arch': 'all',
             'CurrentState': 'Installed', 'Origin': 'Proxmox', 'Priority': 'optional', 'Section': 'admin',
             'Title': 'pve-manager', 'Description': 'management tools'}]


@method('/nodes/{node}/apt/update', 'GET', proxyto='node', protected=True)
def updates(ctx, params):
    return []


@method('/nodes/{node}/apt/update', 'POST', proxyto='node', protected=True)
def refresh(ctx, params):
    def work(log):
        done = subprocess.run(['apt-get', 'update'], capture_output=True, text=True, check=False)
        for line in done.stdout.splitlines():
            log(line)
        if done.returncode != 0:
            raise PlainError(f"command 'apt-get update' failed: exit code {done.returncode}")
    return ctx.task('aptupdate', '', work)
