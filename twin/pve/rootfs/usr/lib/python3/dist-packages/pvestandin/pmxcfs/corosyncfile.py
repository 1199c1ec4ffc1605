"""Keeps /etc/corosync/corosync.conf in step with the cluster's copy."""

import os
import subprocess
import threading
import time

from .. import corosyncconf
from ..errors import PlainError

LOCAL = "/etc/corosync/corosync.conf"


def copy(text, log, reload_corosync):
    """Writes the local file unless it is newer; the writing node then reloads the whole cluster."""
    try:
        wanted = corosyncconf.version(corosyncconf.parse(text))
    except PlainError as error:
        log(f"[dcdb] crit: unable to parse cluster config_version - {error}")
        return
    if not wanted:
        log("[dcdb] crit: unable to parse cluster config_version")
        return
    present = read_local()
    if present == text:
        return
    if present and _version(present) > wanted:
        log("[dcdb] crit: local corosync.conf is newer")
        return
    os.makedirs(os.path.dirname(LOCAL), exist_ok=True)
    with open(LOCAL + ".new", "w", encoding="utf-8") as out:
        out.write(text)
    os.rename(LOCAL + ".new", LOCAL)
    log(f"[dcdb] notice: wrote new corosync config '{LOCAL}' (version = {wanted})")
    if reload_corosync:
        threading.Thread(target=_reload, args=(log,), daemon=True).start()


def _reload(log):
    time.sleep(1)  # the other members copy the file meanwhile
    done = subprocess.run(["corosync-cfgtool", "-R"], capture_output=True, text=True, check=False)
    if done.returncode:
        log(f"[dcdb] crit: corosync-cfgtool -R failed with exit code {done.returncode}")


def read_local():
    try:
        with open(LOCAL, encoding="utf-8") as source:
            return source.read()
    except OSError:
        return None


def _version(text):
    try:
        return corosyncconf.version(corosyncconf.parse(text))
    except PlainError:
        return 0
