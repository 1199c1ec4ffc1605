"""Looks at every peer's devices from this node, without changing anything, and keeps what it found."""

from __future__ import annotations

import json
import os
import threading
import time
from typing import Any

from .config import Config, DeviceConfig, NodeConfig
from .drivers.device import DeviceError, Failure, Report
from .drivers.devices import OPERATION_S, Device, RefusedLogins
from .files import write_whole

SKEW_S = 60
SLOW_MS = 5_000
_REACHED: dict[Failure, dict[str, bool | None]] = {
    "unreachable": {"reachable": False},
    "timeout": {"reachable": True},
    "busy": {"reachable": True, "pin": True},
    "certificate": {"reachable": True, "pin": False},
    "login": {"reachable": True, "pin": True, "login": False},
    "marked-bad": {"reachable": True, "login": False},
    "forbidden": {"reachable": True, "pin": True, "login": True},
    "wrong-machine": {"reachable": True, "pin": True, "login": True, "identity": False},
}
"""How far a look came before it failed so."""


def verify(config: Config, refused: RefusedLogins, members: frozenset[int] | None) -> list[dict[str, Any]]:
    """All at once: a dead device costs its ten seconds only once."""
    wanted = [
        (node, f"level {number + 1}: {device.kind}", device)
        for node in config.peers
        for number, level in enumerate(node.levels)
        for device in level
    ]
    rows: list[dict[str, Any]] = [{} for _ in wanted]

    def one(index: int, node: NodeConfig, name: str, device: DeviceConfig) -> None:
        rows[index] = _row(node, name, device, refused, members)

    threads = [threading.Thread(target=one, args=(index, *entry), daemon=True) for index, entry in enumerate(wanted)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return rows


def _row(
    node: NodeConfig, name: str, device: DeviceConfig, refused: RefusedLogins, members: frozenset[int] | None
) -> dict[str, Any]:
    row: dict[str, Any] = {
        "node": node.name, "device": name, "kind": device.kind, "address": device.address, "ok": False,
        "reachable": False, "pin": None, "login": None, "power": None, "offOffered": None, "identity": None,
        "rights": None, "clockSkewS": None, "latencyMs": None, "remark": None, "why": "",
    }
    began = time.monotonic()
    try:
        found = Device(device, node, refused).look()
    except DeviceError as error:
        row |= {**_REACHED.get(error.failure, {"reachable": True}), "why": error.why}
        row["pin"] = row["pin"] if device.pins else None
        return row
    why = ""
    if found.power == "unknown":
        why = "it does not say whether the machine is on or off"
    elif found.off_offered is False:
        why = "it does not offer to switch the machine off"
    elif found.power == "off" and members is not None and node.id in members:
        why = "it says Off while the node is a member of the cluster"
    skew = None if found.clock_skew_s is None else round(found.clock_skew_s)
    return row | {
        "ok": not why, "reachable": True, "pin": True if device.pins else None, "login": True,
        "power": found.power, "offOffered": found.off_offered,
        "identity": None if found.identity is None else True, "rights": found.rights, "clockSkewS": skew,
        "latencyMs": (took := round((time.monotonic() - began) * 1000)), "remark": _remark(found, skew, took), "why": why,
    }


def _remark(found: Report, skew: int | None, took_ms: int) -> str | None:
    """What is to be thought about although the device would obey."""
    remarks = [found.remark or ""]
    if found.rights == "Administrator":
        remarks.append("the account may do everything; one that may only switch is safer")
    if found.certificate_ends is not None and found.certificate_ends < time.time():
        remarks.append("its certificate has expired; the pinned one goes on working")
    if skew is not None and abs(skew) > SKEW_S:
        remarks.append(f"its clock is {abs(skew)} s {'ahead' if skew > 0 else 'behind'}")
    if took_ms > SLOW_MS:
        remarks.append(f"it took {took_ms / 1000:.1f} s to answer, and is given {OPERATION_S:g} s")
    return "; ".join(filter(None, remarks)) or None


def keep_matrix(state_dir: str, config: Config, rows: list[dict[str, Any]]) -> dict[str, Any]:
    matrix = {"version": 1, "node": config.node, "time": time.time(), "rows": rows}
    write_whole(os.path.join(state_dir, "matrix.json"), json.dumps(matrix) + "\n")
    return matrix


def line_of(row: dict[str, Any]) -> str:
    how = "in order" if row["ok"] else f"NOT in order: {row['why']}"
    facts = [f"power {row['power']}" if row["power"] else "", f"{row['latencyMs']} ms" if row["latencyMs"] else ""]
    facts += [row["remark"] or ""]
    return f"{row['node']}, {row['device']} at {row['address']}: {how} ({', '.join(filter(None, facts)) or 'no more is known'})"
