"""/etc/pve as FUSE shows it: the stored tree plus links and generated files."""

import errno
import itertools
import re
import stat
import time

import fusepy

from .tree import MAX_TOTAL_BYTES, Refused

WWW_DATA_GID = 33
_PRIVATE = re.compile(r"^(priv|nodes/[^/]+/priv)(/|$)")
_LOCK = re.compile(r"^priv/lock/[^/]+$")


class ClusterFiles(fusepy.Operations):
    """`generated` maps the name of a dot file to a function giving its text.

    A file opened for reading keeps the content it had then, so that a reader never sees a gap or a
    mixture while the file is replaced.
    """

    flag_nullpath_ok = 1  # reads of a file that was replaced meanwhile come without a path

    def __init__(self, replica, nodename, generated, lock_lifetime):
        self.replica, self.tree = replica, replica.tree
        self.generated, self.lock_lifetime = generated, lock_lifetime
        self.opened, self.handles = {}, itertools.count(1)
        self.links = {
            "local": f"nodes/{nodename}",
            "qemu-server": f"nodes/{nodename}/qemu-server",
            "lxc": f"nodes/{nodename}/lxc",
            "openvz": f"nodes/{nodename}/openvz",
        }

    def _do(self, **op):
        try:
            self.replica.submit(op)
        except Refused as refused:
            raise fusepy.FuseOSError(refused.number) from None

    def _real(self, path):
        """The stored path; the links and generated files are not to be changed."""
        name = path.strip("/")
        if name in self.links or name in self.generated:
            raise fusepy.FuseOSError(errno.EACCES)
        return name

    def access(self, path, mode):
        self.getattr(path)
        return 0

    def getattr(self, path, fh=None):
        if path is None:
            if fh in self.opened:
                return _attributes(stat.S_IFREG | 0o640, len(self.opened[fh]), time.time())
            raise fusepy.FuseOSError(errno.ESTALE)
        name = path.strip("/")
        if name in self.links:
            mode = 0o755 if self.replica.writable() else 0o555
            return _attributes(stat.S_IFLNK | mode, len(self.links[name]), time.time())
        if name in self.generated:
            return _attributes(stat.S_IFREG | 0o440, len(self.generated[name]()), time.time())
        with self.replica.guard:
            entry = self.tree.entries.get(name)
            if entry is None:
                raise fusepy.FuseOSError(errno.ENOENT)
            private = bool(_PRIVATE.match(name))
            if entry.kind == "d":
                kind, mode, size = stat.S_IFDIR, 0o700 if private else 0o755, 0
            else:
                kind, mode, size = stat.S_IFREG, 0o600 if private else 0o640, len(entry.data)
            # The top folder is made up by the file system itself and keeps its bits; all that is stored loses them.
            if name and not self.replica.writable():
                mode &= 0o555
            return _attributes(kind | mode, size, entry.mtime, 2 if entry.kind == "d" else 1)

    def readdir(self, path, fh):
        name = path.strip("/")
        with self.replica.guard:
            names = self.tree.children(name)
        if not name:
            names = sorted({*names, *self.links, *self.generated})
        return [".", "..", *names]

    def readlink(self, path):
        return self.links[path.strip("/")]

    def read(self, path, size, offset, fh):
        data = self.opened.get(fh)
        if data is None:
            data = self._content(path)
        return data[offset : offset + size]

    def _content(self, path):
        if path is None:
            raise fusepy.FuseOSError(errno.ESTALE)
        name = path.strip("/")
        if name in self.generated:
            return self.generated[name]()
        with self.replica.guard:
            entry = self.tree.entries.get(name)
            if entry is None:
                raise fusepy.FuseOSError(errno.ENOENT)
            return bytes(entry.data)

    def open(self, path, flags):
        if flags & 3:
            if not self.replica.writable():
                raise fusepy.FuseOSError(errno.EACCES)
            return 0
        handle = next(self.handles)
        self.opened[handle] = self._content(path)
        return handle

    def release(self, path, fh):
        self.opened.pop(fh, None)

    def create(self, path, mode, fi=None):
        self._do(do="create", path=self._real(path))
        return 0

    def mknod(self, path, mode, dev):
        if not stat.S_ISREG(mode):
            raise fusepy.FuseOSError(errno.EPERM)
        self._do(do="create", path=self._real(path))

    def write(self, path, data, offset, fh):
        if path is None:
            raise fusepy.FuseOSError(errno.ESTALE)
        self._do(do="write", path=self._real(path), offset=offset, data=data.decode("latin-1"))
        return len(data)

    def truncate(self, path, length, fh=None):
        self._do(do="truncate", path=self._real(path), size=length)

    def mkdir(self, path, mode):
        self._do(do="mkdir", path=self._real(path))

    def rmdir(self, path):
        self._do(do="rmdir", path=self._real(path))

    def unlink(self, path):
        self._do(do="unlink", path=self._real(path))

    def rename(self, old, new):
        self._do(do="rename", path=self._real(old), to=self._real(new))

    def chmod(self, path, mode):
        if mode & 0o777 != self.getattr(path)["st_mode"] & 0o777:
            raise fusepy.FuseOSError(errno.EPERM)

    def chown(self, path, uid, gid):
        if uid not in (0, 0xFFFFFFFF, -1) or gid not in (0, WWW_DATA_GID, 0xFFFFFFFF, -1):
            raise fusepy.FuseOSError(errno.EPERM)

    def symlink(self, target, source):
        raise fusepy.FuseOSError(errno.EPERM)

    def link(self, target, source):
        raise fusepy.FuseOSError(errno.EPERM)

    def utimens(self, path, times=None):
        """Touching renews a lock; the time 0 asks to drop one that nobody renewed in time."""
        name = self._real(path)
        moment = int(times[1]) if times else int(time.time())
        if _LOCK.match(name) and moment == 0:
            self._drop_expired(name)
            return
        self._do(do="touch", path=name, time=moment)

    def _drop_expired(self, name):
        with self.replica.guard:
            entry = self.tree.entries.get(name)
            if entry is None:
                raise fusepy.FuseOSError(errno.ENOENT)
            age, version = time.monotonic() - entry.seen, entry.version
        if age > self.lock_lifetime(name.rpartition("/")[2]):
            self._do(do="unlock", path=name, version=version)

    def statfs(self, path):
        with self.replica.guard:
            used, count = self.tree.total_bytes(), len(self.tree.entries)
        free = (MAX_TOTAL_BYTES - used) // 4096
        return {
            "f_bsize": 4096, "f_frsize": 4096, "f_blocks": MAX_TOTAL_BYTES // 4096, "f_bfree": free,
            "f_bavail": free, "f_files": 262144, "f_ffree": 262144 - count, "f_namemax": 256,
        }


def _attributes(mode, size, mtime, links=1):
    return {
        "st_mode": mode, "st_size": size, "st_uid": 0, "st_gid": WWW_DATA_GID, "st_nlink": links,
        "st_mtime": mtime, "st_ctime": mtime, "st_atime": mtime,
    }
