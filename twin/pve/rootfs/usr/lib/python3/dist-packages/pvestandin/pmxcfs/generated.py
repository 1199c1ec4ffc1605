"""Texts of the generated files: `.members`, `.version`, `.vmlist`, `.clusterlog`."""

import json
import re
import time

from .. import corosyncconf
from ..errors import PlainError

_GUEST = re.compile(r"^nodes/([^/]+)/(qemu-server|lxc)/(\d+)\.conf$")


class GeneratedFiles:
    def __init__(self, replica, nodename):
        self.replica, self.nodename = replica, nodename
        self.started = int(time.time())

    def files(self):
        return {
            ".members": lambda: _text(self.members()),
            ".version": lambda: _text(self.version()),
            ".vmlist": lambda: _text(self.guests()),
            ".clusterlog": lambda: _text({"data": []}),
            ".rrd": lambda: b"",
            ".debug": lambda: b"0\n",
        }

    def members(self):
        with self.replica.guard:
            found = {"nodename": self.nodename, "version": self.replica.tree.version}
            entry = self.replica.tree.entries.get("corosync.conf")
            if self.replica.local or not self.replica.connected_once or entry is None:
                return found
            try:
                conf = corosyncconf.parse(entry.data.decode("utf-8", "replace"))
            except PlainError:
                return found
            nodes = corosyncconf.nodes(conf)
            addresses = self.replica.values.get("nodeip", {})
            found["cluster"] = {
                "name": conf.get("totem", {}).get("cluster_name", ""),
                "version": corosyncconf.version(conf),
                "nodes": len(nodes),
                "quorate": int(self.replica.quorate),
            }
            found["nodelist"] = {}
            for name, node in sorted(nodes.items()):
                number = int(node.get("nodeid", 0))
                seen = {"id": number, "online": int(number in self.replica.online)}
                if name in addresses:
                    seen["ip"] = addresses[name]
                found["nodelist"][name] = seen
            return found

    def version(self):
        with self.replica.guard:
            tree = self.replica.tree
            found = {"starttime": self.started, "clinfo": tree.version, "vmlist": tree.version}
            for name, entry in tree.entries.items():
                if "/" not in name and entry.kind == "f":
                    found[name] = entry.version
            return found

    def guests(self):
        ids = {}
        with self.replica.guard:
            for path, entry in self.replica.tree.entries.items():
                match = _GUEST.match(path)
                if match:
                    kind = "qemu" if match.group(2) == "qemu-server" else "lxc"
                    ids[match.group(3)] = {"node": match.group(1), "type": kind, "version": entry.version}
            return {"version": self.replica.tree.version, "ids": ids}


def _text(value):
    return json.dumps(value, indent=1).encode() + b"\n"
