"""Login, passwords, effective permissions."""

import subprocess

from .. import access, auth, cfs, corosyncconf, usercfg
from ..api import ApiError, ParameterError, PlainError, method

_CAP_GROUPS = {
    "access": ["/access"], "dc": ["/"], "nodes": ["/nodes"], "storage": ["/storage"], "vms": ["/vms"],
    "sdn": ["/sdn"], "mapping": ["/mapping"],
}


@method("/access", "GET")
def index(ctx, params):
    names = ("users", "groups", "roles", "acl", "domains", "openid", "tfa", "ticket", "password", "permissions")
    return [{"subdir": name} for name in names]


@method("/access/ticket", "GET")
def ticket_page(ctx, params):
    return None


@method("/access/ticket", "POST")
def create_ticket(ctx, params):
    user = auth.login(params["username"], params["password"], params.get("realm"))
    try:
        ticket, csrf = auth.make_ticket(user), auth.make_csrf_token(user)
    except PlainError as error:
        raise ApiError(401, "authentication failure") from error
    reply = {
        "username": user, "ticket": ticket, "CSRFPreventionToken": csrf,
        "cap": {name: access.permissions(user, paths[0]) for name, paths in _CAP_GROUPS.items()},
    }
    text = cfs.read("corosync.conf")
    if text:
        reply["clustername"] = corosyncconf.parse(text).get("totem", {}).get("cluster_name", "")
    return reply


@method("/access/password", "PUT")
def change_password(ctx, params):
    name, _, realm = params["userid"].rpartition("@")
    access.usable_user(params["userid"])
    if realm == "pam":
        if ctx.user != access.ROOT:
            raise ApiError(403, "Permission check failed (user != root@pam)")
        _set_system_password(name, params["password"])
    elif realm == "pve":
        auth.store_password(name, params["password"])
    else:
        raise PlainError(f"can't change password on auth server type '{realm}'")
    return None


def _set_system_password(name, password):
    done = subprocess.run(
        ["chpasswd"], input=f"{name}:{password}\n", text=True, capture_output=True, check=False
    )
    if done.returncode:
        raise PlainError(f"change password failed: {done.stderr.strip()}")


@method("/access/permissions", "GET")
def effective_permissions(ctx, params):
    asked = params.get("userid", ctx.auth_id or access.ROOT)
    own = asked == ctx.auth_id or asked.partition("!")[0] == ctx.user
    if not own:
        ctx.check("/access", ["Sys.Audit"])
    user, _, token = asked.partition("!")
    known = usercfg.load()["users"].get(user)
    if known is None or token and token not in known["tokens"]:
        raise ParameterError({"userid": f"no such user ('{asked}')"})
    if "path" in params:
        paths = [params["path"]]
    else:
        paths = sorted({entry["path"] for entry in usercfg.load()["acl"]} | {
            "/", "/access", "/access/groups", "/access/realm", "/mapping", "/nodes", "/pool", "/sdn",
            "/storage", "/vms",
        })
    found = {path: access.permissions(asked, path) for path in paths}
    return {path: held for path, held in found.items() if held or "path" in params}
