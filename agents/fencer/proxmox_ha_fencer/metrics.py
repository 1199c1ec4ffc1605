"""Numbers for node_exporter's textfile collector, where its folder exists."""

from __future__ import annotations

import os

from .config import Config
from .files import read_json, write_whole
from .model import Observation, State
from .record import Record

FOLDER = "/var/lib/prometheus/node-exporter"
_STEPS = ("off", "failed", "confirmed", "powering-on", "on", "left-off")


def write_metrics(state_dir: str, config: Config, state: State, seen: Observation, now: float, folder: str = FOLDER) -> None:
    if os.path.isdir(folder):
        text = metrics(config, state, seen, now, _matrix(state_dir))
        write_whole(os.path.join(folder, "proxmox_ha_fencer.prom"), text, mode=0o644, durable=False)


def metrics(config: Config, state: State, seen: Observation, now: float, rows: list[dict[str, object]]) -> str:
    record = seen.record or Record()
    lines = [
        "# TYPE proxmox_ha_fencer_last_look_seconds gauge", f"proxmox_ha_fencer_last_look_seconds {seen.wall:.0f}",
        "# TYPE proxmox_ha_fencer_ready gauge",
        f"proxmox_ha_fencer_ready {int(bool(seen.membership and seen.membership.quorate) and now >= state.grace_until)}",
        "# TYPE proxmox_ha_fencer_paused gauge", f"proxmox_ha_fencer_paused {int(seen.paused)}",
        "# TYPE proxmox_ha_fencer_node_absent_seconds gauge",
    ]
    for node in config.peers:
        absent = now - state.absent_since.get(node.name, now)
        lines.append(f'proxmox_ha_fencer_node_absent_seconds{{target="{node.name}"}} {absent:.0f}')
    lines.append("# TYPE proxmox_ha_fencer_case gauge")
    for node in config.peers:
        case = record.case(node.name)
        lines += [
            f'proxmox_ha_fencer_case{{target="{node.name}",step="{step}"}} {int(case is not None and case.step == step)}'
            for step in _STEPS
        ]
    lines.append("# TYPE proxmox_ha_fencer_device_ok gauge")
    for row in rows:
        labels = f'target="{row.get("node")}",device="{row.get("device")}"'
        lines.append(f"proxmox_ha_fencer_device_ok{{{labels}}} {int(bool(row.get('ok')))}")
    return "\n".join(lines) + "\n"


def _matrix(state_dir: str) -> list[dict[str, object]]:
    try:
        value = read_json(os.path.join(state_dir, "matrix.json"))
        return [row for row in value["rows"] if isinstance(row, dict)] if value else []
    except (OSError, ValueError, KeyError, TypeError):
        return []
