"""The external vote: a QDevice that asks corosync-qnetd on a host outside of the cluster."""

import os
import re
import subprocess

from . import cfs, membership
from .errors import PlainError

_STORE = "/etc/corosync/qdevice/net/nssdb"
_NODE_TOOL = "corosync-qdevice-net-certutil"
_HOST_TOOL = "corosync-qnetd-certutil"
_HOST_STORE = "/etc/corosync/qnetd/nssdb"


def _ssh(address, *command, alias=None):
    options = ["-o", "BatchMode=yes"]
    if alias:
        options += ["-o", f"HostKeyAlias={alias}", "-o", f"UserKnownHostsFile=/etc/pve/nodes/{alias}/ssh_known_hosts"]
    return ["ssh", *options, f"root@{address}", *command]


def _copy(source, target):
    return ["scp", "-q", "-o", "BatchMode=yes", source, target]


def _run(command, what):
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [""])[-1]
        raise PlainError(f"{what}: {last or f'exit code {done.returncode}'}")
    return done.stdout


def _members():
    members = cfs.members()
    for name, entry in members.items():
        if not entry["online"]:
            raise PlainError(f"All nodes must be online! Node {name} is offline, aborting.")
    return {name: entry["ip"] for name, entry in members.items()}


def _everywhere(members, *command):
    for name, address in members.items():
        local = name == cfs.nodename()
        _run(list(command) if local else _ssh(address, *command, alias=name), f"node '{name}'")


def _configuration():
    if not cfs.exists(membership.CONF):
        raise PlainError(
            f"Error: Corosync config '{cfs.path(membership.CONF)}' does not exist - is this node part of a cluster?", 2
        )
    return membership.load()


def setup(address, force, log):
    """Registers the cluster at the external host and gives it a vote."""
    conf = _configuration()
    cfs.check_quorum()
    if "device" in conf.get("quorum", {}):
        raise PlainError("QDevice already configured!")
    members = _members()
    odd = len(members) % 2 == 1
    if odd and not force:
        raise PlainError("Clusters with an odd node count are not officially supported!")
    _run(["ssh-copy-id", "-i", "/root/.ssh/id_rsa", f"root@{address}"], "unable to copy ssh ID")
    if os.path.exists(_STORE):
        if not force:
            raise PlainError("QDevice certificate store already initialised, set force to delete!")
        _everywhere(members, "rm", "-rf", _STORE)
    log("INFO: initializing qnetd server")
    _run(_ssh(address, f"test -d {_HOST_STORE} || {_HOST_TOOL} -i"), "unable to initialize qnetd")
    _exchange_certificates(conf["totem"]["cluster_name"], address, members, log)
    log("INFO: add QDevice to cluster configuration")
    with membership.cluster_lock():
        conf = membership.load()
        network = {"algorithm": "lms" if odd else "ffsplit", "host": address, "tls": "on"}
        device = {"model": "net", "net": network}
        conf["quorum"]["device"] = device if odd else {**device, "votes": "1"}
        membership.raise_version(conf)
        membership.store(conf)
    for name in members:
        log(f"INFO: start and enable corosync qdevice daemon on node '{name}'...")
    _everywhere(members, "systemctl", "enable", "--now", "--quiet", "corosync-qdevice")
    _run(["corosync-cfgtool", "-R"], "reloading corosync")


def _exchange_certificates(cluster, address, members, log):
    """The qnetd host's authority signs one certificate that all members share."""
    log("INFO: copying CA cert and initializing on all nodes")
    _run(_copy(f"root@{address}:{_HOST_STORE}/qnetd-cacert.crt", "/etc/pve/qnetd-cacert.crt"), "copying the CA certificate")
    _everywhere(members, _NODE_TOOL, "-i", "-c", "/etc/pve/qnetd-cacert.crt")
    log("INFO: generating cert request")
    _run([_NODE_TOOL, "-r", "-n", cluster], "generating the certificate request")
    _run(_copy(f"{_STORE}/qdevice-net-node.crq", f"root@{address}:/root/{cluster}.crq"), "copying the request")
    log("INFO: sign and export cluster cert")
    _run(_ssh(address, f"{_HOST_TOOL} -s -c /root/{cluster}.crq -n {cluster}"), "signing the certificate")
    _run(_copy(f"root@{address}:{_HOST_STORE}/cluster-{cluster}.crt", f"{_STORE}/cluster-{cluster}.crt"), "copying the certificate")
    log("INFO: import certificate on all nodes")
    _run([_NODE_TOOL, "-M", "-c", f"{_STORE}/cluster-{cluster}.crt"], "importing the certificate")
    with open(f"{_STORE}/qdevice-net-node.p12", "rb") as source, open("/etc/pve/qdevice-net-node.p12", "wb") as out:
        out.write(source.read())
    others = {name: ip for name, ip in members.items() if name != cfs.nodename()}
    _everywhere(others, _NODE_TOOL, "-m", "-c", "/etc/pve/qdevice-net-node.p12")
    cfs.delete("qdevice-net-node.p12")


def remove(log):
    """Takes the external vote away again."""
    conf = _configuration()
    cfs.check_quorum()
    if "device" not in conf.get("quorum", {}):
        raise PlainError("No QDevice configured!")
    members = _members()
    with membership.cluster_lock():
        conf = membership.load()
        del conf["quorum"]["device"]
        membership.raise_version(conf)
        membership.store(conf)
    _everywhere(members, "systemctl", "disable", "--now", "--quiet", "corosync-qdevice")
    _everywhere(members, "rm", "-rf", _STORE)
    _run(["corosync-cfgtool", "-R"], "reloading corosync")
    log("\nRemoved Qdevice.")


def status():
    """What the QDevice daemon of this node tells, as key and value."""
    done = subprocess.run(["corosync-qdevice-tool", "-s", "-v"], capture_output=True, text=True, check=False)
    pairs = (re.match(r"^\s*([A-Z][\w -]*?):\s+(.+)$", line) for line in done.stdout.splitlines())
    wanted = ("Algorithm", "Echo reply", "Last poll call", "Model", "QNetd host", "State", "Tie-breaker")
    return {pair.group(1): pair.group(2) for pair in pairs if pair and pair.group(1) in wanted}
