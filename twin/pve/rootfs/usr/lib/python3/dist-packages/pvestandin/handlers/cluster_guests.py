"""/cluster/resources."""
import json
import os
import time

from .. import cfs, guestlist, usercfg
from ..api import method
from ..guests import config as guest_config
from ..ha import config as ha
from ..storage import config as storages
from ..storage import kinds


def published(key):
    """What the members' pvestatd published, as {node: value}."""
    found = {}
    for node, text in cfs.status_get(key).items():
        try:
            found[node] = json.loads(text)
        except ValueError:
            continue
    return found


def node_rows(ctx, figures):
    for node, member in sorted(cfs.members().items()):
        row = {'id': f'node/{node}', 'type': 'node', 'node': node, 'cgroup-mode': 2, 'level': '',
               'status': 'online' if member.get('online') else 'offline'}
        if member.get('online') and ctx.may(f'/nodes/{node}', ['Sys.Audit']):
            row.update(figures.get(node, {}))
        yield row


def guest_rows(ctx, figures):
    pools = {vmid: name for name, pool in usercfg.load()['pools'].items() for vmid in pool['vms']}
    states = ha.manager_status().get('service_status', {})
    online = {node for node, member in cfs.members().items() if member.get('online')}
    for vmid, guest in sorted(guestlist.guests().items()):
        if not ctx.may(f'/vms/{vmid}', ['VM.Audit']):
            continue
        values, _ = guest_config.load(vmid)
        live = figures.get(guest['node'], {}).get(str(vmid), {})
        known = guest['node'] in online
        row = {'id': f"{guest['kind']}/{vmid}", 'vmid': vmid, 'node': guest['node'], 'type': guest['kind'],
               'name': values.get('name', values.get('hostname', f'VM {vmid}')),
               'status': live.get('status', 'stopped') if known else 'unknown',
               'template': int(values.get('template', 0)), 'uptime': live.get('uptime', 0),
               'maxmem': live.get('maxmem', 0), 'mem': live.get('mem', 0), 'cpu': 0,
               'maxcpu': int(values.get('cores', 1)) * int(values.get('sockets', 1)), 'disk': 0, 'maxdisk': 0}
        if str(vmid) in pools:
            row['pool'] = pools[str(vmid)]
        if values.get('tags'):
            row['tags'] = values['tags']
        sid = guestlist.sid_of(vmid, guest)
        if sid in states:
            row['hastate'] = states[sid]['state']
        yield row


def storage_rows(ctx, figures):
    sections, _ = storages.load()
    for node, member in sorted(cfs.members().items()):
        for name, section in sections.items():
            if not kinds.on_node(section, node) or not ctx.may(f'/storage/{name}', ['Datastore.Audit']):
                continue
            shown = kinds.as_shown(name, section)
            seen = figures.get(node, {}).get(name, {})
            yield {'id': f'storage/{node}/{name}', 'type': 'storage', 'node': node, 'storage': name,
                   'plugintype': section['type'], 'content': shown['content'], 'shared': int(shown.get('shared', 0)),
                   'status': 'available' if seen.get('active') and member.get('online') else 'unknown',
                   'disk': seen.get('used', 0), 'maxdisk': seen.get('total', 0)}


@method('/cluster/resources', 'GET')
def resources(ctx, params):
    wanted = params.get('type')
    rows = []
    if wanted in (None, 'node'):
        rows += node_rows(ctx, published('node-figures'))
    if wanted in (None, 'vm'):
        rows += guest_rows(ctx, published('guest-figures'))
    if wanted in (None, 'storage'):
        rows += storage_rows(ctx, published('storage-figures'))
    if wanted is None:
        rows += [{'id': f'/pool/{name}', 'type': 'pool', 'pool': name} for name in sorted(usercfg.load()['pools'])
                 if ctx.may(f'/pool/{name}', ['Pool.Audit'])]
    if wanted in (None, 'sdn'):
        rows += [{'id': f'sdn/{node}/localnetwork', 'type': 'sdn', 'node': node, 'sdn': 'localnetwork',
                  'status': 'ok' if member.get('online') else 'unknown'}
                 for node, member in sorted(cfs.members().items())]
    return rows


def figures_of_node():
    """What pvestatd publishes about its host."""
    with open('/proc/meminfo', encoding='ascii') as source:
        memory = {line.split(':')[0]: int(line.split()[1]) * 1024 for line in source if ':' in line}
    with open('/proc/uptime', encoding='ascii') as source:
        uptime = int(float(source.read().split()[0]))
    disk = os.statvfs('/')
    return {'maxcpu': os.cpu_count() or 1, 'cpu': 0, 'uptime': uptime, 'time': int(time.time()),
            'maxmem': memory['MemTotal'], 'mem': memory['MemTotal'] - memory['MemAvailable'],
            'maxdisk': disk.f_blocks * disk.f_frsize, 'disk': (disk.f_blocks - disk.f_bfree) * disk.f_frsize}
