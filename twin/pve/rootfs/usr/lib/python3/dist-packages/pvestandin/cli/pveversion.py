"""`pveversion`: the release that this host claims."""

import os
import sys

from .. import host

_PACKAGES = {
    8: {"proxmox-ve": "8.4.0", "pve-cluster": "8.1.3", "pve-ha-manager": "4.0.7", "libpve-storage-perl": "8.3.8",
        "libpve-access-control": "8.2.3", "corosync": "3.1.9-pve1", "ifupdown2": "3.2.0-1+pmx11", "pve-qemu-kvm": "9.2.0-7"},
    9: {"proxmox-ve": "9.2.0", "pve-cluster": "9.1.6", "pve-ha-manager": "5.2.0", "libpve-storage-perl": "9.1.7",
        "libpve-access-control": "9.1.1", "corosync": "3.1.9-pve2", "ifupdown2": "3.3.0-1+pmx10", "pve-qemu-kvm": "10.1.2-7"},
}


def main(argv):
    kernel = os.uname().release
    short = f"pve-manager/{host.version()}/5a7d2c11e3f04b86 (running kernel: {kernel})"
    if not argv:
        print(short)
        return 0
    if argv[0] not in ("-v", "--verbose", "-verbose"):
        sys.stderr.write(f"Unknown option: {argv[0].lstrip('-')}\n400 unable to parse option\n")
        return 255
    packages = dict(_PACKAGES[host.major()])
    print(f"proxmox-ve: {packages.pop('proxmox-ve')} (running kernel: {kernel})")
    print(f"pve-manager: {host.version()} (running version: {host.version()}/5a7d2c11e3f04b86)")
    for name, version in sorted(packages.items()):
        print(f"{name}: {version}")
    return 0
