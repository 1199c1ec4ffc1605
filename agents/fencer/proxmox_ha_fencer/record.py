"""The record that all fencers share in the cluster file system: who is being fenced, by whom, how far, and what was.

A step only ever means what was *begun*, so that whoever reads it after a crash knows what may have been sent.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, get_args

PATH = "/etc/pve/priv/proxmox-ha-fencer.json"
KEPT_S = 86_400
Step = Literal["off", "failed", "confirmed", "powering-on", "on", "left-off"]


@dataclass(frozen=True)
class Case:
    """One node: from the intent to switch it off until it is back."""

    node: str
    step: Step
    holder: str
    declined: tuple[str, ...] = ()
    """Members that could not reach its devices; the next one tries."""


@dataclass(frozen=True)
class Past:
    node: str
    what: Literal["off", "on"]
    at: int
    """Time of day, for the budget, which outlives restarts."""


@dataclass(frozen=True)
class Record:
    renewal: int = 0
    """Rises with every writing. Whether a holder is alive is seen from it, not from clocks, which differ."""
    writer: str = ""
    cases: tuple[Case, ...] = ()
    past: tuple[Past, ...] = ()

    def case(self, node: str) -> Case | None:
        return next((case for case in self.cases if case.node == node), None)

    def count(self, node: str, what: str, within_s: float, wall: float) -> int:
        """Entries of a clock that runs ahead count too: rather one too many."""
        return sum(1 for past in self.past if past.node == node and past.what == what and past.at > wall - within_s)


def with_case(record: Record, case: Case) -> Record:
    others = tuple(other for other in record.cases if other.node != case.node)
    return replace(record, cases=(*others, case))


def without_case(record: Record, node: str) -> Record:
    return replace(record, cases=tuple(case for case in record.cases if case.node != node))


def with_past(record: Record, node: str, what: Literal["off", "on"], wall: float) -> Record:
    kept = [past for past in record.past if past.at > wall - KEPT_S][-99:]
    return replace(record, past=(*kept, Past(node, what, int(wall))))


def written_by(record: Record, writer: str) -> Record:
    return replace(record, renewal=record.renewal + 1, writer=writer)


def to_text(record: Record) -> str:
    return json.dumps({"version": 1, **asdict(record)}, separators=(",", ":")) + "\n"


def parse_record(value: Any) -> Record:
    """Raises ValueError on anything that this version did not write: then nobody acts."""
    try:
        if value["version"] != 1:
            raise ValueError("another version")
        cases = tuple(_case(**{**case, "declined": tuple(case["declined"])}) for case in value["cases"])
        past = tuple(_past(**entry) for entry in value["past"])
        record = Record(_whole(value["renewal"]), str(value["writer"]), cases, past)
    except (KeyError, TypeError) as error:
        raise ValueError(f"not the record of a fencer: {error}") from None
    if len({case.node for case in record.cases}) != len(record.cases):
        raise ValueError("not the record of a fencer: a node twice")
    return record


def _case(**fields: Any) -> Case:
    case = Case(**fields)
    if case.step not in get_args(Step) or not all(isinstance(name, str) for name in (case.node, case.holder)):
        raise ValueError("not the record of a fencer: a case")
    return case


def _past(**fields: Any) -> Past:
    past = Past(**fields)
    if past.what not in ("off", "on") or not isinstance(past.node, str):
        raise ValueError("not the record of a fencer: what was done")
    return replace(past, at=_whole(past.at))


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("not the record of a fencer: a number")
    return value
