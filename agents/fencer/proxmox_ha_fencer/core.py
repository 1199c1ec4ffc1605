"""The decision core: a pure function of what is remembered, what is seen, and the monotonic clock."""

from __future__ import annotations

from dataclasses import replace

from . import fence, power_on
from .config import Config, NodeConfig
from .guards import LEASE_S, TURN_S, blind, hold_of, holds_all, order, stood_down, wait_of
from .model import Action, Attempt, Observation, Publish, Revoke, Say, State
from .record import Case, Record, without_case, written_by
from .watch import watch

FAILED_RETRY_S = 30.0
LEAD_S = 4.0
"""The intent is written and the power read so much before the delay is over, so that off can be sent when it is."""


def decide(state: State, seen: Observation, now: float, config: Config) -> tuple[State, list[Action]]:
    """One look. Called again with the state that it returned."""
    if seen.membership is None:
        # Not a word about quorum: nothing is begun, what is under way waits, and requests end with their lease.
        return replace(state, holds=("corosync does not answer",)), []
    state = watch(state, seen, now, config)
    why_blind = blind(seen, config)
    if why_blind is not None:
        state = replace(state, holds=(why_blind,))
        if not seen.membership.quorate and state.attempt is not None:
            text = f"{state.attempt.node} is left to the majority: this partition lost quorum"
            lost: list[Action] = [Revoke(), Say("warning", "quorum-lost", text)]
            return replace(state, attempt=None), lost
        return state, []
    if state.attempt is not None:
        advance = fence.advance if state.attempt.kind == "off" else power_on.advance
        return advance(state, state.attempt, seen, now, config)
    return _begin(state, seen, now, config)


def _begin(state: State, seen: Observation, now: float, config: Config) -> tuple[State, list[Action]]:
    record = seen.record or Record()
    state, said = _remarks(state, seen, now, config)
    returned = [case for case in record.cases if _present(case.node, seen, config)]
    if returned and now - state.renewal_since >= wait_of(config.node, order(seen, config)):
        return state, [*said, *_close(returned, record, config)]
    down = stood_down(seen)
    if down is not None:
        return replace(state, holds=(down,)), said
    if now < state.retry_at:
        return state, said
    attempt, also = _resumed(state, seen, record, now, config) or (None, [])
    if attempt is None:
        held = holds_all(state, seen, now, config)
        chosen = None if held else _silent(state, seen, record, now, config)
        state = replace(state, holds=_holds(state, seen, now, config, held))
        if chosen is not None:
            not_before = state.absent_since[chosen.name] + _delay(seen, config)
            attempt, also = fence.announce(chosen.name, record, now, config, not_before)
    if attempt is None:
        state, attempt, also = power_on.consider(state, seen, now, config)
    return replace(state, attempt=attempt), [*said, *also]


def _present(name: str, seen: Observation, config: Config) -> bool:
    node = config.named(name)
    return node is not None and seen.membership is not None and node.id in seen.membership.present


def _close(returned: list[Case], record: Record, config: Config) -> list[Action]:
    said: list[Action] = []
    for case in returned:
        record = without_case(record, case.node)
        said.append(Say("notice", "back", f"{case.node} is back; its case ({case.step}) is closed", case.node))
    return [Publish(written_by(record, config.node)), *said]


def _delay(seen: Observation, config: Config) -> float:
    return config.timings.delay_s + wait_of(config.node, order(seen, config))


def _silent(state: State, seen: Observation, record: Record, now: float, config: Config) -> NodeConfig | None:
    wait = max(0.0, _delay(seen, config) - LEAD_S)
    for node in sorted(config.peers, key=lambda peer: peer.id):
        since = state.absent_since.get(node.name)
        if since is None or now - since < wait or record.case(node.name) is not None:
            continue
        if hold_of(node, state, seen) is None:
            return node
    return None


def _resumed(
    state: State, seen: Observation, record: Record, now: float, config: Config
) -> tuple[Attempt, list[Action]] | None:
    """What another member began and left: it is finished, whatever this one knows of the node's past."""
    members = order(seen, config)
    for case in record.cases:
        node = config.named(case.node)
        if case.step not in ("off", "failed", "powering-on") or node is None or not node.levels:
            continue
        candidates = [name for name in members if name not in case.declined and name != case.node]
        # Who has declined comes again when all the others have let their turn pass.
        wait = wait_of(config.node, candidates) if config.node in candidates else TURN_S * len(candidates) + FAILED_RETRY_S
        silent_for = now - state.renewal_since
        gone = case.holder not in members
        if case.step == "failed":
            ready = now - state.case_since[case.node][1] >= FAILED_RETRY_S + wait
        elif gone:
            ready = silent_for >= wait
        else:
            # A holder that is still a member has its lease; its own restart takes its case up at once.
            ready = case.holder == config.node or silent_for >= max(wait, LEASE_S)
        if ready:
            if case.step == "powering-on":
                return power_on.announce(case.node, record, seen, now, config)
            return fence.announce(case.node, record, now, config)
    return None


def _holds(state: State, seen: Observation, now: float, config: Config, held: str | None) -> tuple[str, ...]:
    record = seen.record or Record()
    waiting = [name for name in state.absent_since if record.case(name) is None]
    found = [held] if held is not None and waiting else []
    for node in config.peers:
        since = state.absent_since.get(node.name)
        if since is not None:
            case = record.case(node.name)
            waits = f"fenced after {config.timings.delay_s:g} s" if case is None else f"its case stands at {case.step}"
            why = waits if case is not None else hold_of(node, state, seen) or waits
            found.append(f"{node.name} is absent for {now - since:.0f} s: {why}")
    return tuple(found)


def _remarks(state: State, seen: Observation, now: float, config: Config) -> tuple[State, list[Action]]:
    """Says once what nobody will do anything about; again only after the node was back."""
    said, actions = set(state.said), list[Action]()
    for node in config.peers:
        since = state.absent_since.get(node.name)
        key = f"no-device/{node.name}"
        if since is None:
            said.discard(key)
        elif not node.levels and state.armed.get(node.name) and now - since >= config.timings.delay_s and key not in said:
            said.add(key)
            text = (
                f"NOT FENCED: {node.name} is silent and has no power device. Proxmox takes its services over on the "
                "assumption that its watchdog has reset it; look whether it is off"
            )
            actions.append(Say("critical", "not-fenced", text, node.name))
    return replace(state, said=frozenset(said)), actions
