"""corosync.conf: parsing, rendering as PVE does, and what must hold in it."""

import re

from .errors import PlainError

_ARRAYS = {"node": "nodelist", "interface": "totem"}


def parse(text):
    """Nested dictionaries; `nodelist.node` is keyed by name, `totem.interface` by link number."""
    root = {}
    stack = [(root, "")]
    for raw in (text or "").splitlines():
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        opened = re.match(r"^(\S+)\s*\{$", line)
        if opened:
            section = {}
            parent, name = stack[-1][0], opened.group(1)
            if name in _ARRAYS:
                parent.setdefault(name, []).append(section)
            elif name in parent:
                raise PlainError(f"section '{name}' already exists and not marked as array!")
            else:
                parent[name] = section
            stack.append((section, name))
        elif line == "}":
            if len(stack) == 1:
                raise PlainError("parse error, too many '}'")
            stack.pop()
        else:
            key, colon, value = line.partition(":")
            if not colon:
                raise PlainError(f"missing ':' after key '{key.strip()}'")
            stack[-1][0][key.strip()] = value.strip()
    return _keyed(root)


def _keyed(root):
    nodes = root.get("nodelist", {}).get("node")
    if isinstance(nodes, list):
        root["nodelist"]["node"] = {n.get("name") or n.get("ring0_addr", ""): n for n in nodes}
    links = root.get("totem", {}).get("interface")
    if isinstance(links, list):
        root["totem"]["interface"] = {l.get("linknumber", l.get("ringnumber", "0")): l for l in links}
    return root


def nodes(conf):
    return conf.get("nodelist", {}).get("node", {})


def version(conf):
    try:
        return int(conf.get("totem", {}).get("config_version"))
    except (TypeError, ValueError):
        return 0


def render(conf):
    """Sections and keys alphabetical, two blanks of indent, a blank line after each section."""
    return "\n".join(_section(name, conf[name], 0) for name in sorted(conf)) + "\n"


def _section(name, content, depth):
    if name in _ARRAYS and all(isinstance(item, dict) for item in content.values()):
        order = sorted(content, key=lambda key: (int(key) if key.isdigit() else 0, key))
        return "".join(_plain_section(name, content[key], depth) for key in order)
    return _plain_section(name, content, depth)


def _plain_section(name, content, depth):
    pad = "  " * depth
    out = f"{pad}{name} {{\n"
    for key in sorted(content):
        value = content[key]
        out += _section(key, value, depth + 1) if isinstance(value, dict) else f"{pad}  {key}: {value}\n"
    return out + f"{pad}}}\n"


def links_of(entry):
    """`{link number: address}` of a node's entry."""
    found = {}
    for key, value in entry.items():
        match = re.match(r"ring(\d+)_addr$", key)
        if match:
            found[int(match.group(1))] = value
    return found


def problems(conf):
    """Errors that keep PVE from working with a configuration."""
    found = []
    if not nodes(conf):
        return ["no nodes found"]
    interfaces = conf.get("totem", {}).get("interface", {})
    for name, entry in nodes(conf).items():
        if not links_of(entry):
            found.append(f"no ring address for node '{name}'")
        for link in links_of(entry):
            if interfaces and str(link) not in interfaces:
                found.append(f"node '{name}' uses link {link} but no interface entry exists for it")
    return found


def next_node_id(conf):
    used = {int(entry.get("nodeid", 0)) for entry in nodes(conf).values()}
    return next(number for number in range(1, len(used) + 2) if number not in used)
