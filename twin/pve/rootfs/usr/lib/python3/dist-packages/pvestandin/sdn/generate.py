"""What a node's network reload makes of the applied SDN configuration: interfaces.d/sdn and FRR's files."""
import ipaddress
import os
import re
import subprocess

from .. import cfs
from . import pending

INTERFACES = os.environ.get('PVE_STANDIN_SDN_INTERFACES', '/etc/network/interfaces.d/sdn')
FRR = os.environ.get('PVE_STANDIN_FRR', '/etc/frr')
#: Daemons that SDN switches by itself; others stay as they are.
DAEMONS = {'openfabric': 'fabricd', 'ospf': 'ospfd'}


def applied(node):
    """[(fabric id, fabric, entry of the node)] of the running configuration."""
    sections = pending.running().get('fabrics', {}).get('ids', {})
    found = []
    for name, section in sections.items():
        protocol, _, kind = section['type'].partition('_')
        entry = sections.get(f'{name}_{node}')
        if kind == 'fabric' and entry is not None:
            found.append((name, {**section, 'protocol': protocol}, entry))
    return found


def ports(entry):
    """[(name, {option: value})] of a node's entry."""
    found = []
    for text in entry.get('interfaces', '').split(' '):
        options = dict(pair.split('=', 1) for pair in text.split(',') if '=' in pair)
        if 'name' in options:
            found.append((options.pop('name'), options))
    return found


def interfaces_text(mine):
    blocks = []
    for name, _fabric, entry in mine:
        devices = [(f'dummy_{name}', ['link-type dummy'], {}), *((port, [], options) for port, options in ports(entry))]
        for device, extra, options in devices:
            for family, key, length in (('inet', 'ip', 32), ('inet6', 'ip6', 128)):
                address = options.get(key) or (f'{entry[key]}/{length}' if entry.get(key) else None)
                if address:
                    lines = [f'auto {device}', f'iface {device} {family} static', f'\taddress {address}']
                    lines += [f'\t{line}' for line in extra]
                    lines += ['\tip-forward 1'] if family == 'inet' else []
                    blocks.append('\n'.join(lines))
    return '#version:1\n\n' + '\n\n'.join(blocks) + '\n'


def net_of(entry):
    """The network entity title: each octet of the router id as three digits, regrouped by four."""
    if entry.get('ip'):
        digits = ''.join(octet.zfill(3) for octet in entry['ip'].split('.'))
    else:
        digits = ''.join(ipaddress.ip_address(entry['ip6']).exploded.split(':')[-3:])
    return '49.0001.' + '.'.join(re.findall('.{4}', digits)) + '.00'


def _section(head, lines):
    return '\n'.join([head, *(f' {line}' for line in lines), 'exit'])


def _openfabric(name, fabric, entry):
    families = [word for word, key in (('ip', 'ip'), ('ipv6', 'ip6')) if entry.get(key)]
    circuit = [f'{word} router openfabric {name}' for word in families]
    blocks = [_section(f'router openfabric {name}', [f'net {net_of(entry)}']),
              _section(f'interface dummy_{name}', [*circuit, 'openfabric passive'])]
    for port, options in ports(entry):
        timers = [f"openfabric {key.replace('_', '-')} {fabric[key]}"
                  for key in ('hello_interval', 'csnp_interval') if fabric.get(key)]
        if options.get('hello_multiplier'):
            timers.append(f"openfabric hello-multiplier {options['hello_multiplier']}")
        blocks.append(_section(f'interface {port}', [*circuit, *timers]))
    return blocks


def _ospf(name, fabric, entry):
    area = f"ip ospf area {fabric['area']}"
    return [_section('router ospf', [f"ospf router-id {entry['ip']}"]),
            _section(f'interface dummy_{name}', [area, 'ip ospf passive']),
            *(_section(f'interface {port}', [area, 'ip ospf network point-to-point']) for port, _ in ports(entry))]


def frr_text(mine, hostname, local):
    blocks = [f'frr version 10.3\nfrr defaults datacenter\nhostname {hostname}\nlog syslog informational\n'
              'service integrated-vtysh-config']
    sources = []
    for name, fabric, entry in mine:
        protocol = fabric['protocol']
        blocks += (_openfabric if protocol == 'openfabric' else _ospf)(name, fabric, entry)
        for word, match, key, prefix in (('ip', 'access-list', 'ip', 'ip_prefix'), ('ipv6', 'ipv6 access-list', 'ip6', 'ip6_prefix')):
            if entry.get(key) and fabric.get(prefix):
                ips, way = f'pve_{protocol}_{name}_{key}s', f"pve_{protocol}{'6' if key == 'ip6' else ''}"
                blocks.append(f'{match} {ips} permit {fabric[prefix]}')
                blocks.append(_section(f'route-map {way} permit 100', [f'match {word} address {ips}', f'set src {entry[key]}']))
                sources.append(f"{word} protocol {'ospf' if protocol == 'ospf' else 'openfabric'} route-map {way}")
    blocks += sorted(set(sources))
    return '\n!\n'.join([*blocks, *([local.strip()] if local else [])]) + '\n!\n'


def daemons_text(text, wanted):
    for daemon in DAEMONS.values():
        text = re.sub(rf'(?m)^{daemon}=\w+', f"{daemon}={'yes' if daemon in wanted else 'no'}", text)
    return text


def _read(path):
    try:
        with open(path, encoding='utf-8') as source:
            return source.read()
    except FileNotFoundError:
        return None


def _write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w', encoding='utf-8') as target:
        target.write(text)


def make_dummies(mine):
    """Where the kernel has no dummy devices, another one that carries nothing takes the name before ifupdown2 looks."""
    for name, _fabric, _entry in mine:
        device = f'dummy_{name}'
        if os.path.exists(f'/sys/class/net/{device}'):
            continue
        for kind in ('dummy', 'ifb'):
            made = subprocess.run(['ip', 'link', 'add', 'name', device, 'type', kind], capture_output=True, check=False)
            if made.returncode == 0:
                break


def interfaces():
    """Before `ifreload`: the stanzas of fabrics, or none."""
    mine = applied(cfs.nodename())
    if mine:
        _write(INTERFACES, interfaces_text(mine))
        make_dummies(mine)
    elif _read(INTERFACES) is not None:
        os.unlink(INTERFACES)


def frr(log=lambda text: None):
    """After `ifreload`: SDN owns FRR as soon as it has fabrics or controllers, or a file of local additions exists."""
    now = pending.running()
    local = _read(f'{FRR}/frr.conf.local')
    owned = any(now.get(kind, {}).get('ids') for kind in ('fabrics', 'controllers'))
    if not owned and local is None:
        return
    daemons = _read(f'{FRR}/daemons')
    if daemons is None:
        log('frr is not installed, not generating any frr configuration')
        return
    mine = applied(cfs.nodename())
    wanted = {DAEMONS[fabric['protocol']] for _name, fabric, _entry in mine}
    fresh = daemons_text(daemons, wanted)
    _write(f'{FRR}/frr.conf', frr_text(mine, cfs.nodename(), local))
    if fresh != daemons:
        _write(f'{FRR}/daemons', fresh)
    subprocess.run(['systemctl', 'restart' if fresh != daemons else 'reload', 'frr'], capture_output=True, check=False)

