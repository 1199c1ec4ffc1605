"""Redfish: the service of a server's BMC."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

from ..config import DeviceConfig
from .device import Deadline, DeviceError, Permit, PowerState, Report, require_machine, same_machine
from .pinned_http import Answer, PinnedHttp, refuse_common

_ROOT = "/redfish/v1/"
_JSON = {"Accept": "application/json", "OData-Version": "4.0"}
_WANTED = {"off": "ForceOff", "on": "On"}
T = TypeVar("T")
Json = dict[str, Any]


class _Service:
    """One operation: the login, and reading and posting under it. A session that was opened is closed."""

    def __init__(self, http: PinnedHttp, config: DeviceConfig):
        self.http, self._config = http, config
        login = base64.b64encode(f"{config.user}:{config.password}".encode()).decode()
        self._login = {"Authorization": f"Basic {login}"}
        self._session: str | None = None
        self._sessions = f"{_ROOT}SessionService/Sessions"

    def systems(self) -> str:
        """The root is readable without a login."""
        root = _json(refuse_common(self.http.send("GET", _ROOT, _JSON)), _ROOT)
        links = root.get("Links")
        if isinstance(links, dict) and isinstance(links.get("Sessions"), dict):
            self._sessions = _link(links["Sessions"])
        return _link(root.get("Systems"))

    def get(self, path: str) -> Json:
        return _json(self.answer(path), path)

    def answer(self, path: str) -> Answer:
        answer = self.http.send("GET", path, {**_JSON, **self._login})
        basic = re.search(r"\bbasic\b", answer.headers.get("www-authenticate", ""), re.IGNORECASE)
        if answer.status == 401 and self._session is None and basic is None:
            # Where Basic is switched off it is not offered in the refusal; that was no attempt of a password.
            self._open_session()
            answer = self.http.send("GET", path, {**_JSON, **self._login})
        return refuse_common(answer)

    def patch(self, path: str, body: Json, tag: str | None) -> Answer:
        headers = {**_JSON, **self._login, "Content-Type": "application/json", "If-Match": tag or "*"}
        return refuse_common(self.http.send("PATCH", path, headers, json.dumps(body).encode()))

    def post(self, path: str, body: Json) -> Answer:
        return refuse_common(self._post(path, body))

    def _post(self, path: str, body: Json) -> Answer:
        headers = {**_JSON, **self._login, "Content-Type": "application/json"}
        return self.http.send("POST", path, headers, json.dumps(body).encode())

    def _open_session(self) -> None:
        self._login = {}
        secret = {"UserName": self._config.user, "Password": self._config.password}
        answer = refuse_common(self._post(self._sessions, secret))
        token = answer.headers.get("x-auth-token")
        if not token:
            raise DeviceError("protocol", f"it answered the login with {answer.status} and without a token")
        self._login = {"X-Auth-Token": token}
        self._session = re.sub(r"^https?://[^/]+", "", answer.headers.get("location", ""))

    def close(self) -> None:
        """Tables of sessions are small. One that cannot be closed ends by itself, and must not hide the result."""
        if self._session:
            try:
                self.http.send("DELETE", self._session, {**_JSON, **self._login})
            except DeviceError:
                pass


class Redfish:
    def __init__(self, config: DeviceConfig, uuid: str):
        self._config, self._uuid = config, uuid

    def look(self, deadline: Deadline) -> Report:
        def work(service: _Service, system: Json) -> Report:
            offered = _offered(service, system)
            return Report(
                _state(system), None if offered is None else _WANTED["off"] in offered, _text(system.get("UUID")),
                _role(service, self._config.user), _skew(service), certificate_ends=service.http.certificate_ends,
            )

        return self._run(deadline, work)

    def read(self, deadline: Deadline) -> PowerState:
        return self._run(deadline, lambda _, system: _state(system))

    def off(self, deadline: Deadline, permit: Permit) -> None:
        self._change(deadline, permit, "off")

    def on(self, deadline: Deadline, permit: Permit) -> None:
        self._change(deadline, permit, "on")

    def identify(self, deadline: Deadline, lit: bool) -> None:
        """The system has the locator, or the chassis that it sits in."""

        def work(service: _Service, system: Json) -> None:
            links = system.get("Links")
            chassis = links.get("Chassis") if isinstance(links, dict) else None
            paths = [_link(member) for member in chassis[:4]] if isinstance(chassis, list) else []
            for resource in (system, *map(service.get, paths)):
                wish = _locator(resource, lit)
                if wish is not None:
                    answer = service.patch(_link(resource), wish, _text(resource.get("@odata.etag")))
                    if not 200 <= answer.status < 300:
                        raise DeviceError("refused", f"lighting the locator was answered {answer.status}: {_error(answer)}")
                    return
            raise DeviceError("unsupported", "it offers no locator")

        self._run(deadline, work)

    def _change(self, deadline: Deadline, permit: Permit, wanted: str) -> None:
        def work(service: _Service, system: Json) -> None:
            if _state(system) == wanted:
                return
            kind, offered = _WANTED[wanted], _offered(service, system)
            if offered is not None and kind not in offered:
                raise DeviceError("unsupported", f"it offers {', '.join(offered) or 'nothing'}, but not {kind}")
            target = _text(_action(system).get("target"))
            if target is None:
                raise DeviceError("unsupported", "it offers no ComputerSystem.Reset; check the account and the licence")
            permit()
            answer = service.post(target, {"ResetType": kind})
            # 202 and its task are hints; only a state that was read is proof. A refusal is fine where it is so already.
            if 200 <= answer.status < 300 or _state(service.get(_link(system))) == wanted:
                return
            raise DeviceError("refused", f"{kind} was answered {answer.status}: {_error(answer)}")

        self._run(deadline, work)

    def _run(self, deadline: Deadline, work: Callable[[_Service, Json], T]) -> T:
        with PinnedHttp(self._config.address, self._config.port, self._config.pins, deadline) as http:
            service = _Service(http, self._config)
            try:
                system = self._system(service)
                require_machine(self._uuid, _text(system.get("UUID")))
                return work(service, system)
            finally:
                service.close()

    def _system(self, service: _Service) -> Json:
        """The named one, or the only one, or the one with the node's UUID; never simply the first or the last."""
        members = service.get(service.systems()).get("Members")
        paths = [_link(member) for member in members] if isinstance(members, list) else []
        ids = [path.rstrip("/").rpartition("/")[2] for path in paths]
        if self._config.system is not None:
            paths = [path for path, name in zip(paths, ids, strict=True) if name == self._config.system]
        if len(paths) == 1:
            return service.get(paths[0])
        if self._config.system is None:
            for path in paths[:16]:
                system = service.get(path)
                if same_machine(self._uuid, _text(system.get("UUID")) or ""):
                    return system
        raise DeviceError(
            "wrong-machine",
            f"it has the systems {', '.join(ids) or '(none)'}, and which of them is the node is not clear; write its id "
            "(`system`) into the stack file",
        )


def _state(system: Json) -> PowerState:
    """Null, PoweringOff, Paused and whatever else comes are not off."""
    value = system.get("PowerState")
    return "on" if value == "On" else "off" if value == "Off" else "unknown"


def _locator(resource: Json, lit: bool) -> Json | None:
    """The newer property, where both are there: the older one is deprecated."""
    if "LocationIndicatorActive" in resource:
        return {"LocationIndicatorActive": lit}
    return {"IndicatorLED": "Blinking" if lit else "Off"} if "IndicatorLED" in resource else None


def _action(system: Json) -> Json:
    actions = system.get("Actions")
    found = actions.get("#ComputerSystem.Reset") if isinstance(actions, dict) else None
    return found if isinstance(found, dict) else {}


def _offered(service: _Service, system: Json) -> list[str] | None:
    """None when the service does not say."""
    action = _action(system)
    values, info = action.get("ResetType@Redfish.AllowableValues"), _text(action.get("@Redfish.ActionInfo"))
    if values is None and info is not None:
        parameters = service.get(info).get("Parameters")
        named = [entry for entry in parameters if isinstance(entry, dict)] if isinstance(parameters, list) else []
        values = next((entry.get("AllowableValues") for entry in named if entry.get("Name") == "ResetType"), None)
    return [str(value) for value in values] if isinstance(values, list) else None


def _role(service: _Service, user: str) -> str | None:
    """The account's role where the account may read it; many BMCs let only administrators do so."""
    try:
        accounts = service.get(_link(service.get(_link(service.get(_ROOT).get("AccountService"))).get("Accounts")))
        for member in accounts.get("Members", [])[:16]:
            account = service.get(_link(member))
            if account.get("UserName") == user:
                return _text(account.get("RoleId"))
    except (DeviceError, TypeError, AttributeError):
        pass
    return None


def _skew(service: _Service) -> float | None:
    date = service.answer(_ROOT).headers.get("date")
    try:
        told = parsedate_to_datetime(date) if date else None
    except ValueError:
        return None
    return None if told is None else (told - datetime.now(timezone.utc)).total_seconds()


def _json(answer: Answer, path: str) -> Json:
    if answer.status != 200:
        raise DeviceError("protocol", f"GET {path} was answered {answer.status}: {_error(answer)}")
    try:
        value = json.loads(answer.body)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise DeviceError("protocol", f"the answer to GET {path} is not what Redfish prescribes")
    return value


def _link(value: Any) -> str:
    path = value.get("@odata.id") if isinstance(value, dict) else None
    if not isinstance(path, str) or not path.startswith("/"):
        raise DeviceError("protocol", "a link is missing where Redfish prescribes one")
    return path


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _error(answer: Answer) -> str:
    try:
        error = json.loads(answer.body)["error"]
        said = error.get("@Message.ExtendedInfo") or [{}]
        return str(said[0].get("Message") or error.get("message") or "no further explanation")[:200]
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        return "no further explanation"
