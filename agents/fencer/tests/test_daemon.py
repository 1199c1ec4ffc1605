"""The daemon as a process: what it tells systemd, what it writes, what it needs, and what nobody finds."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from harness import plain
from proxmox_ha_fencer import memory
from proxmox_ha_fencer.model import State
from test_cluster import QUORUM

SECRET = "Canary-of-the-fencer-1"
RSS_LIMIT_KB = 30 * 1024


class Process(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name)
        for name in ("pve/priv/lock/ha_agent_berta_lock", "pve/ha", "pve/nodes/berta", "state", "run", "metrics"):
            (self.folder / name).mkdir(parents=True)
        value = plain("ada")
        for node in value["nodes"][1:]:
            # Nothing listens there, so that the whole of a failing attempt is seen without a device.
            node["levels"][0][0].update(password=SECRET, address="127.0.0.1", port=node["id"])
        self.write("fencer.json", json.dumps(value))
        os.chmod(self.folder / "fencer.json", 0o600)
        self.write("quorum", QUORUM.replace("         3          1", "         2          1 10.10.10.2\n         3          1"))
        nodes = {name: {"id": index + 1, "online": 1} for index, name in enumerate(("ada", "berta", "carla"))}
        self.write("pve/.members", json.dumps({"nodelist": nodes}))
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(self.folder / "notify"))
        self.socket.settimeout(30)
        self.addCleanup(self.socket.close)

    def write(self, name, text):
        (self.folder / name).write_text(text, encoding="utf-8")

    def start(self):
        script = str(Path(__file__).resolve().parent / "daemon_process.py")
        process = subprocess.Popen(
            [sys.executable, "-B", script, str(self.folder)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, env={"NOTIFY_SOCKET": str(self.folder / "notify"), "PATH": os.environ["PATH"]},
        )
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def heard(self):
        return self.socket.recv(65536).decode().splitlines()

    def stopped(self, process):
        process.send_signal(signal.SIGTERM)
        said = process.stdout.read().decode()
        self.assertEqual(0, process.wait(10), said)
        return said

    def test_ready_alive_small_and_gone_when_asked(self):
        process = self.start()
        first = self.heard()
        self.assertIn("READY=1", first)
        self.assertIn("WATCHDOG=1", first)
        for _ in range(3):
            self.assertIn("WATCHDOG=1", self.heard())
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
        kilobytes = int(status.split("VmRSS:")[1].split()[0])
        self.assertLess(kilobytes, RSS_LIMIT_KB)
        limits = Path(f"/proc/{process.pid}/limits").read_text(encoding="utf-8")
        self.assertRegex(limits, r"Max core file size\s+0\s+0")
        # What a handler behind a pipe would get, which no limit keeps away.
        dumped = Path(f"/proc/{process.pid}/coredump_filter").read_text(encoding="ascii")
        self.assertEqual(0, int(dumped, 16))
        self.assertIn("watching 2 peers", self.stopped(process))

    def test_its_state_says_how_it_stands_and_a_restart_remembers(self):
        process = self.start()
        self.heard()
        self.stopped(process)
        status = json.loads((self.folder / "run/status.json").read_text(encoding="utf-8"))
        self.assertEqual(("ada", True, [1, 2, 3], {}), tuple(status[key] for key in ("node", "quorate", "members", "absent")))
        self.assertIn("proxmox_ha_fencer_node_absent_seconds", (self.folder / "metrics/proxmox_ha_fencer.prom").read_text())
        kept = memory.restore(str(self.folder / "run/memory.json"), time.monotonic(), 1.0)
        self.assertEqual(frozenset({"berta", "carla"}), kept.seen)
        late = memory.restore(str(self.folder / "run/memory.json"), time.monotonic() + 61, 1.0)
        self.assertEqual(State(1.0), late)

    def test_a_silent_node_is_tried_and_no_secret_shows_anywhere(self):
        """Absent for long by what a former process of it remembers; its controller refuses every connection."""
        now = time.monotonic()
        state = State(
            0.0, looked=now, quorate_since=now - 900, grace_until=1.0, seen=frozenset({"berta", "carla"}),
            absent_since={"berta": now - 60}, armed={"berta": True}, offs_known=0,
        )
        memory.keep(str(self.folder / "run/memory.json"), state)
        self.write("quorum", QUORUM)
        members = json.loads((self.folder / "pve/.members").read_text())
        members["nodelist"]["berta"]["online"] = 0
        self.write("pve/.members", json.dumps(members))
        self.write("pve/ha/manager_status", json.dumps({"service_status": {"vm:1": {"node": "berta", "state": "started"}}}))
        self.write("pve/nodes/berta/lrm_status", json.dumps({"state": "active"}))
        process = self.start()
        arguments, end = [], time.monotonic() + 120
        record = self.folder / "pve/priv/proxmox-ha-fencer.json"
        while time.monotonic() < end and not (record.exists() and '"declined":["ada"]' in record.read_text()):
            self.heard()
            arguments.append(Path(f"/proc/{process.pid}/cmdline").read_text() + Path(f"/proc/{process.pid}/environ").read_text())
        said = self.stopped(process)
        self.assertIn("event=level-failed", said)
        self.assertIn("carla tries next", said)
        self.assertEqual(json.loads(record.read_text()), json.loads((self.folder / "state/intent.json").read_text()))
        texts = [said, *arguments]
        for path in self.folder.rglob("*"):
            if path.is_file() and path.name != "fencer.json":
                texts.append(path.read_text(encoding="utf-8", errors="replace"))
                self.assertEqual(0, path.stat().st_mode & 0o077 if path.parts[-2] in ("state", "run", "priv") else 0, path)
        self.assertGreater(len(texts), 5)
        self.assertFalse([text for text in texts if SECRET in text])


if __name__ == "__main__":
    unittest.main()
