"""Who acts, on whom, and when: rows 11 to 13, 19, 20, 23 and 28 of the fault matrix."""

import unittest

import harness  # noqa: F401  (finds the fencer)
from world import World


class WhoAndWhen(unittest.TestCase):
    def test_a_crashed_node_is_off_before_seventy_seconds(self):
        world = World()
        lost = world.now
        world.crash("carla", watchdog=False)
        world.run(75)
        self.assertFalse(world.hosts["carla"].power)
        [(at, by, said)] = world.events("fenced")
        self.assertEqual("ada", by)
        # The membership notices 5 s after the loss on real networks, here at once.
        self.assertLess(at - lost, 70 - 5)
        self.assertIn("FENCED: carla is off", said.text)

    def test_off_is_confirmed_before_the_earliest_steal_when_the_watchdog_does_not_reset(self):
        world = World(levels=2)
        world.hosts["carla"].reach[0] = "timeout"
        lost = world.now
        world.isolate("carla")
        world.hosts["carla"].watchdog_works = False
        world.run(100)
        self.assertLess(world.events("fenced")[0][0] - lost, 100)

    def test_nobody_acts_before_the_delay(self):
        world = World()
        world.crash("carla")
        world.run(45)
        self.assertEqual((), world.record.cases)
        world.run(4)
        self.assertEqual([], world.requests)

    def test_the_lowest_id_that_is_left_acts(self):
        world = World()
        world.crash("ada", watchdog=False)
        world.run(75)
        self.assertEqual({"berta"}, {by for _, by, _, _ in world.offs()})

    def test_the_next_one_acts_when_the_first_one_s_fencer_is_dead(self):
        world = World()
        world.fencers["ada"].running = False
        world.crash("carla", watchdog=False)
        world.run(85)
        self.assertEqual([("berta", "carla")], [(by, node) for _, by, _, node in world.offs()])

    def test_two_with_a_tie_breaker(self):
        world = World(count=2, qdevice=True)
        world.crash("berta", watchdog=False)
        world.run(75)
        self.assertEqual([("ada", "berta")], [(by, node) for _, by, _, node in world.offs()])


    def test_a_node_without_a_vote_takes_nothing_from_quorum(self):
        world = World(count=2)
        world.hosts["berta"].vote = 0
        world.run(2)
        world.crash("berta", watchdog=False)
        world.run(75)
        self.assertEqual([("ada", "berta")], [(by, node) for _, by, _, node in world.offs()])

    def test_several_nodes_without_a_vote_are_a_storm_all_the_same(self):
        world = World(count=3)
        for name in ("berta", "carla"):
            world.hosts[name].vote = 0
        world.run(2)
        for name in ("berta", "carla"):
            world.crash(name, watchdog=False)
        world.run(200)
        self.assertEqual([], world.offs())


class WhomNot(unittest.TestCase):
    def nothing_happens(self, world: World, seconds: float = 200) -> None:
        world.run(seconds)
        self.assertEqual([], world.offs())

    def test_no_quorum_anywhere(self):
        world = World()
        world.isolate("berta", island=1)
        world.isolate("carla", island=2)
        self.nothing_happens(world, 60)

    def test_two_silent_nodes_of_three(self):
        world = World()
        world.crash("berta", watchdog=False)
        world.crash("carla", watchdog=False)
        self.nothing_happens(world)

    def test_three_nodes_after_a_power_cut_one_of_them_slow(self):
        world = World()
        for name in world.hosts:
            world.cut(name)
        world.run(600)
        world.boot("ada")
        world.boot("berta")
        world.run(240)
        world.boot("carla")
        world.run(400)
        self.assertEqual([], world.requests)
        self.assertTrue(all(host.up for host in world.hosts.values()))

    def test_a_node_never_seen_online(self):
        world = World(boots_cold=True)
        world.cut("carla")
        world.hosts["carla"].services = ["started"]
        self.nothing_happens(world, 900)

    def test_drained_for_maintenance(self):
        world = World()
        host = world.hosts["carla"]
        host.services, host.lock, host.lrm = [], False, "maintenance"
        world.disarm = None
        world.cut("carla")
        self.nothing_happens(world)

    def test_in_maintenance_with_services_still_on_it(self):
        world = World()
        world.cut("carla")
        world.run(75)
        self.assertEqual(1, len(world.events("fenced")))

    def test_clean_shutdown_gives_up_the_lock_whatever_the_files_say_of_its_agent(self):
        world = World()
        world.hosts["carla"].lock = False
        world.cut("carla")
        self.nothing_happens(world, 120)

    def test_frozen_services_of_an_orderly_restart(self):
        world = World()
        world.hosts["carla"].services = ["freeze", "stopped"]
        world.cut("carla")
        self.nothing_happens(world, 59)

    def test_an_idle_agent(self):
        world = World()
        world.hosts["carla"].lrm = "wait_for_agent_lock"
        world.cut("carla")
        self.nothing_happens(world, 120)

    def test_disarmed(self):
        for state in ("disarming", "disarmed"):
            world = World()
            world.disarm = state
            world.crash("carla", watchdog=False)
            self.nothing_happens(world)

    def test_paused(self):
        world = World()
        world.paused = True
        world.crash("carla", watchdog=False)
        self.nothing_happens(world)

    def test_asymmetric_cut_follows_the_one_membership(self):
        world = World()
        world.isolate("berta")
        world.hosts["berta"].watchdog_works = False
        world.run(80)
        self.assertEqual({"berta"}, {node for _, _, _, node in world.offs()})

    def test_a_node_without_a_device_is_said_to_rely_on_its_watchdog(self):
        world = World(bare=("carla",))
        world.crash("carla")
        self.nothing_happens(world, 65)
        self.assertIn("its watchdog", world.events("not-fenced")[0][2].text)
        self.assertEqual({"ada", "berta"}, {by for _, by, _ in world.events("not-fenced")})


class Partition(unittest.TestCase):
    def test_only_the_quorate_side_acts(self):
        world = World()
        world.isolate("ada")
        world.hosts["ada"].watchdog_works = False
        world.run(80)
        self.assertEqual([("berta", "ada")], [(by, node) for _, by, _, node in world.offs()])

    def test_a_loss_that_takes_quorum_from_everybody_for_moments(self):
        # As a cut of one direction does: what the lost node still sends keeps the others from agreeing at first.
        world = World()
        for island, name in enumerate(world.hosts):
            world.isolate(name, island=island + 1)
        world.hosts["carla"].watchdog_works = False
        lost_at = world.now
        world.run(20)
        world.heal()
        world.isolate("carla")
        world.run(100)
        self.assertEqual([("ada", "carla")], [(by, node) for _, by, _, node in world.offs()])
        self.assertLess(world.events("fenced")[0][0] - lost_at, 70)

    def test_who_comes_back_some_seconds_after_such_moments_is_left_alone(self):
        world = World()
        for island, name in enumerate(world.hosts):
            world.isolate(name, island=island + 1)
        world.run(50)
        world.heal()
        world.isolate("carla")
        world.run(17)
        world.heal()
        world.run(60)
        self.assertEqual([], world.requests)

    def test_quorum_that_was_gone_for_longer_than_a_watchdog_waits_is_new(self):
        world = World()
        for island, name in enumerate(world.hosts):
            world.isolate(name, island=island + 1)
            world.hosts[name].watchdog_works = False
        world.run(70)
        world.heal()
        world.isolate("carla")
        world.run(115)
        self.assertEqual([], world.offs())

    def test_who_was_not_seen_before_such_moments_is_not_afterwards(self):
        world = World(boots_cold=True)
        world.cut("carla")
        world.hosts["carla"].services = ["started"]
        world.run(400)
        world.isolate("ada", island=2)
        world.run(10)
        world.heal()
        world.run(300)
        self.assertEqual([], world.offs())

    def test_back_before_the_request(self):
        world = World()
        world.isolate("carla")
        world.run(49)
        world.heal()
        world.run(30)
        self.assertEqual([], world.requests)

    def test_back_between_intent_and_request(self):
        world = World()
        world.hosts["carla"].latency = 5
        world.isolate("carla")
        world.run(53)
        self.assertEqual("off", world.record.cases[0].step)
        world.heal()
        world.run(30)
        self.assertEqual([], world.offs())
        self.assertEqual((), world.record.cases)
        self.assertIn("nothing had been sent", world.events("withdrawn")[0][2].text)

    def test_back_after_the_request_counts_as_one_fence(self):
        world = World()
        world.hosts["carla"].stuck.add(0)
        world.isolate("carla")
        world.run(58)
        self.assertEqual(1, len(world.offs()))
        world.heal()
        world.run(10)
        self.assertEqual(["off"], [past.what for past in world.record.past])
        self.assertIn("off had been sent", world.events("withdrawn")[0][2].text)


if __name__ == "__main__":
    unittest.main()
