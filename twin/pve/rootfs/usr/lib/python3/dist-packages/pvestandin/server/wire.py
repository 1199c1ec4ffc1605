"""HTTP/1.1 on a socket, as much as API clients use of it."""

import email.utils
import json
import urllib.parse

MAX_HEAD_BYTES = 64 * 1024
MAX_BODY_BYTES = 16 * 1024 * 1024


class Closed(Exception):
    """The peer is gone or sent what ends the connection."""


class Request:
    def __init__(self, verb, target, headers, body):
        self.verb, self.target, self.headers, self.body = verb, target, headers, body
        path, _, self.query = target.partition("?")
        self.path = urllib.parse.unquote(path)

    @property
    def keep_alive(self):
        return self.headers.get("connection", "").lower() != "close"


def read_request(stream):
    """The next request of a buffered binary stream, `None` when the peer closed it."""
    first = stream.readline(MAX_HEAD_BYTES)
    if not first.strip():
        return None
    try:
        verb, target, _ = first.decode("latin-1").split()
    except ValueError:
        raise Closed from None
    headers, size = {}, 0
    while True:
        line = stream.readline(MAX_HEAD_BYTES)
        size += len(line)
        if not line or size > MAX_HEAD_BYTES:
            raise Closed
        if line in (b"\r\n", b"\n"):
            break
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.strip().lower()] = value.strip()
    return Request(verb.upper(), target, headers, _read_body(stream, headers))


def _read_body(stream, headers):
    if headers.get("transfer-encoding", "").lower() == "chunked":
        parts = []
        while size := int(stream.readline(64).split(b";")[0] or b"0", 16):
            parts.append(stream.read(size))
            stream.readline(8)
        stream.readline(8)
        return b"".join(parts)
    length = int(headers.get("content-length") or 0)
    if length > MAX_BODY_BYTES:
        raise Closed
    body = stream.read(length) if length else b""
    if len(body) < length:
        raise Closed
    return body


def parse_pairs(text):
    """Urlencoded parameters as PVE reads them: an unencoded `=` inside a value cuts it off."""
    values = {}
    for pair in filter(None, text.replace(";", "&").split("&")):
        parts = pair.split("=")
        name = urllib.parse.unquote_plus(parts[0])
        value = urllib.parse.unquote_plus(parts[1]) if len(parts) > 1 else ""
        if name in values:
            old = values[name]
            values[name] = [*old, value] if isinstance(old, list) else [old, value]
        else:
            values[name] = value
    return values


def parameters(request):
    """Query and body of a request; `ValueError` for a body that is no JSON object."""
    values = parse_pairs(request.query)
    if request.body:
        kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
        if kind == "application/json":
            body = json.loads(request.body)
            if not isinstance(body, dict):
                raise ValueError("request body is not a JSON object")
            values.update(body)
        else:
            values.update(parse_pairs(request.body.decode("utf-8", "replace")))
    return values


def reply(status, reason, body=b"", kind="application/json;charset=UTF-8", keep_alive=True, extra=()):
    """Bytes of a response."""
    lines = [
        f"HTTP/1.1 {status} {reason}",
        "Cache-Control: max-age=0",
        f"Connection: {'Keep-Alive' if keep_alive else 'close'}",
        f"Date: {email.utils.formatdate(usegmt=True)}",
        "Pragma: no-cache",
        "Server: pve-api-daemon/3.0",
        f"Content-Length: {len(body)}",
        *extra,
    ]
    if body:
        lines.append(f"Content-Type: {kind}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "replace") + body
