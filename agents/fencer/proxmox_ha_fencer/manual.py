"""What a person asks for at night: off, on, and whether a node is off, with the checks that are forgotten then."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from .bounded import GivenUp
from .cluster import Cluster, Conflict
from .config import Config, NodeConfig
from .drivers.device import DeviceError
from .drivers.devices import Device, RefusedLogins
from .model import Answer, Ask, Observation, Operation
from .record import Case, Record, with_case, with_past, written_by
from .requests import Requests

POLL_S = 1.5
LEAVES_S = 30.0
LIT_S = 60.0
WRITES = 5


class Refused(Exception):
    """Nothing was sent; the text says why and what to do."""


class Unknown(Refused):
    """fencer.json has no node of this name."""


@dataclass(frozen=True)
class Outcome:
    node: str
    verb: str
    ok: bool
    power: str
    why: str
    devices: tuple[str, ...] = ()
    """What was asked."""
    machine: str | None = None
    """The UUID that they had to report."""
    word: bool = False
    """It is a person's word, which no device has confirmed."""

    def plain(self) -> dict[str, Any]:
        return {
            "version": 1, "node": self.node, "verb": self.verb, "ok": self.ok, "power": self.power, "why": self.why,
            "devices": list(self.devices), "machine": self.machine,
        }


class Manual:
    def __init__(self, config: Config, cluster: Cluster, refused: RefusedLogins):
        self._config, self._cluster, self._refused = config, cluster, refused
        self._requests = Requests(config, refused)

    def confirm_off(self, name: str, stays: bool = False, seen: bool = False) -> Outcome:
        """Only looks, and the cluster is not asked: it may be what is gone. `stays` also has the fencers leave it off, and
        `seen` has them do so on a person's word, unless a device says On."""
        node = self._node(name)
        if stays or seen:
            self._seen_silent(name)
        power, why = "unknown", []
        for level in range(len(node.levels)):
            answer = self._twice_off(node, level, 0.0)
            if answer.state == "off":
                told = self._left_off(node, level) if stays or seen else f"level {level + 1} says Off, twice"
                return _outcome(node, "confirm-off", True, "off", told)
            power = "on" if answer.state == "on" else power
            why.append(f"level {level + 1}: {answer.why or answer.state}")
        if seen and power != "on":
            return self._by_word(node, "; ".join(why) or "it has no power device")
        return _outcome(node, "confirm-off", False, power, "; ".join(why) or "it has no power device; go and look")

    def _by_word(self, node: NodeConfig, silence: str) -> Outcome:
        note = self._write(lambda record: with_case(record, Case(node.name, "left-off", self._config.node)))
        if note:
            raise Refused(f"the fencers could not be told ({note}); nothing was recorded")
        told = f"a person has seen it off ({silence}); it stays off until a person switches it on"
        return replace(_outcome(node, "confirm-off", True, "unknown", told), word=True)

    def identify(self, name: str) -> Outcome:
        """Only a person who stands before the machine sees whether it worked. It is put out again whatever happens."""
        node = self._node(name)
        tried = [(config.where, Device(config, node, self._refused)) for config in node.devices]
        lit, why = list[Device](), list[str]()
        try:
            for where, device in tried:
                try:
                    device.identify(True)
                    lit.append(device)
                    why.append(f"{where}: its locator was lit for {LIT_S:g} s")
                except DeviceError as error:
                    why.append(f"{where}: {error.why}")
            if lit:
                time.sleep(LIT_S)
        finally:
            for device in lit:
                try:
                    device.identify(False)
                except DeviceError as error:
                    why.append(f"{device.config.where} may be lit still: {error.why}")
        return _outcome(node, "identify", bool(lit), "unknown", "; ".join(why) or "it has no power device")

    def off(self, name: str, while_member: bool) -> Outcome:
        node, seen = self._node(name), self._seen(name)
        member = seen.membership is not None and node.id in seen.membership.present
        if member and not while_member:
            raise Refused(
                f"{name} is a member of the cluster and at work: shut it down in order, or say --while-member to cut its power"
            )
        if member:
            self._require_margin(name, seen)
        why = []
        for level in range(len(node.levels)):
            if self._ask(node, level, "read").state != "off":
                sent = self._ask(node, level, "off")
                if sent.state == "error":
                    why.append(f"level {level + 1}: {sent.why or sent.failure}")
                    if sent.failure not in ("timeout", "unreachable", "busy"):
                        continue
            answer = self._twice_off(node, level, self._config.timings.off_timeout_s)
            if answer.state == "off":
                return _outcome(node, "off", True, "off", self._left_off(node, level, switched=True))
            why.append(f"level {level + 1}: {answer.why or answer.state}")
        return _outcome(node, "off", False, "unknown", "; ".join(why) or "it has no power device; switch it off there")

    def on(self, name: str) -> Outcome:
        node, seen = self._node(name), self._seen(name)
        if seen.membership is not None and node.id in seen.membership.present:
            return Outcome(name, "on", True, "on", "it is a member of the cluster already")
        # Written first, so that no fencer sends off to what is being switched on.
        note = self._write(lambda record: with_case(record, Case(name, "on", self._config.node)))
        if note:
            raise Refused(f"the fencers could not be told ({note}); nothing was sent")
        answer = self._ask(node, 0, "on")
        ok = answer.state != "error"
        return Outcome(name, "on", ok, "on" if ok else "unknown", answer.why or "it was switched on; wait until it is a member")

    # -- parts ---------------------------------------------------------------------------------------

    def _node(self, name: str) -> NodeConfig:
        node = self._config.named(name)
        if node is None:
            raise Unknown(f"there is no node {name}; there are {', '.join(peer.name for peer in self._config.peers)}")
        if node == self._config.me:
            raise Refused(f"{name} is this node, which never switches itself; do it from another one")
        return node

    def _seen(self, name: str) -> Observation:
        seen = self._cluster.look(())
        if seen.membership is None or not seen.membership.quorate:
            raise Refused("this node has no quorum: do it from the majority, or at the device itself")
        case = seen.record.case(name) if seen.record is not None else None
        if case is not None and case.step in ("off", "powering-on") and case.holder:
            raise Refused(f"{case.holder} is at it ({case.step}); wait half a minute and look at status")
        return seen

    def _seen_silent(self, name: str) -> None:
        membership, node = self._seen(name).membership, self._node(name)
        if membership is not None and node.id in membership.present:
            raise Refused(f"{name} is a member of the cluster and at work")

    def _require_margin(self, name: str, seen: Observation) -> None:
        membership = seen.membership
        if membership is None:
            return
        left = membership.total_votes - membership.votes.get(self._node(name).id, 0)
        if left < membership.quorum:
            raise Refused(
                f"without {name} {left} of {membership.expected_votes} votes would be left, and quorum takes "
                f"{membership.quorum}: every node with active services would reset itself"
            )

    def _ask(self, node: NodeConfig, level: int, operation: Operation) -> Answer:
        if not node.levels:
            return Answer(0, "error", "unsupported", "it has no power device")
        return self._requests.perform(Ask(1, operation, node.name, level, time.monotonic() + 15.0))

    def _twice_off(self, node: NodeConfig, level: int, within_s: float) -> Answer:
        end, offs = time.monotonic() + within_s, 0
        while True:
            answer = self._ask(node, level, "read")
            offs = offs + 1 if answer.state == "off" else 0
            if offs >= 2 or (offs == 0 and time.monotonic() >= end):
                return answer
            time.sleep(POLL_S)

    def _left_off(self, node: NodeConfig, level: int, switched: bool = False) -> str:
        """The case is written when the membership has noticed; as long as the node counts as back it would be closed."""
        end = time.monotonic() + LEAVES_S
        while time.monotonic() < end:
            membership = self._cluster.membership()
            if membership is not None and node.id not in membership.present:
                break
            time.sleep(1.0)

        def change(record: Record) -> Record:
            record = with_case(record, Case(node.name, "left-off", self._config.node))
            return with_past(record, node.name, "off", time.time()) if switched else record

        note = self._write(change)
        told = f"the fencers could not be told ({note}) and may switch it on again" if note else "it stays off until a person switches it on"
        return f"level {level + 1} says Off, twice; {told}"

    def _write(self, change: Callable[[Record], Record]) -> str:
        """Empty when it is written. Another fencer may write at the same time, so it is tried on what stands then."""
        note = "the cluster file system does not answer"
        for _ in range(WRITES):
            record = self._cluster.look(()).record
            if record is not None:
                try:
                    self._cluster.publish(written_by(change(record), self._config.node))
                    return ""
                except (GivenUp, Conflict, OSError, ValueError) as error:
                    note = str(error)
            time.sleep(0.5)
        return note


def _outcome(node: NodeConfig, verb: str, ok: bool, power: str, why: str) -> Outcome:
    return Outcome(node.name, verb, ok, power, why, tuple(device.where for device in node.devices), node.uuid)
