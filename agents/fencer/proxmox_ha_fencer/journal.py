"""Lines for the journal, on standard error: a priority, a sentence, and facts as key=value. Nothing secret is ever given to it."""

from __future__ import annotations

import sys
from collections.abc import Mapping

_PRIORITY = {"critical": 2, "error": 3, "warning": 4, "notice": 5, "info": 6}


def say(level: str, event: str, text: str, facts: Mapping[str, object] | None = None) -> None:
    known = " ".join(f"{key}={_plain(value)}" for key, value in (facts or {}).items() if value is not None)
    line = f"<{_PRIORITY[level]}>{_line(text)} [event={event}{' ' if known else ''}{known}]\n"
    try:
        sys.stderr.write(line)
        sys.stderr.flush()
    except (OSError, ValueError):
        pass  # A journal that cannot be written must not keep a node from being fenced.


def _line(text: str) -> str:
    """Devices' own words come through here: one line, printable, of bounded length."""
    return "".join(letter if letter.isprintable() else " " for letter in text)[:600]


def _plain(value: object) -> str:
    text = _line(str(value))
    return f'"{text}"' if not text or any(letter in text for letter in ' "[]=') else text
