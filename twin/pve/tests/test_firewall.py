import unittest

import harness


class Firewall(unittest.TestCase):
    def setUp(self):
        harness.reset()

    def test_rules_keep_their_order_and_text(self):
        from pvestandin import firewallfile
        base = '/cluster/firewall'
        harness.call('PUT', f'{base}/options', enable=1, policy_in='DROP')
        harness.call('POST', f'{base}/groups', group='web-in')
        harness.call('POST', f'{base}/groups/web-in', type='in', action='ACCEPT', proto='tcp', dport='443', enable=1)
        harness.call('POST', f'{base}/rules', type='in', action='ACCEPT', macro='SSH', source='10.0.0.0/8', enable=1,
                     comment='admins')
        harness.call('POST', f'{base}/rules', type='group', action='web-in', enable=1)
        self.assertEqual([rule['action'] for rule in harness.call('GET', f'{base}/rules')], ['web-in', 'ACCEPT'])
        text = (harness.ETC / 'firewall/cluster.fw').read_text()
        self.assertIn('IN SSH(ACCEPT) -source 10.0.0.0/8 # admins\n', text)
        self.assertEqual(firewallfile.render(firewallfile.parse(text)), text)
        harness.call('PUT', f'{base}/rules/1', moveto=0)
        self.assertEqual(harness.call('GET', f'{base}/rules/0')['macro'], 'SSH')

    def test_aliases_and_ip_sets(self):
        from pvestandin.errors import ParameterError
        base = '/cluster/firewall'
        harness.call('POST', f'{base}/aliases', name='nas', cidr='10.203.3.99')
        with self.assertRaises(ParameterError):
            harness.call('POST', f'{base}/aliases', name='nas', cidr='10.203.3.99')
        harness.call('POST', f'{base}/ipset', name='management')
        harness.call('POST', f'{base}/ipset/management', cidr='10.0.0.0/8')
        self.assertEqual(harness.call('GET', f'{base}/ipset/management')[0]['cidr'], '10.0.0.0/8')
        harness.call('DELETE', f'{base}/aliases/nas')
        self.assertEqual(harness.call('GET', f'{base}/aliases'), [])


if __name__ == '__main__':
    unittest.main()
