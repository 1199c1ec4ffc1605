"""The access control list."""

import re

from .. import access, usercfg
from ..api import ParameterError, PlainError, method
from ..formats import split_list

_PATH = re.compile(
    r"/$|/access(/groups(/[\w.\-]+)?|/realm(/[\w.\-]+)?)?$|/nodes(/[\w.\-]+)?$|/pool(/[\w.\-]+){0,3}$"
    r"|/storage(/[\w.\-]+)?$|/vms(/[1-9]\d{2,})?$|/mapping(/(dir|pci|usb|notifications)(/[\w.\-]+)?)?$"
    r"|/sdn(/(zones|fabrics|controllers|ipams|dns)(/[\w.\-]+(/[\w.\-]+(/\d+)?)?)?)?$"
)


@method("/access/acl", "GET")
def read_acl(ctx, params):
    everything = ctx.may("/access", ["Sys.Audit", "Permissions.Modify"], any_of=True)
    listed = usercfg.load()["acl"]
    return [e for e in listed if everything or ctx.may(e["path"], ["Permissions.Modify"])]


def _normal(path):
    clean = "/" + "/".join(part for part in path.split("/") if part)
    if not path.startswith("/") or not _PATH.match(clean):
        raise ParameterError({"path": f"invalid ACL path '{path}'"})
    return clean


@method("/access/acl", "PUT")
def update_acl(ctx, params):
    if not any(params.get(key) for key in ("users", "groups", "tokens")):
        raise ParameterError(
            {key: "either 'users', 'groups' or 'tokens' is required." for key in ("users", "groups", "tokens")}
        )
    path = _normal(params["path"])
    try:
        with usercfg.edit() as config:
            for role in split_list(params["roles"]):
                if role not in access.all_roles():
                    raise PlainError(f"role '{role}' does not exist")
                for kind, name in _named(config, params):
                    _change(config, path, kind, name, role, params)
    except PlainError as error:
        raise PlainError(f"ACL update failed: {error.text}", error.exit_code) from error
    return None


def _named(config, params):
    for group in split_list(params.get("groups", "")):
        if group not in config["groups"] and not params.get("delete"):
            raise PlainError(f"group '{group}' does not exist")
        yield "group", group
    for user in split_list(params.get("users", "")):
        if user not in config["users"] and not params.get("delete"):
            raise PlainError(f"user '{user}' does not exist")
        yield "user", user
    for token in split_list(params.get("tokens", "")):
        owner, _, name = token.partition("!")
        known = config["users"].get(owner, {"tokens": {}})["tokens"]
        if name not in known and not params.get("delete"):
            raise PlainError(f"no such token '{name}' for user '{owner}'")
        yield "token", token


def _change(config, path, kind, name, role, params):
    key = {"path": path, "type": kind, "ugid": name, "roleid": role}
    config["acl"] = [
        entry for entry in config["acl"] if {k: v for k, v in entry.items() if k != "propagate"} != key
    ]
    if not params.get("delete"):
        config["acl"].append({**key, "propagate": params.get("propagate", 1)})
