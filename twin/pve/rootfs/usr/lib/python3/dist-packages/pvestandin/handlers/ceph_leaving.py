"""Monitors, managers and metadata servers that are taken away from a node."""
import os
import shutil

from .. import cfs
from ..api import PlainError, method
from ..ceph import conf, tools

NODE = '/nodes/{node}/ceph'


def _stop(unit):
    tools.run(['systemctl', 'disable', '--quiet', unit])
    tools.run(['systemctl', 'stop', unit])


@method(NODE + '/mon/{monid}', 'DELETE')
def destroy_monitor(ctx, params):
    tools.check_configured()
    tools.link_config()
    name = params['monid']
    folder = f'{tools.DATA}/mon/ceph-{name}'
    monitors = {row['name']: row for row in tools.ask('quorum_status')['monmap']['mons']}
    if name not in monitors and f'mon.{name}' not in conf.read():
        raise PlainError(f"no such monitor id '{name}'")
    if set(monitors) <= {name}:
        raise PlainError("can't remove last monitor")
    if not os.path.isdir(folder):
        raise PlainError(f"monitor filesystem '{folder}' does not exist on this node")

    def work(log):
        with cfs.lock_file(tools.CONFIG, 60):
            if name in monitors:
                tools.ceph('mon', 'remove', name)
            _stop(f'ceph-mon@{name}')
            sections = conf.read()
            sections.pop(f'mon.{name}', None)
            gone = monitors.get(name, {}).get('public_addr', '').partition(':')[0]
            hosts = sections['global'].get('mon_host', '').split()
            sections['global']['mon_host'] = ' '.join(one for one in hosts if one != gone)
            conf.write(sections)
            shutil.rmtree(folder)
    return ctx.task('cephdestroymon', f'mon.{name}', work)


@method(NODE + '/mgr/{id}', 'DELETE')
def destroy_manager(ctx, params):
    tools.check_inited()
    name = params['id']
    folder = f'{tools.DATA}/mgr/ceph-{name}'
    if not os.path.isdir(folder):
        raise PlainError(f"ceph manager directory '{folder}' not found")

    def work(log):
        log(f"disabling service 'ceph-mgr@{name}.service'")
        _stop(f'ceph-mgr@{name}')
        log(f"removing manager directory '{folder}'")
        shutil.rmtree(folder)
    return ctx.task('cephdestroymgr', f'mgr.{name}', work)


@method(NODE + '/mds/{name}', 'DELETE')
def destroy_server(ctx, params):
    tools.check_inited()
    tools.link_config()
    name = params['name']
    folder = f'{tools.DATA}/mds/ceph-{name}'

    def work(log):
        sections = conf.read()
        sections.pop(f'mds.{name}', None)
        conf.write(sections)
        log(f"disabling service 'ceph-mds@{name}.service'")
        _stop(f'ceph-mds@{name}')
        if os.path.isdir(folder):
            log(f"removing MDS directory '{folder}'")
            shutil.rmtree(folder)
        log(f"removing ceph auth for 'mds.{name}'")
        tools.ceph('auth', 'del', f'mds.{name}')
    return ctx.task('cephdestroymds', f'mds.{name}', work)
