"""/etc/pve/user.cfg: users, tokens, groups, pools, own roles and the ACL."""

from . import cfs
from .formats import split_list

FILE = "user.cfg"
_cache = {"text": None, "config": None}


def empty():
    return {"users": {}, "groups": {}, "pools": {}, "roles": {}, "acl": []}


def load():
    """The parsed file. Callers must not change it; writers use `edit`."""
    text = cfs.read(FILE) or ""
    if _cache["text"] != text:
        _cache.update(text=text, config=parse(text))
    return _cache["config"]


class edit:
    """`with edit() as config:` reads under the lock of the file and writes when the block ends well."""

    def __enter__(self):
        self.lock = cfs.lock_file(FILE)
        self.lock.__enter__()
        self.config = parse(cfs.read(FILE) or "")
        return self.config

    def __exit__(self, kind, error, trace):
        try:
            if kind is None:
                cfs.write(FILE, render(self.config))
        finally:
            self.lock.__exit__(kind, error, trace)
        return False


def parse(text):
    config = empty()
    for line in text.splitlines():
        fields = [part.strip() for part in line.split(":")]
        kind, rest = fields[0], fields[1:] + [""] * 9
        if kind == "user":
            name, enable, expire, first, last, email, comment, keys = rest[:8]
            old = config["users"].get(name, {})
            config["users"][name] = {
                "enable": int(enable or 0), "expire": int(expire or 0), "firstname": _text(first),
                "lastname": _text(last), "email": _text(email), "comment": _text(comment),
                "keys": keys, "tokens": old.get("tokens", {}),
            }
        elif kind == "token":
            owner, _, name = rest[0].partition("!")
            user = config["users"].setdefault(owner, _new_user())
            user["tokens"][name] = {
                "expire": int(rest[1] or 0), "privsep": int(rest[2] or 0), "comment": _text(rest[3]),
            }
        elif kind == "group":
            config["groups"][rest[0]] = {"users": split_list(rest[1]), "comment": _text(rest[2])}
        elif kind == "pool":
            config["pools"][rest[0]] = {
                "comment": _text(rest[1]), "vms": split_list(rest[2]), "storage": split_list(rest[3]),
            }
        elif kind == "role":
            config["roles"][rest[0]] = split_list(rest[1])
        elif kind == "acl":
            for who in split_list(rest[2]):
                for role in split_list(rest[3]):
                    config["acl"].append(
                        {"path": rest[1], "propagate": int(rest[0] or 0), **_who(who), "roleid": role}
                    )
    config["users"].setdefault("root@pam", _new_user())
    return config


def _new_user():
    return {"enable": 1, "expire": 0, "firstname": "", "lastname": "", "email": "", "comment": "",
            "keys": "", "tokens": {}}


def _who(text):
    if text.startswith("@"):
        return {"type": "group", "ugid": text[1:]}
    return {"type": "token" if "!" in text else "user", "ugid": text}


def render(config):
    lines = []
    for name, u in sorted(config["users"].items()):
        lines.append(
            f"user:{name}:{u['enable']}:{u['expire']}:{_code(u['firstname'])}:{_code(u['lastname'])}:"
            f"{_code(u['email'])}:{_code(u['comment'])}:{u['keys']}:"
        )
        for token, t in sorted(u["tokens"].items()):
            lines.append(f"token:{name}!{token}:{t['expire']}:{t['privsep']}:{_code(t['comment'])}:")
    lines.append("")
    for name, g in sorted(config["groups"].items()):
        lines.append(f"group:{name}:{','.join(sorted(g['users']))}:{_code(g['comment'])}:")
    lines.append("")
    for name, p in sorted(config["pools"].items()):
        lines.append(f"pool:{name}:{_code(p['comment'])}:{','.join(p['vms'])}:{','.join(p['storage'])}:")
    lines.append("")
    for name, privileges in sorted(config["roles"].items()):
        lines.append(f"role:{name}:{','.join(sorted(privileges))}:")
    lines.append("")
    for entry in sorted(config["acl"], key=lambda e: (e["path"], e["roleid"], e["type"], e["ugid"])):
        who = f"@{entry['ugid']}" if entry["type"] == "group" else entry["ugid"]
        lines.append(f"acl:{entry['propagate']}:{entry['path']}:{who}:{entry['roleid']}:")
    return "\n".join(lines) + "\n"


def _code(text):
    return (text or "").replace("%", "%25").replace(":", "%3A").replace("\n", "%0A")


def _text(text):
    return text.replace("%0A", "\n").replace("%3A", ":").replace("%3a", ":").replace("%25", "%")
