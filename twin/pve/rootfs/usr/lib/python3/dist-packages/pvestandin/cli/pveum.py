"""`pveum`: users, groups, roles, ACL, tokens, realms."""

import getpass
import sys

from .. import api
from ..errors import PlainError
from . import command, output
from .command import Command

_FORMAT = {"output-format": {"type": "string", "optional": True, "enum": ["text", "json", "json-pretty", "yaml"]}}


def _shown(result, params):
    output.show(result, params.get("output-format", "text"))


def _listing(path, verb="GET", positional=()):
    return Command(verb, path, positional, show=_shown, extra=_FORMAT)


def _passwd(argv):
    api.load()
    specs = Command("PUT", "/access/password").specs()
    specs["password"] = {**specs["password"], "optional": True}
    params = command.parse(argv, specs, ["userid"])
    if "password" not in params:
        params["password"] = _new_password()
    api.dispatch(api.Context(cli=True), "PUT", "/access/password", params)
    return 0


def _new_password():
    if not sys.stdin.isatty():
        line = sys.stdin.readline()
        if not line:
            raise PlainError("EOF while reading password")
        return line.rstrip("\n")
    first = getpass.getpass("Enter new password: ")
    if getpass.getpass("Retype new password: ") != first:
        raise PlainError("password mismatch")
    return first


_USER, _GROUP, _ROLE = "/access/users/{userid}", "/access/groups/{groupid}", "/access/roles/{roleid}"
_TOKEN, _REALM = "/access/users/{userid}/token/{tokenid}", "/access/domains/{realm}"

COMMANDS = {
    "user add": Command("POST", "/access/users", ["userid"]),
    "user modify": Command("PUT", _USER, ["userid"]),
    "user delete": Command("DELETE", _USER, ["userid"]),
    "user list": _listing("/access/users"),
    "user permissions": _listing("/access/permissions", positional=["userid"]),
    "user token add": _listing(_TOKEN, "POST", ["userid", "tokenid"]),
    "user token modify": _listing(_TOKEN, "PUT", ["userid", "tokenid"]),
    "user token remove": Command("DELETE", _TOKEN, ["userid", "tokenid"]),
    "user token delete": Command("DELETE", _TOKEN, ["userid", "tokenid"]),
    "user token list": _listing("/access/users/{userid}/token", positional=["userid"]),
    "group add": Command("POST", "/access/groups", ["groupid"]),
    "group modify": Command("PUT", _GROUP, ["groupid"]),
    "group delete": Command("DELETE", _GROUP, ["groupid"]),
    "group list": _listing("/access/groups"),
    "role add": Command("POST", "/access/roles", ["roleid"]),
    "role modify": Command("PUT", _ROLE, ["roleid"]),
    "role delete": Command("DELETE", _ROLE, ["roleid"]),
    "role list": _listing("/access/roles"),
    "acl modify": Command("PUT", "/access/acl", ["path"]),
    "acl delete": Command("PUT", "/access/acl", ["path"], fixed={"delete": 1}),
    "acl list": _listing("/access/acl"),
    "realm add": Command("POST", "/access/domains", ["realm"]),
    "realm modify": Command("PUT", _REALM, ["realm"]),
    "realm delete": Command("DELETE", _REALM, ["realm"]),
    "realm list": _listing("/access/domains"),
    "realm sync": Command("POST", _REALM + "/sync", ["realm"]),
    "passwd": _passwd,
}
_OLD_NAMES = {
    "useradd": "user add", "usermod": "user modify", "userdel": "user delete", "groupadd": "group add",
    "groupmod": "group modify", "groupdel": "group delete", "roleadd": "role add", "rolemod": "role modify",
    "roledel": "role delete", "aclmod": "acl modify", "acldel": "acl delete",
}
COMMANDS.update({old: COMMANDS[new] for old, new in _OLD_NAMES.items()})


def main(argv):
    return command.run("pveum", COMMANDS, argv)
