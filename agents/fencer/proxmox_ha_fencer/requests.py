"""Carries out what the core asks of devices, each in a thread of its own, so that looking never waits for a device."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable

from .config import Config, DeviceConfig, NodeConfig
from .drivers.device import DeviceError
from .drivers.devices import Device, RefusedLogins
from .model import Answer, Ask

MakeDevice = Callable[[DeviceConfig, NodeConfig], Device]


class Requests:
    def __init__(self, config: Config, refused: RefusedLogins):
        self._config, self._refused = config, refused
        self._answers: queue.SimpleQueue[Answer] = queue.SimpleQueue()
        self._revoked = 0
        self.arrived = threading.Event()

    def revoke(self, up_to: int) -> None:
        """What was asked under these tickets may still read, and must not switch."""
        self._revoked = max(self._revoked, up_to)

    def answers(self) -> tuple[Answer, ...]:
        found = []
        while True:
            try:
                found.append(self._answers.get_nowait())
            except queue.Empty:
                return tuple(found)

    def start(self, ask: Ask) -> None:
        threading.Thread(target=self._run, args=(ask,), daemon=True, name=f"ask-{ask.ticket}").start()

    def _run(self, ask: Ask) -> None:
        try:
            answer = self.perform(ask)
        except Exception as error:  # whatever a device makes a driver do, it must not end the fencer
            answer = Answer(ask.ticket, "error", "protocol", f"the driver failed: {type(error).__name__}")
        self._answers.put(answer)
        self.arrived.set()

    def _permit(self, ask: Ask) -> None:
        if time.monotonic() >= ask.until or ask.ticket <= self._revoked:
            raise DeviceError("withdrawn", "the request was withdrawn before it was sent")

    def perform(self, ask: Ask) -> Answer:
        """Waits for it."""
        node = self._config.named(ask.node)
        if node is None:
            return Answer(ask.ticket, "error", "protocol", "no such node")
        levels = node.levels[::-1] if ask.operation == "on" else (node.levels[ask.level],)
        outcomes = [outcome for level in levels for outcome in self._level(ask, node, level)]
        return _together(ask, outcomes)

    def _level(self, ask: Ask, node: NodeConfig, level: tuple[DeviceConfig, ...]) -> list[str | tuple[str, str]]:
        """All devices of a level at once."""
        outcomes: list[str | tuple[str, str]] = [("timeout", "no answer")] * len(level)

        def one(index: int, device: Device) -> None:
            try:
                outcomes[index] = self._ask(ask, device)
            except DeviceError as error:
                outcomes[index] = (error.failure, f"{device.config.where}: {error.why}")

        devices = [Device(config, node, self._refused) for config in level]
        others = [threading.Thread(target=one, args=pair, daemon=True) for pair in list(enumerate(devices))[1:]]
        for thread in others:
            thread.start()
        one(0, devices[0])
        for thread in others:
            thread.join(12.0)
        return outcomes

    def _ask(self, ask: Ask, device: Device) -> str:
        if ask.operation == "read":
            return device.read()
        switch = device.off if ask.operation == "off" else device.on
        switch(lambda: self._permit(ask))
        return "done"


def _together(ask: Ask, outcomes: list[str | tuple[str, str]]) -> Answer:
    failed = [outcome for outcome in outcomes if isinstance(outcome, tuple)]
    if failed:
        return Answer(ask.ticket, "error", failed[0][0], "; ".join(why for _, why in failed))
    if ask.operation != "read":
        return Answer(ask.ticket, "done")
    states = set(outcomes)
    return Answer(ask.ticket, "off" if states == {"off"} else "on" if "on" in states else "unknown")
