"""A cluster in memory with a clock of its own: nodes, power, HA, and a fencer on every node, driven second by second.

Its rules watch: whatever a fencer does against one raises at that moment, so that histories need no judge.
"""

import random
from dataclasses import dataclass, field, replace

from harness import NAMES, config
from proxmox_ha_fencer.core import decide
from proxmox_ha_fencer.model import Answer, Ask, Membership, NodeHa, Observation, Publish, Revoke, Say, State
from proxmox_ha_fencer.record import Record
from rules import Rules

BOOT_S, WATCHDOG_S, RECOVER_S = 60, 70, 125


@dataclass
class Host:
    """The machine: what its power really is, and how its devices behave."""

    name: str
    id: int
    power: bool = True
    boots_at: float | None = None
    frozen: bool = False
    island: int = 0
    lonely_since: float | None = None
    watchdog_works: bool = True
    vote: int = 1
    lock: bool = True
    services: list[str] = field(default_factory=lambda: ["started"])
    lrm: str = "active"
    latency: float = 1.0
    reach: dict[int, str] = field(default_factory=dict)
    """By level: "" well, or the failure of every request."""
    stuck: set[int] = field(default_factory=set)
    """Levels that take off and do nothing."""
    says: dict[int, str] = field(default_factory=dict)
    slips: set[int] = field(default_factory=set)
    """Levels that say Off once of a machine that runs, and the truth from then on."""
    slipped_at: float = float("-inf")
    pretends: set[int] = field(default_factory=set)
    """Levels that take off, do nothing, and say Off once afterwards."""
    off_at: float = float("-inf")
    """When its power was last seen to be off."""
    back_at: float | None = None
    returns: int = 0

    @property
    def waited_for(self) -> bool:
        """Whether HA waits for its watchdog."""
        return self.lock and self.lrm == "active" and any(state not in ("stopped", "freeze") for state in self.services)

    @property
    def up(self) -> bool:
        return self.power and self.boots_at is None and not self.frozen


@dataclass
class Fencer:
    me: str
    state: State
    resting_until: float = 0.0
    running: bool = True
    answers: list[tuple[float, Answer]] = field(default_factory=list)
    asked: list[tuple[float, Ask]] = field(default_factory=list)
    revoked: int = 0
    quorate_from: float | None = float("-inf")
    """Since when each of its looks has found quorum, but for moments in which no watchdog can have acted."""
    blank_from: float | None = None
    outvoted_at: float | None = None


class World(Rules):
    def __init__(self, count: int = 3, levels: int = 1, seed: int = 0, boots_cold: bool = False, qdevice: bool = False, **more):
        self.chance = random.Random(seed)
        self.now, self.count, self.qdevice = 1000.0, count, qdevice
        self.hosts = {name: Host(name, index + 1) for index, name in enumerate(NAMES[:count])}
        self.configs = {name: config(name, count, levels=levels, **more) for name in self.hosts}
        self.fencers = {name: Fencer(name, State(self.now)) for name in self.hosts}
        self.record, self.stalled, self.paused, self.disarm = Record(), False, False, None
        self.said: list[tuple[float, str, Say]] = []
        self.requests: list[tuple[float, str, str, str]] = []
        self.absent_at: dict[str, float] = {}
        self.clock_off = 0.0
        self.expected: int | None = None
        """Votes that a person has told the members to expect, against what is true."""
        self.begin_watching()
        if boots_cold:
            for fencer in self.fencers.values():
                fencer.quorate_from = None
        else:
            # Up for long: the grace is over, everybody was seen.
            for fencer in self.fencers.values():
                fencer.state = replace(fencer.state, grace_until=1.0, looked=self.now, quorate_since=self.now - 600)
            self.run(2)

    # -- what the world does by itself -------------------------------------------------------------

    def votes(self) -> int:
        return self.expected or sum(host.vote for host in self.hosts.values()) + int(self.qdevice)

    def may_lose(self, names: set[str]) -> bool:
        spare = self.votes() - (self.votes() // 2 + 1)
        return sum(self.hosts[name].vote for name in names) <= spare and len(names) <= max(1, spare)

    def wall(self) -> float:
        return self.now + 1e9 + self.clock_off

    def members(self, name: str) -> frozenset[int]:
        mine = self.hosts[name]
        return frozenset(h.id for h in self.hosts.values() if h.up and h.island == mine.island or h.name == name)

    def quorate(self, name: str) -> bool:
        return self.membership(name).quorate

    def membership(self, name: str) -> Membership:
        present = self.members(name)
        votes = {host.id: host.vote for host in self.hosts.values() if host.id in present}
        total = sum(votes.values()) + int(self.qdevice and self._has_tie_breaker(name))
        expected = self.votes()
        return Membership(total > expected // 2, present, expected, expected // 2 + 1, votes, total)

    def _has_tie_breaker(self, name: str) -> bool:
        islands = {host.island for host in self.hosts.values() if host.up}
        best = max(islands, key=lambda i: (sum(h.up and h.island == i for h in self.hosts.values()), -i), default=0)
        return self.hosts[name].island == best

    def seen_online(self, name: str) -> bool:
        """By the quorate side."""
        return any(h.up and self.quorate(h.name) and self.hosts[name].id in self.members(h.name) for h in self.hosts.values())

    def run(self, seconds: float) -> "World":
        end = self.now + seconds
        while self.now < end:
            self.tick()
        return self

    def tick(self) -> None:
        self.now += 1.0
        self._machines()
        self._ha()
        for fencer in self.fencers.values():
            host = self.hosts[fencer.me]
            if not host.up:
                # A dead machine keeps nothing; its fencer begins anew.
                fencer.state, fencer.answers, fencer.asked = State(self.now), [], []
                fencer.quorate_from, fencer.blank_from = None, None
            elif fencer.running and self.now >= fencer.resting_until:
                self._requests(fencer)
                self._fencer(fencer)

    def _machines(self) -> None:
        for host in self.hosts.values():
            if host.boots_at is not None and self.now >= host.boots_at and host.power:
                host.boots_at, host.frozen, host.lrm = None, False, "wait_for_agent_lock"
                host.lock = False
            alone = host.up and not self.quorate(host.name)
            host.lonely_since = (host.lonely_since or self.now) if alone or (host.frozen and host.power) else None
            if host.lonely_since and host.lock and host.watchdog_works and self.now - host.lonely_since > WATCHDOG_S:
                self.boot(host.name)
            if not host.power:
                host.off_at = self.now
            fencer = self.fencers[host.name]
            fencer.outvoted_at = None if host.up and self.quorate(host.name) else fencer.outvoted_at or self.now
            there = self.seen_online(host.name)
            host.back_at = (host.back_at or self.now) if there else None
            if there:
                if host.name in self.absent_at:
                    del self.absent_at[host.name]
                    host.returns += 1
                    self.judge_back(host.name)
            elif any(self.quorate(h.name) for h in self.hosts.values() if h.up):
                self.absent_at.setdefault(host.name, self.now)

    def _ha(self) -> None:
        if self.stalled:
            return
        for host in self.hosts.values():
            since = self.absent_at.get(host.name)
            if since is not None and self.now - since > RECOVER_S:
                host.services, host.lock = [], False
            elif since is not None and self.now - since > 60 and host.lock:
                host.services = ["fence" for _ in host.services]
            elif since is None and host.up and self.quorate(host.name) and not host.services and not self.disarm:
                host.services, host.lock, host.lrm = ["started"], True, "active"

    # -- the fencers -----------------------------------------------------------------------------------

    def observation(self, fencer: Fencer, answers: tuple[Answer, ...]) -> Observation:
        membership, hosts = self.membership(fencer.me), self.hosts.values()
        present = membership.present
        seen = Observation(wall=self.wall(), paused=self.paused, answers=answers, membership=membership)
        if self.stalled:
            return seen
        return replace(
            seen, ids={h.name: h.id for h in hosts}, online={h.name: h.id in present for h in hosts},
            ha={h.name: NodeHa(h.lrm, h.lock, tuple(h.services)) for h in hosts}, disarm=self.disarm, record=self.record,
        )

    def _fencer(self, fencer: Fencer) -> None:
        ready = [answer for at, answer in fencer.answers if at <= self.now]
        fencer.answers = [entry for entry in fencer.answers if entry[0] > self.now]
        seen = self.observation(fencer, tuple(ready))
        quorate = seen.membership is not None and seen.membership.quorate
        fencer.blank_from = None if quorate else fencer.blank_from or self.now
        if fencer.blank_from is not None and self.now - fencer.blank_from >= WATCHDOG_S:
            fencer.quorate_from = None
        elif quorate:
            fencer.quorate_from = fencer.quorate_from or self.now
        before = fencer.state
        fencer.state, actions = decide(before, seen, self.now, self.configs[fencer.me])
        written = True
        # What is said of a writing holds before it is written.
        for action in sorted(actions, key=lambda action: not isinstance(action, Say)):
            match action:
                case Say():
                    self.judge_said(fencer, action)
                    self.said.append((self.now, fencer.me, action))
                case Revoke():
                    fencer.revoked = fencer.state.tickets
                case Publish():
                    written = self._publish(fencer, action)
                case Ask():
                    if action.operation != "read" and not written:
                        fencer.answers.append((self.now, Answer(action.ticket, "error", "withdrawn")))
                        continue
                    self.judge_ask(fencer, action, seen)
                    # The request reaches the device a little later, as the thread of the driver does.
                    fencer.asked.append((self.now + self.chance.choice((0.0, 0.0, 1.0, 2.0)), action))
        self._requests(fencer)

    def _publish(self, fencer: Fencer, action: Publish) -> bool:
        if self.stalled or not self.quorate(fencer.me) or self.record.renewal != action.record.renewal - 1:
            return False
        self.judge_record(fencer, action.record)
        self.record = action.record
        return True

    def _requests(self, fencer: Fencer) -> None:
        due = [entry for entry in fencer.asked if entry[0] <= self.now]
        fencer.asked = [entry for entry in fencer.asked if entry[0] > self.now]
        for _, ask in due:
            fencer.answers.append(self._device(fencer, ask))

    def _device(self, fencer: Fencer, ask: Ask) -> tuple[float, Answer]:
        target = self.hosts[ask.node]
        failure = target.reach.get(ask.level, "")
        if failure:
            return self.now + (10.0 if failure in ("unreachable", "timeout") else target.latency), Answer(
                ask.ticket, "error", failure, failure)
        if ask.operation == "read":
            state = target.says.get(ask.level) or ("on" if target.power else "off")
            if ask.level in target.slips and self.now - target.slipped_at > 30:
                target.slips.discard(ask.level)
                state, target.slipped_at = "off", self.now
            return self.now + target.latency, Answer(ask.ticket, state)
        if self.now >= ask.until or ask.ticket <= fencer.revoked:
            return self.now, Answer(ask.ticket, "error", "withdrawn", "withdrawn")
        self.requests.append((self.now, fencer.me, ask.operation, ask.node))
        self.judge_switch(fencer, ask, target)
        if ask.operation == "off" and ask.level in target.pretends:
            target.slips.add(ask.level)
            target.slipped_at = float("-inf")
        elif ask.operation == "off" and ask.level not in target.stuck:
            self.cut(ask.node)
        if ask.operation == "on" and not target.power:
            self.boot(ask.node)
        return self.now + target.latency, Answer(ask.ticket, "done")

    # -- what happens to it ----------------------------------------------------------------------------

    def cut(self, name: str) -> None:
        self.hosts[name].power = False
        self.hosts[name].boots_at = None
        self.hosts[name].off_at = self.now

    def boot(self, name: str) -> None:
        host = self.hosts[name]
        host.power, host.frozen, host.boots_at = True, False, self.now + BOOT_S
        host.island = 0

    def crash(self, name: str, watchdog: bool = True) -> None:
        self.hosts[name].frozen, self.hosts[name].watchdog_works = True, watchdog

    def isolate(self, *names: str, island: int = 1) -> None:
        for name in names:
            self.hosts[name].island = island

    def heal(self) -> None:
        for host in self.hosts.values():
            host.island = 0

    def kill_fencer(self, name: str, remembers: bool = False) -> None:
        fencer = self.fencers[name]
        kept = fencer.state
        fencer.state = State(0.0)
        if remembers:
            fencer.state = replace(
                kept, attempt=None, renewal=(0, ""), renewal_since=0.0, case_since={}, tickets=0)
        fencer.answers, fencer.asked = [], []

    def events(self, event: str) -> list[tuple[float, str, Say]]:
        return [entry for entry in self.said if entry[2].event == event]

    def offs(self) -> list[tuple[float, str, str, str]]:
        return [entry for entry in self.requests if entry[2] == "off"]

    def ons(self) -> list[tuple[float, str, str, str]]:
        return [entry for entry in self.requests if entry[2] == "on"]
