"""Switched outlets of power distribution units. A node is off when every outlet that feeds it is off.

An outlet has no UUID. Where the unit gives names to its outlets, the name has to begin with that of the node; where
it does not, nothing but a person's word and a drill shows that the outlet is the right one, and each look says so.
"""

from __future__ import annotations

from collections.abc import Callable

from ..config import DeviceConfig, Outlets
from .device import Deadline, DeviceError, Permit, PowerState, Report
from .snmp import SnmpTool

RIGHTS = "whether the account may switch shows only when it does"


class Pdu:
    def __init__(self, config: DeviceConfig, node: str, ask: SnmpTool, outlets: Outlets):
        self._config, self._node, self._ask, self._outlets = config, node, ask, outlets

    def look(self, deadline: Deadline) -> Report:
        states = self._states(deadline)
        off = [outlet for outlet, state in states.items() if state == "off"]
        remarks = [RIGHTS]
        if self._outlets.name is None:
            remarks.append(
                f"that outlet {', '.join(states)} feeds {self._node} is not proved by the device, which names none"
            )
        if off and len(off) < len(states):
            remarks.append(f"outlet {', '.join(off)} is off, so one feed is missing")
        identity = None if self._outlets.name is None else self._node
        return Report(_together(states), None, identity, remark="; ".join(remarks))

    def read(self, deadline: Deadline) -> PowerState:
        return _together(self._states(deadline))

    def off(self, deadline: Deadline, permit: Permit) -> None:
        self._change(deadline, permit, "off")

    def on(self, deadline: Deadline, permit: Permit) -> None:
        self._change(deadline, permit, "on")

    def identify(self, deadline: Deadline, lit: bool) -> None:
        raise DeviceError("unsupported", "an outlet has no locator")

    def _change(self, deadline: Deadline, permit: Permit, wanted: PowerState) -> None:
        """Every outlet is tried, also after one that fails."""
        setting = self._outlets.off if wanted == "off" else self._outlets.on
        failed: list[DeviceError] = []
        for outlet, state in self._states(deadline).items():
            if state != wanted:
                permit()
                try:
                    self._ask.set(deadline, f"{setting.oid}.{outlet}", setting.value)
                except DeviceError as error:
                    failed.append(DeviceError(error.failure, f"outlet {outlet}: {error.why}"))
        if failed:
            raise failed[0]

    def _states(self, deadline: Deadline) -> dict[str, PowerState]:
        table = self._outlets
        columns = [table.state] if table.name is None else [table.state, table.name]
        found = self._ask.get(deadline, [f"{column}.{outlet}" for outlet in table.rows for column in columns])
        if table.name is not None:
            for outlet in table.rows:
                self._require_name(outlet, found.get(f"{table.name}.{outlet}"))
        return {outlet: self._state(outlet, found.get(f"{table.state}.{outlet}")) for outlet in table.rows}

    def _state(self, outlet: str, value: str | None) -> PowerState:
        if value is None:
            raise DeviceError("wrong-machine", f"it has no outlet {outlet}; nothing was switched. Compare it with the stack file")
        return "off" if value == str(self._outlets.is_off) else "on" if value == str(self._outlets.is_on) else "unknown"

    def _require_name(self, outlet: str, value: str | None) -> None:
        name = _text(value)
        if name.lower().split()[:1] != [self._node.lower()]:
            raise DeviceError(
                "wrong-machine",
                f"its outlet {outlet} is called {name or 'nothing'}, which does not begin with {self._node}; nothing was "
                "switched. Name the outlet after the node it feeds, or correct the stack file",
            )


def _together(states: dict[str, PowerState]) -> PowerState:
    found = set(states.values())
    return "off" if found == {"off"} else "on" if "on" in found else "unknown"


def _text(value: str | None) -> str:
    """Bytes in hex and quotes, as the tool prints strings; what is none has no name in it."""
    try:
        raw = bytes.fromhex((value or "").strip('"'))
    except ValueError:
        return ""
    return "".join(letter if letter.isprintable() else " " for letter in raw.decode("utf-8", "replace")).strip()


def pdu(config: DeviceConfig, node: str, make: Callable[..., SnmpTool] = SnmpTool) -> Pdu:
    if config.snmp is None or config.outlets is None:
        raise DeviceError("unsupported", "fencer.json says nothing of its outlets; run the deployment again")
    return Pdu(config, node, make(config, config.snmp), config.outlets)
