"""Metadata servers and file systems."""
import os
import re

from ..api import PlainError, method
from ..ceph import conf, tools
from .ceph_daemons import rows

NODE = '/nodes/{node}/ceph'


def _states():
    """{name: its row} of all metadata servers that the monitors know."""
    dump = tools.ask('fs', 'dump')
    found = {one['name']: {'addr': one.get('addr', ''), 'state': one['state']} for one in dump.get('standbys', [])}
    for filesystem in dump.get('filesystems', []):
        mdsmap = filesystem['mdsmap']
        found.update({one['name']: {'addr': one.get('addr', ''), 'state': one['state'], 'rank': one['rank'],
                                    'fs_name': mdsmap['fs_name']} for one in mdsmap['info'].values()})
    return found


@method(NODE + '/mds', 'GET')
def servers(ctx, params):
    tools.check_inited()
    known = {name.removeprefix('mds.'): {'host': values.get('host')}
             for name, values in conf.read().items() if name.startswith('mds.')}
    states = _states()
    return [{**row, **states.get(row['name'], {})} for row in rows('mds', known)]


@method(NODE + '/mds/{name}', 'POST')
def create_server(ctx, params):
    tools.check_installed('mds')
    tools.check_inited()
    name = params['name']
    if re.match('[0-9]', name):
        raise PlainError('ID of the MDS cannot start with a number!')

    # Nothing is locked here, and the link to the configuration is left to other daemons: Proxmox does the same.
    def work(log):
        sections = conf.read()
        if f'mds.{name}' in sections:
            raise PlainError(f"MDS '{name}' already referenced in ceph config, abort!")
        sections.setdefault('mds', {}).setdefault('keyring', f'{tools.DATA}/mds/ceph-$id/keyring')
        sections[f'mds.{name}'] = {'host': ctx.node}
        conf.write(sections)
        try:
            _make_server(name, log)
        except PlainError:
            log(f"Encountered error, remove 'mds.{name}' from ceph.conf")
            now = conf.read()
            now.pop(f'mds.{name}', None)
            conf.write(now)
            raise
    return ctx.task('cephcreatemds', f'mds.{name}', work)


def _make_server(name, log):
    folder = f'{tools.DATA}/mds/ceph-{name}'
    if os.path.isdir(folder):
        raise PlainError(f"ceph MDS directory '{folder}' already exists")
    log(f"creating MDS directory '{folder}'")
    os.makedirs(folder)
    log(f"creating keys for 'mds.{name}'")
    key = tools.ceph('auth', 'get-or-create', f'mds.{name}', 'mon', 'allow profile mds', 'osd', 'allow rwx', 'mds', 'allow *')
    with open(f'{folder}/keyring', 'w', encoding='utf-8') as out:
        out.write(key)
    log('setting ceph as owner for service directory')
    tools.own(folder)
    log(f"enabling service 'ceph-mds@{name}.service'")
    tools.start(f'ceph-mds@{name}')


@method(NODE + '/fs/{name}', 'POST')
def create(ctx, params):
    tools.check_configured()
    name, groups = params['name'], int(params.get('pg_num', 128))
    data, metadata = f'{name}_data', f'{name}_metadata'
    if {data, metadata} & set(tools.ask('osd', 'pool', 'ls')):
        raise PlainError(f"ceph pools '{data}' and/or '{metadata}' already exist")
    if any(one['name'] == name for one in tools.ask('fs', 'ls')):
        raise PlainError(f"ceph fs '{name}' already exists")
    states = _states()
    if not states:
        raise PlainError('no running Metadata Server (MDS) found!')
    if not any(row['state'] == 'up:standby' for row in states.values()):
        raise PlainError('no standby Metadata Server (MDS) found!')

    def work(log):
        made = []
        try:
            for what, pool, number in (('data', data, groups), ('metadata', metadata, groups // 4 if groups >= 32 else 8)):
                log(f"creating {what} pool '{pool}'...")
                tools.ceph('osd', 'pool', 'create', pool, number)
                made.append(pool)
                tools.ceph('osd', 'pool', 'application', 'enable', pool, 'cephfs', '--yes-i-really-mean-it')
            log(f"configuring new CephFS '{name}'")
            tools.ceph('fs', 'new', name, metadata, data)
        except PlainError:
            log('Encountered error after creating at least one pool')
            for pool in made:
                log(f"cleaning up left over pool '{pool}'")
                tools.ceph('osd', 'pool', 'rm', pool, pool, '--yes-i-really-really-mean-it')
            raise
        log(f"Successfully create CephFS '{name}'")
    return ctx.task('cephfscreate', name, work)
