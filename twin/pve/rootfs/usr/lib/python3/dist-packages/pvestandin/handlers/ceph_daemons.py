"""Monitors and managers."""
import os
import tempfile
import time

from .. import cfs
from ..api import PlainError, method
from ..ceph import conf, tools

NODE = '/nodes/{node}/ceph'
MON_KEYRING = 'priv/ceph.mon.keyring'


def _monmap():
    """{name: its row} of the monitors, with who is in the quorum; nothing when they do not answer."""
    try:
        dump = tools.ask('quorum_status')
    except PlainError:
        return {}
    quorum = set(dump.get('quorum_names', []))
    return {row['name']: {**row, 'quorum': int(row['name'] in quorum)} for row in dump['monmap']['mons']}


def rows(kind, known):
    """Daemons that the configuration or the cluster names, and what lies on this host."""
    found = {name: dict(row) for name, row in known.items()}
    folder = f'{tools.DATA}/{kind}'
    for entry in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
        name = entry.removeprefix('ceph-')
        row = found.setdefault(name, {})
        row.update(direxists=1, host=cfs.nodename(), service=1, state=tools.unit_state(f'ceph-{kind}@{name}'))
    return [{'name': name, 'state': 'unknown', 'host': name, **row} for name, row in found.items()]


@method(NODE + '/mon', 'GET')
def monitors(ctx, params):
    tools.check_inited()
    known = {name.removeprefix('mon.'): {'addr': values.get('public_addr')}
             for name, values in conf.read().items() if name.startswith('mon.')}
    for name, row in _monmap().items():
        known[name] = {'addr': row['public_addr'], 'rank': row['rank'],
                       **({'quorum': 1, 'state': 'running'} if row['quorum'] else {})}
    return rows('mon', known)


def _address(sections, node):
    network = sections['global'].get('public_network')
    if network is None:
        return cfs.local_ip()
    found = tools.addresses_in(network)
    if not found:
        raise PlainError(f"No active IP found for the requested ceph public network '{network}' on node '{node}'")
    if len(found) > 1:
        raise PlainError(f"Multiple IPs for ceph public network '{network}' detected on {node}:\n"
                         + '\n'.join(found) + "\nuse 'mon-address' to specify one of them.")
    return found[0]


@method(NODE + '/mon/{monid}', 'POST')
def create_monitor(ctx, params):
    tools.check_installed()
    tools.check_inited()
    name = params['monid']
    tools.link_config()
    sections = conf.read()
    address = params.get('mon-address') or _address(sections, ctx.node)
    _refuse_taken(sections, name, address)

    def work(log):
        with cfs.lock_file(tools.CONFIG, 60):
            now = conf.read()
            first = not any(one.startswith('mon.') for one in now)
            _refuse_taken(now, name, address)
            _make_monitor(now, name, address, first)
            hosts = [*now['global'].get('mon_host', '').split(), address]
            now['global'].update(mon_host=' '.join(hosts), ms_bind_ipv4='true', ms_bind_ipv6='false')
            now[f'mon.{name}'] = {'public_addr': address}
            conf.write(now)
        # Proxmox holds the lock until here; a busy machine would not get this far before the lock's end.
        tools.start(f'ceph-mon@{name}')
        _wait_for_monitors()
        if first:
            tools.ceph('config', 'set', 'mon', 'auth_allow_insecure_global_id_reclaim', 'false')
            _make_manager(ctx.node, log)
    return ctx.task('cephcreatemon', f'mon.{name}', work)


def _refuse_taken(sections, name, address):
    if f'mon.{name}' in sections:
        raise PlainError(f"monitor '{name}' already exists")
    if address in sections['global'].get('mon_host', '').split():
        raise PlainError(f"monitor address '{address}' already in use")
    if os.path.exists(f'{tools.DATA}/mon/ceph-{name}'):
        raise PlainError(f"monitor filesystem '{tools.DATA}/mon/ceph-{name}' already exist")


def _make_monitor(sections, name, address, first):
    folder = f'{tools.DATA}/mon/ceph-{name}'
    with tempfile.TemporaryDirectory() as work:
        keyring, monmap = f'{work}/keyring', f'{work}/monmap'
        if cfs.read(MON_KEYRING) is None:
            tools.run(['ceph-authtool', '--create-keyring', keyring, '--gen-key', '-n', 'mon.', '--cap', 'mon', 'allow *'])
            tools.run(['ceph-authtool', keyring, '--import-keyring', '/etc/ceph/ceph.client.admin.keyring'])
            with open(keyring, encoding='utf-8') as made:
                cfs.write(MON_KEYRING, made.read())
        with open(keyring, 'w', encoding='utf-8') as out:
            out.write(cfs.read(MON_KEYRING))
        if first:
            tools.run(['monmaptool', '--create', '--clobber', '--addv', name, f'[v2:{address}:3300,v1:{address}:6789]',
                       '--fsid', sections['global']['fsid'], monmap])
        else:
            try:
                _wait_for_monitors()
                tools.ceph('mon', 'getmap', '-o', monmap)
            except PlainError as error:
                raise PlainError('Could not connect to ceph cluster despite configured monitors') from error
        os.makedirs(folder)
        tools.run(['ceph-mon', '--mkfs', '-i', name, '--monmap', monmap, '--keyring', keyring, '--public-addr', address])
    tools.own(folder)


def _wait_for_monitors():
    deadline = time.monotonic() + 40
    while True:
        try:
            return tools.ceph('mon', 'stat')
        except PlainError:
            if time.monotonic() > deadline:
                raise
            time.sleep(1)


@method(NODE + '/mgr', 'GET')
def managers(ctx, params):
    tools.check_inited()
    known = {}
    try:
        dump = tools.ask('mgr', 'dump')
        if dump.get('active_name'):
            known[dump['active_name']] = {'state': 'active', 'addr': dump.get('active_addr', '').partition(':')[0]}
        known.update({one['name']: {'state': 'standby'} for one in dump.get('standbys', [])})
    except PlainError:
        pass  # rows of this host are told all the same, as Proxmox does
    return [{**row, **known.get(row['name'], {})} for row in rows('mgr', known)]


@method(NODE + '/mgr/{id}', 'POST')
def create_manager(ctx, params):
    tools.check_installed('mgr')
    tools.check_configured()
    tools.link_config()
    return ctx.task('cephcreatemgr', f"mgr.{params['id']}", lambda log: _make_manager(params['id'], log))


def _make_manager(name, log):
    folder = f'{tools.DATA}/mgr/ceph-{name}'
    if os.path.isdir(folder):
        raise PlainError(f"ceph manager directory '{folder}' already exists")
    log(f"creating manager directory '{folder}'")
    os.makedirs(folder)
    log(f"creating keys for 'mgr.{name}'")
    key = tools.ceph('auth', 'get-or-create', f'mgr.{name}', 'mon', 'allow profile mgr', 'osd', 'allow *', 'mds', 'allow *')
    with open(f'{folder}/keyring', 'w', encoding='utf-8') as out:
        out.write(key)
    tools.own(folder)
    log(f"enabling service 'ceph-mgr@{name}.service'")
    tools.start(f'ceph-mgr@{name}')
