"""Access to the cluster file system for handlers and tools: files, locks, membership, status values.

Paths are relative to /etc/pve. Everything here works through the mounted file system or the
socket of its daemon, so that it behaves the same from any process.
"""

import contextlib
import errno
import json
import os
import signal
import socket
import sys
import threading
import time

from . import host
from .errors import PlainError

ROOT = os.environ.get("PVE_STANDIN_ETC", "/etc/pve")
SOCKET = os.environ.get("PVE_STANDIN_SOCKET", "/run/pmxcfs-standin.sock")
LOCK_LIFETIME_S = 120
_CODE_LIMIT_S = 60


def path(name):
    return os.path.join(ROOT, name)


def nodename():
    return host.nodename()


def read(name):
    """Text of a file, `None` when it does not exist.

    A file that is replaced between lookup and open shows as absent for an instant: look again.
    """
    for _ in range(20):
        try:
            with open(path(name), encoding="utf-8", errors="surrogateescape") as source:
                return source.read()
        except FileNotFoundError:
            if not exists(name):
                return None
        except (NotADirectoryError, IsADirectoryError):
            return None
    return None


def write(name, text):
    """Replaces a file in one step, as PVE does: temporary file, then rename."""
    target = path(name)
    temporary = f"{target}.tmp.{os.getpid()}"
    try:
        with open(temporary, "w", encoding="utf-8", errors="surrogateescape") as out:
            out.write(text)
        os.rename(temporary, target)
    except OSError as error:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise PlainError(
            f"unable to open file '{temporary}' - {os.strerror(error.errno)}",
            exit_code=error.errno or 255,
        ) from error


def delete(name):
    """Removes a file; an absent one is no error."""
    try:
        os.unlink(path(name))
    except FileNotFoundError:
        pass
    except OSError as error:
        raise PlainError(
            f"unable to remove '{path(name)}' - {os.strerror(error.errno)}",
            exit_code=error.errno or 255,
        ) from error


def listdir(name=""):
    """Names in a directory, sorted; empty when it does not exist."""
    try:
        return sorted(entry for entry in os.listdir(path(name)) if not entry.startswith("."))
    except (FileNotFoundError, NotADirectoryError):
        return []


def makedirs(name):
    try:
        os.makedirs(path(name), exist_ok=True)
    except OSError as error:
        raise PlainError(
            f"mkdir {path(name)} - {os.strerror(error.errno)}", exit_code=error.errno or 255
        ) from error


def exists(name):
    return os.path.lexists(path(name))


def mounted():
    return exists(".version")


def membership():
    """Content of `.members`: nodename, version and, when clustered, `cluster` and `nodelist`."""
    text = read(".members")
    if text is None:
        raise PlainError("pve configuration filesystem (pmxcfs) not mounted")
    return json.loads(text)


def clustered():
    """True once pmxcfs runs as a member of a cluster (a few seconds after `pvecm create`)."""
    return "cluster" in membership()


def quorate():
    """True when /etc/pve can be written. A host outside of any cluster is always quorate."""
    try:
        state = membership()
    except PlainError:
        return False
    return bool(state["cluster"]["quorate"]) if "cluster" in state else not exists("corosync.conf")


def check_quorum():
    if not quorate():
        raise PlainError("cluster not ready - no quorum?", exit_code=255)


def members():
    """`{node: {"id": 1, "online": 1, "ip": "..."}}`; only this host when it is not clustered."""
    state = membership()
    return state.get("nodelist") or {nodename(): {"id": 0, "online": 1, "ip": local_ip()}}


def local_ip(name=None):
    """The address that the host's name resolves to, or an error in PVE's words."""
    name = name or nodename()
    try:
        found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except OSError as error:
        reason = error.strerror or str(error)
        raise PlainError(f"hostname lookup '{name}' failed - failed to get address info for: {name}: {reason}") from error
    for family, _, _, _, address in found:
        if not address[0].startswith("127.") and address[0] != "::1":
            return address[0]
    raise PlainError(f"address lookup for '{name}' did not find any IP address")


class _Deadline:
    """Raises in the main thread when the code inside a lock takes too long; threads go on."""

    def __init__(self, seconds, text):
        self.seconds, self.text = seconds, text
        self.active = threading.current_thread() is threading.main_thread()

    def __enter__(self):
        if self.active:
            self.old = signal.signal(signal.SIGALRM, self._expired)
            signal.alarm(self.seconds)

    def _expired(self, *_):
        raise PlainError(self.text)

    def __exit__(self, *_):
        if self.active:
            signal.alarm(0)
            signal.signal(signal.SIGALRM, self.old)


@contextlib.contextmanager
def lock(name, timeout=10):
    """A cfs lock such as `file-storage_cfg` or `domain-ha`, with PVE's retries and texts.

    Errors raised inside keep their own text; only acquiring adds the `cfs-lock` prefix.
    """
    directory = path("priv/lock")
    target = f"{directory}/{name}"
    prefix = f"cfs-lock '{name}' error:"
    with contextlib.suppress(OSError):
        os.mkdir(directory)
    if not os.path.isdir(directory):
        reason = "no quorum!" if not quorate() else "pve cluster filesystem not online."
        raise PlainError(f"{prefix} {reason}", exit_code=errno.EACCES)
    left = timeout
    while True:
        try:
            os.mkdir(target)
            break
        except OSError:
            left -= 1
            if left <= 0:
                if not quorate():
                    raise PlainError(f"{prefix} no quorum!", exit_code=errno.EACCES) from None
                raise PlainError(f"{prefix} got lock request timeout") from None
            sys.stderr.write(f"trying to acquire cfs lock '{name}' ...\n")
            sys.stderr.flush()
            with contextlib.suppress(OSError):
                os.utime(target, (0, 0))
            time.sleep(1)
    try:
        with _Deadline(_CODE_LIMIT_S, f"'{name}'-locked command timed out - aborting"):
            yield
    finally:
        with contextlib.suppress(OSError):
            os.rmdir(target)


def lock_file(name, timeout=10):
    """The lock of a configuration file: `lock_file("storage.cfg")` is `file-storage_cfg`."""
    return lock("file-" + name.replace(".", "_").replace("/", "_"), timeout)


def hold_directory_lock(name):
    """Takes or renews a long-lived lock such as `ha_manager_lock`; True while it is ours.

    Ownership is remembered in the process: the holder renews by touching the directory, every
    other caller asks pmxcfs to drop it, which it does when nobody renewed it for its lifetime.
    """
    target = path(f"priv/lock/{name}")
    try:
        if name in _held:
            os.utime(target)
            return True
        os.makedirs(path("priv/lock"), exist_ok=True)
        os.mkdir(target)
        _held.add(name)
        return True
    except FileExistsError:
        with contextlib.suppress(OSError):
            os.utime(target, (0, 0))
        return False
    except OSError:
        _held.discard(name)
        return False


def drop_directory_lock(name):
    _held.discard(name)
    with contextlib.suppress(OSError):
        os.rmdir(path(f"priv/lock/{name}"))


_held = set()


def _ask(message):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
        link.settimeout(5)
        link.connect(SOCKET)
        link.sendall(json.dumps(message).encode() + b"\n")
        data = b""
        while not data.endswith(b"\n"):
            part = link.recv(65536)
            if not part:
                break
            data += part
    return json.loads(data)


def status_set(key, text):
    """Publishes a short-lived value of this node to all members (not stored on disk)."""
    with contextlib.suppress(OSError, ValueError):
        _ask({"do": "status-set", "key": key, "text": text})


def status_get(key):
    """`{node: text}` of the values that the reachable members published under `key`."""
    try:
        return _ask({"do": "status-get", "key": key})["values"]
    except (OSError, ValueError, KeyError):
        return {}
