"""Devices of a test: what they say and do is set by it, and what they were asked is kept."""

from unittest import mock

import harness  # noqa: F401  (finds the fencer)
from proxmox_ha_fencer.drivers import devices
from proxmox_ha_fencer.drivers.device import DeviceError, Report


class Machine:
    """The machine behind all devices of one address."""

    def __init__(self, power="on"):
        self.power, self.asked, self.fails, self.stuck, self.lit = power, [], None, False, []

    def _answer(self, what):
        self.asked.append(what)
        if self.fails is not None:
            raise DeviceError(*self.fails)

    def look(self, deadline):
        self._answer("look")
        return Report(self.power, True, "it")

    def read(self, deadline):
        self._answer("read")
        return self.power

    def off(self, deadline, permit):
        permit()
        self._answer("off")
        self.power = self.power if self.stuck else "off"

    def identify(self, deadline, lit):
        self._answer("identify")
        self.lit.append(lit)

    def on(self, deadline, permit):
        permit()
        self._answer("on")
        self.power = "on"


def installed(machines):
    """Until the returned patch is stopped, drivers are these, by address."""
    return mock.patch.object(devices, "driver_of", lambda config, node: machines[config.address])
