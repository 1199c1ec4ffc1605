"""IPMI 2.0 over LAN, by ipmitool."""

from __future__ import annotations

import re

from ..config import DeviceConfig
from .device import Deadline, DeviceError, Permit, PowerState, Report, require_machine
from .tool import path_of, run_tool, secret_for


class Ipmi:
    def __init__(self, config: DeviceConfig, uuid: str):
        self._config, self._uuid = config, uuid

    def look(self, deadline: Deadline) -> Report:
        identity = self._machine(deadline)
        return Report(self._state(deadline), True, identity, "OPERATOR" if identity else None)

    def read(self, deadline: Deadline) -> PowerState:
        self._machine(deadline)
        return self._state(deadline)

    def off(self, deadline: Deadline, permit: Permit) -> None:
        self._change(deadline, permit, "off")

    def on(self, deadline: Deadline, permit: Permit) -> None:
        self._change(deadline, permit, "on")

    def identify(self, deadline: Deadline, lit: bool) -> None:
        """It goes out by itself after some minutes at the latest."""
        self._machine(deadline)
        self._ask(deadline, "chassis", "identify", "240" if lit else "0")

    def _change(self, deadline: Deadline, permit: Permit, wanted: str) -> None:
        self._machine(deadline)
        if self._state(deadline) != wanted:
            permit()
            self._ask(deadline, "chassis", "power", wanted)

    def _state(self, deadline: Deadline) -> PowerState:
        found = re.search(r"Chassis Power is (on|off)\b", self._ask(deadline, "chassis", "power", "status"))
        return "on" if found and found[1] == "on" else "off" if found else "unknown"

    def _machine(self, deadline: Deadline) -> str | None:
        found = re.search(r"System GUID\s*:\s*([0-9a-f-]{36})", self._ask(deadline, "mc", "guid"), re.IGNORECASE)
        identity = found[1].lower() if found else None
        require_machine(self._uuid, identity)
        return identity

    def _ask(self, deadline: Deadline, *command: str) -> str:
        config = self._config
        # One line, and a zero byte cannot occur in it: the configuration's reader refuses both.
        with secret_for("ipmitool", config.password, "install it") as secret:
            # The suite is always named: asking for the suites first costs ten seconds on some controllers.
            # Without -v a wrong password cannot be told from a controller that is not there.
            arguments = [
                "ipmitool", "-v", "-I", "lanplus", "-H", config.address, "-p", str(config.port), "-U", config.user,
                "-f", path_of(secret), "-C", str(config.cipher_suite), "-L", "OPERATOR", "-N", "1", "-R", "2", *command,
            ]
            ran = run_tool(deadline, arguments, secret)
        if ran.returncode == 0:
            return ran.stdout.decode("utf-8", "replace")
        raise _explained(ran.stderr.decode("utf-8", "replace"))


def _explained(text: str) -> DeviceError:
    lines = [line.strip(" >\t") for line in text.splitlines() if line.strip()]
    last = lines[-1] if lines else "nothing"
    rejection = next((line for line in lines if re.search(r"RAKP \d.*(invalid|error)", line, re.IGNORECASE)), None)
    if rejection is not None:
        return DeviceError("login", f"it refused the login and is not asked again: {rejection}")
    if re.search(r"insufficient privilege", last, re.IGNORECASE):
        return DeviceError("forbidden", "the account may not switch power; give it the privilege OPERATOR")
    session = next((line for line in lines if re.search(r"open session response", line, re.IGNORECASE)), None)
    if session is not None:
        return DeviceError("unsupported", f"it refused the session: {session}; check the cipher suite")
    if re.search(r"Unable to establish IPMI v2", text, re.IGNORECASE):
        return DeviceError("unreachable", "no session could be established")
    return DeviceError("protocol", f"ipmitool said: {last}")
