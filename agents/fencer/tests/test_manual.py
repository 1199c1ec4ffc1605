"""What a person may ask for, and what is refused before anything is sent."""

import json
import os
import tempfile
import unittest
from unittest import mock

from devices import Machine, installed
from harness import UUIDS, config
from proxmox_ha_fencer import manual
from proxmox_ha_fencer.cluster import Conflict
from proxmox_ha_fencer.drivers.devices import RefusedLogins
from proxmox_ha_fencer.manual import Manual, Refused
from proxmox_ha_fencer.model import Membership, Observation
from proxmox_ha_fencer.record import Case, Record, with_case
from proxmox_ha_fencer.verify import keep_matrix, line_of, verify


class FakeCluster:
    """Three votes are expected; `device` of them are a QDevice's."""

    def __init__(self, present=(1, 2), quorate=True, device=0):
        self.present, self.quorate, self.device, self.record, self.conflicts = set(present), quorate, device, Record(), 0
        self.weights = {}

    def membership(self):
        votes = {number: self.weights.get(number, 1) for number in self.present}
        return Membership(self.quorate, frozenset(self.present), 3, 2, votes, sum(votes.values()) + self.device)

    def look(self, answers):
        return Observation(wall=1e9, membership=self.membership(), record=self.record)

    def publish(self, record):
        if self.conflicts:
            self.conflicts -= 1
            raise Conflict("another fencer has written the record meanwhile")
        self.record = record


class Asking(unittest.TestCase):
    def setUp(self):
        self.machine = Machine()
        self.other = Machine()
        self.cluster = FakeCluster()
        patches = [
            installed({"10.0.0.3": self.machine, "10.0.0.2": self.other, "10.0.1.3": Machine()}),
            mock.patch.object(manual, "POLL_S", 0.0), mock.patch.object(manual, "LEAVES_S", 0.2),
            mock.patch.object(manual, "LIT_S", 0.0),
        ]
        for patch in patches:
            patch.start()
            self.addCleanup(patch.stop)
        self.manual = Manual(config(offTimeoutS=2), self.cluster, RefusedLogins(__file__, "/nonexistent/refused.json"))

    def refused(self, work, says):
        with self.assertRaisesRegex(Refused, says):
            work()
        self.assertNotIn("off", self.machine.asked)
        self.assertNotIn("on", self.machine.asked)

    def test_off_of_a_silent_node_is_seen_twice_and_told_to_the_fencers(self):
        outcome = self.manual.off("carla", False)
        self.assertTrue(outcome.ok)
        self.assertEqual(["read", "off", "read", "read"], self.machine.asked)
        self.assertEqual([Case("carla", "left-off", "ada")], list(self.cluster.record.cases))

    def test_off_of_what_is_off_sends_nothing(self):
        self.machine.power = "off"
        self.assertTrue(self.manual.off("carla", False).ok)
        self.assertNotIn("off", self.machine.asked)

    def test_off_that_does_nothing_is_no_success(self):
        self.machine.stuck = True
        outcome = self.manual.off("carla", False)
        self.assertEqual((False, "unknown"), (outcome.ok, outcome.power))
        self.assertEqual((), self.cluster.record.cases)

    def test_a_member_at_work(self):
        self.refused(lambda: self.manual.off("berta", False), "is a member of the cluster and at work")

    def test_a_member_whose_vote_is_needed(self):
        self.refused(lambda: self.manual.off("berta", True), "without berta 1 of 3 votes would be left, and quorum takes 2")

    def test_a_member_whose_vote_a_tie_breaker_makes_up_for(self):
        self.cluster.device = 1
        self.assertTrue(self.manual.off("berta", True).ok)
        self.assertEqual("off", self.other.power)

    def test_a_member_with_more_votes_than_can_be_spared(self):
        self.cluster.present, self.cluster.weights = {1, 2, 3}, {2: 2, 3: 0}
        self.refused(lambda: self.manual.off("berta", True), "would be left")

    def test_a_member_without_a_vote(self):
        self.cluster.weights = {1: 2, 2: 0}
        self.assertTrue(self.manual.off("berta", True).ok)

    def test_without_quorum(self):
        self.cluster.quorate = False
        self.refused(lambda: self.manual.off("carla", False), "no quorum")
        self.refused(lambda: self.manual.on("carla"), "no quorum")

    def test_itself_and_strangers(self):
        self.refused(lambda: self.manual.off("ada", True), "never switches itself")
        self.refused(lambda: self.manual.confirm_off("zoe"), "there are berta, carla")

    def test_while_a_fencer_is_at_it(self):
        self.cluster.record = with_case(Record(), Case("carla", "off", "berta"))
        self.refused(lambda: self.manual.off("carla", False), "berta is at it")

    def test_on_is_told_to_the_fencers_first(self):
        self.machine.power = "off"
        self.cluster.conflicts = 2
        self.assertTrue(self.manual.on("carla").ok)
        self.assertEqual("on", self.cluster.record.case("carla").step)
        self.assertEqual("on", self.machine.power)

    def test_on_when_nobody_can_be_told(self):
        self.cluster.conflicts = 99
        self.refused(lambda: self.manual.on("carla"), "nothing was sent")

    def test_confirm_off_needs_no_cluster_and_two_readings(self):
        self.cluster.quorate = False
        self.assertFalse(self.manual.confirm_off("carla").ok)
        self.machine.power = "off"
        self.assertTrue(self.manual.confirm_off("carla").ok)
        self.assertEqual(["read"] * 3, self.machine.asked)

    def test_confirm_off_says_what_was_asked_and_of_which_machine(self):
        said = self.manual.confirm_off("carla").plain()
        self.assertEqual(("on", ["10.0.0.3 port 16993 (amt)"], UUIDS["carla"]), (said["power"], said["devices"], said["machine"]))
        self.machine.fails = ("wrong-machine", "it is another one")
        said = self.manual.confirm_off("carla").plain()
        self.assertEqual(("unknown", False), (said["power"], said["ok"]))
        self.assertIn("it is another one", said["why"])

    def test_what_is_confirmed_off_stays_so(self):
        self.assertFalse(self.manual.confirm_off("carla", stays=True).ok)
        self.assertEqual((), self.cluster.record.cases)
        self.machine.power = "off"
        self.assertIn("stays off until a person", self.manual.confirm_off("carla", stays=True).why)
        self.assertEqual([Case("carla", "left-off", "ada")], list(self.cluster.record.cases))
        self.assertEqual((), self.cluster.record.past)
        self.assertNotIn("off", self.machine.asked)

    def test_what_stays_off_is_no_member(self):
        self.refused(lambda: self.manual.confirm_off("berta", stays=True), "is a member of the cluster and at work")

    def test_a_persons_word_counts_where_no_device_says_anything(self):
        self.machine.fails = ("unreachable", "nothing answers there")
        outcome = self.manual.confirm_off("carla", seen=True)
        self.assertEqual((True, "unknown", True), (outcome.ok, outcome.power, outcome.word))
        self.assertIn("a person has seen it off (level 1: 10.0.0.3 port 16993 (amt): nothing answers there", outcome.why)
        self.assertEqual([Case("carla", "left-off", "ada")], list(self.cluster.record.cases))
        self.assertEqual((), self.cluster.record.past)

    def test_a_persons_word_is_not_stronger_than_on(self):
        outcome = self.manual.confirm_off("carla", seen=True)
        self.assertEqual((False, "on", False), (outcome.ok, outcome.power, outcome.word))
        self.assertEqual((), self.cluster.record.cases)

    def test_a_persons_word_about_a_member_at_work(self):
        self.refused(lambda: self.manual.confirm_off("berta", seen=True), "is a member of the cluster and at work")

    def test_a_persons_word_that_nobody_can_be_told(self):
        self.machine.fails = ("unreachable", "nothing answers there")
        self.cluster.conflicts = 99
        self.refused(lambda: self.manual.confirm_off("carla", seen=True), "nothing was recorded")

    def test_a_device_that_confirms_makes_a_word_needless(self):
        self.machine.power = "off"
        outcome = self.manual.confirm_off("carla", seen=True)
        self.assertEqual((True, "off", False), (outcome.ok, outcome.power, outcome.word))

    def test_a_locator_is_lit_and_put_out_also_of_a_member_at_work(self):
        self.assertTrue(self.manual.identify("berta").ok)
        self.assertEqual([True, False], self.other.lit)
        self.assertEqual(["identify", "identify"], self.other.asked)

    def test_a_locator_that_is_not_there(self):
        self.machine.fails = ("unsupported", "AMT has no locator")
        outcome = self.manual.identify("carla")
        self.assertEqual((False, []), (outcome.ok, self.machine.lit))
        self.assertIn("AMT has no locator", outcome.why)

    def test_no_device_is_never_off(self):
        bare = Manual(config(bare=("carla",)), self.cluster, RefusedLogins(__file__, "/nonexistent/refused.json"))
        self.assertFalse(bare.confirm_off("carla").ok)
        self.assertFalse(bare.identify("carla").ok)
        self.assertTrue(bare.confirm_off("carla", seen=True).ok)
        self.assertFalse(bare.off("carla", False).ok)


class Matrix(unittest.TestCase):
    def rows(self, members=frozenset({1, 2, 3}), **changes):
        machines = {"10.0.0.2": Machine(), "10.0.0.3": Machine()}
        for name, value in changes.items():
            setattr(machines["10.0.0.3"], name, value)
        with installed(machines):
            rows = verify(config(), RefusedLogins(__file__, "/nonexistent/refused.json"), members)
        self.assertTrue(all(set(machine.asked) == {"look"} for machine in machines.values()))
        return rows

    def test_all_in_order(self):
        rows = self.rows()
        self.assertEqual([("berta", True, ""), ("carla", True, "")], [(row["node"], row["ok"], row["why"]) for row in rows])

    def test_what_is_not_in_order_says_how_far_it_came(self):
        for failure, reachable, login in (
            ("unreachable", False, None), ("timeout", True, None), ("certificate", True, None), ("login", True, False),
            ("forbidden", True, True), ("wrong-machine", True, True), ("marked-bad", True, False), ("busy", True, None),
        ):
            row = self.rows(fails=(failure, "so it is"))[1]
            self.assertEqual((False, reachable, login, "so it is"), (row["ok"], row["reachable"], row["login"], row["why"]))
            self.assertIn("NOT in order: so it is", line_of(row))

    def test_off_while_it_is_a_member(self):
        self.assertIn("says Off while", self.rows(power="off")[1]["why"])
        self.assertTrue(self.rows(power="off", members=frozenset({1, 2}))[1]["ok"])

    def test_a_state_that_is_none(self):
        self.assertIn("does not say", self.rows(power="unknown")[1]["why"])

    def test_kept_without_secrets_for_root_alone(self):
        with tempfile.TemporaryDirectory() as folder:
            keep_matrix(folder, config(), self.rows())
            path = os.path.join(folder, "matrix.json")
            with open(path, encoding="utf-8") as source:
                text = source.read()
            self.assertEqual(0o600, os.stat(path).st_mode & 0o777)
            self.assertNotIn("Rehearsal-only-1", text)
            self.assertEqual(2, len(json.loads(text)["rows"]))


if __name__ == "__main__":
    unittest.main()
