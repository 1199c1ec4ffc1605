"""The parts of corosync's C libraries that the daemon needs: closed process groups and quorum."""

import ctypes
import ctypes.util
import time

OK, TRY_AGAIN = 1, 6
_DISPATCH_ALL = 2
_AGREED = 2
_TRACK = 0x01 | 0x02
_MAX_TRIES = 2000


class Failed(Exception):
    """A call to corosync that did not work; the connection is of no use any more."""


class _Name(ctypes.Structure):
    _fields_ = [("length", ctypes.c_uint32), ("value", ctypes.c_char * 128)]


class _Address(ctypes.Structure):
    _fields_ = [("nodeid", ctypes.c_uint32), ("pid", ctypes.c_uint32), ("reason", ctypes.c_uint32)]


class _Iovec(ctypes.Structure):
    _fields_ = [("base", ctypes.c_char_p), ("length", ctypes.c_size_t)]


_Deliver = ctypes.CFUNCTYPE(
    None, ctypes.c_uint64, ctypes.POINTER(_Name), ctypes.c_uint32, ctypes.c_uint32,
    ctypes.c_void_p, ctypes.c_size_t,
)
_Changed = ctypes.CFUNCTYPE(
    None, ctypes.c_uint64, ctypes.POINTER(_Name),
    ctypes.POINTER(_Address), ctypes.c_size_t, ctypes.POINTER(_Address), ctypes.c_size_t,
    ctypes.POINTER(_Address), ctypes.c_size_t,
)
_Quorum = ctypes.CFUNCTYPE(
    None, ctypes.c_uint64, ctypes.c_uint32, ctypes.c_uint64, ctypes.c_uint32,
    ctypes.POINTER(ctypes.c_uint32),
)


class _GroupCallbacks(ctypes.Structure):
    _fields_ = [("deliver", _Deliver), ("changed", _Changed)]


class _QuorumCallbacks(ctypes.Structure):
    _fields_ = [("notify", _Quorum)]


def _call(what, function, *arguments):
    for _ in range(_MAX_TRIES):
        result = function(*arguments)
        if result == OK:
            return
        if result != TRY_AGAIN:
            raise Failed(f"{what} failed: {result}")
        time.sleep(0.01)
    raise Failed(f"{what} failed: {TRY_AGAIN}")


class Group:
    """Membership of a process group with totally ordered messages."""

    def __init__(self, name, on_message, on_change):
        self.library = ctypes.CDLL("libcpg.so.4")
        self.on_message, self.on_change = on_message, on_change
        self.callbacks = _GroupCallbacks(_Deliver(self._deliver), _Changed(self._changed))
        self.handle = ctypes.c_uint64()
        _call("cpg_initialize", self.library.cpg_initialize, ctypes.byref(self.handle), ctypes.byref(self.callbacks))
        try:
            number, descriptor = ctypes.c_uint32(), ctypes.c_int()
            _call("cpg_local_get", self.library.cpg_local_get, self.handle, ctypes.byref(number))
            _call("cpg_fd_get", self.library.cpg_fd_get, self.handle, ctypes.byref(descriptor))
            self.nodeid, self.descriptor = number.value, descriptor.value
            group = _Name(len(name), name.encode())
            _call("cpg_join", self.library.cpg_join, self.handle, ctypes.byref(group))
        except Failed:
            self.close()
            raise

    def _deliver(self, _handle, _group, nodeid, pid, message, length):
        self.on_message(nodeid, pid, ctypes.string_at(message, length))

    def _changed(self, _handle, _group, members, count, *_rest):
        self.on_change([(members[i].nodeid, members[i].pid) for i in range(count)])

    def send(self, data):
        piece = _Iovec(data, len(data))
        _call("cpg_mcast_joined", self.library.cpg_mcast_joined, self.handle, _AGREED, ctypes.byref(piece), 1)

    def dispatch(self):
        _call("cpg_dispatch", self.library.cpg_dispatch, self.handle, _DISPATCH_ALL)

    def close(self):
        self.library.cpg_finalize(self.handle)


class QuorumWatch:
    """Calls `on_change(quorate)` whenever corosync's view of quorum changes."""

    def __init__(self, on_change):
        self.library = ctypes.CDLL("libquorum.so.5")
        self.on_change = on_change
        self.callbacks = _QuorumCallbacks(_Quorum(self._notify))
        self.handle = ctypes.c_uint64()
        kind, descriptor = ctypes.c_uint32(), ctypes.c_int()
        _call(
            "quorum_initialize", self.library.quorum_initialize,
            ctypes.byref(self.handle), ctypes.byref(self.callbacks), ctypes.byref(kind),
        )
        try:
            _call("quorum_fd_get", self.library.quorum_fd_get, self.handle, ctypes.byref(descriptor))
            self.descriptor = descriptor.value
            _call("quorum_trackstart", self.library.quorum_trackstart, self.handle, ctypes.c_uint(_TRACK))
        except Failed:
            self.close()
            raise

    def _notify(self, _handle, quorate, *_rest):
        self.on_change(bool(quorate))

    def dispatch(self):
        _call("quorum_dispatch", self.library.quorum_dispatch, self.handle, _DISPATCH_ALL)

    def close(self):
        self.library.quorum_finalize(self.handle)
