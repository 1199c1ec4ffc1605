"""The strict reader of fencer.json: what is not understood is refused, with the place in the file."""

from __future__ import annotations

import json
import os
import re
import stat
from dataclasses import dataclass, field, replace
from typing import Any

from .strict import ConfigError, Part, parts_of

CONFIG = "/etc/proxmox-ha/fencer/fencer.json"
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_OID = re.compile(r"[0-9]+(\.[0-9]+)*")
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


@dataclass(frozen=True)
class Setting:
    oid: str
    value: int


@dataclass(frozen=True)
class Outlets:
    """The rows that feed a node, and the columns of the unit's table of outlets."""

    rows: tuple[str, ...]
    off: Setting
    on: Setting
    state: str
    is_off: int
    is_on: int
    name: str | None


@dataclass(frozen=True)
class Snmp:
    version: str
    authentication: str = "SHA"
    encryption: str = "AES"
    encryption_password: str | None = field(default=None, repr=False)


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
    outlets: Outlets | None = None
    snmp: Snmp | None = None

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
    top = Part(value, "fencer.json")
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


def _timings(part: Part) -> Timings:
    found = Timings(
        delay_s=part.number("delayS", 1, 105),
        off_timeout_s=part.number("offTimeoutS", 2, 120),
        startup_grace_s=part.number("startupGraceS", 0, 3600),
        interval_s=part.number("intervalS", 0, 3600),
        power_on_hold_s=part.number("powerOnHoldS", 0, 3600),
    )
    part.done()
    return found


def _budget(part: Part) -> dict[str, int]:
    found = {"per_hour": part.whole("perHour", 0, 10), "per_day": part.whole("perDay", 0, 50)}
    part.done()
    return found


def _node(part: Part) -> NodeConfig:
    name, number = part.text("name", _NAME), part.whole("id", 1, 2**31 - 1)
    uuid = part.optional_text("uuid", _UUID)
    levels = tuple(
        tuple(_device(device) for device in parts_of(level, f"{part.where} levels[{index}]"))
        for index, level in enumerate(part.entries("levels"))
    )
    part.done()
    for index, level in enumerate(levels):
        if not level:
            raise ConfigError(f"{part.where} levels[{index}]: a level needs a device; leave the level out")
    if uuid is None and any(device.kind != "pdu" for level in levels for device in level):
        raise ConfigError(f"{part.where} uuid: is missing; without it another machine could be switched off")
    return NodeConfig(name, number, None if uuid is None else uuid.lower(), levels)


def _device(part: Part) -> DeviceConfig:
    kind = part.text("kind")
    community = kind == "pdu" and part.text("version") == "2c"
    common = DeviceConfig(
        kind=kind,
        address=part.address("address"),
        port=part.whole("port", 1, 65535),
        user="" if community else part.text("user"),
        password=part.text("community" if community else "password"),
    )
    if kind == "redfish":
        found = replace(common, pins=part.pins("pins"), system=part.optional_text("system"))
    elif kind == "amt":
        found = replace(common, pins=part.pins("pins"))
    elif kind == "ipmi":
        found = replace(common, cipher_suite=part.whole("cipherSuite", 3, 17))
        if found.cipher_suite not in (3, 17):
            raise ConfigError(f"{part.where} cipherSuite: is 3 or 17")
    elif kind == "pdu":
        found = replace(common, outlets=_outlets(part), snmp=_snmp(part))
    else:
        raise ConfigError(f"{part.where} kind: is redfish, amt, ipmi or pdu")
    part.done()
    return found


def _snmp(part: Part) -> Snmp:
    version = part.text("version", re.compile("3|2c"))
    if version == "2c":
        return Snmp(version)
    return Snmp(
        version,
        part.text("authentication", re.compile("SHA|SHA-256|SHA-512")),
        part.text("encryption", re.compile("AES|AES-256")),
        part.optional_text("encryptionPassword"),
    )


def _outlets(part: Part) -> Outlets:
    def setting(key: str) -> Setting:
        inner = table.part(key)
        found = Setting(inner.text("oid", _OID), inner.whole("value", -(2**31), 2**31 - 1))
        inner.done()
        return found

    table = part.part("table")
    state = table.part("state")
    is_off, is_on = (state.whole(key, -(2**31), 2**31 - 1) for key in ("off", "on"))
    if is_off == is_on:
        raise ConfigError(f"{state.where}: on and off cannot be the same value")
    found = Outlets(
        rows=part.texts("outlets", _OID), off=setting("off"), on=setting("on"), state=state.text("oid", _OID),
        is_off=is_off, is_on=is_on, name=table.optional_text("name", _OID),
    )
    state.done()
    table.done()
    return found


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
            for outlet in device.outlets.rows if device.outlets else ("",):
                place = (device.kind, device.address, device.port, device.system, outlet)
                if places.setdefault(place, node.name) != node.name:
                    raise ConfigError(f"fencer.json: {places[place]} and {node.name} share {device.where}")
