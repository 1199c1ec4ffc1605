"""Debian's tools that need a secret. It reaches them through a file in memory: never argv, never the environment, never a disk."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from .device import Deadline, DeviceError

_ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", "HOME": "/nonexistent"}


@contextmanager
def secret_for(tool: str, secret: str, install: str) -> Iterator[int]:
    """The number of a file that only a child has which is given it. What hinders the tool is a failure of the device."""
    number = os.memfd_create("secret", os.MFD_CLOEXEC)
    try:
        os.write(number, secret.encode())
        yield number
    except subprocess.TimeoutExpired:
        raise DeviceError("unreachable", "it did not answer in time") from None
    except OSError as error:
        raise DeviceError("unsupported", f"{tool} could not be started ({error.strerror}); {install}") from None
    finally:
        os.close(number)


def path_of(number: int) -> str:
    return f"/proc/self/fd/{number}"


def run_tool(
    deadline: Deadline, arguments: list[str], number: int, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
        env={**_ENVIRONMENT, **(environment or {})}, pass_fds=(number,), timeout=deadline.left(),
    )
