"""`pvecm`: cluster membership."""

import os
import signal
import subprocess
import sys

from .. import api, cfs, corosyncconf, join, membership, nodesetup, qdevices
from ..errors import PlainError
from . import command
from .command import Command

_UPDATE_LIMIT_S = 80


def _add(argv):
    api.load()
    specs = {
        **Command("POST", "/cluster/config/join").specs(),
        "use_ssh": {"type": "boolean", "optional": True},
    }
    specs["fingerprint"] = {**specs["fingerprint"], "optional": True}
    specs.pop("password")
    raw = command.parse(argv, specs, ["hostname"])
    params = api.schema.validate(specs, raw)
    if os.getcwd().startswith(cfs.ROOT):
        raise PlainError(f"unable to add node: current working directory is inside '{cfs.ROOT}'")
    ctx = api.Context(cli=True)
    if params.pop("use_ssh", 0):
        ctx.task("clusterjoin", "", lambda log: join.by_ssh(params, log))
    else:
        password = lambda: join.read_password(params["hostname"])
        ctx.task("clusterjoin", "", lambda log: join.by_api(params, password, log))
    return 0


def _require_member():
    if not cfs.exists(membership.CONF):
        raise PlainError(
            f"Error: Corosync config '{cfs.path(membership.CONF)}' does not exist - is this node part of a cluster?",
            exit_code=2,
        )


def _status(argv):
    _require_member()
    command.parse(argv, {}, [])
    totem = corosyncconf.parse(cfs.read(membership.CONF)).get("totem", {})
    rows = (
        ("Name:", totem.get("cluster_name", "")), ("Config Version:", totem.get("config_version", "")),
        ("Transport:", totem.get("transport", "knet")), ("Secure auth:", totem.get("secauth", "off")),
    )
    title = "Cluster information"
    print(title, "-" * len(title), *(f"{label:<17} {value}" for label, value in rows), "", sep="\n", flush=True)
    os.execvp("corosync-quorumtool", ["corosync-quorumtool", "-siH"])


def _nodes(argv):
    _require_member()
    command.parse(argv, {}, [])
    os.execvp("corosync-quorumtool", ["corosync-quorumtool", "-l"])


def _expected(argv):
    _require_member()
    specs = {"expected": {"type": "integer", "minimum": 1}}
    params = api.schema.validate(specs, command.parse(argv, specs, ["expected"]))
    os.execvp("corosync-quorumtool", ["corosync-quorumtool", "-e", str(params["expected"])])


def _updatecerts(argv):
    flags = {name: {"type": "boolean", "optional": True} for name in ("force", "silent", "unmerge-known-hosts")}
    params = api.schema.validate(flags, command.parse(argv, flags, []))
    child = os.fork()
    if child == 0:
        signal.alarm(_UPDATE_LIMIT_S)
        try:
            while not cfs.quorate():
                signal.sigtimedwait([], 0.5)
            log = (lambda text: None) if params.get("silent") else print
            if not params.get("silent"):
                print("(re)generate node files")
            nodesetup.ensure(log, bool(params.get("force")))
            if not params.get("silent"):
                print("merge authorized SSH keys", flush=True)
            os._exit(0)
        except Exception as error:
            sys.stderr.write(f"{error}\n")
            os._exit(1)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        raise PlainError(
            "got timeout when trying to ensure cluster certificates and base file hierarchy is set up - "
            "no quorum (yet) or hung pmxcfs?",
            exit_code=4,
        )
    return os.WEXITSTATUS(status)


def _mtunnel(argv):
    """What migrations and storage copies ask a peer: its migration address, or a command to run."""
    words = list(argv)
    options = {}
    while words and words[0].startswith("-"):
        name = words.pop(0).lstrip("-")
        options[name] = words.pop(0) if words and not words[0].startswith("-") else "1"
    if "get_migration_ip" in options or "get-migration-ip" in options:
        print(f"ip: '{cfs.local_ip()}'")
        return 0
    if "run-command" in options:
        return subprocess.run([options["run-command"], *words], check=False).returncode
    print("tunnel online", flush=True)
    for line in sys.stdin:
        if line.strip() == "quit":
            break
        sys.stderr.write(f"unknown command '{line.strip()}'\n")
    return 0


def _qdevice_setup(argv):
    specs = {
        "address": {"type": "string", "format": "ip"},
        "network": {"type": "string", "format": "CIDR", "optional": True},
        "force": {"type": "boolean", "optional": True},
    }
    params = api.schema.validate(specs, command.parse(argv, specs, ["address"]))
    qdevices.setup(params["address"], params.get("force"), print)


def _qdevice_remove(argv):
    command.parse(argv, {}, [])
    qdevices.remove(print)


def _print(result, _params):
    print(result)


COMMANDS = {
    "create": Command("POST", "/cluster/config", ["clustername"]),
    "add": _add,
    "addnode": Command(
        "POST", "/cluster/config/nodes/{node}", ["node"], show=lambda result, params: None
    ),
    "delnode": Command("DELETE", "/cluster/config/nodes/{node}", ["node"]),
    "status": _status,
    "nodes": _nodes,
    "expected": _expected,
    "updatecerts": _updatecerts,
    "apiver": Command("GET", "/cluster/config/apiversion", show=_print),
    "mtunnel": _mtunnel,
    "qdevice setup": _qdevice_setup,
    "qdevice remove": _qdevice_remove,
}


def main(argv):
    return command.run("pvecm", COMMANDS, argv)
