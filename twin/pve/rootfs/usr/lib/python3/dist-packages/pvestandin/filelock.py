"""Locks that a file stands for, with Proxmox's words when somebody else holds them for too long."""
import contextlib
import fcntl
import time

from .errors import PlainError


@contextlib.contextmanager
def held(path, timeout_s=10):
    with open(path, 'a', encoding='ascii') as handle:
        deadline = time.monotonic() + timeout_s
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise PlainError(f"can't lock file '{path}' - got timeout") from None
                time.sleep(0.1)
        yield
