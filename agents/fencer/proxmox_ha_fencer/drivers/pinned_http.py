"""HTTP/1.1 over TLS to exactly the device whose certificate is pinned, under one deadline.

Name, issuer and dates of the certificate are not looked at: controllers sign their own. On any other certificate the
connection ends before a byte of a request is sent.
"""

from __future__ import annotations

import hashlib
import re
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass

from .certificate import ends_at
from .device import Deadline, DeviceError

_LIMIT = 1 << 20


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    """Names in lower case. Several of one name are joined by a line feed."""
    body: bytes


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # AMT before 16 knows no ephemeral key exchange, and controllers keep short keys; the pin tells who it is.
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    return context


class PinnedHttp:
    """One operation's connection; made when it is needed and again when the device has closed it."""

    def __init__(self, address: str, port: int, pins: tuple[str, ...], deadline: Deadline):
        self._address, self._port, self._pins, self._deadline = address, port, pins, deadline
        self._socket: ssl.SSLSocket | None = None
        self._rest = b""
        self.connections = 0
        self.certificate_ends: float | None = None

    def __enter__(self) -> PinnedHttp:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
        self._socket, self._rest = None, b""

    def send(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Answer:
        if not re.fullmatch(r"/[\x21-\x7e]*", path):
            raise DeviceError("protocol", "it names a path that is none")
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self._host()}"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        if body is not None or method == "POST":
            lines.append(f"Content-Length: {len(body or b'')}")
        request = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace") + (body or b"")
        try:
            connection = self._socket or self._connect()
            connection.settimeout(self._deadline.left())
            connection.sendall(request)
            answer, keep = self._answer(method)
        except TimeoutError:
            self.close()
            raise DeviceError("timeout", "it took the connection and did not answer in time") from None
        except (OSError, ValueError) as error:
            self.close()
            raise DeviceError("unreachable", f"the connection failed: {_reason(error)}") from None
        except DeviceError:
            self.close()
            raise
        if not keep:
            self.close()
        return answer

    def _host(self) -> str:
        return f"[{self._address}]:{self._port}" if ":" in self._address else f"{self._address}:{self._port}"

    def _connect(self) -> ssl.SSLSocket:
        family = socket.AF_INET6 if ":" in self._address else socket.AF_INET
        plain = socket.socket(family, socket.SOCK_STREAM)
        try:
            plain.settimeout(self._deadline.left())
            try:
                plain.connect((self._address, self._port))
            except TimeoutError:
                raise DeviceError("unreachable", "nothing answers there") from None
            plain.settimeout(self._deadline.left())
            secure = _context().wrap_socket(plain)
        except BaseException:
            plain.close()
            raise
        certificate = secure.getpeercert(binary_form=True) or b""
        seen = hashlib.sha256(certificate).hexdigest()
        if seen not in self._pins:
            secure.close()
            raise DeviceError(
                "certificate",
                f"it presents the certificate {seen}, which is not the pinned one; nothing secret was sent. If it was "
                "renewed, compare the fingerprint at the device and put it into the stack file",
            )
        self._socket, self._rest = secure, b""
        self.certificate_ends = ends_at(certificate)
        self.connections += 1
        return secure

    # -- reading: every piece is bounded by what is left of the deadline -----------------------

    def _more(self) -> bytes:
        if self._socket is None:
            raise OSError("closed")
        self._socket.settimeout(self._deadline.left())
        return self._socket.recv(65536)

    def _line(self) -> bytes:
        while b"\n" not in self._rest:
            piece = self._more()
            if not piece or len(self._rest) > 65536:
                raise OSError("the answer broke off")
            self._rest += piece
        line, self._rest = self._rest.split(b"\n", 1)
        return line.rstrip(b"\r")

    def _exactly(self, length: int) -> bytes:
        if not 0 <= length <= _LIMIT:
            raise OSError("the answer is too long")
        pieces, have = [self._rest], len(self._rest)
        while have < length:
            piece = self._more()
            if not piece:
                raise OSError("the answer broke off")
            pieces.append(piece)
            have += len(piece)
        whole = b"".join(pieces)
        self._rest = whole[length:]
        return whole[:length]

    def _answer(self, method: str) -> tuple[Answer, bool]:
        while True:
            first = re.fullmatch(rb"HTTP/1\.([01]) (\d{3})(?: .*)?", self._line())
            if first is None:
                raise DeviceError("protocol", "its answer is no HTTP")
            status, headers = int(first[2]), self._headers()
            if not 100 <= status < 200:
                break
        keep = first[1] == b"1" and "close" not in headers.get("connection", "").lower()
        if status in (204, 304) or method == "HEAD":
            body = b""
        elif "chunked" in headers.get("transfer-encoding", "").lower():
            body = self._chunks()
        elif "content-length" in headers:
            body = self._exactly(int(headers["content-length"]))
        else:
            body, keep = self._until_end(), False
        return Answer(status, headers, body), keep

    def _headers(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for _ in range(200):
            line = self._line()
            if not line:
                return found
            name, _colon, value = line.decode("latin-1").partition(":")
            name, value = name.strip().lower(), value.strip()
            found[name] = f"{found[name]}\n{value}" if name in found else value
        raise OSError("the answer has too many headers")

    def _chunks(self) -> bytes:
        body = b""
        while True:
            size = int(self._line().split(b";")[0], 16)
            if size == 0:
                self._headers()
                return body
            body += self._exactly(size)
            self._line()
            if len(body) > _LIMIT:
                raise OSError("the answer is too long")

    def _until_end(self) -> bytes:
        while piece := self._more():
            self._rest += piece
            if len(self._rest) > _LIMIT:
                raise OSError("the answer is too long")
        body, self._rest = self._rest, b""
        return body


def refuse_common(answer: Answer) -> Answer:
    """The failures that all HTTP devices share."""
    if answer.status == 401:
        raise DeviceError(
            "login", "it refused the login; it is not tried again, because more attempts may lock the account"
        )
    if answer.status == 403:
        raise DeviceError("forbidden", "it let the account in and forbade the request; give the account that right")
    if answer.status in (429, 503):
        raise DeviceError("busy", f"it answered {answer.status}: it is busy or restarting")
    return answer


def _reason(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        return f"TLS: {error.reason or 'broken'}"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
