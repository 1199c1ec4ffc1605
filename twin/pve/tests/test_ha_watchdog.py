import unittest

import harness
from pvestandin.ha import clock
from pvestandin.ha.watchdog import Multiplexer


class Clock:
    def __init__(self):
        self.at = 0.0

    def __call__(self):
        return self.at


class WatchdogMultiplexer(unittest.TestCase):
    def setUp(self):
        self.clock, self.resets = Clock(), []
        self.mux = Multiplexer(clock.Delays(2), lambda: self.resets.append(self.clock.at), self.clock)

    def run_until(self, seconds, feed_every=None):
        while self.clock.at < seconds:
            self.clock.at += 1
            if feed_every and self.clock.at % feed_every == 0:
                self.mux.received(1, b'.')
            self.mux.tick()

    def test_fed_client_lives(self):
        self.run_until(200, feed_every=5)
        self.assertEqual(self.resets, [])

    def test_silent_client_resets_after_client_and_device_time(self):
        self.mux.received(1, b'.')
        self.run_until(60)
        self.assertTrue(35 <= self.resets[0] <= 38, self.resets)

    def test_magic_word_lets_go(self):
        self.mux.received(1, b'.')
        self.mux.received(1, b'V')
        self.mux.received(1, b'')
        self.run_until(100)
        self.assertEqual(self.resets, [])

    def test_client_that_dies_resets(self):
        self.mux.received(1, b'.')
        self.mux.received(1, b'')
        self.run_until(20)
        self.assertTrue(self.resets)


class GroupMigration(unittest.TestCase):
    def test_groups_become_rules_on_9(self):
        from pvestandin.ha import config, migration
        harness.reset()
        (harness.ETC / 'nodes/pve-a/qemu-server/100.conf').write_text('memory: 512\n')
        (harness.ETC / 'ha/groups.cfg').write_text('group: ms01\n\tnodes pve-a:100,pve-b:50\n\tnofailback 1\n')
        (harness.ETC / 'ha/resources.cfg').write_text('vm: 100\n\tgroup ms01\n')

        class Env:
            def members(self):
                return {'pve-a': True, 'pve-b': True}

            def read_lrm_status(self, node):
                return {'state': 'active' if node in self.ready else 'unknown'}

            def log(self, text):
                pass

        env = Env()
        env.ready = {'pve-a'}
        migration.migrate_groups(env)
        self.assertEqual(list(config.groups()), ['ms01'])
        env.ready = {'pve-a', 'pve-b'}
        migration.migrate_groups(env)
        self.assertEqual(config.groups(), {})
        rule = config.stored_rules()['ha-group-ms01']
        self.assertEqual((rule['type'], rule['resources'], rule['strict']), ('node-affinity', 'vm:100', '0'))
        self.assertEqual(config.resources()['vm:100'], {'type': 'vm', 'failback': '0'})


class RuleFeasibility(unittest.TestCase):
    def problems(self, nodes=('a', 'b', 'c'), **sections):
        from pvestandin.ha import rules
        return rules.problems({name: rules.from_section(section) for name, section in sections.items()}, set(nodes))

    def near(self, sids, nodes, **more):
        return {'type': 'node-affinity', 'resources': sids, 'nodes': nodes, **more}

    def pair(self, sids, affinity):
        return {'type': 'resource-affinity', 'resources': sids, 'affinity': affinity}

    def test_one_resource_in_two_node_rules(self):
        found = self.problems(r1=self.near('vm:1', 'a'), r2=self.near('vm:1', 'b'))
        self.assertEqual(found['r2'], ["resource 'vm:1' is already used in another node affinity rule"])

    def test_positive_and_negative_pair(self):
        found = self.problems(r1=self.pair('vm:1,vm:2', 'positive'), r2=self.pair('vm:1,vm:2', 'negative'))
        self.assertEqual(found['r1'], ["rule shares two or more resources with 'r2'"])

    def test_priorities_with_a_resource_rule(self):
        found = self.problems(r1=self.near('vm:1', 'a:2,b:1'), r2=self.pair('vm:1,vm:2', 'positive'))
        self.assertEqual(found, {'r2': ['resources are in node affinity rules with multiple priorities']})

    def test_disabled_rules_do_not_count(self):
        self.assertEqual(self.problems(r1=self.near('vm:1', 'a'), r2=self.near('vm:1', 'b', disable='1')), {})


if __name__ == '__main__':
    unittest.main()
