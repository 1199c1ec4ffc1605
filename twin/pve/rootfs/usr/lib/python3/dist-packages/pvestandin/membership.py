"""Creating a cluster, and the cluster's side of adding and removing a node."""

import contextlib
import errno
import os
import subprocess
import sys
import time

from . import cfs, corosyncconf, filelock, host, propertystring
from .errors import ApiError, PlainError

CONF = "corosync.conf"
AUTHKEY = "/etc/corosync/authkey"
NODE_LOCK = "/var/lock/pvecm.lock"
_LINK_FORMAT = {
    "address": {"type": "string", "default_key": 1},
    "priority": {"type": "integer", "optional": 1, "default": 0},
}


def node_lock():
    """One membership change at a time on this host."""
    return filelock.held(NODE_LOCK)


@contextlib.contextmanager
def cluster_lock():
    """The node's lock, and the cluster's one as soon as several members are listed, online or not."""
    listed = cfs.members()
    with node_lock():
        if len(listed) > 1:
            with cfs.lock_file(CONF):
                yield
        else:
            yield


def links(params):
    """`{number: {"address": ..., "priority": ...}}` of the link parameters."""
    found = {}
    for number in range(8):
        text = params.get(f"link{number}")
        if text:
            found[number] = propertystring.parse(_LINK_FORMAT, text, lambda _, value: (value, None))
    return found


def load():
    return corosyncconf.parse(cfs.read(CONF))


def store(conf):
    """Writes the configuration as a whole; the rename is what makes members take it."""
    cfs.write(f"{CONF}.new", corosyncconf.render(conf))
    try:
        os.rename(cfs.path(f"{CONF}.new"), cfs.path(CONF))
    except OSError as error:
        raise PlainError(f"unable to rename '{cfs.path(CONF)}.new' - {error.strerror}", error.errno) from error


def raise_version(conf):
    conf["totem"]["config_version"] = str(corosyncconf.version(conf) + 1)


def new_configuration(params):
    node = cfs.nodename()
    given = links(params) or {0: {"address": cfs.local_ip(node)}}
    entry = {"name": node, "nodeid": str(params.get("nodeid", 1))}
    if params.get("votes", 1):
        entry["quorum_votes"] = str(params.get("votes", 1))
    interfaces = {}
    for number, link in given.items():
        entry[f"ring{number}_addr"] = link["address"]
        interfaces[str(number)] = {"linknumber": str(number)}
        if int(link.get("priority") or 0):
            interfaces[str(number)]["knet_link_priority"] = str(link["priority"])
    totem = {
        "cluster_name": params["clustername"], "config_version": "1", "interface": interfaces,
        "ip_version": "ipv4-6", "link_mode": "passive", "secauth": "on", "version": "2",
    }
    if host.major() >= 9:
        totem["token_coefficient"] = str(params.get("token-coefficient", 125))
    return {
        "logging": {"debug": "off", "to_syslog": "yes"},
        "nodelist": {"node": {node: entry}},
        "quorum": {"provider": "corosync_votequorum"},
        "totem": totem,
    }


def create(params, log):
    """Makes this host the first member of a new cluster."""
    if not os.path.exists(AUTHKEY):
        os.makedirs(os.path.dirname(AUTHKEY), exist_ok=True)
        run_logged(["corosync-keygen", "-l", "-k", AUTHKEY], log)
    log(f"Writing corosync config to {cfs.path(CONF)}")
    store(new_configuration(params))
    log("Restart corosync and cluster filesystem")
    restart_services("restart", log)


def restart_services(verb, log):
    """The cluster file system comes first, so it misses corosync at once and finds it at its next try."""
    for unit in ("pve-cluster", "corosync"):
        run_logged(["systemctl", verb, unit], log)


def run_logged(command, log):
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, stdin=subprocess.DEVNULL
    )
    for line in done.stdout.splitlines():
        log(line)
    if done.returncode:
        raise PlainError(f"command '{' '.join(command)}' failed: exit code {done.returncode}")


def add_node(params):
    """Enters a node into the configuration; returns what it needs to start."""
    cfs.check_quorum()
    with cluster_lock():
        conf = load()
        problems = corosyncconf.problems(conf)
        if problems:
            errors = {f"error{index}": text for index, text in enumerate(problems)}
            raise ApiError(500, "invalid corosync.conf", errors, exit_code=errno.ENOENT)
        name, known = params["node"], corosyncconf.nodes(conf)
        wished = {number: link["address"] for number, link in links(params).items()}
        _refuse_used_addresses(name, wished, known)
        given = _links_of_joiner(params, wished, known)
        entry = _entry_of_joiner(name, params, conf, known)
        entry.update({f"ring{number}_addr": address for number, address in given.items()})
        for directory in (f"nodes/{name}", *(f"nodes/{name}/{kind}" for kind in ("priv", "qemu-server", "lxc", "openvz"))):
            cfs.makedirs(directory)
        known[name] = entry
        conf["nodelist"]["node"] = {key: known[key] for key in sorted(known)}
        raise_version(conf)
        store(conf)
        with open(AUTHKEY, "rb") as source:
            key = source.read().decode("latin-1")
        return {"corosync_authkey": key, "corosync_conf": corosyncconf.render(conf), "warnings": []}


def _links_of_joiner(params, wished, known):
    """`{number: address}`, checked against the links that the cluster has."""
    present = sorted({n for entry in known.values() for n in corosyncconf.links_of(entry)})
    fallback = params.get("new_node_ip")
    # Without a version and a fallback, a single address is taken for the fallback, whatever link it was given for.
    legacy = not params.get("apiversion") and not fallback and len(wished) == 1
    if legacy:
        fallback, wished = next(iter(wished.values())), {}
    if not wished:
        if not fallback:
            raise PlainError("no links and no fallback ip (new_node_ip) given, cannot join cluster")
        if len(present) == 1:
            return {present[0]: fallback}
        if legacy:
            raise PlainError(
                f"cluster has {len(present)} links, but only 1 given at "
                "/usr/share/perl5/PVE/API2/ClusterConfig.pm line 375."
            )
        raise PlainError(
            "no links given but multiple links found on other nodes, fallback only supported on single-link clusters"
        )
    for number in range(8):
        if number in present and number not in wished:
            raise PlainError(f"corosync: link {number} exists in cluster config but wasn't specified for new node")
        if number in wished and number not in present:
            raise PlainError(f"corosync: link {number} specified for new node doesn't exist in cluster config")
    return wished


def _refuse_used_addresses(name, given, known):
    for other, entry in known.items():
        if other == name:
            continue
        for number, address in corosyncconf.links_of(entry).items():
            if address in given.values():
                raise PlainError(f"corosync: address '{address}' already used on link ring{number}_addr by node '{other}'")


def _entry_of_joiner(name, params, conf, known):
    """The node's entry. One that exists is only overwritten by force and by its like; a number given is not checked."""
    old = known.get(name)
    votes = params.get("votes")
    number = params.get("nodeid")
    if old is not None:
        number = str(number or old.get("nodeid"))
        votes = int(old.get("quorum_votes", 0)) if votes is None else votes
        same = number == old.get("nodeid") and votes == int(old.get("quorum_votes", 0))
        if not (same and params.get("force")):
            raise PlainError(f"can't add existing node '{name}'")
        print(f"forcing overwrite of configured node '{name}'")
    votes = 1 if votes is None else votes
    entry = {"name": name, "nodeid": str(number or corosyncconf.next_node_id(conf))}
    return {**entry, "quorum_votes": str(votes)} if votes else entry


def remove_node(wanted):
    """`pvecm delnode`: kills the node's corosync if it still runs, then removes its entry."""
    if wanted == cfs.nodename():
        raise PlainError("Cannot delete myself from cluster!")
    cfs.check_quorum()
    with cluster_lock():
        conf = load()
        known = corosyncconf.nodes(conf)
        name = _name_of(wanted, known)
        entry = known[name]
        _kill(name, entry)
        del known[name]
        raise_version(conf)
        store(conf)


def _name_of(wanted, known):
    for name, entry in known.items():
        if wanted in (name, entry.get("ring0_addr"), entry.get("ring1_addr")):
            return name
    raise PlainError(f"Node/IP: {wanted} is not a known host of the cluster.", exit_code=errno.ENOENT)


def _kill(name, entry):
    sys.stdout.write(f"Killing node {entry['nodeid']}\n")
    sys.stdout.flush()
    done = subprocess.run(
        ["corosync-cfgtool", "-k", entry["nodeid"]], capture_output=True, text=True, check=False
    )
    sys.stderr.write(done.stderr)
    deadline = time.monotonic() + 8
    while done.returncode == 0 and cfs.quorate() and time.monotonic() < deadline:
        if not cfs.members().get(name, {}).get("online"):
            break
        time.sleep(0.2)


def require_unclustered():
    if cfs.exists(CONF):
        raise PlainError(f"cluster config '{cfs.path(CONF)}' already exists")


def require_clustered():
    if not cfs.exists(CONF):
        raise ApiError(424, "node is not in a cluster, no join info available!")


