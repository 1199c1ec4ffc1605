"""/etc/network/interfaces as PVE reads and writes it."""
import os
import re

from . import filelock

CURRENT, PENDING = '/etc/network/interfaces', '/etc/network/interfaces.new'
LOCK = '/etc/network/.pve-interfaces.lock'
COMPUTED = ('method', 'method6', 'families', 'address', 'address6', 'netmask', 'netmask6', 'cidr', 'cidr6',
            'gateway', 'gateway6', 'active', 'exists', 'priority')
# option in the file -> key of the API
OPTIONS = {
    'bridge-ports': 'bridge_ports', 'bridge_ports': 'bridge_ports', 'bridge-stp': 'bridge_stp',
    'bridge-fd': 'bridge_fd', 'bridge-vlan-aware': 'bridge_vlan_aware', 'bridge-vids': 'bridge_vids',
    'bond-slaves': 'slaves', 'bond-mode': 'bond_mode', 'bond-miimon': 'bond_miimon',
    'bond-xmit-hash-policy': 'bond_xmit_hash_policy', 'bond-primary': 'bond-primary',
    'vlan-raw-device': 'vlan-raw-device', 'vlan-id': 'vlan-id', 'mtu': 'mtu', 'ovs_type': 'ovs_type',
    'ovs_ports': 'ovs_ports', 'ovs_bridge': 'ovs_bridge', 'ovs_options': 'ovs_options', 'ovs_bonds': 'ovs_bonds',
}
WRITTEN = {'bridge_ports': 'bridge-ports', 'bridge_stp': 'bridge-stp', 'bridge_fd': 'bridge-fd',
           'bridge_vids': 'bridge-vids', 'slaves': 'bond-slaves', 'bond_mode': 'bond-mode',
           'bond_miimon': 'bond-miimon', 'bond_xmit_hash_policy': 'bond-xmit-hash-policy',
           'bond-primary': 'bond-primary', 'vlan-raw-device': 'vlan-raw-device', 'vlan-id': 'vlan-id', 'mtu': 'mtu',
           'ovs_ports': 'ovs_ports', 'ovs_bridge': 'ovs_bridge', 'ovs_options': 'ovs_options',
           'ovs_bonds': 'ovs_bonds'}


def read(path):
    try:
        with open(path, encoding='utf-8') as source:
            return source.read()
    except OSError:
        return None


def write(path, text):
    temporary = f'{path}.tmp.{os.getpid()}'
    with open(temporary, 'w', encoding='utf-8') as out:
        out.write(text)
    os.rename(temporary, path)


def lock():
    return filelock.held(LOCK)


def physical():
    """Network devices of this host, as {name: is up}."""
    found = {}
    for name in sorted(os.listdir('/sys/class/net')) if os.path.isdir('/sys/class/net') else []:
        if name != 'lo' and re.match(r'(en|eth|wl|nic)', name):
            found[name] = (read(f'/sys/class/net/{name}/operstate') or '').strip() != 'down'
    return found


def kind_of(name, values):
    if values.get('ovs_type'):
        return values['ovs_type']
    if 'bridge_ports' in values or name.startswith('vmbr') and 'ovs_type' not in values:
        return 'bridge'
    if 'slaves' in values:
        return 'bond'
    if 'vlan-raw-device' in values or re.match(r'\S+\.\d+$', name) or re.match(r'vlan\d+$', name):
        return 'vlan'
    if ':' in name:
        return 'alias'
    return 'loopback' if name == 'lo' else 'eth' if re.match(r'(en|eth|nic|wl)', name) else 'unknown'


def parse(text, devices):
    """{iface: values}, without `lo`; devices that no stanza names are listed too."""
    found, auto, current, family, extra = {}, set(), None, None, []
    for line in text.splitlines():
        words = line.split()
        if not words:
            current = None
            continue
        if words[0].startswith('#'):
            if current:
                found[current].setdefault('comments', '')
                found[current]['comments'] += line.lstrip().lstrip('#') + '\n'
            continue
        if words[0] in ('auto', 'allow-hotplug'):
            auto |= set(words[1:])
        elif words[0] in ('source', 'source-directory'):
            extra.append(line)
        elif words[0] == 'iface':
            current, family = words[1], words[2]
            values = found.setdefault(current, {'families': [], 'method': 'manual', 'method6': 'manual',
                                                'configured': 1})
            values['families'].append(family)
            values['method6' if family == 'inet6' else 'method'] = words[3]
        elif current:
            _option(found[current], family, words[0], ' '.join(words[1:]))
    for name in devices:
        found.setdefault(name, {'families': ['inet'], 'method': 'manual', 'method6': 'manual'})
    for number, (name, values) in enumerate(found.items(), 2):
        values['type'] = kind_of(name, values)
        values['priority'] = number
        if name in auto:
            values['autostart'] = 1
        if name in devices:
            values['exists'] = 1
        if devices.get(name) or os.path.isdir(f'/sys/class/net/{name}'):
            values['active'] = 1
    found.pop('lo', None)
    return found


def _option(values, family, word, rest):
    suffix = '6' if family == 'inet6' else ''
    if word == 'address':
        host, slash, length = rest.partition('/')
        values[f'address{suffix}'] = host
        if slash:
            values[f'netmask{suffix}'] = length
            values[f'cidr{suffix}'] = rest
    elif word == 'netmask':
        values[f'netmask{suffix}'] = rest
        values[f'cidr{suffix}'] = f"{values.get(f'address{suffix}')}/{rest}"
    elif word == 'gateway':
        values[f'gateway{suffix}'] = rest
    elif word in OPTIONS:
        key = OPTIONS[word]
        if key == 'bridge_vlan_aware':
            values[key] = int(rest in ('yes', '1'))
        elif key != 'bridge_ports' or rest != 'none':
            values[key] = rest
        else:
            values[key] = ''
    else:
        name = f'options{suffix}'
        values.setdefault(name, [])
        values[name].append(f'{word} {rest}')


def render(found):
    lines = ['# network interface settings; generated by the network API', '', 'auto lo', 'iface lo inet loopback', '']
    for name, values in found.items():
        if values.get('autostart'):
            lines.append(f'auto {name}')
        families = values.get('families') or ['inet']
        for family in families:
            lines += _stanza(name, values, family, family == families[0])
            lines.append('')
    return '\n'.join(lines + ['source /etc/network/interfaces.d/*', ''])


def _stanza(name, values, family, first):
    suffix = '6' if family == 'inet6' else ''
    out = [f"iface {name} {family} {values.get(f'method{suffix}', 'manual')}"]
    if values.get(f'cidr{suffix}'):
        out.append(f"\taddress {values[f'cidr{suffix}']}")
    if values.get(f'gateway{suffix}'):
        out.append(f"\tgateway {values[f'gateway{suffix}']}")
    if first:
        out += _device_lines(values)
    out += [f'\t{option}' for option in values.get(f'options{suffix}', [])]
    if first:
        out += [f'#{line}' for line in str(values.get('comments', '')).splitlines()]
    return out


def _device_lines(values):
    out = []
    kind = values.get('type')
    if kind == 'bridge':
        values = {'bridge_stp': 'off', 'bridge_fd': '0', **values, 'bridge_ports': values.get('bridge_ports') or 'none'}
        if values.get('bridge_vlan_aware'):
            out.append('\tbridge-vlan-aware yes')
            values.setdefault('bridge_vids', '2-4094')
    elif kind == 'bond':
        values = {'bond_miimon': '100', 'bond_mode': 'balance-rr', **values}
    elif kind and kind.startswith('OVS'):
        out.append(f'\tovs_type {kind}')
    return [f'\t{WRITTEN[key]} {values[key]}' for key in WRITTEN if values.get(key) not in (None, '')] + out
