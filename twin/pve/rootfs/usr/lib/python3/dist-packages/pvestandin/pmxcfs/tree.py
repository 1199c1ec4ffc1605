"""The stored tree: entries in memory, mirrored into a small database file."""

import errno
import hashlib
import os
import sqlite3
import time

MAX_FILE_BYTES = 1024 * 1024
MAX_TOTAL_BYTES = 128 * 1024 * 1024
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS tree (path TEXT PRIMARY KEY, kind TEXT, mtime INTEGER, "
    "version INTEGER, writer INTEGER, data BLOB)"
)


class Refused(Exception):
    """An operation that cannot be applied, with its errno."""

    def __init__(self, number):
        super().__init__(os.strerror(number))
        self.number = number


class Entry:
    __slots__ = ("kind", "mtime", "version", "writer", "data", "seen")

    def __init__(self, kind, mtime, version, writer, data=b""):
        self.kind, self.mtime, self.version, self.writer, self.data = kind, mtime, version, writer, data
        self.seen = time.monotonic()

    def packed(self):
        return [self.kind, self.mtime, self.version, self.writer, self.data.decode("latin-1")]


class Tree:
    """Operations are applied in the same order on every member and give the same result there."""

    def __init__(self, database):
        os.makedirs(os.path.dirname(database), mode=0o700, exist_ok=True)
        self.fresh = not os.path.exists(database)
        self.store = sqlite3.connect(database, check_same_thread=False, isolation_level=None)
        self.store.execute("PRAGMA journal_mode=WAL")
        self.store.execute("PRAGMA synchronous=OFF")
        self.store.execute(_SCHEMA)
        os.chmod(database, 0o600)
        self.entries = {}
        for path, kind, mtime, version, writer, data in self.store.execute("SELECT * FROM tree"):
            self.entries[path] = Entry(kind, mtime, version, writer, bytes(data or b""))
        self.version = max((entry.version for entry in self.entries.values()), default=0)
        if "" not in self.entries:
            self._put("", Entry("d", int(time.time()), 0, 0))

    @property
    def mtime(self):
        return max(entry.mtime for entry in self.entries.values())

    def checksum(self):
        total = hashlib.sha256()
        for path in sorted(self.entries):
            entry = self.entries[path]
            total.update(f"{path}\0{entry.kind}\0{entry.version}\0".encode("utf-8", "surrogateescape"))
            total.update(entry.data)
        return total.hexdigest()

    def children(self, path):
        prefix = f"{path}/" if path else ""
        return sorted(
            name[len(prefix):]
            for name in self.entries
            if name and name.startswith(prefix) and "/" not in name[len(prefix):]
        )

    def total_bytes(self):
        return sum(len(entry.data) for entry in self.entries.values())

    def apply(self, op):
        """Applies one operation; raises `Refused` without a change when it is not possible."""
        getattr(self, f"_{op['do']}")(op)

    def _put(self, path, entry):
        self.version += 1
        entry.version = self.version
        self.entries[path] = entry
        self.store.execute(
            "INSERT OR REPLACE INTO tree VALUES (?,?,?,?,?,?)",
            (path, entry.kind, entry.mtime, entry.version, entry.writer, entry.data),
        )

    def _drop(self, path):
        self.version += 1
        del self.entries[path]
        self.store.execute("DELETE FROM tree WHERE path = ?", (path,))
        self.store.execute("UPDATE tree SET version = ? WHERE path = ''", (self.version,))
        self.entries[""].version = self.version

    def _parent(self, path):
        parent = self.entries.get(path.rpartition("/")[0])
        if parent is None:
            raise Refused(errno.ENOENT)
        if parent.kind != "d":
            raise Refused(errno.ENOTDIR)

    def _need(self, path, kind=None):
        entry = self.entries.get(path)
        if entry is None:
            raise Refused(errno.ENOENT)
        if kind and entry.kind != kind:
            raise Refused(errno.ENOTDIR if kind == "d" else errno.EISDIR)
        return entry

    def _mkdir(self, op):
        self._new(op, "d")

    def _create(self, op):
        self._new(op, "f")

    def _new(self, op, kind):
        self._parent(op["path"])
        if op["path"] in self.entries:
            raise Refused(errno.EEXIST)
        self._put(op["path"], Entry(kind, op["time"], 0, op["writer"]))

    def _write(self, op):
        entry = self._need(op["path"], "f")
        data, offset = op["data"].encode("latin-1"), op["offset"]
        whole = entry.data.ljust(offset, b"\0")
        self._store(op, whole[:offset] + data + whole[offset + len(data):])

    def _truncate(self, op):
        entry = self._need(op["path"], "f")
        self._store(op, entry.data[: op["size"]].ljust(op["size"], b"\0"))

    def _store(self, op, data):
        if len(data) > MAX_FILE_BYTES:
            raise Refused(errno.EFBIG)
        old = self.entries[op["path"]].data
        if self.total_bytes() - len(old) + len(data) > MAX_TOTAL_BYTES:
            raise Refused(errno.ENOSPC)
        self._put(op["path"], Entry("f", op["time"], 0, op["writer"], data))

    def _rename(self, op):
        source, target = op["path"], op["to"]
        entry = self._need(source)
        self._parent(target)
        old = self.entries.get(target)
        if entry.kind == "d":
            if old is not None or target.startswith(source + "/"):
                raise Refused(errno.EEXIST)
            for name in [n for n in self.entries if n.startswith(source + "/")]:
                moved = self.entries[name]
                self._drop(name)
                self._put(target + name[len(source):], moved)
        elif old is not None and old.kind == "d":
            raise Refused(errno.EISDIR)
        self._drop(source)
        self._put(target, Entry(entry.kind, entry.mtime, 0, op["writer"], entry.data))

    def _unlink(self, op):
        self._need(op["path"], "f")
        self._drop(op["path"])

    def _rmdir(self, op):
        self._need(op["path"], "d")
        if self.children(op["path"]):
            raise Refused(errno.ENOTEMPTY)
        self._drop(op["path"])

    def _touch(self, op):
        entry = self._need(op["path"])
        self._put(op["path"], Entry(entry.kind, op["time"], 0, op["writer"], entry.data))

    def _unlock(self, op):
        entry = self._need(op["path"], "d")
        if entry.version == op["version"]:
            self._drop(op["path"])

    def packed(self):
        return {path: entry.packed() for path, entry in self.entries.items()}

    def replace(self, packed, version):
        """Takes over the whole tree of another member."""
        self.entries = {
            path: Entry(kind, mtime, number, writer, data.encode("latin-1"))
            for path, (kind, mtime, number, writer, data) in packed.items()
        }
        self.version = version
        self.store.execute("BEGIN")
        self.store.execute("DELETE FROM tree")
        self.store.executemany(
            "INSERT INTO tree VALUES (?,?,?,?,?,?)",
            [(p, e.kind, e.mtime, e.version, e.writer, e.data) for p, e in self.entries.items()],
        )
        self.store.execute("COMMIT")
