"""Reading JSON strictly: whatever nobody asked for is refused, and every refusal says where in the file."""

from __future__ import annotations

import ipaddress
import re
from typing import Any


class ConfigError(Exception):
    """Where in the file, what is wrong there, and what belongs there. Never a value: it could be a secret."""


class Part:
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

    def part(self, key: str) -> Part:
        return Part(self._get(key), f"{self.where} {key}")

    def entries(self, key: str) -> list[Any]:
        value = self._get(key)
        if not isinstance(value, list):
            raise ConfigError(f"{self.where} {key}: must be a list")
        return value

    def parts(self, key: str) -> list[Part]:
        return parts_of(self.entries(key), f"{self.where} {key}")

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

    def texts(self, key: str, form: re.Pattern[str] | None = None) -> tuple[str, ...]:
        found = tuple(_text(value, f"{self.where} {key}", form) for value in self.entries(key))
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


def parts_of(value: Any, where: str) -> list[Part]:
    if not isinstance(value, list):
        raise ConfigError(f"{where}: must be a list")
    return [Part(entry, f"{where}[{index}]") for index, entry in enumerate(value)]


def _text(value: Any, where: str, form: re.Pattern[str] | None = None) -> str:
    if not isinstance(value, str) or not value or any(ord(letter) < 32 or ord(letter) == 127 for letter in value):
        raise ConfigError(f"{where}: must be a line of text")
    if form is not None and not form.fullmatch(value):
        raise ConfigError(f"{where}: has not the form that belongs there")
    return value
