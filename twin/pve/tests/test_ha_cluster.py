import unittest

from ha_world import World

NODES = ('a', 'b', 'c')


def affinity(*sids, strict=False, **nodes):
    return {'type': 'node-affinity', 'resources': set(sids), 'nodes': nodes, 'strict': strict,
            'affinity': None, 'disable': False}


class FailOver(unittest.TestCase):
    def setUp(self):
        self.world = World(NODES)

    def cut(self, node):
        self.world.connected[node] = False
        self.cut_at = self.world.clock

    def seconds_until(self, words):
        for at, text in self.world.log_lines:
            if at >= self.cut_at and words in text:
                return at - self.cut_at
        raise AssertionError(f'never: {words}\n' + '\n'.join(f'{a} {t}' for a, t in self.world.log_lines))

    def test_service_starts_within_two_rounds(self):
        self.world.add('vm:100', 'b')
        self.world.run(40)
        self.assertEqual(self.world.state('vm:100'), ('started', 'b'))
        self.assertEqual(self.world.running['vm:100'], 'b')

    def test_a_lock_that_went_down_with_its_host_keeps_nothing_from_starting(self):
        self.world.add('vm:100', 'b')
        self.world.left_over['vm:100'] = 'backup'
        self.world.run(60)
        self.cut('b')
        self.world.run(240)
        self.seconds_until("removed leftover lock 'backup' from recovered service 'vm:100' to allow its start.")
        self.assertEqual((self.world.state('vm:100')[0], self.world.left_over), ('started', {}))

    def test_node_resets_itself_before_its_service_runs_elsewhere(self):
        self.world.add('vm:100', 'b')
        self.world.run(60)
        self.cut('b')
        self.world.run(240)
        reset, taken = self.seconds_until('b reset'), self.seconds_until("got agent lock for node 'b'")
        self.assertTrue(50 <= reset <= 80, reset)
        self.assertTrue(110 <= taken <= 140, taken)
        state, node = self.world.state('vm:100')
        self.assertEqual(state, 'started')
        self.assertEqual(self.world.running['vm:100'], node)
        self.assertIn(node, ('a', 'c'))

    def test_losing_the_master_takes_a_minute_more(self):
        self.world.add('vm:100', 'a')
        self.world.run(60)
        self.assertEqual(self.world.manager_status['master_node'], 'a')
        self.cut('a')
        self.world.run(300)
        self.assertTrue(160 <= self.seconds_until("got agent lock for node 'a'") <= 220)
        self.assertIn(self.world.running['vm:100'], ('b', 'c'))

    def test_node_without_services_is_not_reset(self):
        self.world.add('vm:100', 'a')
        self.world.run(60)
        self.cut('c')
        self.world.run(300)
        self.assertFalse([text for _, text in self.world.log_lines if 'c reset' in text])

    def test_recovery_goes_to_the_highest_priority_and_comes_home(self):
        self.world.rule_set = {'ms01': affinity('vm:100', a=100, b=50, c=25)}
        self.world.add('vm:100', 'a')
        self.world.run(60)
        self.cut('a')
        self.world.run(300)
        self.assertEqual(self.world.state('vm:100'), ('started', 'b'))
        self.world.connected['a'] = True
        self.world.hosts['a'].boot()
        self.world.run(120)
        self.assertEqual(self.world.running['vm:100'], 'a')

    def test_without_failback_it_stays(self):
        self.world.rule_set = {'ms01': affinity('vm:100', a=100, b=50)}
        self.world.add('vm:100', 'b', failback=False)
        self.world.run(120)
        self.assertEqual(self.world.running['vm:100'], 'b')

    def test_strict_rule_without_a_member_waits_in_recovery(self):
        self.world.rule_set = {'only': affinity('vm:100', strict=True, a=0)}
        self.world.add('vm:100', 'a')
        self.world.run(60)
        self.cut('a')
        self.world.run(300)
        self.assertEqual(self.world.state('vm:100'), ('recovery', 'a'))

    def test_broken_start_is_retried_moved_and_ends_in_error(self):
        self.world.broken = {('vm:100', node) for node in NODES}
        self.world.add('vm:100', 'b')
        self.world.run(200)
        self.assertEqual(self.world.state('vm:100')[0], 'error')
        self.world.wanted['vm:100']['state'] = 'disabled'
        self.world.run(60)
        self.assertEqual(self.world.state('vm:100')[0], 'stopped')

    def test_start_broken_on_one_node_relocates(self):
        self.world.broken = {('vm:100', 'b')}
        self.world.add('vm:100', 'b')
        self.world.run(200)
        self.assertEqual(self.world.state('vm:100')[0], 'started')
        self.assertNotEqual(self.world.running['vm:100'], 'b')


class Commands(unittest.TestCase):
    def setUp(self):
        self.world = World(NODES)
        self.world.add('vm:100', 'b')
        self.world.run(60)

    def test_migrate_and_unknown_target(self):
        self.world.commands = ['migrate vm:100 c']
        self.world.run(60)
        self.assertEqual(self.world.running['vm:100'], 'c')
        self.world.commands = ['migrate vm:100 nowhere']
        self.world.run(20)
        self.assertTrue(any('crm command error - node not online' in text for _, text in self.world.log_lines))

    def test_maintenance_empties_the_node_and_brings_back(self):
        self.world.commands = ['enable-node-maintenance b']
        self.world.run(80)
        self.assertNotEqual(self.world.running['vm:100'], 'b')
        self.assertEqual(self.world.manager_status['node_status']['b'], 'maintenance')
        self.assertEqual(self.world.lrm_status['b']['mode'], 'maintenance')
        self.world.commands = ['disable-node-maintenance b']
        self.world.run(120)
        self.assertEqual(self.world.running['vm:100'], 'b')

    def test_stop_state(self):
        self.world.wanted['vm:100']['state'] = 'stopped'
        self.world.run(60)
        self.assertEqual(self.world.state('vm:100'), ('stopped', 'b'))
        self.assertNotIn('vm:100', self.world.running)

    def test_disarmed_cluster_lets_go_of_the_watchdog_and_does_not_fence(self):
        self.world.commands = ['disarm-ha freeze']
        self.world.run(60)
        self.assertEqual(self.world.manager_status['disarm']['state'], 'disarmed')
        self.world.connected['b'] = False
        self.world.run(300)
        self.assertFalse([text for _, text in self.world.log_lines if 'b reset' in text])
        self.world.connected['b'] = True
        self.world.commands = ['arm-ha']
        self.world.run(80)
        self.assertEqual(self.world.state('vm:100'), ('started', 'b'))


class Shutdown(unittest.TestCase):
    def setUp(self):
        self.world = World(NODES)
        self.world.add('vm:100', 'b')
        self.world.run(60)

    def leave(self, mode, rounds=12):
        lrm = self.world.hosts['b'].lrm
        lrm.leave(mode)
        self.world.run(10 * rounds)
        self.assertTrue(lrm.done)

    def test_freeze_keeps_the_service_for_the_returning_node(self):
        self.leave('restart')
        self.assertEqual(self.world.state('vm:100'), ('freeze', 'b'))
        self.world.hosts['b'].up = False
        self.world.run(300)
        self.assertEqual(self.world.state('vm:100'), ('freeze', 'b'))
        self.world.running = {}
        self.world.hosts['b'].boot()
        self.world.run(60)
        self.assertEqual(self.world.running['vm:100'], 'b')

    def test_migrate_policy_moves_before_the_host_goes(self):
        self.leave('maintenance')
        self.assertNotEqual(self.world.running['vm:100'], 'b')

    def test_failover_policy_stops_and_another_node_takes_over(self):
        self.leave('shutdown')
        self.world.hosts['b'].up = False
        self.world.run(200)
        self.assertIn(self.world.running['vm:100'], ('a', 'c'))


class Companions(unittest.TestCase):
    def test_negative_affinity_recovers_to_the_free_node(self):
        world = World(NODES)
        world.rule_set = {'apart': {'type': 'resource-affinity', 'resources': {'vm:100', 'vm:101'}, 'nodes': {},
                                    'strict': False, 'affinity': 'negative', 'disable': False}}
        world.add('vm:100', 'b')
        world.add('vm:101', 'a')
        world.run(60)
        world.connected['b'] = False
        world.run(300)
        self.assertEqual(world.running['vm:100'], 'c')

    def test_pve8_group_with_priorities(self):
        world = World(NODES)
        world.groups = {'g': {'nodes': {'a': 100, 'c': 50}, 'restricted': True}}
        world.add('vm:100', 'b', group='g')
        world.run(90)
        self.assertEqual(world.running['vm:100'], 'a')


if __name__ == '__main__':
    unittest.main()
