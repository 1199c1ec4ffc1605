"""/nodes/{node}/network: /etc/network/interfaces, its pending copy, and applying it."""
import difflib
import ipaddress
import os
import subprocess

from .. import interfaces
from ..api import ParameterError, PlainError, method
from ..sdn import generate
from ..stored import split_list

BASE = '/nodes/{node}/network'
ITEM = BASE + '/{iface}'


def pending_text():
    new = interfaces.read(interfaces.PENDING)
    return interfaces.read(interfaces.CURRENT) if new is None else new


def load():
    return interfaces.parse(pending_text() or '', interfaces.physical())


def save(found):
    interfaces.write(interfaces.PENDING, interfaces.render(found))


def changes():
    new, old = interfaces.read(interfaces.PENDING), interfaces.read(interfaces.CURRENT) or ''
    if new is None:
        return None
    diff = difflib.unified_diff(old.splitlines(True), new.splitlines(True), interfaces.CURRENT, interfaces.PENDING)
    return ''.join(diff) or None


@method(BASE, 'GET', proxyto='node')
def index(ctx, params):
    diff = changes()
    if diff:
        ctx.extra['changes'] = diff
    wanted = params.get('type')
    rows = [{'iface': name, **values} for name, values in load().items()]
    if wanted in ('any_bridge', 'any_local_bridge', 'include_sdn'):
        return [row for row in rows if row['type'] in ('bridge', 'OVSBridge')]
    return [row for row in rows if wanted in (None, row['type'])]


def check(found, name, values):
    """Refusals that need the other interfaces."""
    for key in ('gateway', 'gateway6'):
        if values.get(key):
            for other, known in found.items():
                if other != name and known.get(key):
                    raise ParameterError({key: f"Default gateway already exists on interface '{other}'."})
    for key in ('bridge_ports', 'slaves'):
        for port in str(values.get(key, '')).split():
            for other, known in found.items():
                if other != name and port in f"{known.get('bridge_ports', '')} {known.get('slaves', '')}".split():
                    raise ParameterError({key: f"{port} is already used on interface '{other}'."})


def complete(params):
    """Stored form of the request: method and families are computed anew from what it holds."""
    values = {key: value for key, value in params.items() if key not in ('node', 'iface', 'delete')}
    for cidr, address, mask in (('cidr', 'address', 'netmask'), ('cidr6', 'address6', 'netmask6')):
        if values.get(cidr):
            host, _, length = values[cidr].partition('/')
            if values.get(address) and values[address] != host:
                raise ParameterError({address: f'{address} conflicts with {cidr}'})
            values[address], values[mask] = host, length
        elif values.get(address):
            length = ipaddress.ip_interface(f'{values[address]}/{values[mask]}').network.prefixlen
            values[cidr], values[mask] = f'{values[address]}/{length}', str(length)
    values['method'] = 'static' if values.get('address') else 'manual'
    values['method6'] = 'static' if values.get('address6') else 'manual'
    values['families'] = (['inet'] if values.get('address') or not values.get('address6') else []) + \
        (['inet6'] if values.get('address6') else [])
    for key in ('bridge_ports', 'slaves'):
        if key in values:
            values[key] = ' '.join(split_list(values[key]))
    return values


@method(BASE, 'POST', protected=True, proxyto='node')
def create(ctx, params):
    with interfaces.lock():
        found, name = load(), params['iface']
        if name in found and not (found[name]['type'] == 'eth' and not found[name].get('configured')):
            raise ParameterError({'iface': 'interface already exists'})
        values = complete(params)
        check(found, name, values)
        found[name] = values
        save(found)


@method(BASE, 'DELETE', protected=True, proxyto='node')
def revert(ctx, params):
    if os.path.exists(interfaces.PENDING):
        os.unlink(interfaces.PENDING)


@method(BASE, 'PUT', protected=True, proxyto='node')
def apply(ctx, params):
    if not os.path.exists('/usr/share/ifupdown2') and not os.path.exists('/usr/sbin/ifreload'):
        raise PlainError('you need ifupdown2 to reload network configuration')

    def work(log):
        if os.path.exists(interfaces.PENDING):
            os.rename(interfaces.PENDING, interfaces.CURRENT)
        generate.interfaces()
        done = subprocess.run(['ifreload', '-a'], capture_output=True, text=True, check=False)
        for line in (done.stdout + done.stderr).splitlines():
            log(line)
        generate.frr(log)
        if done.returncode != 0:
            raise PlainError(f"command 'ifreload -a' failed: exit code {done.returncode}")
    return ctx.task('srvreload', 'networking', work)
