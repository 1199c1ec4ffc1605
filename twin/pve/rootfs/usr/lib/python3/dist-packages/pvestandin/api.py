"""Registry and dispatch of API methods.

    @method("/cluster/options", "PUT", protected=True)
    def update(ctx, params): ...

`params` holds validated values (see `schema.validate`), path parameters included. The result is
what stands under `data`. Permissions, allowed credentials and proxying come from the API facts;
a decorator argument overrides them. Raise `ParameterError`, `ApiError`, or any exception (500).
"""

import importlib
import pkgutil
import re

from . import access, host, schema
from .errors import ApiError, ParameterError, PlainError  # re-exported for handlers

__all__ = ["method", "Context", "ApiError", "ParameterError", "PlainError", "dispatch", "load", "resolve"]

_FROM_FACTS = object()
_methods = {}
_tree = {}


class Method:
    def __init__(self, path, verb, call, overrides):
        self.path, self.verb, self.call, self.overrides = path, verb, call, overrides

    def fact(self, entry, name, default=None):
        value = self.overrides.get(name, _FROM_FACTS)
        return entry.get(name, default) if value is _FROM_FACTS else value


def method(
    path,
    verb,
    protected=_FROM_FACTS,
    proxyto=_FROM_FACTS,
    permissions=_FROM_FACTS,
    parameters=_FROM_FACTS,
    allowtoken=_FROM_FACTS,
    majors=(8, 9),
):
    """Registers a handler. `permissions=None` means: root@pam itself, with a ticket, only.

    `parameters={...}` is needed only for methods that the facts do not know.
    """
    overrides = {
        "protected": protected,
        "proxyto": proxyto,
        "permissions": permissions,
        "parameters": parameters,
        "allowtoken": allowtoken,
        "majors": majors,
    }

    def register(call):
        _methods[(path, verb)] = Method(path, verb, call, overrides)
        node = _tree
        for segment in path.strip("/").split("/"):
            node = node.setdefault("{}" if segment.startswith("{") else segment, {})
        node.setdefault("", {})[verb] = _methods[(path, verb)]
        return call

    return register


class Context:
    """Who calls, where, and what a handler may use."""

    def __init__(self, user="root@pam", token=None, cli=False):
        self.user, self.token, self.cli = user, token, cli
        self.node = host.nodename()
        self.major = host.major()
        self.extra = {}  # members beside `data` in the reply, such as `total`

    @property
    def auth_id(self):
        return f"{self.user}!{self.token}" if self.token else self.user

    def may(self, path, privileges, any_of=False):
        """Whether the caller holds the privileges on the path."""
        return self.cli or access.allowed(self.auth_id, path, privileges, any_of)

    def check(self, path, privileges, any_of=False):
        """Refuses with 403 in PVE's words when the caller lacks a privilege."""
        if not self.may(path, privileges, any_of):
            raise ApiError(403, f"Permission check failed ({path}, {'|'.join(privileges)})")

    def task(self, kind, identifier, work):
        """Starts `work(log)` as a task and returns its UPID; a command line tool runs it at once.

        `log(text)` appends a line. An exception becomes the task's error, `return "WARNINGS: 1"`
        its exit status.
        """
        from . import tasks

        return tasks.start(self, kind, identifier, work)


def load():
    """Imports every handler module once."""
    from . import handlers

    for module in pkgutil.iter_modules(handlers.__path__):
        importlib.import_module(f"{handlers.__name__}.{module.name}")


def resolve(verb, path):
    """(method, path parameters) of a request path; 501 when there is none."""
    node, values = _tree, []
    for segment in [part for part in path.split("/") if part]:
        if segment in node:
            node = node[segment]
        elif "{}" in node:
            node = node["{}"]
            values.append(segment)
        elif any(one.path.endswith("/{volume}") for one in node.get("", {}).values()):
            values[-1] += f"/{segment}"  # names of volumes hold slashes
        else:
            raise not_implemented(verb, path)
    found = node.get("", {}).get(verb)
    if found is None or host.major() not in found.overrides["majors"]:
        raise not_implemented(verb, path)
    names = re.findall(r"\{([^}]+)\}", found.path)
    return found, dict(zip(names, values))


def children(path):
    """(names of literal children, whether a variable child exists) below a path, for listings."""
    node = _tree
    for segment in [part for part in path.split("/") if part]:
        node = node.get(segment) or node.get("{}")
        if node is None:
            return None
    return sorted(key for key in node if key not in ("", "{}")), "{}" in node, sorted(node.get("", {}))


def not_implemented(verb, path):
    return ApiError(501, f"Method '{verb} /{path.strip('/')}' not implemented")


def describe(found):
    """Facts of a method, completed by what its decorator says."""
    known = schema.find(found.path, found.verb, host.major())
    entry = dict(known or {})
    for name in ("protected", "proxyto", "permissions", "parameters", "allowtoken"):
        entry[name] = found.fact(entry, name)
    if known is None and found.overrides["parameters"] is _FROM_FACTS:
        raise not_implemented(found.verb, found.path)
    return entry


def dispatch(ctx, verb, path, params):
    """Validates, checks permissions and runs a method on this host."""
    found, path_values = resolve(verb, path)
    entry = describe(found)
    specs = schema.parameters(entry, ctx.major)
    for name in path_values:
        specs.setdefault(name, {"type": "string"})
    values = schema.validate(specs, {**params, **path_values})
    access.authorize(ctx, entry, values)
    return found.call(ctx, values)
