"""What a restarted fencer still knows: who was seen and who is absent since when. Kept in /run, gone with the boot."""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict
from typing import Any

from .files import read_json, write_whole
from .model import State

FRESH_S = 60.0
_KEPT = ("looked", "quorate_since", "lost_at", "grace_until", "seen", "votes", "absent_since", "armed", "fenced_at", "offs_known", "said")


def keep(path: str, state: State) -> None:
    values = asdict(state)
    kept = {name: sorted(value) if isinstance(value := values[name], frozenset) else value for name in _KEPT}
    write_whole(path, json.dumps(kept), durable=False)


def restore(path: str, now: float, booted: float) -> State:
    """A new state when nothing is kept, when it is too old, or when it is none of this program's."""
    try:
        kept = read_json(path)
        if kept is None or set(kept) != set(_KEPT) or not 0 <= now - kept["looked"] <= FRESH_S:
            return State(booted)
        values: dict[str, Any] = {**kept, "seen": frozenset(kept["seen"]), "said": frozenset(kept["said"])}
        return State(booted, **values)
    except (OSError, ValueError, TypeError, KeyError):
        return State(booted)


def booted() -> float:
    """When the first process of this machine, or of this container, started; by the clock of `time.monotonic`."""
    try:
        with open("/proc/1/stat", encoding="utf-8") as source:
            ticks = int(source.read().rpartition(")")[2].split()[19])
        ago = time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")
        return time.monotonic() - ago
    except (OSError, ValueError, IndexError):
        return time.monotonic()
