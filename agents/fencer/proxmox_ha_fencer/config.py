"""The strict reader of fencer.json: what is not understood is refused, with the place in the file."""

from __future__ import annotations

import ipaddress
import json
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

CONFIG = "/etc/proxmox-ha/fencer/fencer.json"
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


class ConfigError(Exception):
    """Where in the file, what is wrong there, and what belongs there. Never a value: it could be a secret."""


@dataclass(frozen=True)
class DeviceConfig:
    kind: str
    address: str
    port: int
    user: str
    password: str = field(repr=False)
    pins: tuple[str, ...] = ()
    system: str | None = None
    cipher_suite: int = 17
    model: str | None = None
    outlets: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        return f"{self.address} port {self.port} ({self.kind})"

    @property
    def key(self) -> str:
        """Names one account on one device."""
        return f"{self.kind}/{self.address}/{self.port}/{self.user}"


@dataclass(frozen=True)
class NodeConfig:
    name: str
    id: int
    uuid: str | None
    levels: tuple[tuple[DeviceConfig, ...], ...]

    @property
    def devices(self) -> tuple[DeviceConfig, ...]:
        return tuple(device for level in self.levels for device in level)


@dataclass(frozen=True)
class Timings:
    delay_s: float = 50
    off_timeout_s: float = 20
    startup_grace_s: float = 300
    interval_s: float = 120
    power_on_hold_s: float = 30


@dataclass(frozen=True)
class Config:
    cluster: str
    node: str
    timings: Timings
    per_hour: int
    per_day: int
    nodes: tuple[NodeConfig, ...]

    @property
    def me(self) -> NodeConfig:
        return next(node for node in self.nodes if node.name == self.node)

    def named(self, name: str) -> NodeConfig | None:
        return next((node for node in self.nodes if node.name == name), None)

    @property
    def peers(self) -> tuple[NodeConfig, ...]:
        return tuple(node for node in self.nodes if node.name != self.node)


def read_config(path: str = CONFIG) -> Config:
    """Refuses a file that others than its owner may read: the owner's secrets are in it."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError as error:
        raise ConfigError(f"{path} cannot be opened: {error.strerror}; run the deployment again") from None
    with os.fdopen(handle, encoding="utf-8") as source:
        found = os.fstat(source.fileno())
        if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
            raise ConfigError(f"{path} holds secrets and must be a file of this user with mode 0600")
        try:
            value = json.load(source, object_pairs_hook=_without_doubles)
        except (ValueError, RecursionError) as error:
            at = f" line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
            raise ConfigError(f"{path}{at} is no JSON: run the deployment again") from None
    return parse_config(value)


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key twice")
    return found


def parse_config(value: Any) -> Config:
    top = _Part(value, "fencer.json")
    if top.number("version", 1, 1) != 1:
        raise ConfigError("fencer.json version: this fencer reads version 1")
    config = Config(
        cluster=top.text("cluster"),
        node=top.text("node", _NAME),
        timings=_timings(top.part("timings")),
        **_budget(top.part("powerOn")),
        nodes=tuple(_node(part) for part in top.parts("nodes")),
    )
    top.done()
    _whole(config)
    return config


def _timings(part: _Part) -> Timings:
    found = Timings(
        delay_s=part.number("delayS", 1, 105),
        off_timeout_s=part.number("offTimeoutS", 2, 120),
        startup_grace_s=part.number("startupGraceS", 0, 3600),
        interval_s=part.number("intervalS", 0, 3600),
        power_on_hold_s=part.number("powerOnHoldS", 0, 3600),
    )
    part.done()
    return found


def _budget(part: _Part) -> dict[str, int]:
    found = {"per_hour": part.whole("perHour", 0, 10), "per_day": part.whole("perDay", 0, 50)}
    part.done()
    return found


def _node(part: _Part) -> NodeConfig:
    name, number = part.text("name", _NAME), part.whole("id", 1, 2**31 - 1)
    uuid = part.optional_text("uuid", _UUID)
    levels = tuple(
        tuple(_device(device) for device in _parts(level, f"{part.where} levels[{index}]"))
        for index, level in enumerate(part.list("levels"))
    )
    part.done()
    for index, level in enumerate(levels):
        if not level:
            raise ConfigError(f"{part.where} levels[{index}]: a level needs a device; leave the level out")
    if uuid is None and any(device.kind != "pdu" for level in levels for device in level):
        raise ConfigError(f"{part.where} uuid: is missing; without it another machine could be switched off")
    return NodeConfig(name, number, None if uuid is None else uuid.lower(), levels)


def _device(part: _Part) -> DeviceConfig:
    kind = part.text("kind")
    common = {
        "kind": kind,
        "address": part.address("address"),
        "port": part.whole("port", 1, 65535),
        "user": part.text("user"),
        "password": part.text("password"),
    }
    own: Mapping[str, Any]
    if kind == "redfish":
        own = {"pins": part.pins("pins"), "system": part.optional_text("system")}
    elif kind == "amt":
        own = {"pins": part.pins("pins")}
    elif kind == "ipmi":
        own = {"cipher_suite": part.whole("cipherSuite", 3, 17)}
        if own["cipher_suite"] not in (3, 17):
            raise ConfigError(f"{part.where} cipherSuite: is 3 or 17")
    elif kind == "pdu":
        own = {"model": part.text("model"), "outlets": part.texts("outlets")}
    else:
        raise ConfigError(f"{part.where} kind: is redfish, amt, ipmi or pdu")
    part.done()
    return DeviceConfig(**common, **own)


def _whole(config: Config) -> None:
    names = [node.name for node in config.nodes]
    ids = [node.id for node in config.nodes]
    if config.node not in names:
        raise ConfigError("fencer.json nodes: this node is not among them")
    if len(set(names)) != len(names) or len(set(ids)) != len(ids):
        raise ConfigError("fencer.json nodes: two have the same name or id")
    if config.me.levels:
        raise ConfigError("fencer.json nodes: this node's own entry must have no levels; it never switches itself")
    places: dict[tuple[object, ...], str] = {}
    for node in config.nodes:
        for device in node.devices:
            for outlet in device.outlets or ("",):
                place = (device.kind, device.address, device.port, device.system, outlet)
                if places.setdefault(place, node.name) != node.name:
                    raise ConfigError(f"fencer.json: {places[place]} and {node.name} share {device.where}")


class _Part:
    """An object of the file. `done` refuses whatever nobody asked for."""

    def __init__(self, value: Any, where: str):
        if not isinstance(value, dict):
            raise ConfigError(f"{where}: must be an object")
        self._value, self._asked, self.where = value, set[str](), where

    def _get(self, key: str) -> Any:
        self._asked.add(key)
        if key not in self._value:
            raise ConfigError(f"{self.where} {key}: is missing")
        return self._value[key]

    def done(self) -> None:
        unknown = sorted(set(self._value) - self._asked)
        if unknown:
            raise ConfigError(f"{self.where}: does not know {', '.join(unknown)}")

    def part(self, key: str) -> _Part:
        return _Part(self._get(key), f"{self.where} {key}")

    def list(self, key: str) -> list[Any]:
        value = self._get(key)
        if not isinstance(value, list):
            raise ConfigError(f"{self.where} {key}: must be a list")
        return value

    def parts(self, key: str) -> list[_Part]:
        return _parts(self.list(key), f"{self.where} {key}")

    def number(self, key: str, least: float, most: float) -> float:
        value = self._get(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise ConfigError(f"{self.where} {key}: must be a number from {least} to {most}")
        return value

    def whole(self, key: str, least: int, most: int) -> int:
        value = self.number(key, least, most)
        if not isinstance(value, int):
            raise ConfigError(f"{self.where} {key}: must be a whole number")
        return value

    def text(self, key: str, form: re.Pattern[str] | None = None) -> str:
        return _text(self._get(key), f"{self.where} {key}", form)

    def optional_text(self, key: str, form: re.Pattern[str] | None = None) -> str | None:
        return self.text(key, form) if key in self._value else None

    def texts(self, key: str) -> tuple[str, ...]:
        found = tuple(_text(value, f"{self.where} {key}") for value in self.list(key))
        if not found or len(set(found)) != len(found):
            raise ConfigError(f"{self.where} {key}: needs at least one entry and none twice")
        return found

    def address(self, key: str) -> str:
        try:
            return str(ipaddress.ip_address(self.text(key)))
        except ValueError:
            raise ConfigError(f"{self.where} {key}: must be an IP address; fencing works without DNS") from None

    def pins(self, key: str) -> tuple[str, ...]:
        found = tuple(re.sub(r"[:\s]", "", pin).lower() for pin in self.texts(key))
        if not all(re.fullmatch(r"[0-9a-f]{64}", pin) for pin in found):
            raise ConfigError(f"{self.where} {key}: must be SHA-256 fingerprints of the certificate")
        return found


def _parts(value: Any, where: str) -> list[_Part]:
    if not isinstance(value, list):
        raise ConfigError(f"{where}: must be a list")
    return [_Part(entry, f"{where}[{index}]") for index, entry in enumerate(value)]


def _text(value: Any, where: str, form: re.Pattern[str] | None = None) -> str:
    if not isinstance(value, str) or not value or any(ord(letter) < 32 or ord(letter) == 127 for letter in value):
        raise ConfigError(f"{where}: must be a line of text")
    if form is not None and not form.fullmatch(value):
        raise ConfigError(f"{where}: has not the form that belongs there")
    return value
