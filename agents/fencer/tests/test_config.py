"""fencer.json is read strictly, and a refusal never quotes what could be a secret."""

import contextlib
import copy
import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from harness import UUIDS, device, plain
from proxmox_ha_fencer import command
from proxmox_ha_fencer.config import parse_config, read_config
from proxmox_ha_fencer.strict import ConfigError

SECRET = "Rehearsal-only-1"


class Reading(unittest.TestCase):
    def test_a_whole_file(self):
        found = parse_config(plain("ada", levels=2))
        self.assertEqual(("berta", "carla"), tuple(node.name for node in found.peers))
        self.assertEqual(50, found.timings.delay_s)
        self.assertEqual(UUIDS["carla"], found.nodes[2].uuid)
        self.assertEqual(["amt", "redfish"], [entry.kind for entry in found.nodes[1].devices])

    def test_fingerprints_in_the_writing_with_colons(self):
        value = plain("ada")
        value["nodes"][1]["levels"][0][0]["pins"] = [":".join(["AB"] * 32)]
        self.assertEqual(("ab" * 32,), parse_config(value).nodes[1].devices[0].pins)

    def test_passwords_do_not_show_in_texts_of_it(self):
        self.assertNotIn(SECRET, repr(parse_config(plain("ada"))))


class Refusing(unittest.TestCase):
    def refused(self, change, says: str) -> None:
        value = copy.deepcopy(plain("ada"))
        change(value)
        with self.assertRaises(ConfigError) as raised:
            parse_config(value)
        self.assertIn(says, str(raised.exception))
        self.assertNotIn(SECRET, str(raised.exception))

    def test_unknown_keys_everywhere(self):
        self.refused(lambda v: v.update(more=1), "fencer.json: does not know more")
        self.refused(lambda v: v["timings"].update(more=1), "timings: does not know more")
        self.refused(lambda v: v["nodes"][1].update(more=1), "nodes[1]: does not know more")
        self.refused(lambda v: v["nodes"][1]["levels"][0][0].update(more=SECRET), "levels[0][0]: does not know more")

    def test_missing_keys(self):
        self.refused(lambda v: v.pop("timings"), "timings: is missing")
        self.refused(lambda v: v["nodes"][1]["levels"][0][0].pop("password"), "password: is missing")

    def test_another_version(self):
        self.refused(lambda v: v.update(version=2), "version")

    def test_a_device_without_a_pin(self):
        self.refused(lambda v: v["nodes"][1]["levels"][0][0].update(pins=[]), "pins: needs at least one")
        self.refused(lambda v: v["nodes"][1]["levels"][0][0].update(pins=["abc"]), "SHA-256")

    def test_a_device_without_the_identity_of_its_machine(self):
        self.refused(lambda v: v["nodes"][1].pop("uuid"), "uuid: is missing")

    def test_a_name_instead_of_an_address(self):
        self.refused(lambda v: v["nodes"][1]["levels"][0][0].update(address="bmc.example"), "without DNS")

    def test_devices_for_this_node_itself(self):
        self.refused(lambda v: v["nodes"][0].update(levels=[[device("ada")]]), "never switches itself")

    def test_one_controller_for_two_nodes(self):
        self.refused(lambda v: v["nodes"][2].update(levels=[[device("berta")]]), "berta and carla share 10.0.0.2")

    def test_two_nodes_of_one_id(self):
        self.refused(lambda v: v["nodes"][2].update(id=2), "same name or id")

    def test_an_empty_level(self):
        self.refused(lambda v: v["nodes"][1].update(levels=[[]]), "a level needs a device")

    def test_a_delay_beyond_the_earliest_steal(self):
        self.refused(lambda v: v["timings"].update(delayS=110), "delayS: must be a number")

    def test_a_line_break_in_a_password(self):
        self.refused(lambda v: v["nodes"][1]["levels"][0][0].update(password="a\nb"), "password: must be a line")

    def test_truth_values_for_numbers(self):
        self.refused(lambda v: v["timings"].update(delayS=True), "must be a number")

    def test_something_that_is_no_object(self):
        for value in (None, [], "text", 7):
            with self.assertRaises(ConfigError):
                parse_config(value)


class Files(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "fencer.json")

    def write(self, text: str, mode: int = 0o600) -> None:
        with open(self.path, "w", encoding="utf-8") as target:
            target.write(text)
        os.chmod(self.path, mode)

    def test_one_that_others_may_read(self):
        self.write(json.dumps(plain("ada")), 0o644)
        with self.assertRaisesRegex(ConfigError, "mode 0600"):
            read_config(self.path)

    def test_one_that_is_a_link(self):
        self.write(json.dumps(plain("ada")))
        os.symlink(self.path, f"{self.path}.link")
        with self.assertRaises(ConfigError):
            read_config(f"{self.path}.link")

    def test_one_that_is_not_there(self):
        with self.assertRaisesRegex(ConfigError, "cannot be opened"):
            read_config(self.path)

    def test_one_that_is_cut_off(self):
        self.write('{"version": 1, "password": "' + SECRET)
        with self.assertRaises(ConfigError) as raised:
            read_config(self.path)
        self.assertIn("line 1 is no JSON", str(raised.exception))
        self.assertNotIn(SECRET, str(raised.exception))

    def test_a_key_twice(self):
        self.write('{"version": 1, "version": 1}')
        with self.assertRaisesRegex(ConfigError, "no JSON"):
            read_config(self.path)

    def test_a_whole_one(self):
        self.write(json.dumps(plain("ada")))
        self.assertEqual("ada", read_config(self.path).node)


class Verbs(unittest.TestCase):
    def test_a_configuration_that_is_wrong_ends_every_verb_with_its_reason(self):
        self.addCleanup(os.umask, os.umask(0o077))
        for verb in (["check"], ["verify"], ["run"], ["confirm-off", "carla"]):
            said = io.StringIO()
            with mock.patch.object(command, "read_config", side_effect=ConfigError("fencer.json nodes: is missing")):
                with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
                    self.assertEqual(command.REFUSED, command.main(verb))
            self.assertIn("fencer.json nodes: is missing", said.getvalue())


class Cores(unittest.TestCase):
    GUARDED = (
        "import ctypes, os, resource, signal, sys; sys.path.insert(0, sys.argv[1]); "
        "from proxmox_ha_fencer.command import without_core; "
        "resource.setrlimit(resource.RLIMIT_CORE, [resource.getrlimit(resource.RLIMIT_CORE)[1]] * 2); without_core(); "
        "print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), resource.getrlimit(resource.RLIMIT_CORE)); "
        "print(open('/proc/self/coredump_filter').read().strip(), flush=True); os.kill(os.getpid(), signal.SIGSEGV)"
    )

    def test_a_fencer_that_crashes_leaves_none(self):
        with tempfile.TemporaryDirectory() as folder:
            child = subprocess.Popen(
                [sys.executable, "-I", "-B", "-c", self.GUARDED, str(Path(command.__file__).parents[1])],
                cwd=folder, stdout=subprocess.PIPE, text=True)
            with child.stdout as output:
                said = output.read()
            _, status = os.waitpid(child.pid, 0)
            child.returncode = 0
            self.assertEqual("0 (0, 0)\n00000000\n", said)
            self.assertEqual((signal.SIGSEGV, False), (os.WTERMSIG(status), os.WCOREDUMP(status)))
            self.assertEqual([], os.listdir(folder))

    def test_its_units_say_so_too(self):
        for unit in sorted(Path(command.__file__).parents[1].glob("units/*.service")):
            self.assertIn("\nLimitCORE=0\n", unit.read_text(), unit.name)


if __name__ == "__main__":
    unittest.main()
