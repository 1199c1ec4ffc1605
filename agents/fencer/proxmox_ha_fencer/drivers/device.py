"""What every power device can be asked, and how it fails."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

PowerState = Literal["on", "off", "unknown"]
"""Only `off` means off: whatever a device does not state clearly is `unknown`."""
Failure = Literal[
    "unreachable", "timeout", "busy", "certificate", "login", "forbidden", "refused", "unsupported", "wrong-machine",
    "protocol", "withdrawn", "marked-bad",
]


class DeviceError(Exception):
    """`why` is for people and never holds a secret; it may quote the device."""

    def __init__(self, failure: Failure, why: str):
        super().__init__(f"{failure}: {why}")
        self.failure: Failure = failure
        self.why = why


class Deadline:
    """One limit for a whole operation, however many answers and however slow their bytes."""

    def __init__(self, seconds: float):
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        left = self._end - time.monotonic()
        if left <= 0:
            raise DeviceError("timeout", "it did not answer in time")
        return left


Permit = Callable[[], None]
"""Called directly before a request that changes power; raises when it must not be sent any more."""


@dataclass(frozen=True)
class Report:
    """What a look at a device found, for the matrix."""

    power: PowerState
    off_offered: bool | None
    identity: str | None
    rights: str | None = None
    clock_skew_s: float | None = None
    remark: str | None = None
    certificate_ends: float | None = None
    """Seconds since 1970. The pin is what counts; a date that has passed is worth a remark."""


class PowerDevice(Protocol):
    """`off` and `on` return when the device took the request or the machine is there already; only a read proves it.
    `identify` lights the machine's locator or puts it out. Every call refuses a device that belongs to another machine."""

    def look(self, deadline: Deadline) -> Report: ...
    def read(self, deadline: Deadline) -> PowerState: ...
    def off(self, deadline: Deadline, permit: Permit) -> None: ...
    def on(self, deadline: Deadline, permit: Permit) -> None: ...

    def identify(self, deadline: Deadline, lit: bool) -> None: ...


def _hex(uuid: str) -> str:
    return re.sub(r"[^0-9a-f]", "", uuid.lower())


def swapped(uuid: str) -> str:
    """The other byte order of the first three groups: SMBIOS stores them little-endian, not all firmware turns them."""
    text = _hex(uuid)
    pairs = [text[at : at + 2] for at in range(0, len(text), 2)]
    turned = pairs[3::-1] + pairs[5:3:-1] + pairs[7:5:-1] + pairs[8:]
    return "".join(turned)


def same_machine(one: str, other: str) -> bool:
    left = _hex(one)
    return len(left) == 32 and left in (_hex(other), swapped(other))


def require_machine(expected: str, reported: str | None) -> None:
    if reported is None or not same_machine(expected, reported):
        raise DeviceError(
            "wrong-machine",
            f"it says that its machine is {reported or 'nameless'}, not {expected}; no power was switched. Compare the "
            "address in the stack file with /sys/class/dmi/id/product_uuid of the node",
        )
