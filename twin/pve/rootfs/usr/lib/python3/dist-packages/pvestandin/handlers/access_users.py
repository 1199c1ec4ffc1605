"""Users and their API tokens."""

import uuid

from .. import auth, usercfg
from ..api import ParameterError, PlainError, method
from ..formats import split_list

_TEXTS = ("firstname", "lastname", "email", "comment", "keys")


def _shown(name, user, config, full=False):
    found = {"userid": name, "enable": user["enable"], "expire": user["expire"], "realm-type": _realm_type(name)}
    found.update({key: user[key] for key in _TEXTS if user[key]})
    groups = sorted(group for group, entry in config["groups"].items() if name in entry["users"])
    if full:
        found["groups"] = ",".join(groups)
        found["tokens"] = [_token_shown(key, token) for key, token in sorted(user["tokens"].items())]
    return found


def _realm_type(name):
    realm = name.rpartition("@")[2]
    return realm if realm in ("pam", "pve") else "ldap"


def _token_shown(name, token):
    found = {"tokenid": name, "expire": token["expire"], "privsep": token["privsep"]}
    return {**found, "comment": token["comment"]} if token["comment"] else found


@method("/access/users", "GET")
def users(ctx, params):
    config = usercfg.load()
    everything = ctx.may("/access/groups", ["User.Modify", "Sys.Audit"], any_of=True)
    listed = []
    for name, user in sorted(config["users"].items()):
        if not everything and name != ctx.user:
            continue
        if "enabled" in params and user["enable"] != params["enabled"]:
            continue
        listed.append(_shown(name, user, config, bool(params.get("full"))))
    return listed


@method("/access/users", "POST")
def create_user(ctx, params):
    name = params["userid"]
    try:
        with usercfg.edit() as config:
            if name in config["users"]:
                raise PlainError(f"user '{name}' already exists")
            groups = _known_groups(config, params.get("groups", ""))
            config["users"][name] = {
                "enable": params.get("enable", 1), "expire": params.get("expire", 0), "tokens": {},
                **{key: params.get(key, "") for key in _TEXTS},
            }
            for group in groups:
                config["groups"][group]["users"].append(name)
        if "password" in params:
            _store_password(name, params["password"])
    except PlainError as error:
        raise PlainError(f"create user failed: {error.text}", error.exit_code) from error
    return None


def _store_password(name, password):
    user, _, realm = name.rpartition("@")
    if realm != "pve":
        raise PlainError(f"can't set a password for a user of realm '{realm}'")
    auth.store_password(user, password)


def _known_groups(config, text):
    groups = split_list(text)
    for group in groups:
        if group not in config["groups"]:
            raise PlainError(f"no such group '{group}'")
    return groups


@method("/access/users/{userid}", "GET")
def read_user(ctx, params):
    config = usercfg.load()
    user = config["users"].get(params["userid"])
    if user is None:
        raise PlainError(f"no such user ('{params['userid']}')")
    found = {"enable": user["enable"], "expire": user["expire"]}
    found.update({key: user[key] for key in _TEXTS if user[key]})
    found["groups"] = sorted(g for g, entry in config["groups"].items() if params["userid"] in entry["users"])
    found["tokens"] = {
        name: {k: v for k, v in _token_shown(name, token).items() if k != "tokenid"}
        for name, token in user["tokens"].items()
    }
    return found


@method("/access/users/{userid}", "PUT")
def update_user(ctx, params):
    name = params["userid"]
    try:
        with usercfg.edit() as config:
            user = config["users"].get(name)
            if user is None:
                raise PlainError(f"no such user ('{name}')")
            for key in ("enable", "expire", *_TEXTS):
                if key in params:
                    user[key] = params[key]
            if "groups" in params:
                groups = _known_groups(config, params["groups"])
                for group, entry in config["groups"].items():
                    if group in groups and name not in entry["users"]:
                        entry["users"].append(name)
                    elif group not in groups and name in entry["users"] and not params.get("append"):
                        entry["users"].remove(name)
    except PlainError as error:
        raise PlainError(f"update user failed: {error.text}", error.exit_code) from error
    return None


@method("/access/users/{userid}", "DELETE")
def delete_user(ctx, params):
    name = params["userid"]
    try:
        if name == "root@pam":
            raise PlainError("unable to remove 'root@pam'")
        with usercfg.edit() as config:
            removed = config["users"].pop(name, None)
            for entry in config["groups"].values():
                entry["users"] = [user for user in entry["users"] if user != name]
            config["acl"] = [
                entry for entry in config["acl"]
                if entry["type"] == "group" or entry["ugid"].partition("!")[0] != name
            ]
        for token in (removed or {}).get("tokens", {}):
            auth.set_token_secret(f"{name}!{token}", None)
        if name.endswith("@pve") and removed:
            auth.store_password(name.rpartition("@")[0], None)
    except PlainError as error:
        raise PlainError(f"delete user failed: {error.text}", error.exit_code) from error
    return None


_TOKENS = "/access/users/{userid}/token"


def _user(config, name):
    user = config["users"].get(name)
    if user is None:
        raise PlainError(f"no such user ('{name}')")
    return user


@method(_TOKENS, "GET")
def tokens(ctx, params):
    found = _user(usercfg.load(), params["userid"])["tokens"]
    return [_token_shown(name, token) for name, token in sorted(found.items())]


def _token(config, params):
    found = _user(config, params["userid"])["tokens"].get(params["tokenid"])
    if found is None:
        raise PlainError(f"no such token '{params['tokenid']}' for user '{params['userid']}'")
    return found


@method(_TOKENS + "/{tokenid}", "GET")
def read_token(ctx, params):
    found = _token_shown(params["tokenid"], _token(usercfg.load(), params))
    return {key: value for key, value in found.items() if key != "tokenid"}


@method(_TOKENS + "/{tokenid}", "POST")
def create_token(ctx, params):
    name = f"{params['userid']}!{params['tokenid']}"
    with usercfg.edit() as config:
        user = _user(config, params["userid"])
        if params["tokenid"] in user["tokens"]:
            raise ParameterError({"tokenid": "Token already exists."})
        info = {
            "expire": params.get("expire", 0), "privsep": params.get("privsep", 1),
            "comment": params.get("comment", ""),
        }
        user["tokens"][params["tokenid"]] = info
    secret = str(uuid.uuid4())
    auth.set_token_secret(name, secret)
    shown = {key: str(value) if key == "privsep" else value for key, value in info.items() if value != "" and (key != "expire" or value)}
    return {"full-tokenid": name, "info": shown, "value": secret}


@method(_TOKENS + "/{tokenid}", "PUT")
def update_token(ctx, params):
    name = f"{params['userid']}!{params['tokenid']}"
    with usercfg.edit() as config:
        token = _token(config, params)
        for key in ("expire", "privsep", "comment"):
            if key in params:
                token[key] = params[key]
        shown = {key: token[key] for key in ("privsep", "expire")}
        if token["comment"]:
            shown["comment"] = token["comment"]
    if params.get("regenerate"):
        secret = str(uuid.uuid4())
        auth.set_token_secret(name, secret)
        return {"full-tokenid": name, **shown, "value": secret}
    return shown


@method(_TOKENS + "/{tokenid}", "DELETE")
def delete_token(ctx, params):
    name = f"{params['userid']}!{params['tokenid']}"
    with usercfg.edit() as config:
        _token(config, params)
        del config["users"][params["userid"]]["tokens"][params["tokenid"]]
        config["acl"] = [entry for entry in config["acl"] if entry["ugid"] != name]
    auth.set_token_secret(name, None)
    return None
