"""Where the tests find the fencer, and a configuration for them."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from proxmox_ha_fencer.config import Config, parse_config  # noqa: E402

NAMES = ("ada", "berta", "carla", "dora", "elsa")
UUIDS = {name: f"4c4c4544-0042-4a10-8051-b4c04f4d33{index:02d}" for index, name in enumerate(NAMES)}
TIMINGS = {"delayS": 50, "offTimeoutS": 20, "startupGraceS": 300, "intervalS": 120, "powerOnHoldS": 30}


def device(name: str, level: int = 0, **changes: object) -> dict[str, object]:
    kind = ("amt", "redfish")[level]
    found = {
        "kind": kind, "address": f"10.0.{level}.{NAMES.index(name) + 1}", "port": 16993, "user": "fence",
        "password": "Rehearsal-only-1", "pins": ["ab" * 32],
    }
    return {**found, **changes}


def plain(me: str, count: int = 3, levels: int = 1, bare: tuple[str, ...] = (), **timings: float) -> dict[str, object]:
    """What fencer.json of `me` holds in a cluster of `count`; `bare` nodes have no device."""
    nodes = []
    for index, name in enumerate(NAMES[:count]):
        own = name == me or name in bare
        entry = {
            "name": name, "id": index + 1, "uuid": UUIDS[name],
            "levels": [] if own else [[device(name, level)] for level in range(levels)],
        }
        nodes.append(entry)
    return {
        "version": 1, "cluster": "test", "node": me, "timings": {**TIMINGS, **timings},
        "powerOn": {"perHour": 1, "perDay": 3}, "nodes": nodes,
    }


def config(me: str = "ada", count: int = 3, **more: object) -> Config:
    return parse_config(plain(me, count, **more))
