"""Login realms."""

from .. import cfs, sectionconfig
from ..api import ApiError, PlainError, method
from ..formats import split_list

FILE = "domains.cfg"
_BUILTIN = {
    "pam": {"type": "pam", "comment": "Linux PAM standard authentication"},
    "pve": {"type": "pve", "comment": "Proxmox VE authentication server"},
}
_REQUIRED = {
    "ldap": ("server1", "base_dn", "user_attr"),
    "ad": ("server1", "domain"),
    "openid": ("issuer-url", "client-id"),
}
_NOT_STORED = ("realm", "type", "password", "delete", "digest", "check-connection")


def _load():
    return {**{k: dict(v) for k, v in _BUILTIN.items()}, **sectionconfig.parse(cfs.read(FILE))}


def _store(realms):
    cfs.write(FILE, sectionconfig.render(realms))


@method("/access/domains", "GET")
def realms(ctx, params):
    keys = ("type", "comment", "tfa", "default")
    return [
        {"realm": name, **{key: entry[key] for key in keys if key in entry}}
        for name, entry in sorted(_load().items())
    ]


@method("/access/domains", "POST")
def create_realm(ctx, params):
    name, kind = params["realm"], params["type"]
    try:
        with cfs.lock_file(FILE):
            known = _load()
            if name in ("pam", "pve"):
                raise PlainError(f"unable to use reserved name '{name}'")
            if name in known:
                raise PlainError(f"domain '{name}' already exists")
            entry = {key: value for key, value in params.items() if key not in _NOT_STORED}
            _complete(kind, entry)
            _one_default(known, entry)
            known[name] = {"type": kind, **entry}
            _store(known)
            _store_password(name, params)
    except PlainError as error:
        raise PlainError(f"add auth server failed: {error.text}", error.exit_code) from error
    return None


def _complete(kind, entry):
    for key in _REQUIRED.get(kind, ()):
        if key not in entry:
            raise PlainError(f"missing value for required option '{key}'")


def _one_default(known, entry):
    if entry.get("default"):
        for other in known.values():
            other.pop("default", None)


def _store_password(name, params):
    if "password" in params:
        cfs.makedirs("priv/realm")
        cfs.write(f"priv/realm/{name}.pw", params["password"])


@method("/access/domains/{realm}", "GET")
def read_realm(ctx, params):
    text = cfs.read(FILE)
    entry = _load().get(params["realm"])
    if entry is None:
        raise PlainError(f"domain '{params['realm']}' does not exist")
    return {**entry, "digest": sectionconfig.digest(text)}


@method("/access/domains/{realm}", "PUT")
def update_realm(ctx, params):
    name = params["realm"]
    try:
        with cfs.lock_file(FILE):
            sectionconfig.check_digest(cfs.read(FILE), params.get("digest"))
            known = _load()
            entry = known.get(name)
            if entry is None:
                raise PlainError(f"domain '{name}' does not exist")
            removed = split_list(params.get("delete", ""))
            changes = {key: value for key, value in params.items() if key not in _NOT_STORED}
            if not changes and not removed and "password" not in params:
                raise PlainError("no options specified")
            for key in removed:
                if key in _REQUIRED.get(entry["type"], ()):
                    raise PlainError(f"unable to delete required option '{key}'")
                if key in changes:
                    raise PlainError(f"cannot set and delete property '{key}' at the same time!")
                entry.pop(key, None)
            _one_default(known, changes)
            entry.update(changes)
            _store(known)
            _store_password(name, params)
    except PlainError as error:
        raise PlainError(f"update auth server failed: {error.text}", error.exit_code) from error
    return None


@method("/access/domains/{realm}", "DELETE")
def delete_realm(ctx, params):
    name = params["realm"]
    try:
        with cfs.lock_file(FILE):
            known = _load()
            if name in _BUILTIN:
                raise PlainError(f"unable to delete realm '{name}' - reserved name")
            if name not in known:
                raise PlainError(f"domain '{name}' does not exist")
            del known[name]
            _store(known)
            cfs.delete(f"priv/realm/{name}.pw")
    except PlainError as error:
        raise PlainError(f"delete auth server failed: {error.text}", error.exit_code) from error
    return None


@method("/access/domains/{realm}/sync", "POST")
def sync_realm(ctx, params):
    name = params["realm"]
    entry = _load().get(name)
    if entry is None:
        raise PlainError(f"domain '{name}' does not exist")
    if entry["type"] not in ("ldap", "ad"):
        raise PlainError(f"Cannot sync realm type '{entry['type']}'! Only LDAP/AD realms can be synced.")
    if "scope" not in params and "scope" not in str(entry.get("sync-defaults-options", "")):
        raise ApiError(400, "Parameter verification failed.", {"scope": "Not passed as parameter and not defined in realm default sync options."})

    def work(log):
        log(f"syncing remote data for '{name}'")
        raise PlainError(f"unable to connect to LDAP server '{entry.get('server1')}'")

    return ctx.task("auth-realm-sync-test" if params.get("dry-run") else "auth-realm-sync", name, work)
