"""The replicated state machine: one tree, changed in the same order on all members.

Every change of the group's membership starts a round: members announce the state they hold, the
one with the most recent one (highest version) opens a new epoch and sends its tree to those that
differ. Operations carry the epoch in which they were sent; those of an older epoch are ignored
everywhere and sent again by their author.
"""

import errno
import json
import os
import select
import threading
import time
import uuid
import zlib

from . import corosync
from .tree import Refused

RETRY_S = 5
_PIECE_BYTES = 200_000
_OPERATION_LIMIT_S = 60


class _Pending:
    def __init__(self, op):
        self.op, self.id = op, uuid.uuid4().hex
        self.done, self.error = threading.Event(), None

    def finish(self, error=None):
        self.error = error
        self.done.set()


class Replica:
    def __init__(self, tree, local, log, on_applied, on_synced):
        self.tree, self.local, self.log = tree, local, log
        self.on_applied, self.on_synced = on_applied, on_synced
        self.guard = threading.RLock()
        self.quorate = local
        self.connected_once = False
        self.ready = False
        self.online = set()
        self.values = {}
        self.own_values = {}
        self.nodename = ""
        self.nodeid = 0
        self.epoch = None
        self.view = ""
        self.states = {}
        self.pieces = {}
        self.pending = {}
        self.queue = []
        self.wake_read, self.wake_write = os.pipe()
        self.group = self.quorum = None

    def writable(self):
        return self.local or (self.quorate and self.ready)

    def submit(self, op):
        """Applies an operation everywhere; raises `Refused` with an errno."""
        op = {**op, "time": op.get("time", int(time.time())), "writer": self.nodeid}
        if not self.writable():
            raise Refused(errno.EACCES)
        if self.local:
            with self.guard:
                self.tree.apply(op)
                self.on_applied(op, True)
            return
        pending = _Pending(op)
        with self.guard:
            self.pending[pending.id] = pending
            self.queue.append(("op", pending))
        self._wake()
        if not pending.done.wait(_OPERATION_LIMIT_S):
            pending.error = errno.EIO
        with self.guard:
            self.pending.pop(pending.id, None)
        if pending.error:
            raise Refused(pending.error)

    def publish(self, key, text):
        """Shares a short-lived value of this node."""
        with self.guard:
            self.own_values[key] = text
            self.values.setdefault(key, {})[self.nodename] = text
            self.queue.append(("value", key))
        self._wake()

    def _wake(self):
        os.write(self.wake_write, b"x")

    def run(self):
        """Connects to corosync, again every few seconds while that fails, and serves events."""
        while True:
            try:
                self._connect()
                self._serve()
            except corosync.Failed as error:
                self.log(f"[dcdb] crit: {error}")
            except OSError as error:
                self.log(f"[dcdb] crit: unable to load corosync libraries: {error}")
            self._disconnect()
            time.sleep(RETRY_S)

    def _connect(self):
        self.quorum = corosync.QuorumWatch(self._quorum_changed)
        self.group = corosync.Group("pve_dcdb_standin", self._message, self._membership)
        self.nodeid = self.group.nodeid
        self.connected_once = True

    def _disconnect(self):
        with self.guard:
            self.quorate, self.epoch, self.ready = False, None, False
            for pending in self.pending.values():
                pending.finish(errno.EACCES)
            self.pending.clear()
            self.queue = [item for item in self.queue if item[0] != "op"]
        for part in (self.group, self.quorum):
            if part is not None:
                part.close()
        self.group = self.quorum = None

    def _serve(self):
        wanted = [self.group.descriptor, self.quorum.descriptor, self.wake_read]
        while True:
            ready, _, _ = select.select(wanted, [], [], 10)
            if self.wake_read in ready:
                os.read(self.wake_read, 4096)
            if self.group.descriptor in ready:
                self.group.dispatch()
            if self.quorum.descriptor in ready:
                self.quorum.dispatch()
            self._send_queued()

    def _quorum_changed(self, quorate):
        self.log(f"[status] notice: node {'has' if quorate else 'lost'} quorum")
        with self.guard:
            self.quorate = quorate
            if not quorate:
                for pending in self.pending.values():
                    pending.finish(errno.EACCES)
                self.pending.clear()

    def _send_queued(self):
        with self.guard:
            ready = [i for i in self.queue if i[0] == "value" or self.epoch is not None]
            self.queue = [i for i in self.queue if i not in ready]
        for kind, what in ready:
            if kind == "value":
                self._send({"is": "value", "node": self.nodename, "key": what, "text": self.own_values[what]})
            elif what.id in self.pending and not what.done.is_set():
                self._send({"is": "op", "epoch": self.epoch, "id": what.id, "op": what.op})

    def _send(self, message):
        data = zlib.compress(json.dumps(message).encode(), 1)
        name = uuid.uuid4().bytes
        pieces = [data[i : i + _PIECE_BYTES] for i in range(0, len(data), _PIECE_BYTES)]
        for number, piece in enumerate(pieces):
            last = b"\1" if number == len(pieces) - 1 else b"\0"
            self.group.send(name + last + piece)

    def _membership(self, members):
        """A new round: announce the own state, forget what the old membership agreed on."""
        with self.guard:
            self.epoch = None
            self.states = {}
            self.online = {nodeid for nodeid, _ in members}
            self.view = ",".join(f"{nodeid}:{pid}" for nodeid, pid in sorted(members))
            self.pieces = {}
            for pending in self.pending.values():
                if not pending.done.is_set() and ("op", pending) not in self.queue:
                    self.queue.append(("op", pending))
            state = {"version": self.tree.version, "mtime": self.tree.mtime, "sum": self.tree.checksum()}
            self.queue += [("value", key) for key in self.own_values]
        names = ", ".join(str(nodeid) for nodeid in sorted(self.online))
        self.log(f"[dcdb] notice: members: {names}")
        self._send({"is": "state", "view": self.view, **state})

    def _message(self, nodeid, pid, data):
        key, last, piece = (nodeid, pid, data[:16]), data[16:17] == b"\1", data[17:]
        whole = self.pieces.pop(key, b"") + piece
        if not last:
            self.pieces[key] = whole
            return
        try:
            message = json.loads(zlib.decompress(whole))
        except (zlib.error, ValueError):
            return
        with self.guard:
            getattr(self, f"_on_{message['is']}")(nodeid, pid, message)

    def _on_state(self, nodeid, pid, message):
        if message["view"] != self.view:
            return
        self.states[f"{nodeid}:{pid}"] = message
        if len(self.states) < len(self.view.split(",")):
            return
        best = max(
            self.states,
            key=lambda k: (self.states[k]["version"], self.states[k]["mtime"], -int(k.split(":")[0])),
        )
        if best == f"{self.nodeid}:{os.getpid()}":
            differ = len({state["sum"] for state in self.states.values()}) > 1
            tree = self.tree.packed() if differ else None
            self._send(
                {"is": "sync", "view": self.view, "epoch": uuid.uuid4().hex, "version": self.tree.version, "tree": tree}
            )

    def _on_sync(self, nodeid, _pid, message):
        if message["view"] != self.view:
            return
        if message["tree"] is not None and nodeid != self.nodeid:
            self.tree.replace(message["tree"], message["version"])
            self.log("[dcdb] notice: received all states, update complete")
        self.epoch, self.ready = message["epoch"], True
        self.log("[dcdb] notice: all data is up to date")
        self.on_synced()

    def _on_op(self, nodeid, _pid, message):
        if message["epoch"] != self.epoch:
            return
        mine = self.pending.get(message["id"]) if nodeid == self.nodeid else None
        try:
            self.tree.apply(message["op"])
            self.on_applied(message["op"], nodeid == self.nodeid)
            error = None
        except Refused as refused:
            error = refused.number
        if mine:
            mine.finish(error)

    def _on_value(self, _nodeid, _pid, message):
        self.values.setdefault(message["key"], {})[message["node"]] = message["text"]
