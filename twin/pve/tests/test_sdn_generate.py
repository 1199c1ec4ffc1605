import json
import tempfile
import unittest
from pathlib import Path

import harness

FABRIC = {'type': 'openfabric_fabric', 'ip_prefix': '10.0.0.80/28', 'ip6_prefix': 'fd00::/64', 'hello_interval': '1'}
NODE = {'type': 'openfabric_node', 'ip': '10.0.0.81', 'ip6': 'fd00::81',
        'interfaces': 'name=en05,hello_multiplier=3 name=en06'}


class Generate(unittest.TestCase):
    def setUp(self):
        harness.reset()
        from pvestandin import cfs
        from pvestandin.sdn import generate
        self.generate, self.node = generate, cfs.nodename()
        self.folder = Path(tempfile.mkdtemp(prefix='pve-standin-sdn-'))
        generate.INTERFACES, generate.FRR = str(self.folder / 'sdn'), str(self.folder)
        generate.make_dummies = lambda mine: None
        (self.folder / 'daemons').write_text('bgpd=no\nospfd=no\nfabricd=no\n')
        (harness.ETC / 'sdn').mkdir(exist_ok=True)

    def run_with(self, ids):
        (harness.ETC / 'sdn' / '.running-config').write_text(json.dumps({'version': 1, 'fabrics': {'ids': ids}}))

    def test_a_fabric_of_this_node(self):
        self.run_with({'ring': FABRIC, f'ring_{self.node}': NODE})
        self.generate.interfaces()
        stanzas = (self.folder / 'sdn').read_text()
        self.assertIn('iface dummy_ring inet static\n\taddress 10.0.0.81/32\n\tlink-type dummy\n', stanzas)
        self.assertIn('iface en06 inet6 static\n\taddress fd00::81/128', stanzas)
        self.generate.frr()
        conf = (self.folder / 'frr.conf').read_text()
        self.assertIn('router openfabric ring\n net 49.0001.0100.0000.0081.00\nexit', conf)
        self.assertIn('openfabric hello-multiplier 3', conf)
        self.assertIn('set src 10.0.0.81', conf)
        self.assertIn('fabricd=yes', (self.folder / 'daemons').read_text())

    def test_lines_of_ones_own_come_last(self):
        self.run_with({'ring': FABRIC, f'ring_{self.node}': NODE})
        (self.folder / 'frr.conf.local').write_text('router openfabric ring\n lsp-gen-interval 1\nexit\n')
        self.generate.frr()
        self.assertIn('router openfabric ring\n lsp-gen-interval 1\nexit\n!\n', (self.folder / 'frr.conf').read_text())

    def test_hand_made_routing_is_left_alone_until_sdn_has_something(self):
        (self.folder / 'daemons').write_text('fabricd=yes\n')
        self.run_with({})
        self.generate.interfaces()
        self.generate.frr()
        self.assertEqual((self.folder / 'daemons').read_text(), 'fabricd=yes\n')
        self.assertFalse((self.folder / 'frr.conf').exists())

    def test_the_mere_local_file_switches_hand_made_routing_off(self):
        (self.folder / 'daemons').write_text('fabricd=yes\n')
        (self.folder / 'frr.conf.local').write_text('router openfabric 1\n')
        self.run_with({})
        self.generate.frr()
        self.assertEqual((self.folder / 'daemons').read_text(), 'fabricd=no\n')

    def test_a_fabric_that_went_takes_its_stanzas_along(self):
        (self.folder / 'sdn').write_text('auto dummy_ring\n')
        self.run_with({})
        self.generate.interfaces()
        self.assertFalse((self.folder / 'sdn').exists())


if __name__ == '__main__':
    unittest.main()
