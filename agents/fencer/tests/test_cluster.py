"""Reading the cluster: corosync's tool, the cluster file system, and one that hangs."""

import json
import os
import stat
import tempfile
import threading
import time
import unittest

from harness import config
from proxmox_ha_fencer.bounded import Bounded, GivenUp
from proxmox_ha_fencer.cluster import Cluster, Conflict, parse_quorum
from proxmox_ha_fencer.record import Case, Past, Record, parse_record, to_text

QUORUM = """Quorum information
------------------
Date:             Sun Nov 29 09:33:03 2026
Quorum provider:  corosync_votequorum
Nodes:            2
Node ID:          1
Ring ID:          1.1e
Quorate:          Yes

Votequorum information
----------------------
Expected votes:   3
Highest expected: 3
Total votes:      2
Quorum:           2  
Flags:            Quorate 

Membership information
----------------------
    Nodeid      Votes Name
         1          1 10.10.10.1 (local)
         3          1 10.10.10.3
"""
WITH_DEVICE = QUORUM.replace("    Nodeid      Votes Name", "    Nodeid      Votes    Qdevice Name").replace(
    "         1          1 10", "         1          1    A,V,NMW 10") + "         0          1            Qdevice\n"
WITH_DEVICE = WITH_DEVICE.replace("Total votes:      2", "Total votes:      3")


class Quorum(unittest.TestCase):
    def test_members_and_votes(self):
        found = parse_quorum(QUORUM)
        self.assertEqual((True, frozenset({1, 3}), 3, 2), (found.quorate, found.present, found.expected_votes, found.quorum))

    def test_activity_blocked(self):
        found = parse_quorum(QUORUM.replace("Quorate:          Yes", "Quorate:          No").replace(
            "Quorum:           2  ", "Quorum:           2 Activity blocked"))
        self.assertFalse(found.quorate)
        self.assertEqual(2, found.quorum)

    def test_the_vote_of_a_device_is_no_member_and_counts(self):
        found = parse_quorum(WITH_DEVICE)
        self.assertEqual((frozenset({1, 3}), {1: 1, 3: 1}, 3), (found.present, found.votes, found.total_votes))

    def test_votes_are_what_each_member_brings_in(self):
        found = parse_quorum(QUORUM.replace("3          1 10", "3          2 10").replace("votes:      2", "votes:      3"))
        self.assertEqual(({1: 1, 3: 2}, 3), (found.votes, found.total_votes))

    def test_half_an_answer_is_none(self):
        for text in ("", QUORUM.partition("Membership")[0], "Cannot initialize CMAP service\n"):
            self.assertIsNone(parse_quorum(text))


class Records(unittest.TestCase):
    RECORD = Record(7, "ada", (Case("carla", "off", "ada", ("berta",)),), (Past("carla", "off", 1_000_000),))

    def test_read_as_written(self):
        self.assertEqual(self.RECORD, parse_record(json.loads(to_text(self.RECORD))))

    def test_what_this_version_did_not_write(self):
        good = json.loads(to_text(self.RECORD))
        for change in (
            {"version": 2}, {"renewal": "7"}, {"cases": [{**good["cases"][0], "step": "else"}]}, {"cases": None},
            {"cases": good["cases"] * 2}, {"past": [{"node": "carla", "what": "off"}]},
            {"cases": [{**good["cases"][0], "more": 1}]},
        ):
            with self.assertRaises(ValueError):
                parse_record({**good, **change})
        for value in (None, [], "text"):
            with self.assertRaises(ValueError):
                parse_record(value)


class Files(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.etc, self.paused = os.path.join(folder.name, "pve"), os.path.join(folder.name, "paused")
        for name in ("priv/lock/ha_agent_carla_lock", "ha", "nodes/carla"):
            os.makedirs(os.path.join(self.etc, name))
        tool = ("printf", "%s", QUORUM)
        self.cluster = Cluster(config(), self.etc, self.paused, tool)
        nodes = {name: {"id": index + 1, "online": int(name != "berta"), "ip": "10.0.0.1"}
                 for index, name in enumerate(("ada", "berta", "carla"))}
        self.write(".members", {"nodename": "ada", "nodelist": nodes})
        self.write("ha/manager_status", {"service_status": {"vm:100": {"node": "carla", "state": "started"}}})
        self.write("nodes/carla/lrm_status", {"state": "active", "mode": "active"})

    def write(self, name, value):
        with open(os.path.join(self.etc, name), "w", encoding="utf-8") as target:
            target.write(value if isinstance(value, str) else json.dumps(value))

    def test_everything_that_is_there(self):
        seen = self.cluster.look(())
        self.assertEqual({"ada": 1, "berta": 2, "carla": 3}, seen.ids)
        self.assertEqual({"ada": True, "berta": False, "carla": True}, seen.online)
        self.assertEqual(("active", True, ("started",)), (seen.ha["carla"].lrm, seen.ha["carla"].lock, seen.ha["carla"].services))
        self.assertEqual(("unknown", False, ()), (seen.ha["berta"].lrm, seen.ha["berta"].lock, seen.ha["berta"].services))
        self.assertEqual(Record(), seen.record)
        self.assertFalse(seen.paused)
        self.assertIsNone(seen.disarm)

    def test_no_ha_yet(self):
        os.unlink(os.path.join(self.etc, "ha/manager_status"))
        self.write("nodes/carla/lrm_status", "")
        self.assertEqual((), self.cluster.look(()).ha["carla"].services)

    def test_half_a_file_is_no_answer(self):
        self.write("ha/manager_status", '{"service_status": {')
        seen = self.cluster.look(())
        self.assertIsNone(seen.ha)
        self.assertIsNotNone(seen.record)
        self.write(".members", "{")
        self.assertIsNone(self.cluster.look(()).ids)

    def test_a_foreign_record_is_no_answer(self):
        self.write("priv/proxmox-ha-fencer.json", '{"version": 9}')
        self.assertIsNone(self.cluster.look(()).record)

    def test_paused_and_disarmed(self):
        open(self.paused, "w", encoding="utf-8").close()
        self.write("ha/manager_status", {"disarm": {"mode": "freeze", "state": "disarming"}})
        seen = self.cluster.look(())
        self.assertTrue(seen.paused)
        self.assertEqual("disarming", seen.disarm)

    def test_writing_the_record_is_readable_by_root_alone_and_leaves_nothing_else(self):
        self.cluster.publish(Record(1, "ada"))
        path = os.path.join(self.etc, "priv/proxmox-ha-fencer.json")
        self.assertEqual(0o600, stat.S_IMODE(os.stat(path).st_mode))
        self.assertEqual(["lock", "proxmox-ha-fencer.json"], sorted(os.listdir(os.path.join(self.etc, "priv"))))
        self.assertEqual(1, self.cluster.look(()).record.renewal)

    def test_who_is_slower_does_not_write_over_another(self):
        self.cluster.publish(Record(1, "berta"))
        with self.assertRaises(Conflict):
            self.cluster.publish(Record(1, "ada"))

    def test_a_tool_that_hangs_or_is_missing(self):
        for tool in (("sleep", "30"), ("/nowhere/tool",)):
            began = time.monotonic()
            self.assertIsNone(Cluster(config(), self.etc, self.paused, tool).look(()).membership)
            self.assertLess(time.monotonic() - began, 10)

    def test_cluster_files_that_hang(self):
        path = os.path.join(self.etc, ".members")
        os.unlink(path)
        os.mkfifo(path)  # whoever opens it waits
        began = time.monotonic()
        seen = self.cluster.look(())
        self.assertIsNotNone(seen.membership)
        self.assertIsNone(seen.ids)
        again = time.monotonic()
        self.assertIsNone(self.cluster.look(()).ids)
        self.assertLess(again - began, 8)
        self.assertLess(time.monotonic() - again, 2, "what hangs is not waited for a second time")
        os.close(os.open(path, os.O_WRONLY))


class Bounds(unittest.TestCase):
    def test_nothing_piles_up_and_it_goes_on_afterwards(self):
        bounded, released = Bounded(0.1), threading.Event()
        with self.assertRaises(GivenUp):
            bounded.run(lambda: released.wait(30))
        for _ in range(20):
            with self.assertRaises(GivenUp):
                bounded.run(lambda: 1)
        self.assertLess(threading.active_count(), 8)
        released.set()
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            try:
                self.assertEqual(5, bounded.run(lambda: 5))
                return
            except GivenUp:
                time.sleep(0.01)
        self.fail("it stayed given up")

    def test_errors_come_back(self):
        with self.assertRaises(ZeroDivisionError):
            Bounded(5).run(lambda: 1 // 0)


if __name__ == "__main__":
    unittest.main()
