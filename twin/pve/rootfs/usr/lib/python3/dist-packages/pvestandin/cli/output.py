"""How results are printed: JSON with sorted keys, or PVE's text tables."""

import json

from . import command


def show(value, kind="text"):
    """Prints a result; nothing at all for a missing one."""
    if value is None:
        return
    if kind == "json":
        print(json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False))
    elif kind == "json-pretty":
        print(json.dumps(value, sort_keys=True, indent=3, separators=(",", " : "), ensure_ascii=False))
    elif kind == "yaml":
        print("---")
        print("\n".join(_yaml(value, 0)))
    elif isinstance(value, list):
        _show_list(value)
    elif isinstance(value, dict):
        rows = [{"key": key, "value": _inline(value[key])} for key in sorted(value)]
        print(command.table(rows, ["key", "value"]), end="")
    else:
        print(value)


def _show_list(values):
    if values and all(isinstance(row, dict) for row in values):
        columns = sorted({key for row in values for key in row})
        rows = [{key: _inline(row.get(key)) for key in columns} for row in values]
        print(command.table(rows, columns), end="")
    else:
        for value in values:
            print(_inline(value))


def _inline(value):
    if isinstance(value, (dict, list)):
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return "" if value is None else str(value)


def _yaml(value, depth):
    pad = "  " * depth
    if isinstance(value, dict) and value:
        lines = []
        for key in sorted(value):
            inner = value[key]
            if isinstance(inner, (dict, list)) and inner:
                lines += [f"{pad}{key}:", *_yaml(inner, depth + 1)]
            else:
                lines.append(f"{pad}{key}: {_scalar(inner)}")
        return lines
    if isinstance(value, list) and value:
        lines = []
        for item in value:
            inner = _yaml(item, depth + 1)
            lines += [f"{pad}- {inner[0].strip()}", *inner[1:]]
        return lines
    return [f"{pad}{_scalar(value)}"]


def _scalar(value):
    return json.dumps(value, ensure_ascii=False)
