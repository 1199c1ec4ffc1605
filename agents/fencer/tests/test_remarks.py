"""What the matrix says of a device that would obey: rights, certificate, clock and answering time."""

import base64
import time
import unittest
from unittest import mock

from harness import config
from proxmox_ha_fencer import verify as module
from proxmox_ha_fencer.drivers.certificate import ends_at
from proxmox_ha_fencer.drivers.device import Report
from proxmox_ha_fencer.drivers.devices import RefusedLogins

# Self-signed, made for this; the dates are in the two forms that certificates have.
ENDED = (
    "MIIBADCBpgIBATAKBggqhkjOPQQDAjAMMQowCAYDVQQDDAF4MB4XDTE5MDEwMTAwMDAwMFoXDTIwMDEwMjAzMDQwNVowDDEKMAgGA1UEAwwBeDBZ"
    "MBMGByqGSM49AgEGCCqGSM49AwEHA0IABEF/7hUcTqRNkvVFxOkO4iN8ylmLslg/Jjco0JdLBPqX3S0+VWzN2c7BurUA4+GTfg1iQv5VpY7IgGSE"
    "yj+73zMwCgYIKoZIzj0EAwIDSQAwRgIhAKFZvjnNul8X4MQo09c2e3qVtgkMZerOve6NR76L1BlIAiEAnqArx9ePczg5/XkCarh9fFISwEszT2Tg"
    "ZnhiDIKBVFE="
)
FAR = (
    "MIIBATCBqAIBATAKBggqhkjOPQQDAjAMMQowCAYDVQQDDAF4MCAXDTIwMDEwMTAwMDAwMFoYDzIwNjAwMTAyMDMwNDA1WjAMMQowCAYDVQQDDAF4"
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEQX/uFRxOpE2S9UXE6Q7iI3zKWYuyWD8mNyjQl0sE+pfdLT5VbM3ZzsG6tQDj4ZN+DWJC/lWljsiA"
    "ZITKP7vfMzAKBggqhkjOPQQDAgNIADBFAiBCLwH7R8pJjfelxuyfiPD6X6IlAgoO0Kyal8hDoMvrNAIhAJggKFsTiNEMV8ycbHM2Utx25+TLOTUY"
    "SIssVO8rCSrX"
)


class Certificates(unittest.TestCase):
    def test_both_forms_of_a_date(self):
        self.assertEqual(1577934245, ends_at(base64.b64decode(ENDED)))
        self.assertEqual(2840238245, ends_at(base64.b64decode(FAR)))

    def test_what_is_none_has_no_end(self):
        whole = base64.b64decode(ENDED)
        for broken in (b"", b"\x30", whole[:20], whole[:60], b"\x31" + whole[1:], bytes(200)):
            self.assertIsNone(ends_at(broken))


class Remarks(unittest.TestCase):
    def row(self, seconds=0.0, **report):
        found = Report("on", True, "it", **report)
        with mock.patch.object(module, "Device") as device, mock.patch.object(module.time, "monotonic") as clock:
            device.return_value.look.return_value = found
            clock.side_effect = [tick * seconds for tick in range(100)]
            node = config().nodes[1]
            refused = RefusedLogins(__file__, "/nonexistent/refused.json")
            return module._row(node, "level 1: amt", node.devices[0], refused, None)

    def test_a_device_in_order_needs_none(self):
        row = self.row(rights="Operator", clock_skew_s=59.0, certificate_ends=time.time() + 60)
        self.assertEqual((True, None), (row["ok"], row["remark"]))

    def test_each_is_told_and_fails_nothing(self):
        for says, seconds, report in (
            ("may do everything", 0, {"rights": "Administrator"}),
            ("certificate has expired", 0, {"certificate_ends": time.time() - 60}),
            ("clock is 61 s behind", 0, {"clock_skew_s": -61.0}),
            ("clock is 3600 s ahead", 0, {"clock_skew_s": 3600.0}),
            ("took 6.0 s to answer", 6, {}),
        ):
            row = self.row(seconds, **report)
            self.assertTrue(row["ok"])
            self.assertIn(says, row["remark"])

    def test_several_stand_beside_each_other(self):
        row = self.row(rights="Administrator", clock_skew_s=100.0, remark="redirection is switched on")
        for says in ("redirection is switched on", "may do everything", "clock is 100 s ahead"):
            self.assertIn(says, row["remark"])
        self.assertEqual(100, row["clockSkewS"])


if __name__ == "__main__":
    unittest.main()
