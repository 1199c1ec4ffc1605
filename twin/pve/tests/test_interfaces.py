import unittest

import harness  # noqa: F401
from pvestandin import interfaces

TEXT = """auto lo
iface lo inet loopback

iface enp1s0 inet manual

auto vmbr0
iface vmbr0 inet static
\taddress 10.203.3.11/24
\tgateway 10.203.3.1
\tbridge-ports enp1s0
\tbridge-stp off
\tbridge-fd 0

source /etc/network/interfaces.d/*
"""


class Interfaces(unittest.TestCase):
    def test_the_file_of_a_fresh_installation(self):
        found = interfaces.parse(TEXT, {'enp2s0': True})
        self.assertEqual(found['vmbr0']['cidr'], '10.203.3.11/24')
        self.assertEqual(found['vmbr0']['type'], 'bridge')
        self.assertEqual(found['vmbr0']['bridge_ports'], 'enp1s0')
        self.assertEqual(found['vmbr0']['autostart'], 1)
        self.assertEqual(found['enp1s0']['type'], 'eth')
        self.assertEqual(found['enp2s0']['exists'], 1)

    def test_written_text_reads_back_the_same(self):
        found = interfaces.parse(TEXT, {})
        again = interfaces.parse(interfaces.render(found), {})
        self.assertEqual(found, again)

    def test_vlan_aware_bridge_and_bond(self):
        text = interfaces.render({
            'bond0': {'type': 'bond', 'slaves': 'enp1s0 enp2s0', 'bond_mode': '802.3ad', 'method': 'manual'},
            'vmbr1': {'type': 'bridge', 'bridge_ports': 'bond0', 'bridge_vlan_aware': 1, 'method': 'manual',
                      'mtu': 9000}})
        for line in ('\tbond-slaves enp1s0 enp2s0', '\tbond-mode 802.3ad', '\tbridge-vlan-aware yes',
                     '\tbridge-vids 2-4094', '\tmtu 9000'):
            self.assertIn(line + '\n', text)


if __name__ == '__main__':
    unittest.main()
