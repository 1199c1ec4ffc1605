"""Alarms: left by who must not wait, handed to the mailer by who may, and never in the way of anything."""

import contextlib
import email
import io
import os
import tempfile
import unittest
from email import policy
from unittest import mock

import harness  # noqa: F401  (finds the fencer)
from proxmox_ha_fencer import alarm, command
from proxmox_ha_fencer.alarm import deliver, raise_alarm
from proxmox_ha_fencer.model import Say


class Alarms(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.state, self.mails = folder.name, os.path.join(folder.name, "mails")
        self.waiting = os.path.join(self.state, "alarms")
        self.said = io.StringIO()
        redirected = contextlib.redirect_stderr(self.said)
        redirected.__enter__()
        self.addCleanup(redirected.__exit__, None, None, None)

    def mailer(self, body):
        path = os.path.join(self.state, "mailer")
        with open(path, "w", encoding="utf-8") as target:
            target.write(f"#!/bin/sh\n{body}\n")
        os.chmod(path, 0o700)
        return path

    def test_each_is_one_mail_to_root(self):
        raise_alarm(self.state, "not-fenced", "NOT FENCED: carla", "NOT FENCED: carla could not be switched off\nlook whether it is off")
        raise_alarm(self.state, "fenced", "FENCED: berta is öff", "FENCED: berta is off")
        self.assertEqual(0o700, os.stat(self.waiting).st_mode & 0o777)
        self.assertEqual(0, deliver(self.state, "lab/ada", self.mailer(f'test "$*" = "-i -t" && cat >>{self.mails} && echo %% >>{self.mails}')))
        with open(self.mails, encoding="utf-8") as source:
            mails = [email.message_from_string(text.lstrip(), policy=policy.default) for text in source.read().split("%%\n")[:-1]]
        self.assertEqual(["root", "root"], [mail["To"] for mail in mails])
        self.assertEqual(["[fencer lab/ada] NOT FENCED: carla", "[fencer lab/ada] FENCED: berta is öff"], [mail["Subject"] for mail in mails])
        self.assertIn("look whether it is off", mails[0].get_content())
        self.assertIn("journalctl -u proxmox-ha-fencer", mails[0].get_content())
        self.assertEqual([], os.listdir(self.waiting))

    def test_one_that_cannot_be_mailed_is_told_and_tried_once(self):
        for mailer in (self.mailer("echo no route >&2; exit 75"), "/nonexistent/sendmail"):
            raise_alarm(self.state, "device", "fencing is not sure", "carla does not answer")
            self.assertEqual(1, deliver(self.state, "lab/ada", mailer))
            self.assertEqual([], os.listdir(self.waiting))
        self.assertIn("ended with 75: no route", self.said.getvalue())
        self.assertEqual(2, self.said.getvalue().count("event=alarm-lost"))

    def test_what_is_no_alarm_does_not_come_back_for_ever(self):
        raise_alarm(self.state, "device", "a", "b")
        with open(os.path.join(self.waiting, "0-broken.json"), "w", encoding="utf-8") as target:
            target.write("[")
        self.assertEqual(1, deliver(self.state, "lab/ada", self.mailer("cat >/dev/null")))
        self.assertEqual([], os.listdir(self.waiting))

    def test_nobody_takes_them_and_they_do_not_pile_up(self):
        with mock.patch.object(alarm, "MOST", 3):
            for number in range(9):
                raise_alarm(self.state, "device", str(number), "text")
        self.assertEqual(3, len(os.listdir(self.waiting)))

    def test_raising_one_never_fails(self):
        raise_alarm("/proc/nonexistent", "device", "a", "b")
        self.assertIn("event=alarm-unwritten", self.said.getvalue())
        self.assertEqual(0, deliver("/proc/nonexistent", "lab/ada"))

    def test_what_a_person_has_to_know_raises_one_and_nothing_else_does(self):
        from proxmox_ha_fencer.daemon import is_alarm

        wanted = [Say("critical", "not-fenced", ""), Say("critical", "left-off", ""), Say("warning", "fenced", "")]
        others = [Say("warning", "off-sent", ""), Say("error", "declined", ""), Say("notice", "back", "")]
        self.assertEqual([True] * 3 + [False] * 3, [is_alarm(said) for said in wanted + others])

    def test_a_pair_that_breaks_raises_one(self):
        row = {
            "node": "carla", "device": "level 1: amt", "address": "10.0.0.3", "ok": False, "why": "it does not answer", "power": None,
            "latencyMs": None, "remark": None,
        }
        with (
            mock.patch.object(command, "STATE", self.state), mock.patch.object(command, "verify", lambda *_: [row, {**row, "ok": True}]),
            mock.patch.object(command, "Cluster"), mock.patch.object(command, "RefusedLogins"),
            contextlib.redirect_stdout(io.StringIO()),
        ):
            self.assertEqual(1, command._verify(harness.config(), False))
            self.assertEqual(1, len(os.listdir(self.waiting)))
            # Asked by a deployment or a person, who reads the answer: that raises none.
            self.assertEqual(1, command._verify(harness.config(), True))
            self.assertEqual(1, len(os.listdir(self.waiting)))


if __name__ == "__main__":
    unittest.main()
