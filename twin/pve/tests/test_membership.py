import unittest
from unittest import mock

import harness
from pvestandin import cfs, corosyncconf, join, membership
from pvestandin.errors import ApiError, PlainError

CREATE = {'clustername': 'demo', 'link0': '10.0.0.1', 'link1': '10.1.0.1,priority=20'}


class Configuration(unittest.TestCase):
    def setUp(self):
        harness.reset()

    def test_text_of_a_new_cluster(self):
        text = corosyncconf.render(membership.new_configuration(CREATE))
        self.assertEqual(text, """logging {
  debug: off
  to_syslog: yes
}

nodelist {
  node {
    name: pve-a
    nodeid: 1
    quorum_votes: 1
    ring0_addr: 10.0.0.1
    ring1_addr: 10.1.0.1
  }
}

quorum {
  provider: corosync_votequorum
}

totem {
  cluster_name: demo
  config_version: 1
  interface {
    linknumber: 0
  }
  interface {
    knet_link_priority: 20
    linknumber: 1
  }
  ip_version: ipv4-6
  link_mode: passive
  secauth: on
  token_coefficient: 125
  version: 2
}

""")
        self.assertEqual(corosyncconf.render(corosyncconf.parse(text)), text)

    def test_no_coefficient_on_8(self):
        harness.reset(major=8)
        self.assertNotIn('token_coefficient', membership.new_configuration(CREATE)['totem'])

    def test_what_the_parser_refuses(self):
        for text, reason in (('totem {\n}\ntotem {\n}\n', "section 'totem' already exists and not marked as array!"),
                             ('totem {\n  version\n}\n', "missing ':' after key 'version'")):
            with self.subTest(text=text), self.assertRaisesRegex(PlainError, reason):
                corosyncconf.parse(text)


class AddNode(unittest.TestCase):
    def setUp(self):
        harness.reset()
        membership.store(membership.new_configuration(CREATE))
        key = harness.WORK / 'authkey'
        key.write_bytes(bytes(range(256)))
        for patch in (mock.patch.object(membership, 'AUTHKEY', str(key)),
                      mock.patch.object(membership, 'NODE_LOCK', str(harness.WORK / 'lock'))):
            patch.start()
            self.addCleanup(patch.stop)

    def add(self, **params):
        return membership.add_node({'node': 'pve-b', 'apiversion': 1, 'new_node_ip': '10.0.0.2', **params})

    def test_what_the_joiner_gets(self):
        found = self.add(link0='10.0.0.2', link1='10.1.0.2')
        self.assertEqual(found['corosync_authkey'].encode('latin-1'), bytes(range(256)))
        conf = corosyncconf.parse(found['corosync_conf'])
        self.assertEqual(conf['totem']['config_version'], '2')
        self.assertEqual(conf['nodelist']['node']['pve-b'],
                         {'name': 'pve-b', 'nodeid': '2', 'quorum_votes': '1', 'ring0_addr': '10.0.0.2',
                          'ring1_addr': '10.1.0.2'})
        self.assertIn('pve-b', cfs.listdir('nodes'))

    def test_refusals(self):
        for params, text in (
            ({}, 'no links given but multiple links found on other nodes, fallback only supported on single-link clusters'),
            ({'link0': '10.0.0.2'}, "corosync: link 1 exists in cluster config but wasn't specified for new node"),
            ({'link0': '10.0.0.2', 'link1': '10.1.0.2', 'link2': '10.2.0.2'},
             "corosync: link 2 specified for new node doesn't exist in cluster config"),
            ({'link0': '10.0.0.1', 'link1': '10.1.0.2'},
             "corosync: address '10.0.0.1' already used on link ring0_addr by node 'pve-a'"),
            ({'new_node_ip': None}, 'no links and no fallback ip (new_node_ip) given, cannot join cluster'),
            ({'link0': '10.0.0.9', 'apiversion': 0, 'new_node_ip': None},
             'cluster has 2 links, but only 1 given at /usr/share/perl5/PVE/API2/ClusterConfig.pm line 375.'),
            ({'node': 'pve-a', 'link0': '10.0.0.1', 'link1': '10.1.0.1'}, "can't add existing node 'pve-a'"),
            ({'node': 'pve-a', 'link0': '10.0.0.1', 'link1': '10.1.0.1', 'force': 1, 'votes': 2},
             "can't add existing node 'pve-a'"),
        ):
            with self.subTest(params=params), self.assertRaises(PlainError) as caught:
                self.add(**params)
            self.assertEqual(caught.exception.text, text)

    def test_an_unclustered_peer(self):
        cfs.delete('corosync.conf')
        with self.assertRaises(ApiError) as caught:
            self.add()
        self.assertEqual((caught.exception.text, caught.exception.errors),
                         ('invalid corosync.conf', {'error0': 'no nodes found'}))

    def test_no_quorum(self):
        with mock.patch.object(cfs, 'quorate', return_value=False):
            with self.assertRaisesRegex(PlainError, 'cluster not ready - no quorum'):
                self.add()

    def test_removing_unknown_and_own_node(self):
        for name, text, code in (('pve-z', 'Node/IP: pve-z is not a known host of the cluster.', 2),
                                 ('pve-a', 'Cannot delete myself from cluster!', 255)):
            with self.subTest(name=name), self.assertRaises(PlainError) as caught:
                membership.remove_node(name)
            self.assertEqual((caught.exception.text, caught.exception.exit_code), (text, code))


class LocalChecks(unittest.TestCase):
    def setUp(self):
        harness.reset()
        (harness.ETC / '.vmlist').write_text('{"ids": {"100": {}}}')

    def test_findings_are_listed_before_the_refusal(self):
        lines = []
        absent = mock.Mock(returncode=3)
        with mock.patch.object(join, 'local_addresses', return_value={'10.0.0.1'}), \
                mock.patch('subprocess.run', return_value=absent), \
                mock.patch.object(membership, 'AUTHKEY', '/nonexistent'):
            with self.assertRaisesRegex(PlainError, 'Check if node may join a cluster failed!'):
                join.assert_joinable({0: {'address': '10.0.0.9'}}, False, lines.append)
            join.assert_joinable({0: {'address': '10.0.0.9'}}, True, lambda text: None)
        self.assertEqual(lines, [
            'detected the following error(s):',
            '* this host already contains virtual guests',
            "* link0: cannot use IP '10.0.0.9', not found on local node!",
        ])


if __name__ == '__main__':
    unittest.main()
