"""When a certificate ends. The library tells it only of certificates that it has verified, and these are pinned instead."""

from __future__ import annotations

from datetime import datetime, timezone

_SEQUENCE, _VERSION = 0x30, 0xA0
_FORMS = {0x17: "%y%m%d%H%M%SZ", 0x18: "%Y%m%d%H%M%SZ"}


def ends_at(certificate: bytes) -> float | None:
    """Seconds since 1970; None for what is not understood."""
    try:
        body = _content(_content(certificate, 0, _SEQUENCE), 0, _SEQUENCE)
        at = 0
        if body[at] == _VERSION:
            at = _end(body, at)
        for _ in ("serial number", "algorithm", "issuer"):
            at = _end(body, at)
        validity = _content(body, at, _SEQUENCE)
        at = _end(validity, 0)
        text = _content(validity, at, validity[at]).decode("ascii")
        return datetime.strptime(text, _FORMS[validity[at]]).replace(tzinfo=timezone.utc).timestamp()
    except (ValueError, IndexError, KeyError):
        return None


def _length(data: bytes, at: int) -> tuple[int, int]:
    """Where the content of the element begins, and its length."""
    first = data[at + 1]
    if first < 0x80:
        return at + 2, first
    count = first & 0x7F
    return at + 2 + count, int.from_bytes(data[at + 2 : at + 2 + count], "big")


def _content(data: bytes, at: int, tag: int) -> bytes:
    if data[at] != tag:
        raise ValueError("another element")
    start, length = _length(data, at)
    return data[start : start + length]


def _end(data: bytes, at: int) -> int:
    start, length = _length(data, at)
    return start + length
