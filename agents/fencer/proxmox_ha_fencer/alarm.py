"""Alarms reach people as mail to root, which Proxmox VE hands on to its notifications as `system-mail`.

Who raises one only leaves a file: the hardened units may start no mailer, and a mailer that hangs must not hold up a fencing. A unit of
its own takes the files from there.
"""

from __future__ import annotations

import json
import os
import subprocess
import time

from .files import read_json, write_whole
from .journal import say

FOLDER = "alarms"
SENDMAIL = "/usr/sbin/sendmail"
MAILER_S = 60.0
MOST = 100
"""More are waiting, and nobody takes them: the journal has them all the same."""


def raise_alarm(state_dir: str, event: str, subject: str, text: str) -> None:
    """Never fails: whoever calls it has more important things to do."""
    folder = os.path.join(state_dir, FOLDER)
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        if len(os.listdir(folder)) >= MOST:
            return
        alarm = {"subject": subject, "text": text, "time": time.time()}
        write_whole(os.path.join(folder, f"{time.time_ns()}-{event}.json"), json.dumps(alarm) + "\n")
    except OSError as error:
        say("error", "alarm-unwritten", f"{folder} cannot be written: {error.strerror}")


def deliver(state_dir: str, where: str, mailer: str = SENDMAIL) -> int:
    """Takes every waiting alarm once. One that cannot be handed over stays in the journal, where it stood before."""
    folder, lost = os.path.join(state_dir, FOLDER), 0
    names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    for name in (name for name in names if name.endswith(".json")):
        path = os.path.join(folder, name)
        try:
            alarm = read_json(path)
            _mail(mailer, where, str(alarm["subject"]), str(alarm["text"]), float(alarm["time"]))
        except (OSError, ValueError, KeyError, TypeError, subprocess.SubprocessError) as error:
            lost += 1
            say("error", "alarm-lost", f"the alarm {name} could not be mailed to root ({error}); the journal has its text")
        os.unlink(path)
    return 1 if lost else 0


def _mail(mailer: str, where: str, subject: str, text: str, at: float) -> None:
    # Not above: it takes megabytes, and the daemon never mails.
    from email.message import EmailMessage

    message = EmailMessage()
    message["To"] = "root"
    message["Subject"] = " ".join(f"[fencer {where}] {subject}".split())[:180]
    message["Auto-Submitted"] = "auto-generated"
    stamp = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(at))
    message.set_content(f"{text}\n\nSaid by the fencer of {where} at {stamp}. On that node:\n\n"
                        "  python3 -I -B /usr/lib/proxmox-ha/fencer/main.py status\n  journalctl -u proxmox-ha-fencer\n")
    ran = subprocess.run(
        [mailer, "-i", "-t"], input=bytes(message), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False, timeout=MAILER_S,
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"},
    )
    if ran.returncode != 0:
        said = ran.stderr.decode("utf-8", "replace").strip().splitlines()
        raise OSError(f"{mailer} ended with {ran.returncode}: {said[-1] if said else 'it said nothing'}")
