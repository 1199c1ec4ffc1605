"""Files that are whole or not there, and readable by root alone."""

from __future__ import annotations

import json
import os
from typing import Any


def write_whole(path: str, text: str, mode: int = 0o600, durable: bool = True) -> None:
    """The old content or the new one, whatever happens in between; on the disk when it returns, where `durable`."""
    folder, name = os.path.split(path)
    passing = os.path.join(folder, f"{name}.tmp.{os.getpid()}")
    try:
        handle = os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, mode)
        with os.fdopen(handle, "w", encoding="utf-8") as target:
            target.write(text)
            target.flush()
            if durable:
                os.fsync(target.fileno())
        os.rename(passing, path)
    except OSError:
        try:
            os.unlink(passing)
        except OSError:
            pass
        raise
    if durable:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def read_json(path: str, limit: int = 1 << 20) -> Any:
    """None when there is no such file. Raises when it cannot be read or is no JSON."""
    try:
        with open(path, "rb") as source:
            text = source.read(limit + 1)
    except FileNotFoundError:
        return None
    if len(text) > limit:
        raise ValueError(f"{path} is longer than {limit} bytes")
    return json.loads(text)
