"""Who may act, on whom, and what forbids it. Every refusal is a sentence for people."""

from __future__ import annotations

from .config import Config, NodeConfig
from .model import Observation, State

TURN_S = 15.0
"""How long the next member waits for the one before it."""
LEASE_S = 15.0


def order(seen: Observation, config: Config) -> list[str]:
    """The members that may act, lowest id first."""
    present = seen.membership.present if seen.membership else frozenset()
    return [node.name for node in sorted(config.nodes, key=lambda node: node.id) if node.id in present]


def wait_of(me: str, candidates: list[str]) -> float:
    """The first acts at once; who comes later acts when those before it have left their turn unused."""
    return TURN_S * candidates.index(me) if me in candidates else float("inf")


def blind(seen: Observation, config: Config) -> str | None:
    """What has to be seen before anything is decided."""
    if seen.membership is None:
        return "corosync does not answer"
    if not seen.membership.quorate:
        return "this partition has no quorum"
    if seen.ids is None or seen.online is None:
        return "the cluster file system does not say who is a member"
    differing = [node.name for node in config.nodes if seen.ids.get(node.name, node.id) != node.id]
    if differing:
        return f"the cluster counts {', '.join(differing)} under another id than fencer.json"
    if config.me.id not in seen.membership.present:
        return "this node is not in its own membership"
    if seen.record is None:
        return "the record of the fencers in the cluster file system cannot be read"
    return None


def stood_down(seen: Observation) -> str | None:
    """What people or HA have ordered."""
    if seen.paused:
        return "a person has paused the fencer (/etc/proxmox-ha/fencer/paused)"
    if seen.ha is None:
        return "the state of HA cannot be read"
    if seen.disarm is not None:
        return f"HA is {seen.disarm}"
    return None


def holds_all(state: State, seen: Observation, now: float, config: Config) -> str | None:
    """Guards against shooting healthy nodes for a fault that is not theirs."""
    if now < state.grace_until:
        return f"for {state.grace_until - now:.0f} s more: quorum is new here, and absent nodes may still be starting"
    membership, record = seen.membership, seen.record
    if membership is None or record is None:
        return "nothing is seen"
    allowed = membership.expected_votes - membership.quorum
    away = [node.name for node in config.peers if node.id not in membership.present and state.armed.get(node.name)]
    gone = {case.node for case in record.cases if config.named(case.node)} | set(away)
    # A node without a vote takes nothing from quorum; several of them at once are a storm all the same.
    votes = sum(state.votes.get(name, 1) for name in gone)
    if votes > allowed or len(gone) > max(1, allowed):
        return f"{', '.join(sorted(gone))} are silent or off at once, and quorum allows to lose {allowed}"
    since = None if state.fenced_at is None else now - state.fenced_at
    if since is not None and since < config.timings.interval_s:
        return f"the last fencing was {since:.0f} s ago, and there are {config.timings.interval_s:g} s between two"
    return None


def hold_of(node: NodeConfig, state: State, seen: Observation) -> str | None:
    """Why this absent node is none to be fenced; how long it is absent is not asked here."""
    if node.name not in state.seen:
        return "it was not seen online since this fencer watches"
    if not state.armed.get(node.name, False):
        return "HA does not wait for it: it left in order, or carried no active service"
    if seen.online is not None and seen.online.get(node.name, False):
        return "the cluster file system still counts it as online"
    if not node.levels:
        return "it has no power device; only its own watchdog stops it"
    return None
