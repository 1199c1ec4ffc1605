"""Who may do what: ACL evaluation, and the permission expressions of the API facts."""

import re
import time

from . import host, roles, usercfg
from .errors import ApiError
from .formats import split_list

ROOT = "root@pam"


def all_roles():
    return {**usercfg.load()["roles"], **roles.builtin(host.major())}


def allowed(auth_id, path, privileges, any_of=False):
    held = permissions(auth_id, path)
    test = any if any_of else all
    return test(name in held for name in privileges)


def permissions(auth_id, path):
    """`{privilege: propagates}` of a user or of a token `user!name` on a path."""
    config = usercfg.load()
    user, _, token = auth_id.partition("!")
    mine = _of(config, user, path)
    if not token:
        return mine
    info = config["users"].get(user, {}).get("tokens", {}).get(token)
    if info is None:
        return {}
    if not info["privsep"]:
        return mine
    own = _of(config, auth_id, path)
    return {name: own[name] and mine[name] for name in own if name in mine}


def _of(config, auth_id, path):
    if auth_id == ROOT:
        return {name: 1 for name in roles.privileges(host.major())}
    known = {**config["roles"], **roles.builtin(host.major())}
    held = _held_roles(config, auth_id, path)
    found = {}
    if "NoAccess" not in held:
        for role, propagate in held.items():
            for privilege in known.get(role, []):
                found[privilege] = max(found.get(privilege, 0), propagate)
    guest = re.match(r"/(vms|storage)/([^/]+)$", path)
    if guest:
        kind = "vms" if guest.group(1) == "vms" else "storage"
        for pool, content in config["pools"].items():
            if guest.group(2) in content[kind]:
                for privilege, propagate in _of(config, auth_id, f"/pool/{pool}").items():
                    found.setdefault(privilege, propagate)
    return found


def _held_roles(config, auth_id, path):
    """Roles on a path: a deeper entry replaces what is inherited, users' entries beat groups'."""
    mine = {name for name, group in config["groups"].items() if auth_id in group["users"]}
    held = {}
    segments = [part for part in path.split("/") if part]
    for depth in range(len(segments) + 1):
        here = "/" + "/".join(segments[:depth])
        final = depth == len(segments)
        entries = [e for e in config["acl"] if e["path"] == here and (final or e["propagate"])]
        direct = [e for e in entries if e["type"] != "group" and e["ugid"] == auth_id]
        grouped = [e for e in entries if e["type"] == "group" and e["ugid"] in mine]
        level = direct or grouped
        if level:
            held = {e["roleid"]: e["propagate"] for e in level}
    return held


def usable_user(name):
    """Refuses an unknown, disabled or expired user, as every login and token use does."""
    user = usercfg.load()["users"].get(name)
    if user is None:
        raise ApiError(401, f"no such user ('{name}')")
    if not user["enable"]:
        raise ApiError(401, f"user '{name}' is disabled")
    if user["expire"] and user["expire"] <= time.time():
        raise ApiError(401, f"user '{name}' account expired")
    return user


def authorize(ctx, entry, values):
    """Applies the permission entry of a method to the caller."""
    if ctx.cli:
        return
    permission = entry.get("permissions")
    if permission is None:
        if ctx.user != ROOT or ctx.token:
            raise ApiError(403, "Permission check failed (user != root@pam)")
        return
    if permission.get("user") in ("all", "world") and "check" not in permission:
        return
    reason = _refusal(ctx, permission["check"], values)
    if reason:
        raise ApiError(403, f"Permission check failed ({reason})")


def _refusal(ctx, check, values):
    """Why a permission expression does not hold, `None` when it does."""
    kind, rest = check[0], check[1:]
    if kind == "and":
        return next(filter(None, (_refusal(ctx, part, values) for part in rest)), None)
    if kind == "or":
        reasons = [_refusal(ctx, part, values) for part in rest]
        return None if None in reasons else reasons[-1]
    if kind == "perm":
        options = dict(zip(rest[2::2], rest[3::2]))
        path = _fill(rest[0], values)
        return _lacks(ctx, path, rest[1], bool(options.get("any")))
    if kind == "perm-modify":
        return _lacks(ctx, _fill(rest[0], values), ["Permissions.Modify"], False)
    if kind == "userid-param":
        return _user_parameter(ctx, rest[0], values)
    if kind == "userid-group":
        return _user_group(ctx, rest, values)
    raise ApiError(500, f"unknown permission test '{kind}'")


def _fill(path, values):
    return re.sub(r"\{([^}]+)\}", lambda m: str(values.get(m.group(1), "")), path)


def _lacks(ctx, path, privileges, any_of):
    if ctx.may(path, privileges, any_of):
        return None
    return f"{path}, {'|'.join(privileges)}" if any_of or len(privileges) == 1 else f"{path}, {','.join(privileges)}"


def _user_parameter(ctx, test, values):
    userid = values.get("userid", "")
    if test == "self":
        return None if userid == ctx.auth_id or userid == ctx.user else "user != self"
    realm = userid.rpartition("@")[2]
    return _lacks(ctx, f"/access/realm/{realm}", [test], False)


def _user_group(ctx, rest, values):
    privileges = rest[0]
    if not _lacks(ctx, "/access/groups", privileges, True):
        return None
    names = split_list(values.get("groups", "")) if "groups_param" in rest else []
    config = usercfg.load()
    names += [n for n, group in config["groups"].items() if values.get("userid") in group["users"]]
    refused = [name for name in names if _lacks(ctx, f"/access/groups/{name}", privileges, True)]
    if names and not refused:
        return None
    return f"/access/groups, {'|'.join(privileges)}"
