"""Random histories: whatever happens, the rules that the world watches over hold, and it comes to rest."""

import os
import random
import unittest

import harness  # noqa: F401  (finds the fencer)
from world import World

HISTORIES = int(os.environ.get("FENCER_HISTORIES", "10"))
FIRST = int(os.environ.get("FENCER_FIRST_HISTORY", "0"))
SECONDS = 700
FAILURES = ("unreachable", "timeout", "busy", "refused", "forbidden", "login", "certificate", "wrong-machine")


def happen(world: World, chance: random.Random) -> None:
    """Anything, at any time."""
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


def lose(world: World, chance: random.Random, victim: str) -> None:
    host = world.hosts[victim]
    host.slips = {0} if chance.random() < 0.3 else set()
    host.pretends = {0, 1} if chance.random() < 0.3 else set()
    if host.up:
        world.crash(victim, watchdog=False) if chance.random() < 0.5 else world.isolate(victim, island=chance.choice((1, 2)))
        host.watchdog_works = chance.random() < 0.3


MOMENTS = {
    "begun": lambda fencer: fencer.state.attempt is not None,
    "sent": lambda fencer: any(ask.operation != "read" for _, ask in fencer.asked),
    "off once": lambda fencer: fencer.state.attempt is not None and fencer.state.attempt.offs == 1,
    "finished": lambda fencer: fencer.state.attempt is not None and fencer.state.attempt.step == "report",
    "on": lambda fencer: fencer.state.attempt is not None and fencer.state.attempt.kind == "on",
}
STRIKES = {
    "begun": ("pause", "disarm", "kill", "isolate", "another", "back", "stall", "stick"),
    "sent": ("rest", "rest", "slip", "pause", "back"),
    "off once": ("rest", "kill", "person", "back"),
    "finished": ("stall", "kill", "back", "another"),
    "on": ("rest", "pause", "kill", "back"),
}


def blink(world: World) -> None:
    """Nobody has quorum for a moment; all are there again at once."""
    for island, name in enumerate(world.hosts):
        world.isolate(name, island=10 + island)
    world.run(3)
    world.heal()
    world.run(3)


def strike(world: World, chance: random.Random) -> None:
    """A node is lost, and at a moment that matters something comes between."""
    victim = chance.choice(list(world.hosts)) if chance.random() < 0.5 else "berta"
    if chance.random() < 0.25:
        blink(world)
    lose(world, chance, victim)
    name = chance.choice(list(MOMENTS))
    moment = MOMENTS[name]
    end = world.now + 180
    while world.now < end and not any(map(moment, world.fencers.values())):
        world.tick()
    acting = next(filter(moment, world.fencers.values()), world.fencers["ada"])
    target = world.hosts[victim]
    match chance.choice(STRIKES[name]):
        case "pause":
            world.paused = True
        case "disarm":
            world.disarm = "disarming"
        case "rest":
            acting.resting_until = world.now + chance.choice((4, 12, 40, 100))
        case "kill":
            world.kill_fencer(acting.me, remembers=chance.random() < 0.5)
        case "isolate":
            world.isolate(acting.me, island=3)
        case "another":
            lose(world, chance, chance.choice([name for name in world.hosts if name not in (victim, acting.me)] or [victim]))
        case "back":
            target.frozen, target.island = False, 0
        case "stall":
            world.stalled = True
        case "stick":
            target.stuck |= {0, 1}
        case "slip":
            target.stuck, target.slips = {0, 1}, {0}
        case "person":
            world.boot(victim)
    world.run(chance.choice((2, 20, 60, 150)))
    world.paused, world.disarm, world.stalled = False, None, False
    if chance.random() < 0.7:
        world.heal()


def recover(world: World) -> None:
    """Everything is repaired, as people would."""
    world.heal()
    world.stalled, world.paused, world.disarm = False, False, None
    for name, host in world.hosts.items():
        host.reach, host.stuck, host.says, host.slips, host.pretends, host.latency = {}, set(), {}, set(), set(), 1.0
        world.fencers[name].running, world.fencers[name].resting_until = True, 0.0
        if not host.up:
            world.boot(name)


def history(seed: int) -> World:
    chance = random.Random(seed)
    count, qdevice = chance.choice(((2, True), (3, False), (3, False), (4, True), (5, False)))
    world = World(count, levels=chance.choice((1, 2)), seed=seed, qdevice=qdevice)
    end = world.now + SECONDS
    while world.now < end:
        if seed % 2:
            strike(world, chance)
        else:
            happen(world, chance)
        world.run(chance.choice((1, 2, 5, 20, 60, 90)))
    recover(world)
    return world.run(200)


class Histories(unittest.TestCase):
    def test_rules_hold_in_every_history_and_it_comes_to_rest(self):
        fenced = 0
        for seed in range(FIRST, FIRST + HISTORIES):
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
