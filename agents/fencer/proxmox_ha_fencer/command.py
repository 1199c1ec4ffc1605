"""The verbs of main.py."""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import resource
import socket
import sys

from .alarm import deliver, raise_alarm
from .cluster import Cluster
from .config import CONFIG, Config, read_config
from .daemon import RUN, STATE, Daemon
from .drivers.devices import RefusedLogins
from .journal import say
from .manual import Manual, Outcome, Refused, Unknown
from .status import read_status, text_of
from .strict import ConfigError
from .verify import keep_matrix, line_of, verify

REFUSED = 2


PR_SET_DUMPABLE = 4


def without_core() -> None:
    """Secrets live in this process and must not land in a file when it dies, nor be read by who may not trace root."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        # A handler behind a pipe is started whatever the limit says; then nothing of the memory is handed to it.
        with open("/proc/self/coredump_filter", "w", encoding="ascii") as target:
            target.write("0")
    except OSError as error:
        say("warning", "core", f"/proc/self/coredump_filter cannot be written: {error.strerror}")
    try:
        refused = ctypes.CDLL(None, use_errno=True).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0
    except (OSError, AttributeError):
        refused = True
    if refused:
        say("warning", "core", "the kernel did not take it that this process must not be dumped")


def main(argv: list[str]) -> int:
    without_core()
    os.umask(0o077)
    parser = argparse.ArgumentParser(prog="proxmox-ha-fencer", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("run", help="watches, and switches silent nodes off")
    verbs.add_parser("check", help="reads the configuration, and asks nobody")
    verbs.add_parser("alarm", help="mails to root what this host has not told anybody yet")
    verbs.add_parser("status", help="how the fencer stands").add_argument("--json", action="store_true")
    look = verbs.add_parser("verify", help="looks at every peer's devices; changes nothing")
    look.add_argument("--json", action="store_true")
    look.add_argument("--again", action="store_true", help="also at those that refused the password, once more")
    for name, what in (
        ("off", "switches a node off and sees it off"), ("on", "switches a node on"), ("confirm-off", "whether a node is off"),
        ("identify", "lights a node's locator for a while"),
    ):
        verb = verbs.add_parser(name, help=what)
        verb.add_argument("node")
        verb.add_argument("--json", action="store_true")
        if name in ("off", "on"):
            verb.add_argument("--yes", action="store_true", required=True, help="it is meant")
        if name == "confirm-off":
            verb.add_argument("--stays", action="store_true", help="the fencers leave it off until a person switches it on")
            verb.add_argument("--seen", action="store_true", help="a person has seen it off; the same, where no device contradicts")
        if name == "off":
            verb.add_argument("--while-member", action="store_true", help="also while the node is at work")
    wish = parser.parse_args(argv)
    if wish.verb == "status":
        return _status(wish.json)
    if wish.verb == "alarm":
        return deliver(STATE, socket.gethostname())
    try:
        config = read_config()
    except ConfigError as error:
        say("critical", "config", str(error))
        return REFUSED
    if wish.verb == "check":
        return 0
    if wish.verb == "verify":
        return _verify(config, wish.json, wish.again)
    return _run(config) if wish.verb == "run" else _manual(config, wish)


def _run(config: Config) -> int:
    Daemon(config, Cluster(config), RefusedLogins(CONFIG), STATE, RUN).run()
    sys.stdout.flush()
    # A thread that hangs in the cluster file system would keep an ordinary exit waiting.
    os._exit(0)


def _verify(config: Config, as_json: bool, again: bool = False) -> int:
    refused = RefusedLogins(CONFIG)
    if again:
        refused.forget()
    membership = Cluster(config).membership()
    rows = verify(config, refused, membership.present if membership and membership.quorate else None)
    os.makedirs(STATE, mode=0o700, exist_ok=True)
    matrix = keep_matrix(STATE, config, rows)
    print(json.dumps(matrix) if as_json else "\n".join(map(line_of, rows)))
    broken = [row for row in rows if not row["ok"]]
    for row in broken if not as_json else []:
        say("critical", "device", f"fencing is not sure: {line_of(row)}", {"target": row["node"]})
    if broken and not as_json:
        names = ", ".join(sorted({row["node"] for row in broken}))
        text = "\n".join(map(line_of, broken))
        raise_alarm(STATE, "device", f"fencing is not sure: {names}", f"From here these could not be switched off:\n\n{text}")
    return 1 if broken else 0


def _manual(config: Config, wish: argparse.Namespace) -> int:
    manual = Manual(config, Cluster(config), RefusedLogins(CONFIG))
    try:
        outcome = _wished(manual, wish)
    except Refused as error:
        refusal = {"version": 1, "node": wish.node, "verb": wish.verb, "refused": str(error), "known": not isinstance(error, Unknown)}
        print(json.dumps(refusal) if wish.json else str(error))
        return REFUSED
    if wish.verb in ("off", "on") or outcome.word:
        say("warning", f"manual-{wish.verb}", f"a person asked for {wish.verb}: {outcome.why}", {"target": wish.node, "ok": outcome.ok})
    print(json.dumps(outcome.plain()) if wish.json else f"{wish.node}: {outcome.power} ({outcome.why})")
    return 0 if outcome.ok else 1


def _wished(manual: Manual, wish: argparse.Namespace) -> Outcome:
    if wish.verb == "off":
        return manual.off(wish.node, wish.while_member)
    if wish.verb == "on":
        return manual.on(wish.node)
    if wish.verb == "identify":
        return manual.identify(wish.node)
    return manual.confirm_off(wish.node, wish.stays, wish.seen)


def _status(as_json: bool) -> int:
    status = read_status(RUN, STATE)
    print(json.dumps(status) if as_json else text_of(status))
    return 0
