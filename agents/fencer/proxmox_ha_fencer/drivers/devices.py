"""Makes the driver of a device, and remembers which devices refused the password."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from typing import TypeVar

from ..config import CONFIG, DeviceConfig, NodeConfig
from ..files import read_json, write_whole
from ..journal import say
from .amt import Amt
from .device import Deadline, DeviceError, Permit, PowerDevice, PowerState, Report
from .ipmi import Ipmi
from .pdu import pdu
from .redfish import Redfish

BAD = "/var/lib/proxmox-ha/fencer/refused-logins.json"
OPERATION_S = 10.0
T = TypeVar("T")


def driver_of(config: DeviceConfig, node: NodeConfig) -> PowerDevice:
    drivers: dict[str, Callable[[DeviceConfig, str], PowerDevice]] = {"amt": Amt, "redfish": Redfish, "ipmi": Ipmi}
    if config.kind == "pdu":
        return pdu(config, node.name)
    if config.kind in drivers and node.uuid is not None:
        return drivers[config.kind](config, node.uuid)
    raise DeviceError("unsupported", "fencer.json does not say which machine is behind it; run the deployment again")


class RefusedLogins:
    """A password that was refused once is not sent again until fencer.json changes: three members that each try a
    wrong one a few times have locked the account when it is needed."""

    def __init__(self, config_path: str = CONFIG, path: str = BAD):
        self._config_path, self._path, self._lock = config_path, path, threading.Lock()
        # Only what could not be written down; what was, a person can have forgotten in another process.
        self._here: set[str] = set()

    def check(self, device: DeviceConfig) -> None:
        with self._lock:
            if device.key in self._here | self._stored():
                raise DeviceError(
                    "marked-bad",
                    "it has refused this user and password before; it is not asked again until fencer.json changes. "
                    "Correct the secret and deploy again. If it was corrected at the device, `drill <stack> verify` asks it once more",
                )

    def mark(self, device: DeviceConfig) -> None:
        with self._lock:
            marked = {device.key, *self._here, *self._stored()}
            try:
                write_whole(self._path, _text(self._stamp(), marked))
                self._here = set()
            except OSError as error:
                self._here = marked
                say("error", "state-unwritten", f"{self._path} cannot be written: {error.strerror}")

    def forget(self) -> None:
        """A person wants each device asked once more, as its password may be right by now."""
        with self._lock:
            self._here = set()
            if os.path.exists(self._path):
                os.remove(self._path)

    def _stored(self) -> set[str]:
        try:
            value = read_json(self._path)
            return set(value["devices"]) if value and value["config"] == self._stamp() else set()
        except (OSError, ValueError, KeyError, TypeError):
            return set()

    def _stamp(self) -> list[int]:
        found = os.stat(self._config_path)
        return [found.st_mtime_ns, found.st_ino, found.st_size]


def _text(stamp: list[int], devices: set[str]) -> str:
    return json.dumps({"config": stamp, "devices": sorted(devices)}) + "\n"


class Device:
    """One device of a node, guarded: bounded in time, and never asked again with a refused password."""

    def __init__(self, config: DeviceConfig, node: NodeConfig, refused: RefusedLogins):
        self.config, self._node, self._refused = config, node, refused

    def look(self) -> Report:
        return self._guarded(lambda driver, deadline: driver.look(deadline))

    def read(self) -> PowerState:
        return self._guarded(lambda driver, deadline: driver.read(deadline))

    def off(self, permit: Permit) -> None:
        self._guarded(lambda driver, deadline: driver.off(deadline, permit))

    def on(self, permit: Permit) -> None:
        self._guarded(lambda driver, deadline: driver.on(deadline, permit))

    def identify(self, lit: bool) -> None:
        self._guarded(lambda driver, deadline: driver.identify(deadline, lit))

    def _guarded(self, work: Callable[[PowerDevice, Deadline], T]) -> T:
        self._refused.check(self.config)
        try:
            return work(driver_of(self.config, self._node), Deadline(OPERATION_S))
        except DeviceError as error:
            if error.failure == "login":
                self._refused.mark(self.config)
            raise
