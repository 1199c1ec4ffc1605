"""What the core learns from an observation before it decides: who was seen, who is absent since when, who is armed."""

from __future__ import annotations

from dataclasses import replace

from .config import Config
from .model import NodeHa, Observation, State
from .record import Record

GAP_S = 10.0
"""Longer without a look, and whatever happened meanwhile is unknown: absence is counted anew."""
REJOIN_S = 120.0
"""After quorum came (back) to this node, however long it is up, unless it was gone for moments."""
MOMENTS_S = 55.0
"""Without quorum for less than a watchdog waits, and no armed node has restarted: who was a member before was one moments ago."""
COUNTED_S = 20.0
"""So much of such moments counts as absence of who does not come back with quorum; who is only later still has its time."""
ARMED_UNTIL_S = 100.0
"""Proxmox takes a dead node's services away from 110 s on; what HA says of the node later is no evidence any more."""
_IDLE = frozenset({"stopped", "freeze", "error", "ignored"})


def armed(node: NodeHa) -> bool:
    """Whether HA would wait for this node's watchdog: its agent holds the lock, and services depend on it."""
    return node.lrm == "active" and node.lock and any(state not in _IDLE for state in node.services)


def watch(state: State, seen: Observation, now: float, config: Config) -> State:
    """Only for an observation with a membership."""
    state = _forget_after_gap(state, seen, now)
    membership = seen.membership
    if membership is None or not membership.quorate:
        lost_at = now if state.quorate_since is not None else state.lost_at
        return replace(state, looked=now, quorate_since=None, lost_at=lost_at, absent_since={}, armed={})
    lost_at = state.lost_at
    state = _quorum(state, now, config)
    missed = now if lost_at is None or not _moments(lost_at, now) else max(lost_at, now - COUNTED_S)
    state = _presence(state, seen, now, missed, config)
    return _record(state, seen.record, now) if seen.record is not None else state


def _forget_after_gap(state: State, seen: Observation, now: float) -> State:
    if state.looked is None or now - state.looked <= GAP_S:
        return replace(state, looked=now)
    attempt = state.attempt and replace(state.attempt, ticket=None, offs=0, is_on=False)
    return replace(state, looked=now, absent_since={node: now for node in state.absent_since}, attempt=attempt)


def _quorum(state: State, now: float, config: Config) -> State:
    if state.quorate_since is not None:
        return state
    if state.lost_at is not None and _moments(state.lost_at, now):
        return replace(state, quorate_since=now, lost_at=None)
    grace = config.timings.startup_grace_s
    until = max(state.grace_until, state.booted + grace, now + min(REJOIN_S, grace))
    return replace(state, quorate_since=now, lost_at=None, grace_until=until, seen=frozenset())


def _moments(lost_at: float, now: float) -> bool:
    return now - lost_at <= MOMENTS_S


def _presence(state: State, seen: Observation, now: float, missed: float, config: Config) -> State:
    counted = seen.membership.votes if seen.membership else {}
    known, votes, absent, armed_now = set(state.seen), dict(state.votes), dict(state.absent_since), dict(state.armed)
    for node in config.peers:
        there = node.id in counted
        if there:
            known.add(node.name)
            votes[node.name] = counted[node.id]
            absent.pop(node.name, None)
        else:
            absent.setdefault(node.name, missed)
        fresh = there or now - absent[node.name] <= ARMED_UNTIL_S
        if fresh and seen.ha is not None and node.name in seen.ha:
            armed_now[node.name] = armed(seen.ha[node.name])
    return replace(state, seen=frozenset(known), votes=votes, absent_since=absent, armed=armed_now)


def _record(state: State, record: Record, now: float) -> State:
    mark = (record.renewal, record.writer)
    if mark != state.renewal:
        state = replace(state, renewal=mark, renewal_since=now)
    cases = {}
    for case in record.cases:
        before = state.case_since.get(case.node)
        cases[case.node] = before if before and before[0] == case.step else (case.step, now)
    offs = max((past.at for past in record.past if past.what == "off"), default=0)
    fenced_at = state.fenced_at
    if offs != (state.offs_known or 0):
        fenced_at = now
    return replace(state, case_since=cases, fenced_at=fenced_at, offs_known=offs)
