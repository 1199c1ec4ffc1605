"""Passing a request on to the member that its path names."""

import http.client
import ssl

from .. import cfs, formats
from ..errors import ApiError
from . import wire

_CONNECT_S = 10
_READ_S = 30
_PASSED_ON = ("authorization", "cookie", "csrfpreventiontoken", "content-type")


class Unreachable(ApiError):
    """The other member did not answer; such replies have no body."""


def send(request, node):
    if formats.reason_against("pve-node", node):
        raise ApiError(400, "Parameter verification failed.", {"node": "invalid format - value does not look like a valid node name\n"})
    known = cfs.members().get(node) or {}
    address = known.get("ip") or cfs.local_ip(node)
    headers = {name: request.headers[name] for name in _PASSED_ON if name in request.headers}
    headers["PVEDisableProxy"] = "true"
    context = ssl._create_unverified_context()
    link = http.client.HTTPSConnection(address, 8006, timeout=_CONNECT_S, context=context)
    connected = False
    try:
        link.connect()
        connected = True
        link.sock.settimeout(_READ_S)
        link.request(request.verb, request.target, request.body or None, headers)
        answer = link.getresponse()
        body = answer.read()
    except TimeoutError as error:
        raise Unreachable(599 if connected else 595, "Connection timed out") from error
    except ssl.SSLError as error:
        raise Unreachable(596, "tls_process_server_certificate: certificate verify failed") from error
    except OSError as error:
        raise Unreachable(595, error.strerror or "Connection refused") from error
    finally:
        link.close()
    kind = answer.headers.get("Content-Type", "application/json;charset=UTF-8")
    return wire.reply(answer.status, answer.reason, body, kind, request.keep_alive)
