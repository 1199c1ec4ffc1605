"""/cluster/config: creating a cluster, joining it, its nodes."""

import hashlib

from .. import cfs, corosyncconf, join, membership, nodesetup
from ..api import ParameterError, method


@method("/cluster/config", "GET")
def index(ctx, params):
    return [{"name": name} for name in ("nodes", "join", "apiversion")]


@method("/cluster/config", "POST")
def create(ctx, params):
    membership.require_unclustered()
    return ctx.task("clustercreate", params["clustername"], lambda log: membership.create(params, log))


@method("/cluster/config/apiversion", "GET")
def api_version(ctx, params):
    return 1


@method("/cluster/config/join", "GET")
def join_information(ctx, params):
    membership.require_clustered()
    text = cfs.read(membership.CONF)
    conf = corosyncconf.parse(text)
    known = corosyncconf.nodes(conf)
    preferred = params.get("node", ctx.node)
    if preferred not in known:
        raise ParameterError({"node": f"no such node '{preferred}' in the cluster"})
    members = cfs.members()
    nodes = []
    for name, entry in sorted(known.items()):
        address = members.get(name, {}).get("ip")
        shown = {**entry, "name": name, "pve_fp": nodesetup.fingerprint(name)}
        nodes.append({**shown, "pve_addr": address} if address else shown)
    return {
        "config_digest": hashlib.sha1(text.encode()).hexdigest(),
        "nodelist": nodes,
        "preferred_node": preferred,
        "totem": conf.get("totem", {}),
    }


@method("/cluster/config/join", "POST")
def join_cluster(ctx, params):
    return ctx.task("clusterjoin", "", lambda log: join.by_api(params, lambda: params["password"], log))


@method("/cluster/config/nodes", "GET")
def nodes(ctx, params):
    text = cfs.read(membership.CONF)
    known = corosyncconf.nodes(corosyncconf.parse(text)) if text else {}
    return [{"node": name, **entry} for name, entry in sorted(known.items())]


@method("/cluster/config/nodes/{node}", "POST")
def add_node(ctx, params):
    return membership.add_node(params)


@method("/cluster/config/nodes/{node}", "DELETE")
def remove_node(ctx, params):
    membership.remove_node(params["node"])
    return None
