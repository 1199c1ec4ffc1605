"""What the twin's engine told this host about itself."""

import json
import os
import socket

HOST_FILE = os.environ.get("PVE_STANDIN_HOST_FILE", "/etc/twin/host.json")
_DEFAULT_VERSIONS = {8: "8.4.21", 9: "9.2.11"}


def facts():
    """The engine's description of this host, `{}` when the layer runs without an engine."""
    try:
        with open(HOST_FILE, encoding="utf-8") as source:
            return json.load(source)
    except (OSError, ValueError):
        return {}


def major():
    known = facts().get("major")
    if known:
        return int(known)
    try:
        with open("/etc/os-release", encoding="utf-8") as source:
            return 8 if 'VERSION_ID="12"' in source.read() else 9
    except OSError:
        return 9


def version():
    """Version of pve-manager that this host claims to run. A short `9.2` is completed."""
    known = str(facts().get("version") or "")
    return known if known.count(".") == 2 else _DEFAULT_VERSIONS[major()]


def time_scale():
    """Factor by which HA delays run faster than on a real cluster (1 = real time)."""
    return float(facts().get("timeScale") or 1)


def disks():
    return facts().get("disks") or []


def subscription():
    return facts().get("subscription")


def nodename():
    return (facts().get("node") or socket.gethostname()).split(".")[0]
