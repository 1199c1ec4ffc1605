"""Random histories: whatever happens, the rules that the world watches over hold, and it comes to rest."""

import os
import random
import unittest

import harness  # noqa: F401  (finds the fencer)
from world import World

HISTORIES = int(os.environ.get("FENCER_HISTORIES", "10"))
SECONDS = 700
FAILURES = ("unreachable", "timeout", "busy", "refused", "forbidden", "login", "certificate", "wrong-machine")


def happen(world: World, chance: random.Random) -> None:
    name = chance.choice(list(world.hosts))
    host, fencer = world.hosts[name], world.fencers[name]
    match chance.randrange(16):
        case 0 | 1:
            if host.up:
                world.crash(name, watchdog=chance.random() < 0.5)
        case 2 | 3:
            world.isolate(name, island=chance.randrange(3))
            host.watchdog_works = chance.random() < 0.5
        case 4 | 5:
            world.heal()
        case 6:
            world.cut(name)
        case 7:
            if not host.power or host.frozen:
                world.boot(name)
        case 8:
            world.kill_fencer(name, remembers=chance.random() < 0.5)
        case 9:
            fencer.resting_until = world.now + chance.choice((3, 12, 40, 300))
        case 10:
            fencer.running = not fencer.running
        case 11:
            level = chance.randrange(2)
            host.reach[level] = chance.choice(("", "", *FAILURES))
        case 12:
            host.latency = chance.choice((0.0, 1.0, 4.0, 9.0))
            (host.stuck.add if chance.random() < 0.4 else host.stuck.discard)(chance.randrange(2))
        case 13:
            world.stalled = not world.stalled
        case 14:
            world.paused = not world.paused and chance.random() < 0.5
        case 15:
            world.disarm = None if world.disarm else chance.choice((None, "disarming", "disarmed"))


def recover(world: World) -> None:
    """Everything is repaired, as people would."""
    world.heal()
    world.stalled, world.paused, world.disarm = False, False, None
    for name, host in world.hosts.items():
        host.reach, host.stuck, host.says, host.latency = {}, set(), {}, 1.0
        world.fencers[name].running, world.fencers[name].resting_until = True, 0.0
        if not host.up:
            world.boot(name)


def history(seed: int) -> World:
    chance = random.Random(seed)
    count, qdevice = chance.choice(((2, True), (3, False), (3, False), (4, True), (5, False)))
    world = World(count, levels=chance.choice((1, 2)), seed=seed, qdevice=qdevice)
    end = world.now + SECONDS
    while world.now < end:
        happen(world, chance)
        world.run(chance.choice((1, 2, 5, 20, 60, 90)))
    recover(world)
    return world.run(200)


class Histories(unittest.TestCase):
    def test_rules_hold_in_every_history_and_it_comes_to_rest(self):
        fenced = 0
        for seed in range(HISTORIES):
            with self.subTest(seed=seed):
                world = history(seed)
                fenced += len(world.events("fenced"))
                # A node that died again has used its one power-on of the hour.
                self.assertEqual(set(), {case.step for case in world.record.cases} - {"left-off"})
                self.assertTrue(all(fencer.state.attempt is None for fencer in world.fencers.values()))
        self.assertGreater(fenced, HISTORIES / 4, "histories in which nothing is fenced prove nothing")

    def test_calm_clusters_are_left_alone(self):
        for count in (2, 3, 5):
            world = World(count, qdevice=count == 2, seed=count)
            world.run(300)
            self.assertEqual([], world.said)
            self.assertEqual(0, world.record.renewal)


if __name__ == "__main__":
    unittest.main()
