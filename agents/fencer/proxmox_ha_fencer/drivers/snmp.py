"""SNMP by net-snmp's tools: Python's library has no AES, and writing one for this would be the wrong place.

What is secret goes to the tool through a file in memory: never argv, never the environment, never a disk. net-snmp
looks for a folder with `snmp.conf`, so there is one for each call, with a link to that file and nothing else in it.
"""

from __future__ import annotations

import os
import re
import tempfile

from ..config import DeviceConfig, Snmp
from .device import Deadline, DeviceError
from .tool import path_of, run_tool, secret_for

_TRY_S = 2
_VALUE = re.compile(r"\.([0-9.]+) (.*)")


class SnmpTool:
    """One device's way to be asked. Values are integers as text, or the bytes of a string in hex."""

    def __init__(self, config: DeviceConfig, snmp: Snmp):
        self._config, self._text = config, _configuration(config, snmp)

    def get(self, deadline: Deadline, oids: list[str]) -> dict[str, str]:
        """What the device has; an object that it does not know is left out."""
        said = self._run(deadline, "snmpget", *[f".{oid}" for oid in oids])
        found = (_VALUE.fullmatch(line.strip()) for line in said.splitlines())
        return {one[1]: one[2].strip() for one in found if one is not None and not one[2].startswith("No ")}

    def set(self, deadline: Deadline, oid: str, value: int) -> None:
        self._run(deadline, "snmpset", f".{oid}", "i", str(value))

    def _run(self, deadline: Deadline, tool: str, *arguments: str) -> str:
        config = self._config
        where = f"udp6:[{config.address}]:{config.port}" if ":" in config.address else f"udp:{config.address}:{config.port}"
        with (
            secret_for(tool, self._text, "install Debian's package snmp") as secret,
            tempfile.TemporaryDirectory(prefix="fencer-snmp-") as folder,
        ):
            os.symlink(path_of(secret), os.path.join(folder, "snmp.conf"))
            # The folder is its persistent store as well, so that nothing of the account outlives the call.
            own = {"SNMPCONFPATH": folder, "SNMP_PERSISTENT_DIR": folder, "MIBS": "", "MIBDIRS": folder}
            call = [tool, "-Onqx", "-t", str(_TRY_S), "-r", "1", where, *arguments]
            ran = run_tool(deadline, call, secret, own)
        if ran.returncode == 0:
            return ran.stdout.decode("utf-8", "replace")
        raise explained(ran.stderr.decode("utf-8", "replace"))


def _configuration(config: DeviceConfig, snmp: Snmp) -> str:
    wanted = {"hexOutputLength": "0", "noPersistentLoad": "yes", "noPersistentSave": "yes"}
    if snmp.version == "2c":
        wanted |= {"defVersion": "2c", "defCommunity": _quoted(config.password)}
    else:
        wanted |= {
            "defVersion": "3", "defSecurityLevel": "authPriv", "defSecurityName": _quoted(config.user),
            "defAuthType": snmp.authentication, "defAuthPassphrase": _quoted(config.password),
            "defPrivType": snmp.encryption, "defPrivPassphrase": _quoted(snmp.encryption_password or config.password),
        }
    return "".join(f"{token} {value}\n" for token, value in wanted.items())


def _quoted(text: str) -> str:
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'


def explained(text: str) -> DeviceError:
    """What the tool said, as a failure. It never repeats a password."""
    if re.search(r"Authentication failure|Unknown user name", text):
        return DeviceError(
            "login", "it refused the login; it is not tried again, because more attempts may lock the account"
        )
    if re.search(r"noAccess|notWritable|readOnly|authorizationError", text):
        return DeviceError("forbidden", "it let the account in and forbade the request; give the account that right")
    if re.search(r"Timeout|No Response", text):
        return DeviceError(
            "unreachable",
            "nothing answers there; a wrong community or encryption password is met with the same silence",
        )
    if re.search(r"passphrase|USM|Unknown (authentication|privacy)|Invalid (authentication|privacy)", text, re.IGNORECASE):
        return DeviceError("unsupported", "the account cannot be used: a password of SNMPv3 has at least 8 letters")
    reason = re.search(r"Reason: \(?([A-Za-z]+)", text)
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("Created directory")]
    return DeviceError("protocol", f"it answered {reason[1]}" if reason else f"snmp said: {(lines or ['nothing'])[-1][:200]}")
