"""What no fencer may do in any history of the world, judged by what is true there and not by what fencers believe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxmox_ha_fencer.model import Ask, Observation, Say
from proxmox_ha_fencer.record import Record

if TYPE_CHECKING:
    from world import Fencer, Host, World

LEASE_S, REJOIN_S = 15, 120
JITTER_S = 3
"""Looks are a second apart, and requests reach their device up to two seconds after they were asked for."""
CLAIM_S = 21
"""The slowest device, and the longest pause after which a reading is not forgotten."""
COUNTED_S = 300
"""No attempt takes longer, so its first off was written down since then."""


class Broken(AssertionError):
    """A rule that must hold in every history."""


class Rules:
    """Called by the world, which this is a part of."""

    def begin_watching(self: World) -> None:
        self.confirmed: set[str] = set()
        self.claimed: set[str] = set()
        self.taken: dict[str, tuple[str, float]] = {}
        """By node: who holds its case, and since when."""
        self.counted: dict[str, float] = {}
        """By node: when its newest off was written down."""
        self.switched_on: set[str] = set()
        self.on_times: dict[str, list[float]] = {name: [] for name in self.hosts}

    def judge_back(self: World, node: str) -> None:
        for known in (self.confirmed, self.claimed, self.switched_on):
            known.discard(node)

    def judge_ask(self: World, fencer: Fencer, ask: Ask, seen: Observation) -> None:
        if ask.node == fencer.me:
            raise Broken(f"{fencer.me} asks for itself")
        if not self.quorate(fencer.me):
            raise Broken(f"{fencer.me} asks without quorum")
        if self.hosts[ask.node].id in seen.membership.present:
            raise Broken(f"{fencer.me} asks for {ask.node}, which is a member")
        if ask.operation != "read" and (self.paused or self.disarm or self.stalled):
            raise Broken(f"{fencer.me} sends {ask.operation} against an order")

    def judge_said(self: World, fencer: Fencer, said: Say) -> None:
        if said.event == "fenced":
            host = self.hosts[said.node]
            if not host.says and self.now - host.off_at > CLAIM_S:
                raise Broken(f"{fencer.me} calls {said.node} off, and it was not")
            self.claimed.add(said.node)

    def judge_record(self: World, fencer: Fencer, record: Record) -> None:
        """Before it is the one that all see."""
        for case in record.cases:
            earlier = self.record.case(case.node)
            if earlier is None:
                self._judge_begin(fencer, case.node)
            if case.step == "confirmed":
                if (earlier is None or earlier.step != "confirmed") and case.node not in self.claimed:
                    raise Broken(f"{fencer.me} writes that {case.node} is confirmed off, which nobody has read")
                self.confirmed.add(case.node)
            if self.taken.get(case.node, ("", 0.0))[0] != case.holder:
                self.taken[case.node] = (case.holder, self.now)
        self.taken = {name: held for name, held in self.taken.items() if record.case(name)}
        self.counted |= {past.node: self.now for past in record.past if past.what == "off" and past not in self.record.past}

    def _judge_begin(self: World, fencer: Fencer, node: str) -> None:
        """A case is begun where none was."""
        timings = self.configs[fencer.me].timings
        gone = {node, *(case.node for case in self.record.cases)}
        gone |= {name for name, host in self.hosts.items() if host.waited_for and not self.seen_online(name)}
        if not self.may_lose(gone):
            raise Broken(f"{fencer.me} begins with {node} while {sorted(gone)} are gone: more than quorum can lose")
        newest = max((at for other, at in self.counted.items() if other != node), default=float("-inf"))
        if self.now - newest < timings.interval_s - JITTER_S:
            raise Broken(f"{fencer.me} begins with {node} {self.now - newest:.0f} s after another node's off")
        since = fencer.quorate_from
        if since is None or self.now - since < min(REJOIN_S, timings.startup_grace_s) - JITTER_S:
            raise Broken(f"{fencer.me} begins with {node} although its quorum is new")

    def judge_switch(self: World, fencer: Fencer, ask: Ask, target: Host) -> None:
        """At the instant in which the device takes it: who lost the right to it may be late by the lease and no more."""
        holder, taken_at = self.taken.get(ask.node, (fencer.me, self.now))
        lost = [since for since in (target.back_at, fencer.outvoted_at) if since is not None]
        lost += [taken_at] if holder != fencer.me else []
        if lost and self.now - min(lost) > LEASE_S + JITTER_S:
            raise Broken(f"{fencer.me} sends {ask.operation} for {ask.node} {self.now - min(lost):.0f} s after it lost the right to")
        if ask.operation == "off":
            self._judge_off(fencer, ask)
        else:
            self._judge_on(ask)

    def _judge_off(self: World, fencer: Fencer, ask: Ask) -> None:
        if ask.node in self.switched_on:
            raise Broken(f"off for {ask.node} after on")
        if self.now - self.counted.get(ask.node, float("-inf")) > COUNTED_S:
            raise Broken(f"{fencer.me} sends off for {ask.node}, and the record does not count it")
        dead = {case.node for case in self.record.cases if case.node != ask.node and not self.seen_online(case.node)}
        if not self.may_lose({ask.node, *dead}):
            raise Broken(f"off for {ask.node} beside {sorted(dead)}: more than quorum can lose")

    def _judge_on(self: World, ask: Ask) -> None:
        if ask.node not in self.confirmed:
            raise Broken(f"on for {ask.node}, whose off was not confirmed")
        if ask.node not in self.switched_on:
            self.on_times[ask.node].append(self.now)
        self.switched_on.add(ask.node)
        if sum(at > self.now - 3600 for at in self.on_times[ask.node]) > 1:
            raise Broken(f"{ask.node} was switched on twice within an hour")
