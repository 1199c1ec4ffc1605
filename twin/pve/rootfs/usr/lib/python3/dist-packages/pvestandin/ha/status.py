"""What `ha-manager status` and /cluster/ha/status/current tell."""
import time

from .. import cfs, host
from . import clock, config


def age_word(now, timestamp, delays):
    age = now - timestamp
    if age > max(delays.stale_status, 2):
        return 'old timestamp - dead?'
    return 'detected time drift!' if age < -2 else 'active'


def crs_suffix():
    mode = config.scheduling().get('ha', 'basic')
    return f' - {mode} load CRS' if mode != 'basic' else ''


def entries(now=None):
    now = time.time() if now is None else now
    delays = clock.Delays(clock.time_scale())
    status = config.manager_status()
    node = cfs.nodename()
    quorate = cfs.quorate()
    rows = [{'id': 'quorum', 'type': 'quorum', 'node': node, 'quorate': int(quorate),
             'status': 'OK' if quorate else f"No quorum on node '{node}'!"}]
    if status.get('master_node') and status.get('timestamp'):
        rows.append(_master(status, now, delays))
        if host.major() >= 9:
            rows.append(_fencing(status, now, delays))
    busy = _busy_nodes(status)
    for member in sorted(cfs.members()):
        rows.append(_lrm(member, now, delays, busy))
    rows += _services(status)
    return rows


def _master(status, now, delays):
    word = age_word(now, status['timestamp'], delays)
    if word == 'active' and not status.get('service_status'):
        word = 'idle'
    text = f"{status['master_node']} ({word}, {time.ctime(status['timestamp'])}){crs_suffix()}"
    return {'id': 'master', 'type': 'master', 'node': status['master_node'], 'status': text,
            'timestamp': status['timestamp']}


def _fencing(status, now, delays):
    disarm = status.get('disarm')
    armed = disarm['state'] if disarm else 'armed' if status.get('service_status') else 'standby'
    crm = 'active' if age_word(now, status['timestamp'], delays) == 'active' and armed == 'armed' else 'standby'
    row = {'id': 'fencing', 'type': 'fencing', 'node': status['master_node'], 'armed-state': armed,
           'status': f'{armed} (CRM watchdog {crm})'}
    return {**row, 'resource_mode': disarm['mode']} if disarm else row


def _busy_nodes(status):
    wanted = config.resources()
    return {service['node'] for sid, service in status.get('service_status', {}).items()
            if wanted.get(sid, {}).get('state', 'started') not in ('stopped', 'disabled', 'ignored')}


def _lrm(node, now, delays, busy):
    row = {'id': f'lrm:{node}', 'type': 'lrm', 'node': node}
    lrm = config.lrm_status(node)
    if not lrm.get('timestamp'):
        return {**row, 'status': f'{node} (unable to read lrm status)'}
    word, mode = age_word(now, lrm['timestamp'], delays), lrm.get('mode', 'active')
    if word == 'active':
        word = lrm['state'] if mode == 'active' else f'{mode} mode'
        if mode == 'active' and lrm['state'] == 'wait_for_agent_lock' and node not in busy:
            word = 'idle'
    elif mode == 'maintenance':
        word = 'maintenance mode'
    watchdog = ''
    if host.major() >= 9:
        watchdog = f", watchdog {'active' if lrm['state'] == 'active' else 'standby'}"
    return {**row, 'status': f"{node} ({word}{watchdog}, {time.ctime(lrm['timestamp'])})",
            'timestamp': lrm['timestamp']}


def verbose_state(service, wanted):
    if wanted and wanted.get('state') == 'ignored':
        return 'ignored'
    if service is None:
        return 'queued'
    state = service['state']
    if state == 'started':
        return 'started' if service.get('running') else 'starting'
    if state == 'request_stop':
        return 'stopping'
    if state == 'request_start':
        return 'starting'
    if state == 'stopped' and wanted and wanted.get('state') == 'disabled':
        return 'disabled'
    if wanted is None:
        return 'deleting'
    return state


def _services(status):
    known = status.get('service_status', {})
    resources, where = config.resources(), config.services()
    rows = []
    for sid in sorted(set(known) | set(resources)):
        service, wanted = known.get(sid), resources.get(sid)
        node = service['node'] if service else where.get(sid, {}).get('node', '')
        state = verbose_state(service, wanted) if service or sid in where else 'not found'
        row = {'id': f'service:{sid}', 'type': 'service', 'sid': sid, 'node': node, 'state': state,
               'status': f'{sid} ({node}, {state})'}
        if service:
            row['crm_state'] = service['state']
        if wanted is not None:
            row['request_state'] = wanted.get('state', 'started')
            row['max_restart'] = int(wanted.get('max_restart', 1))
            row['max_relocate'] = int(wanted.get('max_relocate', 1))
            if 'group' in wanted:
                row['group'] = wanted['group']
            if host.major() >= 9:
                row['failback'] = int(wanted.get('failback', 1))
        rows.append(row)
    return rows


def lines():
    """The text of `ha-manager status`."""
    return [f"{row['type']} {row['status']}" for row in entries()]
