"""/nodes/{node}: status, time, dns, hosts, services, subscription, configuration."""
import json
import os
import platform
import subprocess
import time

from .. import cfs, host, sectionconfig
from ..api import ParameterError, method
from ..stored import split_list
from .cluster_guests import figures_of_node

NODE = '/nodes/{node}'
SERVICES = ('chrony', 'corosync', 'cron', 'ksmtuned', 'postfix', 'pve-cluster', 'pve-firewall', 'pve-ha-crm',
            'pve-ha-lrm', 'pvedaemon', 'pvefw-logger', 'pveproxy', 'pvescheduler', 'pvestatd', 'spiceproxy',
            'sshd', 'syslog', 'systemd-timesyncd')
UNIT = {'sshd': 'ssh', 'syslog': 'rsyslog'}


def text_of(path):
    try:
        with open(path, encoding='utf-8') as source:
            return source.read()
    except OSError:
        return ''


def replace(path, text):
    temporary = f'{path}.tmp.{os.getpid()}'
    with open(temporary, 'w', encoding='utf-8') as out:
        out.write(text)
    try:
        os.rename(temporary, path)
    except OSError:
        os.unlink(temporary)
        with open(path, 'w', encoding='utf-8') as out:
            out.write(text)


@method(NODE + '/status', 'GET', proxyto='node')
def status(ctx, params):
    figures = figures_of_node()
    disk = os.statvfs('/')
    size, free = disk.f_blocks * disk.f_frsize, disk.f_bfree * disk.f_frsize
    kernel = os.uname()
    cpus = os.cpu_count() or 1
    memory = figures['maxmem']
    return {
        'uptime': figures['uptime'], 'cpu': 0, 'wait': 0, 'idle': 0,
        'loadavg': [f'{value:.2f}' for value in os.getloadavg()],
        'pveversion': f'pve-manager/{host.version()}/0000000000000000',
        'kversion': f'{kernel.sysname} {kernel.release} {kernel.version}',
        'current-kernel': {'sysname': kernel.sysname, 'release': kernel.release, 'version': kernel.version,
                           'machine': kernel.machine},
        'boot-info': {'mode': 'efi', 'secureboot': 0},
        'cpuinfo': {'cpus': cpus, 'cores': cpus, 'sockets': 1, 'model': platform.processor() or 'unknown',
                    'hvm': '1', 'user_hz': 100, 'mhz': '0', 'flags': ''},
        'memory': {'total': memory, 'used': figures['mem'], 'free': memory - figures['mem'],
                   'available': memory - figures['mem']},
        'swap': {'total': 0, 'used': 0, 'free': 0},
        'rootfs': {'total': size, 'used': size - free, 'free': free, 'avail': disk.f_bavail * disk.f_frsize},
        'ksm': {'shared': 0},
    }


@method(NODE + '/status', 'POST', protected=True, proxyto='node')
def command(ctx, params):
    verb = 'reboot' if params['command'] == 'reboot' else 'poweroff'
    subprocess.run(['systemctl', '--no-block', verb], check=True)


@method(NODE + '/time', 'GET', proxyto='node')
def read_time(ctx, params):
    zone = text_of('/etc/timezone').strip() or 'UTC'
    now = int(time.time())
    return {'time': now, 'localtime': now + time.localtime(now).tm_gmtoff, 'timezone': zone}


@method(NODE + '/time', 'PUT', protected=True, proxyto='node')
def write_time(ctx, params):
    zone = params['timezone']
    if not os.path.exists(f'/usr/share/zoneinfo/{zone}') and zone != 'UTC':
        raise ParameterError({'timezone': 'No such timezone'})
    replace('/etc/timezone', zone + '\n')
    if os.path.lexists('/etc/localtime'):
        os.unlink('/etc/localtime')
    os.symlink(f'/usr/share/zoneinfo/{zone}', '/etc/localtime')


@method(NODE + '/dns', 'GET', proxyto='node')
def read_dns(ctx, params):
    found, servers = {}, []
    for line in text_of('/etc/resolv.conf').splitlines():
        words = line.split()
        if words[:1] in (['search'], ['domain']):
            found['search'] = words[1]
        elif words[:1] == ['nameserver']:
            servers.append(words[1])
    return {**found, **{f'dns{i}': server for i, server in enumerate(servers[:3], 1)}}


@method(NODE + '/dns', 'PUT', protected=True, proxyto='node')
def write_dns(ctx, params):
    servers = [params[key] for key in ('dns1', 'dns2', 'dns3') if params.get(key)]
    lines = [f"search {params['search']}", *(f'nameserver {server}' for server in servers)]
    replace('/etc/resolv.conf', '\n'.join(lines) + '\n')


@method(NODE + '/hosts', 'GET', proxyto='node')
def read_hosts(ctx, params):
    text = text_of('/etc/hosts')
    return {'data': text, 'digest': sectionconfig.digest(text)}


@method(NODE + '/hosts', 'POST', protected=True, proxyto='node')
def write_hosts(ctx, params):
    sectionconfig.check_digest(text_of('/etc/hosts'), params.get('digest'))
    replace('/etc/hosts', params['data'])


def unit_state(name):
    unit = UNIT.get(name, name)
    out = subprocess.run(['systemctl', 'show', unit, '--property=ActiveState,SubState,UnitFileState,Description'],
                         capture_output=True, text=True, check=False).stdout
    values = dict(line.partition('=')[::2] for line in out.splitlines())
    return {'service': name, 'name': name, 'desc': values.get('Description', name),
            'state': values.get('SubState', 'dead'), 'active-state': values.get('ActiveState', 'inactive'),
            'unit-state': values.get('UnitFileState') or 'not-found'}


@method(NODE + '/services', 'GET', proxyto='node')
def services(ctx, params):
    return [unit_state(name) for name in SERVICES]


SUBSCRIPTION = '/etc/subscription'


@method(NODE + '/subscription', 'GET', proxyto='node')
def subscription(ctx, params):
    stored = text_of(SUBSCRIPTION)
    if stored:
        return json.loads(stored)
    if isinstance(host.subscription(), dict):
        return host.subscription()
    return {'status': 'notfound', 'message': 'There is no subscription key', 'serverid': '0' * 32,
            'url': 'https://www.proxmox.com/en/proxmox-virtual-environment/pricing'}


@method(NODE + '/subscription', 'PUT', protected=True, proxyto='node')
def set_subscription(ctx, params):
    key = params['key'].strip()
    replace(SUBSCRIPTION, json.dumps({'status': 'new', 'key': key, 'serverid': '0' * 32, 'level': key[4:5],
                                      'sockets': int(key[3:4]), 'message': 'subscription not checked yet'}))


@method(NODE + '/subscription', 'POST', protected=True, proxyto='node')
def check_subscription(ctx, params):
    """Nothing can be checked without the shop's server; the stored state stays."""


@method(NODE + '/subscription', 'DELETE', protected=True, proxyto='node')
def delete_subscription(ctx, params):
    if os.path.exists(SUBSCRIPTION):
        os.unlink(SUBSCRIPTION)


def config_name(ctx):
    return f'nodes/{ctx.node}/config'


@method(NODE + '/config', 'GET', proxyto='node')
def read_config(ctx, params):
    text = cfs.read(config_name(ctx))
    values = sectionconfig.parse_lines(text)
    wanted = params.get('property')
    if wanted:
        values = {key: value for key, value in values.items() if key == wanted}
    return {**values, 'digest': sectionconfig.digest(text)}


@method(NODE + '/config', 'PUT', protected=True, proxyto='node')
def write_config(ctx, params):
    with cfs.lock(f'node-{ctx.node}-config'):
        text = cfs.read(config_name(ctx))
        sectionconfig.check_digest(text, params.get('digest'))
        values = sectionconfig.parse_lines(text)
        for key in split_list(params.get('delete')):
            values.pop(key, None)
        values.update({key: value for key, value in params.items() if key not in ('node', 'delete', 'digest')})
        cfs.write(config_name(ctx), sectionconfig.render_lines(values))
