"""A machine's locator over Redfish: where it is, what is written, and that a foreign machine's is left alone."""

import json
import unittest
from unittest import mock

from harness import UUIDS, config
from proxmox_ha_fencer.drivers import redfish
from proxmox_ha_fencer.drivers.device import Deadline, DeviceError
from proxmox_ha_fencer.drivers.pinned_http import Answer

SYSTEM, CHASSIS = "/redfish/v1/Systems/1", "/redfish/v1/Chassis/1"


class FakeHttp:
    """A service of one system in one chassis, which keeps what was written."""

    def __init__(self, system, chassis, status=204):
        self.written, self._status = [], status
        self._there = {
            "/redfish/v1/": {"Systems": {"@odata.id": "/redfish/v1/Systems"}},
            "/redfish/v1/Systems": {"Members": [{"@odata.id": SYSTEM}]},
            SYSTEM: {"@odata.id": SYSTEM, "UUID": UUIDS["carla"], "Links": {"Chassis": [{"@odata.id": CHASSIS}]}, **system},
            CHASSIS: {"@odata.id": CHASSIS, **chassis},
        }

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def send(self, method, path, headers=None, body=None):
        if method == "PATCH":
            self.written.append((path, json.loads(body), headers["If-Match"]))
            return Answer(self._status, {}, b"")
        return Answer(200, {}, json.dumps(self._there[path]).encode())


def identify(http, lit=True, uuid=UUIDS["carla"]):
    device = config().named("carla").devices[0]
    with mock.patch.object(redfish, "PinnedHttp", lambda *_: http):
        redfish.Redfish(device, uuid).identify(Deadline(5), lit)
    return http.written


class Locator(unittest.TestCase):
    def test_of_the_system_by_the_newer_property(self):
        http = FakeHttp({"LocationIndicatorActive": False, "IndicatorLED": "Off", "@odata.etag": '"7"'}, {})
        self.assertEqual([(SYSTEM, {"LocationIndicatorActive": True}, '"7"')], identify(http))

    def test_of_the_chassis_where_the_system_has_none(self):
        http = FakeHttp({}, {"IndicatorLED": "Off"})
        self.assertEqual([(CHASSIS, {"IndicatorLED": "Blinking"}, "*")], identify(http))
        self.assertEqual((CHASSIS, {"IndicatorLED": "Off"}, "*"), identify(http, lit=False)[1])

    def test_that_is_not_there(self):
        with self.assertRaisesRegex(DeviceError, "offers no locator"):
            identify(FakeHttp({}, {}))

    def test_that_is_refused(self):
        with self.assertRaisesRegex(DeviceError, "was answered 400"):
            identify(FakeHttp({"IndicatorLED": "Off"}, {}, status=400))

    def test_of_another_machine(self):
        http = FakeHttp({"IndicatorLED": "Off"}, {})
        with self.assertRaisesRegex(DeviceError, "wrong-machine"):
            identify(http, uuid=UUIDS["berta"])
        self.assertEqual([], http.written)


if __name__ == "__main__":
    unittest.main()
