"""`pmxcfs`: mounts /etc/pve and keeps it replicated. `-l` forces local mode, `-f` stays in front."""

import errno
import os
import signal
import subprocess
import sys
import threading
import time

import fusepy

from .. import cfs, host
from . import corosyncfile, installer, statussocket
from .filesystem import ClusterFiles
from .generated import GeneratedFiles
from .replica import Replica
from .tree import Tree

DATABASE = "/var/lib/pve-cluster/config.db"


def log(text):
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def lock_lifetime(name):
    """HA's locks expire faster on a cluster whose HA delays are scaled."""
    return cfs.LOCK_LIFETIME_S / (host.time_scale() if name.startswith("ha_") else 1)


def main(arguments):
    if "-f" not in arguments:
        _serve_in_background(arguments)
        return
    if os.path.ismount(cfs.ROOT):
        subprocess.run(["umount", "-l", cfs.ROOT], check=False)
    os.makedirs(cfs.ROOT, exist_ok=True)
    tree = Tree(DATABASE)
    forced_local = "-l" in arguments
    if tree.fresh and not _take_over_local_configuration(tree):
        installer.seed(tree, int(time.time()))
    local = forced_local or "corosync.conf" not in tree.entries
    nodename = host.nodename()

    def on_applied(op, written_here):
        if op["do"] == "rename" and op["to"] == "corosync.conf":
            _copy(tree, written_here and not replica.local)

    def on_synced():
        _copy(tree, False)

    replica = Replica(tree, local, log, on_applied, on_synced)
    replica.nodename = nodename
    _publish_address(replica, nodename)
    statussocket.serve(cfs.SOCKET, replica)
    if not local:
        _copy(tree, False)
        threading.Thread(target=replica.run, daemon=True).start()
    files = GeneratedFiles(replica, nodename).files()
    # The C library's loop would keep Python's signal handlers from running in the main thread.
    threading.Thread(target=_serve_files, args=(replica, nodename, files), daemon=True).start()
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    while True:
        signal.pause()


class Mount(fusepy.FUSE):
    def ioctl(self, *_):
        """Programs ask whether a file is a terminal; the answer needs no path, which may be gone."""
        return -errno.ENOTTY


def _serve_files(replica, nodename, files):
    try:
        Mount(
            ClusterFiles(replica, nodename, files, lock_lifetime), cfs.ROOT, foreground=True,
            allow_other=True, default_permissions=True, direct_io=True, big_writes=True, nonempty=True,
            hard_remove=True,
            attr_timeout=0, entry_timeout=0, fsname="/dev/fuse",
        )
    finally:
        os._exit(0)


def _copy(tree, written_here):
    entry = tree.entries.get("corosync.conf")
    if entry is not None:
        corosyncfile.copy(entry.data.decode("utf-8", "replace"), log, written_here)


def _take_over_local_configuration(tree):
    """A fresh database of a host that corosync already knows starts with that configuration."""
    text = corosyncfile.read_local()
    if text:
        tree.apply({"do": "create", "path": "corosync.conf", "time": 0, "writer": 0})
        tree.apply(
            {"do": "write", "path": "corosync.conf", "offset": 0, "data": text.encode().decode("latin-1"),
             "time": 0, "writer": 0}
        )
    return bool(text)


def _publish_address(replica, nodename):
    try:
        replica.publish("nodeip", cfs.local_ip(nodename))
    except cfs.PlainError as error:
        log(f"[main] crit: unable to get IP for node '{nodename}' - {error}")



def _serve_in_background(arguments):
    """Returns once the file system is mounted, while another process serves it."""
    subprocess.Popen(
        [sys.argv[0], "-f", *arguments], start_new_session=True, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 10
    while not cfs.mounted():
        if time.monotonic() > deadline:
            raise SystemExit("pmxcfs did not mount its file system in 10 s")
        time.sleep(0.05)
