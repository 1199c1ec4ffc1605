"""One case of switching a silent node off: intent, look, off, Off seen twice, next level, result."""

from __future__ import annotations

from dataclasses import replace

from .config import Config, NodeConfig
from .guards import LEASE_S, order, stood_down
from .model import Action, Answer, Ask, Attempt, Level, Observation, Publish, Revoke, Say, State
from .record import Case, Record, with_case, with_past, without_case, written_by

ANNOUNCE_S = 10.0
ANSWER_S = 15.0
"""Every request is over by then; an answer that came while nothing could be seen is lost."""
RENEW_S = 5.0
SETTLE_S = 2.0
POLL_S = 1.0
"""Between two readings; controllers that were asked more often have crashed."""
REPEAT_S = 10.0
"""AMT wants that long between two power requests."""
FINAL = frozenset({"login", "certificate", "forbidden", "wrong-machine", "unsupported", "refused", "marked-bad"})
"""Asking the same device again changes nothing; after anything else its state is read first."""


def announce(
    node: str, record: Record, now: float, config: Config, not_before: float = 0.0
) -> tuple[Attempt, list[Action]]:
    earlier = record.case(node)
    declined = earlier.declined if earlier is not None and earlier.step == "off" else ()
    case = Case(node, "off", config.node, declined)
    record = written_by(with_case(record, case), config.node)
    attempt = Attempt("off", node, "announce", now, now, case, record.renewal, now, not_before=not_before)
    text = f"{node} is silent; it is about to be switched off"
    return attempt, [Publish(record), Say("notice", "intent", text, node)]


def advance(
    state: State, attempt: Attempt, seen: Observation, now: float, config: Config
) -> tuple[State, list[Action]]:
    record = seen.record or Record()
    node = config.named(attempt.node)
    if node is None or seen.membership is None:
        return replace(state, attempt=None), [Revoke()]
    withdrawn = _withdrawn(attempt, node, record, seen)
    if withdrawn is not None:
        return _withdraw(state, attempt, record, withdrawn, now, config)
    attempt = leased(attempt, record, now)
    answer = next((found for found in seen.answers if found.ticket == attempt.ticket), None)
    if answer is not None:
        attempt = replace(attempt, ticket=None)
    elif attempt.ticket is not None and now - attempt.asked_at > ANSWER_S:
        attempt = replace(attempt, ticket=None)
    step = {"announce": _announced, "look": _looked, "confirm": _confirmed, "report": _reported}[attempt.step]
    return keep_alive(*step(state, attempt, node, answer, seen, now, config), record, now, config)


def leased(attempt: Attempt, record: Record, now: float) -> Attempt:
    """Counts from when the writing was begun, so that a slow file system makes the lease shorter, not longer."""
    mine = record.case(attempt.node) == attempt.case
    if mine and record.renewal >= attempt.renewal and attempt.leased_from != attempt.published_at:
        return replace(attempt, leased_from=attempt.published_at)
    return attempt


def may_send(attempt: Attempt, seen: Observation, now: float) -> bool:
    fresh = attempt.leased_from is not None and now - attempt.leased_from < LEASE_S
    return fresh and now >= attempt.not_before and stood_down(seen) is None


def keep_alive(
    state: State, actions: list[Action], record: Record, now: float, config: Config
) -> tuple[State, list[Action]]:
    """Writes the case again before its lease ends, unless this look has written it anyway."""
    attempt = state.attempt
    if attempt is None or now - attempt.published_at < RENEW_S or any(isinstance(action, Publish) for action in actions):
        return state, actions
    record = written_by(with_case(record, attempt.case), config.node)
    attempt = replace(attempt, renewal=record.renewal, published_at=now)
    return replace(state, attempt=attempt), [Publish(record), *actions]


def _withdrawn(attempt: Attempt, node: NodeConfig, record: Record, seen: Observation) -> str | None:
    case = record.case(node.name)
    if seen.membership is not None and node.id in seen.membership.present:
        return "it is back"
    if attempt.leased_from is not None and (case is None or case.holder != attempt.case.holder):
        return "another member has taken it over"
    down = stood_down(seen)
    return down if down is not None and not attempt.ever_sent else None


def _withdraw(
    state: State, attempt: Attempt, record: Record, why: str, now: float, config: Config
) -> tuple[State, list[Action]]:
    sent = "off had been sent" if attempt.ever_sent else "nothing had been sent"
    level: Level = "warning" if attempt.ever_sent else "notice"
    actions: list[Action] = [Revoke(), Say(level, "withdrawn", f"{attempt.node}: {why}; {sent}", attempt.node)]
    case = record.case(attempt.node)
    if case is not None and case.holder == config.node:
        actions.append(Publish(written_by(without_case(record, attempt.node), config.node)))
    return replace(state, attempt=None, retry_at=now + SETTLE_S), actions


def _ask(
    state: State, attempt: Attempt, operation: str, now: float
) -> tuple[State, Attempt, Action]:
    ticket = state.tickets + 1
    until = (attempt.leased_from or now) + LEASE_S
    request = Ask(ticket, "off" if operation == "off" else "read", attempt.node, attempt.level, until)
    return replace(state, tickets=ticket), replace(attempt, ticket=ticket, asked_at=now), request


def _announced(
    state: State, attempt: Attempt, node: NodeConfig, _: Answer | None, seen: Observation, now: float, config: Config
) -> tuple[State, list[Action]]:
    if attempt.leased_from is not None:
        return _look(state, attempt, now)
    record = seen.record or Record()
    if record.renewal >= attempt.renewal and record.writer != config.node:
        return replace(state, attempt=None, retry_at=now + SETTLE_S), [Revoke()]
    if now - attempt.step_since < ANNOUNCE_S:
        return replace(state, attempt=attempt), []
    text = f"the intent to switch {node.name} off cannot be written to the cluster file system; nothing is sent"
    said = Say("critical", "intent-unwritten", text, node.name)
    return replace(state, attempt=None, retry_at=now + ANNOUNCE_S), [Revoke(), said]


def _look(state: State, attempt: Attempt, now: float) -> tuple[State, list[Action]]:
    attempt = replace(attempt, step="look", step_since=now, offs=0, sent=0, is_on=False)
    state, attempt, request = _ask(state, attempt, "read", now)
    return replace(state, attempt=attempt), [request]


def _looked(
    state: State, attempt: Attempt, node: NodeConfig, answer: Answer | None, seen: Observation, now: float, config: Config
) -> tuple[State, list[Action]]:
    if answer is None and (attempt.ticket is not None or now < attempt.ask_at):
        return replace(state, attempt=attempt), []
    if answer is None and not attempt.is_on:
        state, attempt, request = _ask(state, attempt, "read", now)
        return replace(state, attempt=attempt), [request]
    if answer is not None and answer.state == "error":
        return _next_level(state, attempt, node, answer, seen, now, config)
    if answer is not None and answer.state == "off":
        attempt = replace(attempt, offs=attempt.offs + 1, ask_at=now + POLL_S)
        if attempt.offs >= 2:
            return _report(state, attempt, node, seen, now, config)
        return replace(state, attempt=attempt), []
    # On, or nothing that means off. The request waits for its time, and for a fresh lease.
    return _send(state, replace(attempt, offs=0, is_on=True), seen, now, config)


def _send(
    state: State, attempt: Attempt, seen: Observation, now: float, config: Config
) -> tuple[State, list[Action]]:
    if not may_send(attempt, seen, now):
        return replace(state, attempt=attempt), []
    state, attempt, request = _ask(state, attempt, "off", now)
    record = seen.record or Record()
    if not attempt.ever_sent:
        record = with_past(record, attempt.node, "off", seen.wall)
    record = written_by(with_case(record, attempt.case), config.node)
    attempt = replace(
        attempt, step="confirm", step_since=now, sent=attempt.sent + 1, sent_at=now, ever_sent=True, offs=0,
        renewal=record.renewal, published_at=now,
    )
    said = Say("warning", "off-sent", f"{attempt.node}: off is sent to level {attempt.level + 1}", attempt.node)
    return replace(state, attempt=attempt), [Publish(record), request, said]


def _confirmed(
    state: State, attempt: Attempt, node: NodeConfig, answer: Answer | None, seen: Observation, now: float, config: Config
) -> tuple[State, list[Action]]:
    if answer is not None and answer.state == "error" and answer.failure in FINAL:
        return _next_level(state, attempt, node, answer, seen, now, config)
    if answer is not None and answer.failure == "withdrawn":
        # It was not sent: as if the level had just been read.
        attempt = replace(attempt, step="look", sent=attempt.sent - 1, is_on=False)
        return replace(state, attempt=attempt), []
    if answer is not None:
        offs = attempt.offs + 1 if answer.state == "off" else 0
        # The first reading follows the request at once: some machines are off by the time it is answered.
        attempt = replace(attempt, offs=offs, ask_at=now if answer.state == "done" else now + POLL_S)
        if offs >= 2:
            return _report(state, attempt, node, seen, now, config)
    overdue = now - attempt.sent_at
    if attempt.ticket is not None:
        return replace(state, attempt=attempt), []
    if overdue >= config.timings.off_timeout_s and attempt.offs == 0:
        why = answer.why if answer is not None and answer.why else f"not Off {overdue:.0f} s after the request"
        late = Answer(0, "error", "not-off", why)
        return _next_level(state, attempt, node, late, seen, now, config)
    on = answer is not None and answer.state == "on"
    again = min(REPEAT_S, config.timings.off_timeout_s / 2)
    if on and attempt.sent < 2 and overdue >= again and may_send(attempt, seen, now):
        return _send(state, attempt, seen, now, config)
    if now < attempt.ask_at:
        return replace(state, attempt=attempt), []
    state, attempt, request = _ask(state, attempt, "read", now)
    return replace(state, attempt=attempt), [request]


def _next_level(
    state: State, attempt: Attempt, node: NodeConfig, answer: Answer, seen: Observation, now: float, config: Config
) -> tuple[State, list[Action]]:
    why = f"level {attempt.level + 1}: {answer.why or answer.failure}"
    said = Say("error", "level-failed", f"{node.name}, {why}", node.name)
    attempt = replace(attempt, why=(*attempt.why, why), ticket=None)
    if attempt.level + 1 < len(node.levels):
        state, actions = _look(state, replace(attempt, level=attempt.level + 1), now)
        return state, [said, *actions]
    return _exhausted(state, attempt, [said], seen, now, config)


def _exhausted(
    state: State, attempt: Attempt, actions: list[Action], seen: Observation, now: float, config: Config
) -> tuple[State, list[Action]]:
    declined = tuple(sorted({*attempt.case.declined, config.node}))
    left = [name for name in order(seen, config) if name not in declined]
    record = seen.record or Record()
    if left:
        text = f"{attempt.node}: no device could be used from here; {left[0]} tries next"
        case = Case(attempt.node, "off", "", declined)
        said = Say("error", "declined", text, attempt.node)
    else:
        text = (
            f"NOT FENCED: {attempt.node} could not be switched off from any member ({'; '.join(attempt.why)}). Proxmox "
            "takes its services over on the assumption that its watchdog has reset it, whatever the fencer says: look "
            "whether it is off. It is tried again while it stays silent"
        )
        case = Case(attempt.node, "failed", config.node, ())
        said = Say("critical", "not-fenced", text, attempt.node)
    record = written_by(with_case(record, case), config.node)
    return replace(state, attempt=None, retry_at=now + SETTLE_S), [*actions, Revoke(), Publish(record), said]


def _report(
    state: State, attempt: Attempt, node: NodeConfig, seen: Observation, now: float, config: Config
) -> tuple[State, list[Action]]:
    case = replace(attempt.case, step="confirmed")
    record = written_by(with_case(seen.record or Record(), case), config.node)
    took = now - state.absent_since.get(node.name, attempt.began)
    attempt = replace(
        attempt, step="report", step_since=now, case=case, renewal=record.renewal, published_at=now, leased_from=None
    )
    text = f"FENCED: {node.name} is off, seen twice, {took:.1f} s after it left the membership"
    return replace(state, attempt=attempt), [Publish(record), Say("warning", "fenced", text, node.name)]


def _reported(
    state: State, attempt: Attempt, node: NodeConfig, _: Answer | None, seen: Observation, now: float, config: Config
) -> tuple[State, list[Action]]:
    if attempt.leased_from is not None:
        return replace(state, attempt=None), []
    return replace(state, attempt=attempt), []
