"""PVE's two configuration syntaxes: sections (`storage.cfg`) and `key: value` lines (`datacenter.cfg`)."""

import hashlib
import re

from .errors import PlainError

STALE = "detected modified configuration - file changed by other user? Try again."
_HEADER = re.compile(r"^(\S+):\s*(\S+)\s*$")
_PAIR = re.compile(r"^\s+(\S+)(?:\s+(.*?))?\s*$")
_LINE = re.compile(r"^([A-Za-z0-9][\w-]*)\s*:\s*(.*?)\s*$")


def digest(text):
    return hashlib.sha1((text or "").encode("utf-8", "surrogateescape")).hexdigest()


def check_digest(text, wanted):
    """Refuses a write that was prepared against another content of the file."""
    if wanted and digest(text) != wanted:
        raise PlainError(STALE)


def parse(text):
    """`{id: {"type": ..., key: value}}` in the order of the file; a key without value is "1"."""
    sections, current = {}, None
    for line in (text or "").splitlines():
        if not line.strip():
            current = None
            continue
        if line.lstrip().startswith("#"):
            continue
        header = _HEADER.match(line)
        if header and not line[0].isspace():
            current = sections.setdefault(header.group(2), {"type": header.group(1)})
            continue
        pair = _PAIR.match(line)
        if pair and current is not None:
            current[pair.group(1)] = pair.group(2) if pair.group(2) is not None else "1"
    return sections


def render(sections, first_keys=()):
    """Text of the sections. Keys named in `first_keys` lead, the rest follows alphabetically.

    Flags that are true are written as a bare key, false ones as 0, as PVE's plugins do.
    """
    blocks = []
    for name, section in sections.items():
        keys = [key for key in first_keys if key in section]
        keys += sorted(key for key in section if key != "type" and key not in keys)
        lines = [f"{section['type']}: {name}"]
        lines += [f"\t{key} {_plain(section[key])}".rstrip() for key in keys if section[key] is not None]
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def _plain(value):
    return str(int(value)) if isinstance(value, bool) else str(value)


def parse_lines(text):
    """`key: value` lines; comment lines at the top become `description`, as PVE keeps notes."""
    values, notes = {}, []
    for line in (text or "").splitlines():
        if line.startswith("#"):
            notes.append(_decode(line[1:]))
            continue
        match = _LINE.match(line)
        if match:
            values[match.group(1)] = match.group(2)
    if notes:
        values["description"] = "\n".join(notes) + "\n"
    return values


def render_lines(values):
    rest = {key: value for key, value in values.items() if key != "description"}
    out = [f"#{_encode(line)}" for line in str(values.get("description", "")).splitlines()]
    out += [f"{key}: {_plain(rest[key])}" for key in sorted(rest)]
    return "".join(line + "\n" for line in out)


def _encode(text):
    return "".join(c if c.isprintable() and c not in "%:" else f"%{ord(c):02X}" for c in text)


def _decode(text):
    return re.sub(r"%([0-9A-Fa-f]{2})", lambda m: chr(int(m.group(1), 16)), text)
