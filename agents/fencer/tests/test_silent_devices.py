"""Devices that take a connection and never answer: every attempt ends, and nothing of it stays behind."""

import os
import socket
import time
import unittest
from unittest import mock

from harness import config
from proxmox_ha_fencer.config import DeviceConfig
from proxmox_ha_fencer.drivers import devices
from proxmox_ha_fencer.drivers.device import DeviceError
from proxmox_ha_fencer.drivers.devices import Device, RefusedLogins

LIMIT_S = 0.3


class Silent(unittest.TestCase):
    def setUp(self):
        self.server = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(self.server.close)

    def left(self):
        """Open files, and children that nobody has waited for."""
        children = [pid for pid in os.listdir("/proc") if pid.isdigit() and self._parent(pid) == os.getpid()]
        return len(os.listdir("/proc/self/fd")), children

    @staticmethod
    def _parent(pid):
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8") as source:
                return int(source.read().rpartition(")")[2].split()[1])
        except OSError:
            return 0

    def test_nothing_is_left_of_attempts_on_it(self):
        port = self.server.getsockname()[1]
        node = config().nodes[1]
        for kind in ("redfish", "amt", "ipmi"):
            device = DeviceConfig(kind, "127.0.0.1", port, "fence", "Rehearsal-only-1", pins=("ab" * 32,))
            asked = Device(device, node, RefusedLogins(__file__, "/nonexistent/refused.json"))
            with mock.patch.object(devices, "OPERATION_S", LIMIT_S):
                self.assertRaises(DeviceError, asked.read)
                before, began = self.left(), time.monotonic()
                for _ in range(3):
                    self.assertRaises(DeviceError, asked.read)
                self.assertEqual(before, self.left(), kind)
                self.assertLess(time.monotonic() - began, 30, kind)


if __name__ == "__main__":
    unittest.main()
