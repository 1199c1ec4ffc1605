"""Looks at the cluster: membership from corosync, the rest from the cluster file system, each bounded in time."""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from dataclasses import replace
from typing import Any

from .bounded import Bounded, GivenUp
from .config import Config
from .files import read_json, write_whole
from .model import Answer, Membership, NodeHa, Observation
from .record import PATH, Record, parse_record, to_text

PAUSED = "/etc/proxmox-ha/fencer/paused"
QUORUM_TOOL = ("corosync-quorumtool", "-s", "-i")
QUORUM_TOOL_S = 3.0
CLUSTER_FILES_S = 3.0
ETC = "/etc/pve"


class Conflict(Exception):
    """Another member has written the record since it was seen."""


class Cluster:
    """`etc` is the mount point of the cluster file system."""

    def __init__(self, config: Config, etc: str = ETC, paused: str = PAUSED, quorum_tool: tuple[str, ...] = QUORUM_TOOL):
        self._config, self._etc, self._paused, self._quorum_tool = config, etc, paused, quorum_tool
        self._record = os.path.join(etc, os.path.relpath(PATH, ETC))
        self._files = Bounded(CLUSTER_FILES_S)

    def look(self, answers: tuple[Answer, ...]) -> Observation:
        seen = Observation(wall=time.time(), paused=os.path.exists(self._paused), answers=answers)
        seen = replace(seen, membership=self.membership())
        try:
            return self._files.run(lambda: self._read(seen))
        except (GivenUp, OSError, ValueError, KeyError, TypeError, AttributeError):
            return seen

    def publish(self, record: Record) -> None:
        """Raises when it cannot be written, or somebody else was faster. Who read it back knows that it stands."""
        self._files.run(lambda: self._write(record))

    def membership(self) -> Membership | None:
        try:
            ran = subprocess.run(
                self._quorum_tool, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                timeout=QUORUM_TOOL_S, check=False, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"},
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        return parse_quorum(ran.stdout.decode("utf-8", "replace"))

    # -- inside the bounded thread ---------------------------------------------------------------

    def _read(self, seen: Observation) -> Observation:
        members = self._json(".members")["nodelist"]
        seen = replace(
            seen,
            ids={str(name): int(node["id"]) for name, node in members.items()},
            online={str(name): bool(node["online"]) for name, node in members.items()},
        )
        try:
            seen = replace(seen, record=self._read_record())
            manager = self._json("ha/manager_status") or {}
            seen = replace(seen, disarm=_disarm(manager.get("disarm")), ha=self._ha(manager))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            pass  # What is missing stays None, and the core says so.
        return seen

    def _ha(self, manager: dict[str, Any]) -> dict[str, NodeHa]:
        services = [(str(sd["node"]), str(sd["state"])) for sd in manager.get("service_status", {}).values()]
        found = {}
        for node in self._config.nodes:
            lrm = self._json(f"nodes/{node.name}/lrm_status") or {}
            lock = os.path.isdir(os.path.join(self._etc, f"priv/lock/ha_agent_{node.name}_lock"))
            states = tuple(state for name, state in services if name == node.name)
            found[node.name] = NodeHa(str(lrm.get("state", "unknown")), lock, states)
        return found

    def _read_record(self) -> Record:
        value = read_json(self._record)
        return Record() if value is None else parse_record(value)

    def _write(self, record: Record) -> None:
        if self._read_record().renewal != record.renewal - 1:
            raise Conflict("another fencer has written the record meanwhile")
        write_whole(self._record, to_text(record), durable=False)

    def _json(self, name: str) -> Any:
        try:
            return read_json(os.path.join(self._etc, name))
        except json.JSONDecodeError:
            if os.path.getsize(os.path.join(self._etc, name)) == 0:
                return None  # Proxmox makes some of them empty first.
            raise


def _disarm(value: Any) -> str | None:
    if not value:
        return None
    state = value.get("state") if isinstance(value, dict) else None
    return str(state or "disarmed")


def parse_quorum(text: str) -> Membership | None:
    """What `corosync-quorumtool -s -i` prints; None when a part of it is missing."""
    quorate = re.search(r"^Quorate:\s+(Yes|No)\s*$", text, re.MULTILINE)
    expected = re.search(r"^Expected votes:\s+(\d+)", text, re.MULTILINE)
    quorum = re.search(r"^Quorum:\s+(\d+)", text, re.MULTILINE)
    total = re.search(r"^Total votes:\s+(\d+)", text, re.MULTILINE)
    _, heading, rows = text.partition("Membership information\n")
    if not (quorate and expected and quorum and total and heading):
        return None
    found = {int(number): int(votes) for number, votes in re.findall(r"^\s*(\d+)\s+(\d+)\s+\S", rows, re.MULTILINE)}
    # The vote of a QDevice stands in the same table under the number 0.
    votes = {number: count for number, count in found.items() if number != 0}
    return Membership(quorate[1] == "Yes", frozenset(votes), int(expected[1]), int(quorum[1]), votes, int(total[1]))
