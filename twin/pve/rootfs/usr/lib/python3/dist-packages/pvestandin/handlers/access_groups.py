"""Groups and roles."""

from .. import access, host, roles, usercfg
from ..api import ParameterError, PlainError, method
from ..formats import split_list


@method("/access/groups", "GET")
def groups(ctx, params):
    listed = []
    for name, entry in sorted(usercfg.load()["groups"].items()):
        if ctx.may(f"/access/groups/{name}", ["User.Modify", "Sys.Audit", "Group.Allocate"], any_of=True):
            shown = {"groupid": name, "users": ",".join(sorted(entry["users"]))}
            listed.append({**shown, "comment": entry["comment"]} if entry["comment"] else shown)
    return listed


@method("/access/groups", "POST")
def create_group(ctx, params):
    return _changed("create group failed", params["groupid"], _create_group, params)


def _create_group(config, name, params):
    if name in config["groups"]:
        raise PlainError(f"group '{name}' already exists")
    config["groups"][name] = {"users": [], "comment": params.get("comment", "")}


@method("/access/groups/{groupid}", "GET")
def read_group(ctx, params):
    entry = usercfg.load()["groups"].get(params["groupid"])
    if entry is None:
        raise PlainError(f"group '{params['groupid']}' does not exist")
    shown = {"members": sorted(entry["users"])}
    return {**shown, "comment": entry["comment"]} if entry["comment"] else shown


@method("/access/groups/{groupid}", "PUT")
def update_group(ctx, params):
    return _changed("update group failed", params["groupid"], _update_group, params)


def _update_group(config, name, params):
    if name not in config["groups"]:
        raise PlainError(f"group '{name}' does not exist")
    if "comment" in params:
        config["groups"][name]["comment"] = params["comment"]


@method("/access/groups/{groupid}", "DELETE")
def delete_group(ctx, params):
    return _changed("delete group failed", params["groupid"], _delete_group, params)


def _delete_group(config, name, params):
    if name not in config["groups"]:
        raise PlainError(f"group '{name}' does not exist")
    del config["groups"][name]
    config["acl"] = [e for e in config["acl"] if e["type"] != "group" or e["ugid"] != name]


def _changed(prefix, name, change, params):
    try:
        with usercfg.edit() as config:
            change(config, name, params)
    except PlainError as error:
        raise PlainError(f"{prefix}: {error.text}", error.exit_code) from error


@method("/access/roles", "GET")
def list_roles(ctx, params):
    builtin = roles.builtin(host.major())
    return [
        {"roleid": name, "privs": ",".join(sorted(held)), **({"special": 1} if name in builtin else {})}
        for name, held in sorted(access.all_roles().items())
    ]


@method("/access/roles", "POST")
def create_role(ctx, params):
    if params["roleid"].upper().startswith("PVE"):
        raise ParameterError({"roleid": "cannot use role ID starting with the (case-insensitive) 'PVE' namespace"})
    return _changed("create role failed", params["roleid"], _create_role, params)


def _create_role(config, name, params):
    if name in config["roles"] or name in roles.builtin(host.major()):
        raise PlainError(f"role '{name}' already exists")
    config["roles"][name] = _known(params.get("privs", ""))


def _known(text):
    held = split_list(text)
    for name in held:
        if name not in roles.privileges(host.major()):
            raise PlainError(f"invalid privilege '{name}'")
    return held


@method("/access/roles/{roleid}", "GET")
def read_role(ctx, params):
    held = access.all_roles().get(params["roleid"])
    if held is None:
        raise PlainError(f"role '{params['roleid']}' does not exist")
    return {name: 1 for name in held}


@method("/access/roles/{roleid}", "PUT")
def update_role(ctx, params):
    _refuse_builtin(params["roleid"])
    return _changed("update role failed", params["roleid"], _update_role, params)


def _refuse_builtin(name):
    if name in roles.builtin(host.major()):
        raise PlainError(f"auto-generated role '{name}' cannot be modified")


def _update_role(config, name, params):
    if name not in config["roles"]:
        raise PlainError(f"role '{name}' does not exist")
    old = config["roles"][name] if params.get("append") else []
    config["roles"][name] = sorted({*old, *_known(params.get("privs", ""))})


@method("/access/roles/{roleid}", "DELETE")
def delete_role(ctx, params):
    return _changed("delete role failed", params["roleid"], _delete_role, params)


def _delete_role(config, name, params):
    _refuse_builtin(name)
    if name not in config["roles"]:
        raise PlainError(f"role '{name}' does not exist")
    del config["roles"][name]
    config["acl"] = [entry for entry in config["acl"] if entry["roleid"] != name]
