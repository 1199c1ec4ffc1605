"""Intel AMT: WS-Man over TLS, HTTP Digest, port 16993."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from typing import TypeVar
from xml.etree import ElementTree

from ..config import DeviceConfig
from .device import Deadline, DeviceError, Permit, PowerState, Report, require_machine, swapped
from .digest import Digest, is_stale
from .pinned_http import Answer, PinnedHttp, refuse_common

_ENVELOPE = "http://www.w3.org/2003/05/soap-envelope"
_ADDRESSING = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
_WSMAN = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
_GET = "http://schemas.xmlsoap.org/ws/2004/09/transfer/Get"
_CIM = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/"
_AMT = "http://intel.com/wbem/wscim/1/amt-schema/1/"
_PATH = "/wsman"
_REQUESTS = {"on": "2", "off": "8"}
_RETURNED = {
    "1": "not supported", "2": "unknown error", "3": "timed out inside the engine", "4": "failed",
    "5": "wrong parameter", "6": "in use", "4097": "not possible in the present state", "4099": "busy",
}
T = TypeVar("T")


def _message(action: str, resource: str, body: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        f'<e:Envelope xmlns:e="{_ENVELOPE}" xmlns:a="{_ADDRESSING}" xmlns:w="{_WSMAN}"><e:Header>'
        f"<a:Action>{action}</a:Action><a:To>/wsman</a:To><w:ResourceURI>{resource}</w:ResourceURI>"
        f"<a:MessageID>uuid:{uuid.uuid4()}</a:MessageID>"
        f"<a:ReplyTo><a:Address>{_ADDRESSING}/role/anonymous</a:Address></a:ReplyTo>"
        f"<w:OperationTimeout>PT60S</w:OperationTimeout></e:Header><e:Body>{body}</e:Body></e:Envelope>"
    ).encode()


def _get(name: str) -> bytes:
    return _message(_GET, (_AMT if name.startswith("AMT_") else _CIM) + name, "")


def _power(state: str) -> bytes:
    service = f"{_CIM}CIM_PowerManagementService"
    return _message(
        f"{service}/RequestPowerStateChange",
        service,
        f'<p:RequestPowerStateChange_INPUT xmlns:p="{service}"><p:PowerState>{state}</p:PowerState>'
        f"<p:ManagedElement><a:Address>{_ADDRESSING}/role/anonymous</a:Address><a:ReferenceParameters>"
        f"<w:ResourceURI>{_CIM}CIM_ComputerSystem</w:ResourceURI><w:SelectorSet>"
        '<w:Selector Name="CreationClassName">CIM_ComputerSystem</w:Selector>'
        '<w:Selector Name="Name">ManagedSystem</w:Selector>'
        "</w:SelectorSet></a:ReferenceParameters></p:ManagedElement></p:RequestPowerStateChange_INPUT>",
    )


class _Exchange:
    """Messages under one login: a challenge is answered once, and one for a forgotten nonce once more."""

    def __init__(self, http: PinnedHttp, config: DeviceConfig):
        self.http, self._digest = http, Digest(config.user, config.password)
        self.answered = False

    def __call__(self, message: bytes) -> _Answered:
        answer = self._post(message)
        for challenges in range(2):
            challenge = answer.headers.get("www-authenticate", "")
            if answer.status != 401 or (challenges > 0 and not is_stale(challenge)):
                break
            if not self._digest.accept(challenge):
                break
            answer = self._post(message)
        return _Answered(refuse_common(answer))

    def _post(self, message: bytes) -> Answer:
        kind = {"Content-Type": "application/soap+xml; charset=utf-8"}
        answer = self.http.send("POST", _PATH, {**kind, **self._digest.header("POST", _PATH)}, message)
        self.answered = True
        return answer


class _Answered:
    """The body of an answer. Names are compared without their prefixes, which peers choose freely."""

    def __init__(self, answer: Answer):
        if b"<!" in answer.body.replace(b"<!--", b"").replace(b"<![CDATA[", b""):
            raise DeviceError("protocol", "its answer declares a document type, which no WS-Man message has")
        try:
            self._root = ElementTree.fromstring(answer.body)
        except ElementTree.ParseError:
            raise DeviceError("protocol", f"its answer with status {answer.status} is no WS-Man message") from None
        if any(_local(element) == "Fault" for element in self._root.iter()):
            self._fault()
        if answer.status != 200:
            raise DeviceError("protocol", f"it answered {answer.status}")

    def texts(self, name: str) -> list[str]:
        return [(element.text or "").strip() for element in self._root.iter() if _local(element) == name]

    def text(self, name: str) -> str | None:
        return next(iter(self.texts(name)), None)

    def _fault(self) -> None:
        code = (self.texts("Value") or ["no code"])[-1]
        reason = self.text("Text") or "no reason"
        if code.endswith("AccessDenied"):
            raise DeviceError("forbidden", f"AMT let the account in and forbade the request: {reason}")
        raise DeviceError("protocol", f"AMT answered with the fault {code}: {reason}")


def _local(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


class Amt:
    def __init__(self, config: DeviceConfig, uuid: str):
        self._config, self._uuid = config, uuid

    def look(self, deadline: Deadline) -> Report:
        def work(exchange: _Exchange) -> Report:
            identity = _machine(exchange)
            require_machine(self._uuid, identity)
            service = exchange(_get("CIM_AssociatedPowerManagementService"))
            power, offered = _state(service), service.texts("AvailableRequestedPowerStates")
            off_offered = None if not offered or power != "on" else _REQUESTS["off"] in offered
            return Report(
                power, off_offered, identity, _rights(self._config.user), _skew(exchange), _redirection(exchange),
                exchange.http.certificate_ends,
            )

        return self._run(deadline, work)

    def read(self, deadline: Deadline) -> PowerState:
        def work(exchange: _Exchange) -> PowerState:
            require_machine(self._uuid, _machine(exchange))
            return _state(exchange(_get("CIM_AssociatedPowerManagementService")))

        return self._run(deadline, work)

    def off(self, deadline: Deadline, permit: Permit) -> None:
        self._change(deadline, permit, "off")

    def on(self, deadline: Deadline, permit: Permit) -> None:
        self._change(deadline, permit, "on")

    def identify(self, deadline: Deadline, lit: bool) -> None:
        raise DeviceError("unsupported", "AMT has no locator; look for the machine by its name or serial number")

    def _change(self, deadline: Deadline, permit: Permit, wanted: str) -> None:
        def work(exchange: _Exchange) -> None:
            require_machine(self._uuid, _machine(exchange))
            if _state(exchange(_get("CIM_AssociatedPowerManagementService"))) == wanted:
                return
            permit()
            value = exchange(_power(_REQUESTS[wanted])).text("ReturnValue")
            if value not in ("0", "4096"):
                meaning = f"{value}, {_RETURNED[value]}" if value in _RETURNED else value or "nothing"
                raise DeviceError(
                    "refused",
                    f"AMT answered the request with {meaning}. An open KVM, serial or storage redirection session "
                    "blocks it: keep redirection switched off on nodes of a cluster",
                )

        self._run(deadline, work)

    def _run(self, deadline: Deadline, work: Callable[[_Exchange], T]) -> T:
        """A sleeping engine wakes on the first packets and loses them: whoever got no answer at all asks once more."""
        answered = False
        try:
            with PinnedHttp(self._config.address, self._config.port, self._config.pins, deadline) as http:
                exchange = _Exchange(http, self._config)
                try:
                    return work(exchange)
                finally:
                    answered = exchange.answered
        except DeviceError as error:
            if error.failure != "unreachable" or answered:
                raise
        with PinnedHttp(self._config.address, self._config.port, self._config.pins, deadline) as http:
            return work(_Exchange(http, self._config))


def _machine(exchange: _Exchange) -> str | None:
    raw = exchange(_get("CIM_ComputerSystemPackage")).text("PlatformGUID")
    if raw is None or len(raw) != 32:
        return None
    text = swapped(raw)
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _state(answer: _Answered) -> PowerState:
    value = answer.text("PowerState")
    return "on" if value == "2" else "off" if value in ("6", "8") else "unknown"


def _redirection(exchange: _Exchange) -> str | None:
    """An open session makes the engine refuse off, and fire it when the session ends."""
    try:
        enabled = exchange(_get("AMT_RedirectionService")).text("ListenerEnabled")
    except DeviceError as error:
        return f"whether redirection is off could not be read ({error.why})"
    return "redirection is switched on; an open session would block off" if enabled == "true" else None


def _rights(user: str) -> str | None:
    """Of one account it is known without asking: the delivered one may do everything."""
    return "Administrator" if user == "admin" else None


def _skew(exchange: _Exchange) -> float | None:
    service = f"{_AMT}AMT_TimeSynchronizationService"
    body = f'<p:GetLowAccuracyTimeSynch_INPUT xmlns:p="{service}"></p:GetLowAccuracyTimeSynch_INPUT>'
    try:
        told = exchange(_message(f"{service}/GetLowAccuracyTimeSynch", service, body)).text("Ta0")
        return None if told is None else float(told) - time.time()
    except (DeviceError, ValueError):
        return None
