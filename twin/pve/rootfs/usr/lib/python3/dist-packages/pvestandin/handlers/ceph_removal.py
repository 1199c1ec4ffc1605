"""Monitors and metadata servers that leave. Proxmox does it on any node, and asks for a monitor's folder there."""
import os
import shutil

from .. import cfs
from ..api import PlainError, method
from ..ceph import conf, tools
from .ceph_daemons import NODE


@method(NODE + '/mon/{monid}', 'DELETE')
def destroy_monitor(ctx, params):
    tools.check_inited()
    tools.link_config()
    name = params['monid']
    folder = f'{tools.DATA}/mon/ceph-{name}'

    def known():
        return tools.ask('quorum_status')['monmap']['mons']

    def refuse(monitors):
        if f'mon.{name}' not in conf.read() and not any(one['name'] == name for one in monitors):
            raise PlainError(f"no such monitor id '{name}'")
        if not os.path.isdir(folder):
            raise PlainError(f"monitor filesystem '{folder}' does not exist on this node")
        if len(monitors) <= 1:
            raise PlainError("can't remove last monitor")

    refuse(known())

    def work(log):
        with cfs.lock_file(tools.CONFIG, 60):
            monitors = known()
            refuse(monitors)
            addresses = [one['public_addr'].partition(':')[0] for one in monitors if one['name'] == name]
            tools.ceph('mon', 'remove', name)
            sections = conf.read()
            section = sections.pop(f'mon.{name}', {})
            addresses.append(section.get('public_addr'))
            left = [one for one in sections['global'].get('mon_host', '').split() if one not in addresses]
            sections['global']['mon_host'] = ' '.join(left)
            conf.write(sections)
            _forget(f'ceph-mon@{name}', folder)
    return ctx.task('cephdestroymon', f'mon.{name}', work)


@method(NODE + '/mds/{name}', 'DELETE')
def destroy_metadata_server(ctx, params):
    tools.check_inited()
    tools.link_config()
    name = params['name']

    def work(log):
        sections = conf.read()
        if sections.pop(f'mds.{name}', None) is not None:
            conf.write(sections)
        _forget(f'ceph-mds@{name}', f'{tools.DATA}/mds/ceph-{name}')
        log(f"removing ceph auth for 'mds.{name}'")
        tools.ceph('auth', 'del', f'mds.{name}')
    return ctx.task('cephdestroymds', f'mds.{name}', work)


def _forget(unit, folder):
    tools.run(['systemctl', 'disable', '--quiet', unit])
    tools.run(['systemctl', 'stop', unit])
    shutil.rmtree(folder, ignore_errors=True)
