"""Switching a fenced node on again: once, after HA has let go of it, within a budget."""

from __future__ import annotations

from dataclasses import replace

from .config import Config
from .fence import ANNOUNCE_S, keep_alive, leased, may_send
from .guards import LEASE_S, order, wait_of
from .model import Action, Ask, Attempt, Observation, Publish, Revoke, Say, State
from .record import Case, Record, with_case, with_past, written_by

ON_ANSWER_S = 45.0
"""Levels are switched on one after the other."""
HOUR_S, DAY_S = 3600.0, 86_400.0
_GIVEN_UP = frozenset({"stopped", "error", "ignored"})


def consider(
    state: State, seen: Observation, now: float, config: Config
) -> tuple[State, Attempt | None, list[Action]]:
    """Only a node whose Off was confirmed, and whose services HA has taken elsewhere."""
    record = seen.record or Record()
    for case in record.cases:
        if case.step != "confirmed" or seen.ha is None or config.named(case.node) is None:
            continue
        since = state.case_since[case.node][1]
        wait = config.timings.power_on_hold_s + wait_of(config.node, order(seen, config))
        ha = seen.ha.get(case.node)
        if now - since < wait or ha is None or any(service not in _GIVEN_UP for service in ha.services):
            continue
        spent = _spent(record, case.node, seen.wall, config)
        if spent is None:
            attempt, actions = announce(case.node, record, seen, now, config)
            return state, attempt, actions
        left = written_by(with_case(record, replace(case, step="left-off", holder=config.node)), config.node)
        text = f"{case.node} stays off: {spent}. Find out why it keeps dying, then switch it on by hand"
        return state, None, [Publish(left), Say("critical", "left-off", text, case.node)]
    return state, None, []


def _spent(record: Record, node: str, wall: float, config: Config) -> str | None:
    for limit, within, name in ((config.per_hour, HOUR_S, "hour"), (config.per_day, DAY_S, "day")):
        if record.count(node, "on", within, wall) >= limit:
            return f"it was switched on {limit} time{'' if limit == 1 else 's'} within the last {name}, and more is not allowed"
    return None


def announce(
    node: str, record: Record, seen: Observation, now: float, config: Config
) -> tuple[Attempt, list[Action]]:
    earlier = record.case(node)
    if earlier is None or earlier.step != "powering-on":
        record = with_past(record, node, "on", seen.wall)
    case = Case(node, "powering-on", config.node)
    record = written_by(with_case(record, case), config.node)
    attempt = Attempt("on", node, "announce", now, now, case, record.renewal, now)
    return attempt, [Publish(record), Say("notice", "power-on", f"{node} is about to be switched on again", node)]


def advance(
    state: State, attempt: Attempt, seen: Observation, now: float, config: Config
) -> tuple[State, list[Action]]:
    record = seen.record or Record()
    node, case = config.named(attempt.node), record.case(attempt.node)
    taken = attempt.leased_from is not None and (case is None or case.holder != config.node)
    if node is None or seen.membership is None or taken or node.id in seen.membership.present:
        return replace(state, attempt=None), [Revoke()]
    attempt = leased(attempt, record, now)
    if attempt.step == "report":
        if attempt.leased_from is not None:
            return replace(state, attempt=None), []
        return keep_alive(replace(state, attempt=attempt), [], record, now, config)
    answer = next((found for found in seen.answers if found.ticket == attempt.ticket), None)
    if answer is not None:
        done = replace(attempt.case, step="on")
        record = written_by(with_case(record, done), config.node)
        attempt = replace(
            attempt, step="report", ticket=None, case=done, renewal=record.renewal, published_at=now, leased_from=None
        )
        if answer.state == "error":
            text = f"{node.name} could not be switched on ({answer.why or answer.failure}); it stays off until a person does"
            said = Say("warning", "power-on-failed", text, node.name)
        else:
            said = Say("notice", "power-on-sent", f"{node.name} was switched on", node.name)
        return replace(state, attempt=attempt), [Publish(record), said]
    if attempt.ticket is None and may_send(attempt, seen, now):
        ticket = state.tickets + 1
        until = (attempt.leased_from or now) + LEASE_S
        request = Ask(ticket, "on", node.name, attempt.level, until)
        return replace(state, tickets=ticket, attempt=replace(attempt, ticket=ticket, asked_at=now, step="confirm")), [request]
    lost = attempt.ticket is not None and now - attempt.asked_at > ON_ANSWER_S
    if (attempt.ticket is None or lost) and now - attempt.step_since >= ANNOUNCE_S:
        return replace(state, attempt=None, retry_at=now + ANNOUNCE_S), [Revoke()]
    return keep_alive(replace(state, attempt=attempt), [], record, now, config)
