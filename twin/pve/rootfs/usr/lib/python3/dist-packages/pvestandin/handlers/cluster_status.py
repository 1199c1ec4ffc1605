"""Membership as pmxcfs sees it, the list of nodes, tasks of all members."""

import json
import os
import time

from .. import cfs, host, nodesetup, tasks
from ..api import PlainError, children, method


@method("/cluster", "GET")
def index(ctx, params):
    names = (
        "config", "status", "resources", "tasks", "options", "ha", "backup", "replication", "metrics",
        "notifications", "jobs", "mapping", "firewall", "sdn", "acme", "ceph", "log", "nextid",
    )
    return [{"name": name} for name in names]


@method("/cluster/status", "GET")
def status(ctx, params):
    state = cfs.membership()
    if "cluster" not in state:
        return [_node_row(ctx.node, {"id": 0, "online": 1, "ip": _own_ip()})]
    cluster = state["cluster"]
    head = {
        "type": "cluster", "id": "cluster", "name": cluster["name"], "version": cluster["version"],
        "nodes": cluster["nodes"], "quorate": _quorate_as_told(cluster, state["nodelist"]),
    }
    return [head, *(_node_row(name, entry) for name, entry in state["nodelist"].items())]


_told = {}


def _quorate_as_told(cluster, nodelist):
    """Quorum as a server process tells it: what it read last, read again only when the membership changed.

    So quorum lost without a change of membership (corosync of this very host died, a QDevice is gone) goes unnoticed.
    """
    membership = (cluster["version"], *sorted((name, entry["online"]) for name, entry in nodelist.items()))
    if cluster["quorate"] or _told.get("membership") != membership:
        _told.update(membership=membership, quorate=cluster["quorate"])
    return _told["quorate"]


def _own_ip():
    try:
        return cfs.local_ip()
    except PlainError:
        return None


def _node_row(name, entry):
    return {
        "type": "node", "id": f"node/{name}", "name": name, "nodeid": entry["id"], "ip": entry.get("ip"),
        "online": entry["online"], "local": int(name == host.nodename()), "level": "",
    }


@method("/nodes", "GET")
def nodes(ctx, params):
    listed = []
    figures = {name: json.loads(text) for name, text in cfs.status_get("nodefigures").items()}
    for name, entry in cfs.members().items():
        row = {
            "node": name, "type": "node", "id": f"node/{name}",
            "status": "online" if entry["online"] else "offline",
            "ssl_fingerprint": nodesetup.fingerprint(name),
        }
        if ctx.may(f"/nodes/{name}", ["Sys.Audit"]):
            row["level"] = ""
            if entry["online"]:
                row.update(figures.get(name) or (local_figures() if name == host.nodename() else {}))
        listed.append({key: value for key, value in row.items() if value is not None})
    return listed


def local_figures():
    """Load of this host as the node list shows it."""
    with open("/proc/meminfo", encoding="ascii") as source:
        memory = {line.split(":")[0]: int(line.split()[1]) * 1024 for line in source}
    with open("/proc/uptime", encoding="ascii") as source:
        machine = float(source.read().split()[0])
    # The first process of the host started with it; the kernel may have run for longer.
    uptime = int(machine - (tasks.process_start(1) or 0) / os.sysconf("SC_CLK_TCK"))
    disk = os.statvfs("/")
    size = disk.f_blocks * disk.f_frsize
    return {
        "cpu": round(os.getloadavg()[0] / (os.cpu_count() or 1), 4), "maxcpu": os.cpu_count(),
        "mem": memory["MemTotal"] - memory.get("MemAvailable", 0), "maxmem": memory["MemTotal"],
        "disk": size - disk.f_bavail * disk.f_frsize, "maxdisk": size, "uptime": uptime,
    }


@method("/nodes/{node}/tasks", "GET")
def node_tasks(ctx, params):
    source = params.get("source", "archive")
    found = []
    if source in ("active", "all"):
        running = [{**tasks.decode(upid), "status": "RUNNING"} for upid in tasks.active()]
        found += running if source == "all" else running
    if source in ("archive", "all"):
        found += tasks.archive()
    may_see_all = ctx.may(f"/nodes/{params['node']}", ["Sys.Audit"])
    kept = [task for task in _unique(found) if _matches(task, params) and (may_see_all or task["user"] == ctx.auth_id)]
    ctx.extra["total"] = len(kept)
    start = params.get("start", 0)
    return kept[start : start + params.get("limit", 50)]


def _unique(found):
    ended = {task["upid"] for task in found if "endtime" in task}
    return [task for task in found if "endtime" in task or task["upid"] not in ended]


def _matches(task, params):
    ok = task.get("status") in ("OK", "RUNNING")
    return (
        params.get("typefilter", task["type"]) == task["type"]
        and params.get("userfilter", "") in task["user"]
        and str(params.get("vmid", task["id"])) == task["id"]
        and params.get("since", 0) <= task["starttime"] <= params.get("until", time.time() + 86400)
        and not (params.get("errors") and ok)
    )


@method("/nodes/{node}/tasks/{upid}", "GET")
def task_index(ctx, params):
    tasks.known(params["upid"])
    return [{"name": "log"}, {"name": "status"}]


def _visible(ctx, params):
    task = tasks.decode(params["upid"])
    if task["user"] != ctx.auth_id and task["user"].partition("!")[0] != ctx.user:
        ctx.check(f"/nodes/{params['node']}", ["Sys.Audit"])


@method("/nodes/{node}/tasks/{upid}/status", "GET")
def task_status(ctx, params):
    tasks.decode(params["upid"])
    _visible(ctx, params)
    return tasks.status(params["upid"])


@method("/nodes/{node}/tasks/{upid}/log", "GET")
def task_log(ctx, params):
    tasks.decode(params["upid"])
    _visible(ctx, params)
    lines, total = tasks.log_lines(params["upid"], params.get("start", 0), params.get("limit", 50))
    ctx.extra["total"] = total
    return lines


@method("/nodes/{node}/tasks/{upid}", "DELETE")
def stop_task(ctx, params):
    if tasks.decode(params["upid"])["user"] != ctx.auth_id:
        ctx.check(f"/nodes/{params['node']}", ["Sys.Modify"])
    tasks.stop(params["upid"])
    return None


@method("/nodes/{node}", "GET", permissions={"user": "all"}, parameters={}, proxyto="node")
def node_index(ctx, params):
    names, _, _ = children(f"/nodes/{params['node']}")
    return [{"name": name} for name in names]
