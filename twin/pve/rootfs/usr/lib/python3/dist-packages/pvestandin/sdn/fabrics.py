"""Rules for fabrics (pure)."""
import ipaddress
import re

PROTOCOLS = {'openfabric': {'hello_interval', 'csnp_interval'}, 'ospf': {'area'}}


class Invalid(ValueError):
    """A fabric or one of its nodes can't be as asked."""


def check_fabric(name, fabric, others):
    """`others` are the other fabrics by id."""
    protocol = fabric['protocol']
    if protocol not in PROTOCOLS:
        raise Invalid(f"unknown fabric protocol '{protocol}'")
    foreign = set().union(*PROTOCOLS.values()) - PROTOCOLS[protocol]
    for key in sorted(foreign & set(fabric)):
        raise Invalid(f"{key}: property is not defined in schema and the schema does not allow additional properties")
    if protocol == 'ospf':
        if not fabric.get('area'):
            raise Invalid('missing field `area`')
        if fabric.get('ip6_prefix'):
            raise Invalid('IPv6 is currently not supported for protocol ospf')
        if not fabric.get('ip_prefix'):
            raise Invalid(f'fabric {_quoted(name)} does not have an IP prefix configured')
        if any(other.get('area') == fabric['area'] for other in others.values()):
            raise Invalid('duplicate OSPF area')
    for key, word in (('ip_prefix', 'IPv4'), ('ip6_prefix', 'IPv6')):
        if fabric.get(key):
            mine = ipaddress.ip_network(fabric[key], strict=False)
            for other in others.values():
                if other.get(key) and mine.overlaps(ipaddress.ip_network(other[key], strict=False)):
                    raise Invalid(f'IP prefix {fabric[key]} overlaps with {word} prefix {other[key]}')


def _quoted(name):
    return f"'{name}'"


def interface_names(node):
    return [part for entry in node.get('interfaces', []) for part in re.findall(r'name=([^,]+)', entry)]


def check_node(name, node, fabric_id, fabric, siblings, everywhere):
    """`siblings` are the other nodes of the fabric, `everywhere` this node's entries in other fabrics."""
    if node['protocol'] != fabric['protocol']:
        raise Invalid('node has a different protocol than the referenced fabric')
    for key, prefix_key in (('ip', 'ip_prefix'), ('ip6', 'ip6_prefix')):
        address = node.get(key)
        if not address:
            continue
        prefix = fabric.get(prefix_key)
        if not prefix:
            raise Invalid(f"fabric '{fabric_id}' does not have an IP prefix configured")
        if ipaddress.ip_address(address) not in ipaddress.ip_network(prefix, strict=False):
            raise Invalid(f'node IP {address} is outside the IP prefix {prefix} of the fabric')
        if any(other.get(key) == address for other in siblings.values()):
            raise Invalid(f'fabric {fabric_id} contains nodes with duplicated IPs')
    used = {interface for other in everywhere for interface in interface_names(other)}
    if used & set(interface_names(node)):
        raise Invalid('interface is already in use by another fabric')
