"""How the fencer of this node stands, for people and for the program that deploys it."""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict
from typing import Any

from .config import Config
from .files import read_json, write_whole
from .model import Observation, State
from .record import Record

STALE_S = 30.0


def write_status(run_dir: str, config: Config, state: State, seen: Observation, now: float) -> None:
    attempt, record = state.attempt, seen.record or Record()
    value = {
        "version": 1,
        "time": seen.wall,
        "node": config.node,
        "quorate": None if seen.membership is None else seen.membership.quorate,
        "members": None if seen.membership is None else sorted(seen.membership.present),
        "paused": seen.paused,
        "disarm": seen.disarm,
        "graceS": max(0, round(state.grace_until - now)),
        "restS": 0 if state.fenced_at is None else max(0, round(state.fenced_at + config.timings.interval_s - now)),
        "absent": {node: round(now - since) for node, since in state.absent_since.items()},
        "armed": sorted(node for node, armed in state.armed.items() if armed),
        "holds": list(state.holds),
        "attempt": None if attempt is None else {
            "kind": attempt.kind, "node": attempt.node, "step": attempt.step, "level": attempt.level + 1,
            "forS": round(now - attempt.began), "failed": list(attempt.why),
        },
        "cases": [asdict(case) for case in record.cases],
        "powerOn": [_budget(config, record, node.name, seen.wall) for node in config.peers],
    }
    write_whole(os.path.join(run_dir, "status.json"), json.dumps(value) + "\n", durable=False)


def _budget(config: Config, record: Record, node: str, wall: float) -> dict[str, Any]:
    return {
        "node": node,
        "lastHour": record.count(node, "on", 3600, wall), "perHour": config.per_hour,
        "lastDay": record.count(node, "on", 86_400, wall), "perDay": config.per_day,
        "fencedLastDay": record.count(node, "off", 86_400, wall),
    }


def read_status(run_dir: str, state_dir: str) -> dict[str, Any]:
    """`daemon` is null when it does not run, or has not looked for half a minute."""
    found: dict[str, Any] = {"version": 1, "daemon": None, "matrix": None, "matrixAgeS": None}
    wall = time.time()
    daemon = _read(os.path.join(run_dir, "status.json"))
    if daemon is not None and abs(wall - daemon["time"]) <= STALE_S:
        found["daemon"] = daemon
    matrix = _read(os.path.join(state_dir, "matrix.json"))
    if matrix is not None:
        found |= {"matrix": matrix, "matrixAgeS": round(wall - matrix["time"])}
    return found


def _read(path: str) -> dict[str, Any] | None:
    try:
        value = read_json(path)
        return value if isinstance(value, dict) and isinstance(value.get("time"), int | float) else None
    except (OSError, ValueError):
        return None


def text_of(status: dict[str, Any]) -> str:
    daemon, lines = status["daemon"], list[str]()
    if daemon is None:
        lines.append("the fencer does not run here; see systemctl status proxmox-ha-fencer")
    else:
        lines.append(f"{daemon['node']}: {'quorate' if daemon['quorate'] else 'no quorum'}{', PAUSED' if daemon['paused'] else ''}")
        lines += [f"  {hold}" for hold in daemon["holds"]]
        lines += [f"  {case['node']}: {case['step']} (by {case['holder'] or 'nobody'})" for case in daemon["cases"]]
        if daemon["attempt"]:
            attempt = daemon["attempt"]
            lines.append(f"  {attempt['kind']} {attempt['node']}: {attempt['step']}, level {attempt['level']}")
    if status["matrix"] is None:
        lines.append("its devices were never looked at from here; run verify")
    else:
        bad = [row for row in status["matrix"]["rows"] if not row["ok"]]
        lines.append(f"devices: {len(status['matrix']['rows'])} looked at {status['matrixAgeS']} s ago, {len(bad)} not in order")
        lines += [f"  {row['node']} {row['device']} at {row['address']}: {row['why']}" for row in bad]
    return "\n".join(lines)
