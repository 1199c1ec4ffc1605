import unittest

import harness


def guest(vmid, node, kind='qemu-server'):
    (harness.ETC / 'nodes' / node / kind / f'{vmid}.conf').write_text('memory: 512\n')


class Resources(unittest.TestCase):
    def setUp(self):
        harness.reset()
        for vmid in (100, 101, 102, 103):
            guest(vmid, 'pve-a')

    def refused(self, text, *args, **params):
        from pvestandin.errors import ApiError
        with self.assertRaises(ApiError) as caught:
            harness.call(*args, **params)
        self.assertEqual(caught.exception.text, text)
        return caught.exception

    def managed(self, *vmids):
        for vmid in vmids:
            harness.call('POST', '/cluster/ha/resources', sid=f'vm:{vmid}')

    def test_unknown_guest_and_duplicate(self):
        error = self.refused("resource 'vm:999' does not exist in cluster",
                             'POST', '/cluster/ha/resources', sid='vm:999')
        self.assertEqual(error.exit_code, 17)
        self.managed(100)
        self.refused("create resource failed: resource ID 'vm:100' already defined",
                     'POST', '/cluster/ha/resources', sid='100')
        self.refused("cannot delete service 'vm:1', not HA managed!", 'DELETE', '/cluster/ha/resources/vm:1')

    def test_groups_are_gone_on_9(self):
        self.refused('cannot create group: ha groups have been migrated to rules',
                     'POST', '/cluster/ha/groups', group='g1', nodes='pve-a:100')
        self.refused("invalid parameter 'group': ha groups have been migrated to rules",
                     'POST', '/cluster/ha/resources', sid='vm:100', group='g1')

    def test_rule_life(self):
        self.managed(100)
        harness.call('POST', '/cluster/ha/rules', rule='ms01', type='node-affinity', resources='vm:100',
                     nodes='pve-b:50,pve-a:100')
        shown = harness.call('GET', '/cluster/ha/rules/ms01')
        self.assertEqual((shown['nodes'], shown['resources'], shown['order']), ('pve-a:100,pve-b:50', 'vm:100', 1))
        self.refused("update HA rules failed: HA rule 'nope' does not exist",
                     'PUT', '/cluster/ha/rules/nope', type='node-affinity', resources='vm:100')
        harness.call('DELETE', '/cluster/ha/resources/vm:100')
        self.assertEqual(harness.call('GET', '/cluster/ha/rules'), [])
        harness.call('DELETE', '/cluster/ha/rules/ms01')

    def test_rule_refusals(self):
        self.managed(100, 101, 102, 103)
        self.refused('create ha rule failed: cannot use unmanaged resource(s) vm:104.', 'POST', '/cluster/ha/rules',
                     rule='r1', type='node-affinity', resources='vm:104', nodes='pve-a')
        self.refused('create ha rule failed: cannot use non-existent node(s) x.', 'POST', '/cluster/ha/rules',
                     rule='r1', type='node-affinity', resources='vm:100', nodes='x')
        self.refused("create ha rule failed: 400 Rule 'r1' is invalid.\nresources: rule is ineffective as there are "
                     'less than two resources', 'POST', '/cluster/ha/rules', rule='r1',
                     type='resource-affinity', affinity='positive', resources='vm:100')

    def test_negative_rule_needs_nodes_that_the_manager_has_seen(self):
        self.managed(100, 101)
        rule = {'rule': 'apart', 'type': 'resource-affinity', 'affinity': 'negative', 'resources': 'vm:100,vm:101'}
        self.refused("create ha rule failed: 400 Rule 'apart' is invalid.\nresources: rule defines more resources "
                     'than available nodes', 'POST', '/cluster/ha/rules', **rule)
        from pvestandin.ha import config
        config.write_json(config.MANAGER_STATUS, {'node_status': {'pve-a': 'online', 'pve-b': 'online'}})
        harness.call('POST', '/cluster/ha/rules', **rule)


class GroupsOn8(unittest.TestCase):
    def setUp(self):
        from pvestandin import schema
        harness.reset(major=8)
        schema.facts()
        guest(100, 'pve-a')

    def test_group_life(self):
        from pvestandin.errors import ApiError
        harness.call('POST', '/cluster/ha/groups', group='g1', nodes='pve-a:100,pve-b:50', nofailback=1)
        harness.call('POST', '/cluster/ha/resources', sid='vm:100', group='g1')
        with self.assertRaises(ApiError) as caught:
            harness.call('DELETE', '/cluster/ha/groups/g1')
        self.assertEqual(caught.exception.text, "delete ha group failed: ha group is used by service 'vm:100'")
        harness.call('DELETE', '/cluster/ha/resources/vm:100')
        harness.call('DELETE', '/cluster/ha/groups/g1')
        self.assertEqual(harness.call('GET', '/cluster/ha/groups'), [])

    def test_no_rules(self):
        from pvestandin.errors import ApiError
        with self.assertRaises(ApiError) as caught:
            harness.call('GET', '/cluster/ha/rules')
        self.assertEqual(caught.exception.status, 501)


if __name__ == '__main__':
    unittest.main()
