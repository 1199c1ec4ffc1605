import unittest

import harness


class Sdn(unittest.TestCase):
    def setUp(self):
        harness.reset()
        (harness.ETC / 'sdn').mkdir()

    def refused(self, text, *args, **params):
        from pvestandin.errors import ApiError
        with self.assertRaises(ApiError) as caught:
            harness.call(*args, **params)
        self.assertEqual(caught.exception.text, text)

    def test_zone_and_vnet(self):
        harness.call('POST', '/cluster/sdn/zones', zone='lab', type='vlan', bridge='vmbr0')
        self.refused("create sdn zone object failed: sdn zone object ID 'lab' already defined",
                     'POST', '/cluster/sdn/zones', zone='lab', type='vlan', bridge='vmbr0')
        harness.call('POST', '/cluster/sdn/vnets', vnet='vlan10', zone='lab', tag=10)
        self.refused('delete sdn zone object failed: zone lab is used by vnet vlan10',
                     'DELETE', '/cluster/sdn/zones/lab')
        self.assertEqual(harness.call('GET', '/cluster/sdn/vnets', pending=1)[0]['state'], 'new')
        self.assertEqual(harness.call('GET', '/cluster/sdn/vnets/vlan10')['tag'], 10)

    def test_fabric_rules(self):
        fabric = {'id': 'ring', 'protocol': 'openfabric', 'ip_prefix': '10.0.0.0/24'}
        self.assertEqual(harness.call('POST', '/cluster/sdn/fabrics/fabric', **fabric), '')
        self.refused("fabric 'ring' already exists in config", 'POST', '/cluster/sdn/fabrics/fabric', **fabric)
        node = {'protocol': 'openfabric', 'interfaces': ['name=en05', 'name=en06']}
        self.refused('node IP 10.9.0.1 is outside the IP prefix 10.0.0.0/24 of the fabric', 'POST',
                     '/cluster/sdn/fabrics/node/ring', node_id='pve-a', ip='10.9.0.1', **node)
        harness.call('POST', '/cluster/sdn/fabrics/node/ring', node_id='pve-a', ip='10.0.0.1', **node)
        self.refused('fabric ring contains nodes with duplicated IPs', 'POST', '/cluster/sdn/fabrics/node/ring',
                     node_id='pve-b', ip='10.0.0.1', **node)
        self.assertEqual(harness.call('GET', '/cluster/sdn/fabrics/node/ring/pve-a')['interfaces'],
                         ['name=en05', 'name=en06'])
        self.refused('missing field `area`', 'POST', '/cluster/sdn/fabrics/fabric', id='ospf1', protocol='ospf',
                     ip_prefix='10.1.0.0/24')
        harness.call('DELETE', '/cluster/sdn/fabrics/fabric/ring')
        self.assertEqual(harness.call('GET', '/cluster/sdn/fabrics/all'), {'fabrics': [], 'nodes': []})

    def test_the_lock_token(self):
        token = harness.call('POST', '/cluster/sdn/lock')
        self.refused('invalid lock token provided!', 'POST', '/cluster/sdn/zones', zone='lab', type='simple',
                     lock__token='00000000-0000-0000-0000-000000000000')
        harness.call('POST', '/cluster/sdn/zones', zone='lab', type='simple', lock__token=token)
        harness.call('POST', '/cluster/sdn/rollback', lock__token=token)
        self.assertEqual(harness.call('GET', '/cluster/sdn/zones'), [])


if __name__ == '__main__':
    unittest.main()
