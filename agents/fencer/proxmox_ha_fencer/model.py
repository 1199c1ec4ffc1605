"""What the decision core sees, remembers and asks for: plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from .record import Case, Record

Level = Literal["critical", "error", "warning", "notice", "info"]
Operation = Literal["read", "off", "on"]


@dataclass(frozen=True)
class Membership:
    """One consistent view, as corosync gives it."""

    quorate: bool
    present: frozenset[int]
    expected_votes: int
    quorum: int
    votes: Mapping[int, int]
    """What each of those present brings in."""
    total_votes: int
    """Theirs, and those that a QDevice casts."""


@dataclass(frozen=True)
class NodeHa:
    lrm: str
    """State of its local resource manager, as last written."""
    lock: bool
    """Whether its agent lock is there: an orderly shutdown gives it up, a crash leaves it."""
    services: tuple[str, ...]
    """States of the services that the manager counts on it."""


@dataclass(frozen=True)
class Answer:
    """What the devices of one level made of a request, taken together."""

    ticket: int
    state: Literal["off", "on", "unknown", "done", "error"]
    failure: str = ""
    why: str = ""


@dataclass(frozen=True)
class Observation:
    """None where it could not be read; that is never taken for an answer."""

    wall: float
    membership: Membership | None = None
    ids: Mapping[str, int] | None = None
    online: Mapping[str, bool] | None = None
    ha: Mapping[str, NodeHa] | None = None
    disarm: str | None = None
    paused: bool = False
    record: Record | None = None
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True)
class Attempt:
    """One member's work on one case. Times are of the monotonic clock."""

    kind: Literal["off", "on"]
    node: str
    step: Literal["announce", "look", "confirm", "report"]
    began: float
    step_since: float
    case: Case
    renewal: int
    published_at: float
    not_before: float = 0.0
    """Until then only looked at: the node still has its time to come back."""
    leased_from: float | None = None
    """When the writing was begun that was read back last: until 15 s later requests may be sent."""
    level: int = 0
    ticket: int | None = None
    asked_at: float = 0.0
    ask_at: float = 0.0
    is_on: bool = False
    """This level was read and is not off."""
    offs: int = 0
    sent: int = 0
    sent_at: float = 0.0
    ever_sent: bool = False
    why: tuple[str, ...] = ()


@dataclass(frozen=True)
class State:
    booted: float
    """When this machine came up. Restarting the fencer is no cold start of the cluster."""
    looked: float | None = None
    quorate_since: float | None = None
    lost_at: float | None = None
    """When quorum went; None while it is there, and before there ever was one."""
    grace_until: float = 0.0
    seen: frozenset[str] = frozenset()
    votes: Mapping[str, int] = field(default_factory=dict)
    """What each brought in when it was a member last."""
    absent_since: Mapping[str, float] = field(default_factory=dict)
    armed: Mapping[str, bool] = field(default_factory=dict)
    renewal: tuple[int, str] = (0, "")
    renewal_since: float = 0.0
    case_since: Mapping[str, tuple[str, float]] = field(default_factory=dict)
    fenced_at: float | None = None
    """When the newest fencing of anybody was noticed here."""
    offs_known: int | None = None
    retry_at: float = 0.0
    attempt: Attempt | None = None
    tickets: int = 0
    said: frozenset[str] = frozenset()
    holds: tuple[str, ...] = ()
    """Why nothing is done about absent nodes, for people."""


@dataclass(frozen=True)
class Publish:
    """Writes the shared record, after the same was made durable on this node."""

    record: Record


@dataclass(frozen=True)
class Ask:
    """One request to all devices of a level. One that changes power is sent only before `until`."""

    ticket: int
    operation: Operation
    node: str
    level: int
    until: float


@dataclass(frozen=True)
class Revoke:
    """Requests that are under way must not be sent any more."""


@dataclass(frozen=True)
class Say:
    level: Level
    event: str
    text: str
    node: str | None = None


Action = Publish | Ask | Revoke | Say
