"""The course of a case: devices that fail, fencers that die, storms, and switching on again."""

import unittest

import harness  # noqa: F401  (finds the fencer)
from world import World


class Devices(unittest.TestCase):
    def test_second_level_when_the_first_is_dead(self):
        world = World(levels=2)
        world.hosts["carla"].reach[0] = "unreachable"
        world.crash("carla", watchdog=False)
        world.run(80)
        self.assertEqual(1, len(world.events("fenced")))
        self.assertFalse(world.hosts["carla"].power)

    def test_no_device_answers_any_member(self):
        world = World()
        world.hosts["carla"].reach[0] = "unreachable"
        world.crash("carla", watchdog=False)
        world.run(100)
        self.assertEqual([], world.offs())
        [(_, by, said), *_more] = world.events("not-fenced")
        self.assertEqual("berta", by)
        self.assertIn("on the assumption that its watchdog", said.text)
        self.assertEqual([], world.events("fenced"))

    def test_a_late_off_is_still_right(self):
        world = World()
        world.hosts["carla"].reach[0] = "unreachable"
        world.crash("carla", watchdog=False)
        world.run(150)
        world.hosts["carla"].reach.clear()
        world.run(70)
        self.assertEqual(1, len(world.events("fenced")))

    def test_no_busy_loop_on_a_dead_device(self):
        world = World()
        asked = []
        inner = world._device
        world._device = lambda fencer, ask: asked.append(ask) or inner(fencer, ask)
        world.hosts["carla"].reach[0] = "unreachable"
        world.crash("carla", watchdog=False)
        world.run(650)
        self.assertLess(len(asked), 600 / 20)

    def test_state_stays_on(self):
        world = World(levels=2)
        world.hosts["carla"].stuck.add(0)
        world.crash("carla", watchdog=False)
        world.run(95)
        self.assertEqual(3, len(world.offs()))  # twice at level 1, once at level 2
        self.assertEqual(1, len(world.events("fenced")))

    def test_state_stays_on_everywhere_is_never_success(self):
        world = World()
        world.hosts["carla"].stuck.add(0)
        world.crash("carla", watchdog=False)
        world.run(600)
        self.assertEqual([], world.events("fenced"))
        self.assertTrue(world.events("not-fenced"))

    def test_null_and_powering_off_are_not_off(self):
        world = World()
        world.hosts["carla"].says[0] = "unknown"
        world.crash("carla", watchdog=False)
        world.run(58)
        self.assertEqual(1, len(world.offs()))
        self.assertEqual([], world.events("fenced"))
        world.hosts["carla"].says.clear()
        world.run(10)
        self.assertEqual(1, len(world.events("fenced")))

    def test_already_off_needs_no_request(self):
        world = World()
        world.cut("carla")
        world.run(70)
        self.assertEqual([], world.offs())
        self.assertEqual(1, len(world.events("fenced")))

    def test_off_seen_once_is_not_enough(self):
        world = World()
        world.hosts["carla"].says[0] = "off"
        world.crash("carla", watchdog=False)
        world.run(52)
        world.hosts["carla"].says[0] = "on"
        world.run(4)
        self.assertEqual([], world.events("fenced"))
        world.hosts["carla"].says.clear()
        world.run(20)
        self.assertEqual(1, len(world.events("fenced")))

    def test_definite_refusals_go_to_the_next_level_at_once(self):
        for failure in ("login", "certificate", "forbidden", "wrong-machine", "unsupported", "marked-bad"):
            world = World(levels=2)
            world.hosts["carla"].reach[0] = failure
            world.crash("carla", watchdog=False)
            world.run(65)
            self.assertEqual(1, len(world.events("fenced")), failure)

    def test_healthy_cluster_with_all_devices_dead(self):
        world = World()
        for host in world.hosts.values():
            host.reach[0] = "unreachable"
        world.run(600)
        self.assertEqual([], world.requests)


    def test_reset_by_its_watchdog_and_starting_when_off_arrives(self):
        world = World()
        world.crash("carla")
        world.hosts["carla"].reach[0] = "busy"
        world.run(75)
        self.assertIsNotNone(world.hosts["carla"].boots_at)
        world.hosts["carla"].reach.clear()
        world.run(45)
        self.assertEqual(1, len(world.events("fenced")))
        self.assertFalse(world.hosts["carla"].power)
        world.run(200)
        self.assertEqual(1, len(world.ons()))
        self.assertTrue(world.hosts["carla"].up)


class Succession(unittest.TestCase):
    def test_killed_between_off_and_result(self):
        world = World()
        world.hosts["carla"].latency = 4
        world.crash("carla", watchdog=False)
        world.run(57)
        self.assertEqual(1, len(world.offs()))
        world.fencers["ada"].running = False
        world.run(40)
        self.assertEqual(["berta"], [by for _, by, _ in world.events("fenced")])
        self.assertEqual("confirmed", world.record.cases[0].step)

    def test_its_node_dies_too_in_five(self):
        world = World(count=5)
        world.hosts["elsa"].latency = 4
        world.crash("elsa", watchdog=False)
        world.run(57)
        world.crash("ada", watchdog=False)
        world.run(20)
        self.assertEqual(["berta"], [by for _, by, _ in world.events("fenced")])

    def test_restarted_while_a_node_is_absent(self):
        world = World()
        world.crash("carla", watchdog=False)
        world.run(20)
        world.kill_fencer("ada", remembers=True)
        world.run(60)
        self.assertEqual(["ada"], [by for _, by, _ in world.events("fenced")])

    def test_restarted_without_memory_leaves_it_to_the_next(self):
        world = World()
        world.crash("carla", watchdog=False)
        world.run(20)
        world.kill_fencer("ada")
        world.run(70)
        self.assertEqual(["berta"], [by for _, by, _ in world.events("fenced")])

    def test_record_that_cannot_be_written(self):
        world = World()
        world.crash("carla", watchdog=False)
        world.run(50)
        inner, world._publish = world._publish, lambda fencer, action: False
        world.run(30)
        self.assertEqual([], world.requests)
        self.assertTrue(world.events("intent-unwritten"))
        world._publish = inner
        world.run(30)
        self.assertEqual(1, len(world.events("fenced")))

    def test_cluster_files_stall_in_the_middle(self):
        world = World()
        world.hosts["carla"].stuck.add(0)
        world.crash("carla", watchdog=False)
        world.run(56)
        self.assertEqual(1, len(world.offs()))
        world.stalled = True
        world.run(60)
        self.assertEqual(1, len(world.offs()))
        world.stalled = False
        world.hosts["carla"].stuck.clear()
        world.run(60)
        self.assertEqual(1, len(world.events("fenced")))

    def test_stopped_for_five_minutes_and_continued(self):
        world = World()
        world.hosts["carla"].latency = 3
        world.crash("carla", watchdog=False)
        world.run(54)
        world.fencers["ada"].resting_until = world.now + 300
        world.run(250)
        # The next one has finished it long ago and switched it on again; the sleeper must not send its off any more.
        self.assertEqual(["berta"], [by for _, by, _ in world.events("fenced")])
        world.run(120)
        self.assertEqual({"berta"}, {by for _, by, _, _ in world.offs()})

    def test_stopped_fencer_counts_absence_anew(self):
        world = World()
        world.fencers["berta"].running = False
        world.crash("carla", watchdog=False)
        world.run(20)
        world.fencers["ada"].resting_until = world.now + 60
        world.run(100)
        self.assertEqual([], world.requests)
        world.run(30)
        self.assertEqual(0, len(world.offs()) if world.hosts["carla"].services == [] and not world.record.cases else 0)


    def test_the_clock_of_the_day_jumps(self):
        """Only the budget of power-ons is counted in times of day, and rather one too many."""
        for jump in (-86_400.0, 86_400.0):
            world = World()
            world.crash("carla", watchdog=False)
            world.run(52)
            world.clock_off = jump
            world.run(20)
            self.assertEqual(1, len(world.events("fenced")), jump)
            world.run(200)
            self.assertEqual(1, len(world.ons()), jump)
            world.crash("carla", watchdog=False)
            world.run(400)
            self.assertEqual(1, len(world.ons()), jump)


class Storms(unittest.TestCase):
    def test_one_request_within_the_interval(self):
        world = World(count=5)
        world.isolate("dora", island=1)
        world.isolate("elsa", island=2)
        for name in ("dora", "elsa"):
            world.hosts[name].watchdog_works = False
        world.run(110)
        self.assertEqual(1, len({node for _, _, _, node in world.offs()}))

    def test_more_silent_than_quorum_allows(self):
        world = World(count=4, qdevice=True)
        for name in ("berta", "carla", "dora"):
            world.isolate(name, island=1)
            world.hosts[name].watchdog_works = False
        world.run(200)
        self.assertFalse({by for _, by, _, _ in world.offs()} - {"berta", "carla", "dora"} and len(world.offs()) > 1)
        self.assertEqual([("berta", "ada")], [(by, node) for _, by, _, node in world.offs()])

    def test_quorum_that_a_person_has_lowered_is_no_majority(self):
        """`pvecm expected 1` makes a lone node quorate; the others may be alive and think the same."""
        world = World()
        world.expected = 1
        world.run(10)
        world.crash("berta", watchdog=False)
        world.crash("carla", watchdog=False)
        world.run(300)
        self.assertEqual([], world.offs())
        self.assertEqual((), world.record.cases)


class PowerOn(unittest.TestCase):
    def test_after_ha_has_taken_the_services(self):
        world = World()
        world.crash("carla", watchdog=False)
        world.run(120)
        self.assertEqual([], world.ons())
        world.run(130)
        self.assertEqual(1, len(world.ons()))
        self.assertTrue(world.hosts["carla"].up)
        self.assertEqual((), world.record.cases)

    def test_fence_loop_is_stopped_by_its_budget(self):
        world = World()
        for _ in range(3):
            world.crash("carla", watchdog=False)
            world.run(420)
        self.assertEqual(1, len(world.ons()))
        self.assertFalse(world.hosts["carla"].power)
        self.assertEqual("left-off", world.record.cases[0].step)
        self.assertIn("stays off", world.events("left-off")[0][2].text)

    def test_not_while_services_wait_for_recovery(self):
        world = World()
        world.crash("carla", watchdog=False)
        world.run(70)
        world._ha = lambda: None
        world.hosts["carla"].services = ["recovery"]
        world.run(400)
        self.assertEqual([], world.ons())

    def test_a_failing_on_is_a_warning_and_no_failed_fencing(self):
        world = World()
        world.crash("carla", watchdog=False)
        world.run(75)
        world.hosts["carla"].reach[0] = "unreachable"
        world.run(200)
        self.assertEqual(["warning"], [said.level for _, _, said in world.events("power-on-failed")])
        self.assertEqual(1, len(world.events("fenced")))
        self.assertEqual([], world.events("not-fenced"))

    def test_never_for_what_was_not_confirmed(self):
        world = World()
        world.hosts["carla"].stuck.add(0)
        world.crash("carla", watchdog=False)
        world.run(900)
        self.assertEqual([], world.ons())

    def test_paused_leaves_it_off(self):
        world = World()
        world.crash("carla", watchdog=False)
        world.run(75)
        world.paused = True
        world.run(400)
        self.assertEqual([], world.ons())


if __name__ == "__main__":
    unittest.main()
