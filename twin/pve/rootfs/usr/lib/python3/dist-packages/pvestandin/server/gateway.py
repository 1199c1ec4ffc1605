"""From a request to a reply: who asks, which method, on which node."""

import json
import sys
import time
import traceback
import urllib.parse

from .. import api, auth, cfs, host, schema
from ..errors import ApiError, text_of
from . import forward, wire

PREFIX = "/api2/json"
_REFUSED_WAIT_S = 3
_BODYLESS = ("GET", "DELETE", "HEAD")


class Anonymous(ApiError):
    """A 401 of the front door: late, and without a body."""


def handle(request):
    """Bytes of the answer; `wire.Closed` where PVE just closes the connection."""
    if request.verb in _BODYLESS and request.body:
        raise wire.Closed
    if not request.path.startswith(PREFIX):
        return _page(request)
    path = request.path[len(PREFIX):] or "/"
    try:
        return _answer(request, path)
    except Anonymous as error:
        time.sleep(_REFUSED_WAIT_S)
        return wire.reply(401, error.text, keep_alive=False)
    except forward.Unreachable as error:
        return wire.reply(error.status, error.text, keep_alive=request.keep_alive)
    except ApiError as error:
        if error.status == 401:
            time.sleep(_REFUSED_WAIT_S)
        return _refusal(request, error)
    except Exception as error:  # the server outlives every handler
        traceback.print_exc(file=sys.stderr)
        return _refusal(request, ApiError(500, text_of(error)))


def _page(request):
    body = b"<!DOCTYPE html><title>Proxmox Virtual Environment</title><p>API: /api2/json"
    found = request.path in ("/", "/index.html")
    return wire.reply(
        200 if found else 404, "OK" if found else "Not Found", body if found else b"", "text/html",
        request.keep_alive,
    )


def _refusal(request, error):
    content = {"data": None, "message": f"{error.text}\n"}
    if error.errors:
        content["errors"] = error.errors
    reason = error.text.split("\n")[0]
    return wire.reply(error.status, reason, json.dumps(content).encode(), keep_alive=request.keep_alive)


def _answer(request, path):
    try:
        found, path_values = api.resolve(request.verb, path)
        entry = api.describe(found)
    except ApiError:
        _authenticate(request)
        raise
    world = (entry.get("permissions") or {}).get("user") == "world"
    ctx = api.Context(user="") if world and not _has_credentials(request) else _authenticate(request)
    if ctx.token and entry.get("allowtoken") is False:
        text = f"URI '{path}' not available with API token, need proper ticket.\n"
        raise ApiError(403, f"Permission check failed ({text})")
    values = _parameters(request)
    target = _target_node(entry, {**values, **path_values})
    if target and "pvedisableproxy" not in request.headers:
        return forward.send(request, target)
    data = api.dispatch(ctx, request.verb, path, values)
    content = {"data": data, **ctx.extra}
    return wire.reply(200, "OK", json.dumps(content).encode(), keep_alive=request.keep_alive)


def _parameters(request):
    try:
        return wire.parameters(request)
    except ValueError as error:
        raise ApiError(400, f"unable to parse request body: {error}") from error


def _has_credentials(request):
    return "authorization" in request.headers or _cookie(request)


def _cookie(request):
    for part in request.headers.get("cookie", "").split(";"):
        name, _, value = part.strip().partition("=")
        if name == "PVEAuthCookie":
            return urllib.parse.unquote(value)
    return None


def _authenticate(request):
    """The caller, by API token or by ticket (and CSRF token for everything that writes)."""
    header = request.headers.get("authorization", "")
    try:
        if header.startswith("PVEAPIToken"):
            user, token = auth.token_of_header(header)
            return api.Context(user=user, token=token)
        ticket = _cookie(request)
        if not ticket:
            raise Anonymous(401, "No ticket")
        user = auth.user_of_ticket(ticket)
        auth.access.usable_user(user)
        if request.verb != "GET":
            auth.check_csrf_token(user, request.headers.get("csrfpreventiontoken"))
        return api.Context(user=user)
    except Anonymous:
        raise
    except ApiError as error:
        shown = error.text if "csrf" in error.text else "Authentication failed!"
        raise Anonymous(401, shown) from error
    except Exception as error:  # an unreadable /etc/pve is a failed login, not a crash
        raise Anonymous(401, "Authentication failed!") from error


def _target_node(entry, values):
    name = entry.get("proxyto")
    node = values.get(name) if name else None
    return None if node in (None, "localhost", host.nodename()) else str(node)


def warm_up():
    """Loads what the first request would otherwise wait for."""
    api.load()
    schema.facts()
    cfs.quorate()
