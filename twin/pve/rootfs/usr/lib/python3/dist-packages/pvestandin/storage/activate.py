"""Bringing a storage up on this host, and measuring it, without ever hanging on a dead server."""
import os
import re
import socket
import subprocess

from .. import cfs, host
from ..errors import PlainError
from . import config, kinds, pbs

SUBDIRS = {'images': 'images', 'rootdir': 'private', 'vztmpl': 'template/cache', 'iso': 'template/iso',
           'backup': 'dump', 'snippets': 'snippets', 'import': 'import'}


def run(command, timeout_s, errmsg=None):
    """Standard output of a command. A command stuck in the kernel is left behind, not waited for."""
    try:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True, start_new_session=True)
    except OSError as error:
        raise PlainError(f"{errmsg or 'command'}: {command[0]}: {error.strerror}") from error
    try:
        out, err = process.communicate(timeout=timeout_s)
    except subprocess.TimeoutExpired:
        process.kill()
        raise PlainError(f"{errmsg or 'command'}: got timeout") from None
    if process.returncode != 0:
        reason = err.strip() or f"command '{' '.join(command)}' failed: exit code {process.returncode}"
        raise PlainError(f'{errmsg}: {reason}' if errmsg else reason)
    return out


def mounted_paths():
    with open('/proc/self/mounts', encoding='utf-8') as mounts:
        return {line.split()[1].replace('\\040', ' ') for line in mounts}


def tcp_answers(address, port, timeout_s=2):
    try:
        with socket.create_connection((address, port), timeout=timeout_s):
            return True
    except OSError:
        return False


def nfs_online(section):
    server, options = section['server'], section.get('options', '')
    if not re.search(r'vers=4', options):
        return _succeeds(['showmount', '--no-headers', '--exports', server])
    transport = 'tcp6' if ':' in server else 'tcp'
    if _succeeds(['rpcinfo', '-T', transport, server, 'nfs', '4']):
        return True
    port = re.search(r'\bport=(\d+)', options)
    number = int(port.group(1)) if port else 2049
    return number != 0 and tcp_answers(server, number)


def _succeeds(command):
    environment_path = os.environ.get('PATH', '')
    if '/usr/sbin' not in environment_path:
        os.environ['PATH'] = f'{environment_path}:/usr/sbin:/sbin'
    try:
        run(command, 10)
    except PlainError:
        return False
    return True


def online(storage_id, section):
    if section['type'] == 'nfs':
        return nfs_online(section)
    if section['type'] == 'cifs':
        return tcp_answers(section['server'], 445)
    return True


def usable(storage_id, node):
    """The storage's section, or why a node can't use it."""
    section = config.get(storage_id)
    if not kinds.on_node(section, node):
        disabled = str(section.get('disable', '0')) == '1'
        raise PlainError(f"storage '{storage_id}' is disabled" if disabled else
                         f"storage '{storage_id}' is not available on node '{node}'")
    return section


def activate(storage_id, section):
    """Raises with PVE's text when the storage can't be used on this host."""
    kind = section['type']
    if not online(storage_id, section):
        raise PlainError(f"storage '{storage_id}' is not online")
    if kind == 'pbs':
        pbs.check(storage_id, section, config.password_of(storage_id))
    elif kinds.KINDS[kind].mounted:
        _mount(storage_id, section)
    elif kind in ('dir', 'btrfs'):
        _activate_directory(storage_id, section)
    elif kind in ('lvm', 'lvmthin') and section['vgname'] not in volume_groups():
        raise PlainError(f"no such volume group '{section['vgname']}'" if kind == 'lvm' else
                         f"no such logical volume {section['vgname']}/{section['thinpool']}")
    elif kind == 'zfspool' and section['pool'].split('/')[0] not in zfs_pools():
        raise PlainError(f"could not activate storage '{storage_id}', zfs error: cannot import "
                         f"'{section['pool']}': no such pool available")
    if kind in ('dir', 'btrfs', 'nfs', 'cifs', 'cephfs'):
        make_subdirs(section)


def _activate_directory(storage_id, section):
    path = section['path']
    marker = section.get('is_mountpoint', '0')
    if marker not in ('0', 'no', 'off', 'false'):
        point = path if marker in ('1', 'yes', 'on', 'true') else marker
        if point not in mounted_paths():
            raise PlainError(f"unable to activate storage '{storage_id}' - directory is expected to be a "
                             f"mount point but is not mounted: '{point}'")
    if section.get('create-base-path', section.get('mkdir', '1')) not in ('0', 'no'):
        os.makedirs(path, exist_ok=True)
    if not os.path.isdir(path):
        raise PlainError(f"unable to activate storage '{storage_id}' - directory '{path}' does not exist "
                         "or is unreachable")


def mount_command(storage_id, section):
    kind, options = section['type'], section.get('options')
    if kind == 'nfs':
        server = f"[{section['server']}]" if ':' in section['server'] else section['server']
        source = f"{server}:{section['export']}"
    elif kind == 'cifs':
        source = f"//{section['server']}/{section['share']}{section.get('subdir', '')}"
    else:
        source = f"{section.get('username', 'admin')}@.{section.get('fs-name', 'cephfs')}=" \
                 f"{section.get('subdir', '/')}"
    words = [*_smb_options(storage_id, section), *([options] if options else [])]
    extra = ['-o', ','.join(words)] if words else []
    return ['mount', '-t', 'ceph' if kind == 'cephfs' else kind, source, section['path'], *extra]


def _smb_options(storage_id, section):
    if section['type'] != 'cifs':
        return []
    secret = config.secret_file(storage_id)
    who = ['username=' + section['username']] if section.get('username') else ['guest', 'username=guest']
    return [*who, *(['credentials=' + secret] if section.get('username') and secret else []),
            *(['domain=' + section['domain']] if section.get('domain') else []),
            'soft', 'vers=' + section.get('smbversion', 'default')]


def _mount(storage_id, section):
    path = section['path']
    if path in mounted_paths():
        return
    os.makedirs(path, exist_ok=True)
    in_process = section['type'] == 'cephfs' and not _kernel_knows('ceph')
    run(ceph_client(section) if in_process else mount_command(storage_id, section), 30, errmsg='mount error')


def _kernel_knows(name):
    with open('/proc/filesystems', encoding='ascii') as known:
        return any(line.split()[-1] == name for line in known)


def ceph_client(section):
    """Ceph's own client in a process: no child of whoever mounts, so that it outlives a session or a service."""
    client = ['ceph-fuse', '-c', '/etc/pve/ceph.conf', '-n', f"client.{section.get('username', 'admin')}",
              '--client_fs', section.get('fs-name', 'cephfs'), '-r', section.get('subdir', '/'), section['path']]
    return ['systemd-run', '--quiet', '--collect', '--service-type=forking', '--property=KillMode=none',
            '--property=TimeoutStartSec=25', *client]


def unmount(section):
    if kinds.KINDS[section['type']].mounted and section['path'] in mounted_paths():
        run(['umount', section['path']], 10)


def make_subdirs(section):
    if str(section.get('create-subdirs', section.get('mkdir', '1'))) in ('0', 'no'):
        return
    content = section.get('content', kinds.KINDS[section['type']].default_content)
    for word in content.split(','):
        if word in SUBDIRS:
            directory = folder_of(section, word)
            try:
                run(['mkdir', '-p', directory], 5)
            except PlainError as error:
                raise PlainError(f'mkdir {directory}: {error}') from error


def folder_of(section, word):
    """Where a storage of files keeps a kind of content."""
    return os.path.join(section['path'], _override(section, word) or SUBDIRS[word])


def _override(section, word):
    for pair in section.get('content-dirs', '').split(','):
        name, _, directory = pair.partition('=')
        if name == word:
            return directory.lstrip('/')
    return None


def usage(storage_id, section):
    """(total, used, available) in bytes, or an error within 2 s."""
    kind = section['type']
    if kind == 'pbs':
        return pbs.usage(section, config.password_of(storage_id))
    if kind in ('rbd', 'zfspool', 'lvm', 'lvmthin'):
        return _block_usage(section)
    out = run(['df', '-P', '-B1', section['path']], 2, errmsg='df').splitlines()[-1].split()
    return int(out[1]), int(out[2]), int(out[3])


def _block_usage(section):
    if section['type'] == 'rbd':
        out = run(['ceph', '-c', '/etc/pve/ceph.conf', 'df', '--format', 'json'], 4)
        return _pool_usage(out, section.get('pool', 'rbd'))
    groups = volume_groups() if section['type'].startswith('lvm') else zfs_pools()
    size = groups.get(section.get('vgname') or section['pool'].split('/')[0], 0)
    return size, 0, size


def _pool_usage(text, pool):
    import json
    for entry in json.loads(text)['pools']:
        if entry['name'] == pool:
            stats = entry['stats']
            used, free = int(stats.get('stored', 0)), int(stats.get('max_avail', 0))
            return used + free, used, free
    raise PlainError(f"could not get usage stats for pool '{pool}'")


def volume_groups():
    """{name: bytes}: those in the host's description, else the installer's group on the system disk.

    A container has no LVM of its own, so figures of the root file system stand for it.
    """
    described = host.facts().get('volumeGroups')
    if described is None:
        root = os.statvfs('/')
        return {'pve': root.f_blocks * root.f_frsize}
    return {entry['name']: int(entry['sizeBytes']) for entry in described}


def zfs_pools():
    return {entry['name']: int(entry['sizeBytes']) for entry in host.facts().get('zfsPools', [])}


def status(storage_id, section, warn=None):
    """One row of `pvesm status` / GET /nodes/X/storage."""
    shown = kinds.as_shown(storage_id, section)
    enabled = kinds.on_node(section, cfs.nodename())
    row = {'storage': storage_id, 'type': section['type'], 'content': shown['content'],
           'shared': int(shown.get('shared', 0)), 'enabled': int(enabled), 'active': 0,
           'total': 0, 'used': 0, 'avail': 0}
    if not enabled:
        return row
    try:
        activate(storage_id, section)
        row['total'], row['used'], row['avail'] = usage(storage_id, section)
        row['active'] = 1
    except (PlainError, OSError, ValueError) as error:
        if warn:
            warn(str(error))
    if row['total']:
        row['used_fraction'] = row['used'] / row['total']
    return row
