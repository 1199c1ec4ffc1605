"""Which guests exist where: the config files under /etc/pve/nodes."""
import re

from . import cfs

KINDS = {'qemu': 'qemu-server', 'lxc': 'lxc'}
SID_KIND = {'qemu': 'vm', 'lxc': 'ct'}


def guests():
    """{vmid: {'node', 'kind': qemu|lxc}} of the cluster."""
    found = {}
    for node in cfs.listdir('nodes'):
        for kind, directory in KINDS.items():
            for name in cfs.listdir(f'nodes/{node}/{directory}'):
                match = re.fullmatch(r'(\d+)\.conf', name)
                if match:
                    found[int(match.group(1))] = {'node': node, 'kind': kind}
    return found


def config_file(vmid, guest):
    return f"nodes/{guest['node']}/{KINDS[guest['kind']]}/{vmid}.conf"


def sid_of(vmid, guest):
    return f"{SID_KIND[guest['kind']]}:{vmid}"


def parse_sid(text):
    """'vm:100' or a bare '100' -> (kind word or None, vmid)."""
    word, colon, number = str(text).partition(':')
    return (word, int(number)) if colon else (None, int(word))
