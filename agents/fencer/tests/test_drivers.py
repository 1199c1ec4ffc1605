"""Parts of the drivers that need no device: secrets of a child process, byte orders, challenges, marks."""

import os
import subprocess
import tempfile
import unittest
from unittest import mock

from harness import config
from proxmox_ha_fencer.config import DeviceConfig
from proxmox_ha_fencer.drivers.device import Deadline, DeviceError, require_machine, same_machine
from proxmox_ha_fencer.drivers.devices import RefusedLogins
from proxmox_ha_fencer.drivers.digest import Digest, is_stale
from proxmox_ha_fencer.drivers.ipmi import Ipmi, _explained

UUID = "4c4c4544-0042-4a10-8051-b4c04f4d3332"
SECRET = "Canary of ipmi"


class Ipmitool(unittest.TestCase):
    DEVICE = DeviceConfig("ipmi", "10.0.0.9", 623, "fence", SECRET, cipher_suite=17)

    def test_the_password_is_in_a_file_that_only_the_child_has(self):
        found = []

        def run(arguments, env, pass_fds, **_):
            with open(arguments[arguments.index("-f") + 1], encoding="utf-8") as source:
                found.append((arguments, env, source.read()))
            said = b"System GUID  : " + UUID.encode() if "guid" in arguments else b"Chassis Power is off\n"
            return subprocess.CompletedProcess(arguments, 0, said, b"")

        before = len(os.listdir("/proc/self/fd"))
        with mock.patch.object(subprocess, "run", run):
            self.assertEqual("off", Ipmi(self.DEVICE, UUID).read(Deadline(5)))
        self.assertEqual(2, len(found))
        for arguments, env, text in found:
            self.assertEqual(SECRET, text)
            self.assertNotIn(SECRET, " ".join(arguments) + str(env))
            self.assertEqual("17", arguments[arguments.index("-C") + 1])
        self.assertEqual(before, len(os.listdir("/proc/self/fd")))

    def test_what_it_says_becomes_a_failure(self):
        for text, failure in (
            ("> RAKP 2 HMAC is invalid\nError: Unable to establish IPMI v2 / RMCP+ session", "login"),
            ("Set Chassis Power Control to Down/Off failed: Insufficient privilege level", "forbidden"),
            ("Error in open session response message : no matching cipher suite", "unsupported"),
            ("Error: Unable to establish IPMI v2 / RMCP+ session", "unreachable"),
            ("something else", "protocol"),
        ):
            self.assertEqual(failure, _explained(text).failure)


class Identity(unittest.TestCase):
    def test_both_byte_orders_and_nothing_else(self):
        self.assertTrue(same_machine(UUID, "44454C4C-4200-104A-8051-B4C04F4D3332"))
        self.assertTrue(same_machine(UUID, UUID.upper()))
        for other in ("44454c4c-0042-4a10-8051-b4c04f4d3332", "", "4c4c4544", UUID[:-1] + "3"):
            self.assertFalse(same_machine(UUID, other))

    def test_a_device_without_identity_is_another_machine(self):
        for reported in (None, "", "not a uuid"):
            with self.assertRaises(DeviceError) as raised:
                require_machine(UUID, reported)
            self.assertEqual("wrong-machine", raised.exception.failure)


class Challenges(unittest.TestCase):
    def test_a_quoted_list_is_not_split_at_its_commas(self):
        digest = Digest("fence", SECRET)
        self.assertTrue(digest.accept('Digest realm="Digest:00,11", nonce="a,b", qop="auth,auth-int", stale="true"'))
        header = digest.header("POST", "/wsman")["Authorization"]
        self.assertIn('realm="Digest:00,11"', header)
        self.assertNotIn(SECRET, header)

    def test_what_cannot_be_answered(self):
        for header in ("", 'Basic realm="x"', 'Digest realm="x", nonce="y"', 'Digest realm="x", qop="auth"'):
            self.assertFalse(Digest("fence", SECRET).accept(header))
        self.assertTrue(is_stale('Digest stale="TRUE"'))
        self.assertFalse(is_stale('Digest stale="false"'))


class RefusedPasswords(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.config, self.marks = (os.path.join(folder.name, name) for name in ("fencer.json", "refused.json"))
        with open(self.config, "w", encoding="utf-8") as target:
            target.write("{}")
        self.device = config().nodes[1].devices[0]

    def test_marked_until_the_configuration_changes(self):
        RefusedLogins(self.config, self.marks).mark(self.device)
        again = RefusedLogins(self.config, self.marks)
        with self.assertRaises(DeviceError) as raised:
            again.check(self.device)
        self.assertEqual("marked-bad", raised.exception.failure)
        with open(self.marks, encoding="utf-8") as source:
            self.assertNotIn(self.device.password, source.read())
        os.utime(self.config, ns=(1, 1))
        RefusedLogins(self.config, self.marks).check(self.device)

    def test_forgotten_by_a_person_s_wish_also_by_a_process_that_marked_it(self):
        marking = RefusedLogins(self.config, self.marks)
        marking.mark(self.device)
        RefusedLogins(self.config, self.marks).forget()
        marking.check(self.device)
        RefusedLogins(self.config, self.marks).forget()

    def test_other_devices_are_not_marked(self):
        refused = RefusedLogins(self.config, self.marks)
        refused.mark(self.device)
        refused.check(config().nodes[2].devices[0])

    def test_a_mark_that_cannot_be_written_still_counts_here(self):
        refused = RefusedLogins(self.config, "/nonexistent/refused.json")
        refused.mark(self.device)
        with self.assertRaises(DeviceError):
            refused.check(self.device)


if __name__ == "__main__":
    unittest.main()
