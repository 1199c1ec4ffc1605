"""Outlets: all of a node's are one state, and one whose name is another's is never switched."""

import copy
import os
import subprocess
import unittest
from unittest import mock

from harness import plain
from proxmox_ha_fencer.config import DeviceConfig, Outlets, Setting, Snmp, parse_config
from proxmox_ha_fencer.drivers.device import Deadline, DeviceError
from proxmox_ha_fencer.drivers.pdu import pdu
from proxmox_ha_fencer.drivers.snmp import SnmpTool, explained
from proxmox_ha_fencer.strict import ConfigError

SECRET, SECOND = 'Canary "of" \\snmp', "Another # canary"
COMMAND, STATE, NAME = "1.3.9.1", "1.3.9.2", "1.3.9.3"
STRIP = {
    "kind": "pdu", "address": "10.0.0.60", "port": 161, "version": "3", "user": "fence", "password": SECRET,
    "authentication": "SHA-256", "encryption": "AES", "encryptionPassword": SECOND, "outlets": ["7", "8"],
    "table": {
        "off": {"oid": COMMAND, "value": 2}, "on": {"oid": COMMAND, "value": 1},
        "state": {"oid": STATE, "off": 2, "on": 1}, "name": NAME,
    },
}


class Unit:
    """A unit with outlets of which some never switch."""

    def __init__(self, name="ada psu", stuck=(), refuses=(), **states):
        self.states = {"7": 1, "8": 1} | {key[1:]: value for key, value in states.items()}
        self.name, self.stuck, self.refuses, self.sent = name, stuck, refuses, []

    def __call__(self, config, snmp):
        return self

    def get(self, deadline, oids):
        found = {}
        for oid in oids:
            column, _, row = oid.rpartition(".")
            if row in self.states:
                found[oid] = str(self.states[row]) if column == STATE else f'"{self.name.encode().hex(" ")} "'
        return found

    def set(self, deadline, oid, value):
        row = oid.rpartition(".")[2]
        if row in self.refuses:
            raise DeviceError("forbidden", "no")
        self.sent.append((oid, value))
        if row not in self.stuck:
            self.states[row] = value


def strip(**changes):
    table = Outlets(("7", "8"), Setting(COMMAND, 2), Setting(COMMAND, 1), STATE, 2, 1, NAME)
    values = {"outlets": table, "snmp": Snmp("3", encryption_password=SECOND), **changes}
    return DeviceConfig("pdu", "10.0.0.60", 161, "fence", SECRET, **values)


def asked(unit, **changes):
    return pdu(strip(**changes), "ada", unit)


class Switching(unittest.TestCase):
    def setUp(self):
        self.permits = []

    def permit(self):
        self.permits.append(1)

    def test_off_is_all_outlets_off(self):
        unit = Unit()
        asked(unit).off(Deadline(5), self.permit)
        self.assertEqual([(f"{COMMAND}.7", 2), (f"{COMMAND}.8", 2)], unit.sent)
        self.assertEqual("off", asked(unit).read(Deadline(5)))
        self.assertEqual(2, len(self.permits))

    def test_one_outlet_that_stays_on_is_on(self):
        unit = Unit(stuck=("8",))
        asked(unit).off(Deadline(5), self.permit)
        self.assertEqual("on", asked(unit).read(Deadline(5)))

    def test_a_state_that_is_neither_is_not_off(self):
        self.assertEqual("unknown", asked(Unit(_7=2, _8=4)).read(Deadline(5)))

    def test_on_is_all_outlets_on_also_when_one_is_already(self):
        unit = Unit(_8=2)
        asked(unit).on(Deadline(5), self.permit)
        self.assertEqual([(f"{COMMAND}.8", 1)], unit.sent)

    def test_what_is_off_already_is_asked_for_nothing(self):
        unit = Unit(_7=2, _8=2)
        asked(unit).off(Deadline(5), self.permit)
        self.assertEqual(([], []), (unit.sent, self.permits))

    def test_an_outlet_that_refuses_does_not_keep_the_other_on(self):
        unit = Unit(refuses=("7",))
        with self.assertRaises(DeviceError) as raised:
            asked(unit).off(Deadline(5), self.permit)
        self.assertEqual("forbidden", raised.exception.failure)
        self.assertIn("outlet 7", raised.exception.why)
        self.assertEqual({"7": 1, "8": 2}, unit.states)

    def test_nothing_is_sent_once_it_was_withdrawn(self):
        def withdrawn():
            raise DeviceError("withdrawn", "withdrawn")

        unit = Unit()
        with self.assertRaises(DeviceError):
            asked(unit).off(Deadline(5), withdrawn)
        self.assertEqual([], unit.sent)


class WhoseOutlet(unittest.TestCase):
    def test_names_that_begin_with_the_node(self):
        for name in ("ada", "ADA", "ada psu 2", "  ada"):
            self.assertEqual("on", asked(Unit(name)).read(Deadline(5)))

    def test_every_other_name_is_another_machine(self):
        for name in ("berta", "Outlet 7", "adab", "psu of ada", "", "ada-2"):
            unit = Unit(name)
            for work in (lambda unit: unit.off(Deadline(5), lambda: None), lambda unit: unit.look(Deadline(5))):
                with self.assertRaises(DeviceError) as raised:
                    work(asked(unit))
                self.assertEqual("wrong-machine", raised.exception.failure)
            self.assertEqual([], unit.sent)

    def test_an_outlet_that_the_unit_does_not_have(self):
        table = Outlets(("9",), Setting(COMMAND, 2), Setting(COMMAND, 1), STATE, 2, 1, None)
        with self.assertRaises(DeviceError) as raised:
            asked(Unit(), outlets=table).read(Deadline(5))
        self.assertEqual("wrong-machine", raised.exception.failure)

    def test_a_look_says_what_is_not_proved(self):
        table = Outlets(("7", "8"), Setting(COMMAND, 2), Setting(COMMAND, 1), STATE, 2, 1, None)
        bare = asked(Unit(), outlets=table).look(Deadline(5))
        self.assertIsNone(bare.identity)
        self.assertIn("not proved by the device", bare.remark)
        named = asked(Unit(_8=2)).look(Deadline(5))
        self.assertEqual(("on", "ada"), (named.power, named.identity))
        self.assertNotIn("not proved", named.remark)
        self.assertIn("outlet 8 is off", named.remark)


class Tool(unittest.TestCase):
    def run_with(self, config, snmp, stderr=b"", code=0, stdout=b".1.3.9.2.7 1\n.1.3.9.2.8 No Such Instance\n"):
        found = []

        def run(arguments, env, pass_fds, **_):
            with open(os.path.join(env["SNMPCONFPATH"], "snmp.conf"), encoding="utf-8") as source:
                found.append((arguments, env, source.read(), os.listdir(env["SNMPCONFPATH"])))
            return subprocess.CompletedProcess(arguments, code, stdout, stderr)

        before = len(os.listdir("/proc/self/fd"))
        with mock.patch.object(subprocess, "run", run):
            answer = SnmpTool(config, snmp).get(Deadline(5), ["1.3.9.2.7", "1.3.9.2.8"])
        self.assertEqual(before, len(os.listdir("/proc/self/fd")))
        self.assertFalse(os.path.exists(found[0][1]["SNMPCONFPATH"]))
        return answer, found[0]

    def test_passwords_are_in_a_file_that_only_the_child_has(self):
        answer, (arguments, env, text, folder) = self.run_with(strip(), strip().snmp)
        self.assertEqual({"1.3.9.2.7": "1"}, answer)
        self.assertIn('defAuthPassphrase "Canary \\"of\\" \\\\snmp"\n', text)
        self.assertIn('defPrivPassphrase "Another # canary"\n', text)
        self.assertIn("defSecurityLevel authPriv\n", text)
        for canary in ("Canary", "canary"):
            self.assertNotIn(canary, " ".join(arguments) + str(env))
        self.assertEqual(["snmp.conf"], folder)

    def test_a_community_is_kept_alike(self):
        _, (arguments, _env, text, _) = self.run_with(strip(), Snmp("2c"))
        self.assertIn("defVersion 2c\n", text)
        self.assertNotIn("defAuthPassphrase", text)
        self.assertNotIn("Canary", " ".join(arguments))

    def test_what_it_says_becomes_a_failure(self):
        for text, failure in (
            ("snmpget: Authentication failure (incorrect password, community or key)", "login"),
            ("snmpget: Unknown user name", "login"),
            ("Error in packet.\nReason: noAccess\nFailed object: .1", "forbidden"),
            ("Error in packet.\nReason: authorizationError (access denied)", "forbidden"),
            ("Timeout: No Response from 10.0.0.9:161.", "unreachable"),
            ("Error: passphrase chosen is below the length requirements of the USM (min=8).", "unsupported"),
            ("Error in packet.\nReason: wrongValue (The set value is illegal)", "protocol"),
        ):
            self.assertEqual(failure, explained(text).failure, text)


class Reading(unittest.TestCase):
    def parsed(self, **changes):
        value = copy.deepcopy(plain("ada"))
        value["nodes"][1]["levels"].append([{**copy.deepcopy(STRIP), **changes}])
        return parse_config({**value, "nodes": value["nodes"]}).nodes[1].levels[1][0]

    def refused(self, says, **changes):
        with self.assertRaises(ConfigError) as raised:
            self.parsed(**changes)
        self.assertIn(says, str(raised.exception))
        self.assertNotIn("anary", str(raised.exception))

    def test_a_strip_of_each_version(self):
        found = self.parsed()
        self.assertEqual(("7", "8"), found.outlets.rows)
        self.assertEqual(("SHA-256", SECOND), (found.snmp.authentication, found.snmp.encryption_password))
        plain_text = {key: STRIP[key] for key in ("kind", "address", "port", "outlets", "table")}
        value = plain("ada")
        value["nodes"][1]["levels"] = [[{**plain_text, "version": "2c", "community": SECRET}]]
        del value["nodes"][1]["uuid"]
        found = parse_config(value).nodes[1].levels[0][0]
        self.assertEqual(("2c", SECRET, ""), (found.snmp.version, found.password, found.user))
        self.assertNotIn("anary", repr(found))

    def test_what_is_wrong_in_it(self):
        self.refused("version: has not the form", version="1")
        self.refused("outlets: has not the form", outlets=["seven"])
        self.refused("outlets: needs at least one", outlets=[])
        self.refused("encryption: has not the form", encryption="DES")
        self.refused("on and off cannot be the same", table={**STRIP["table"], "state": {"oid": STATE, "off": 1, "on": 1}})
        self.refused("table off: does not know more", table={**STRIP["table"], "off": {"oid": STATE, "value": 1, "more": 2}})

    def test_one_outlet_for_two_nodes(self):
        value = plain("ada")
        for node in value["nodes"][1:]:
            node["levels"].append([copy.deepcopy(STRIP)])
        with self.assertRaises(ConfigError) as raised:
            parse_config(value)
        self.assertIn("berta and carla share 10.0.0.60", str(raised.exception))


if __name__ == "__main__":
    unittest.main()
