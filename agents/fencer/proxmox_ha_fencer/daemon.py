"""The loop: look, decide, act. Everything that could block is bounded or done beside."""

from __future__ import annotations

import os
import signal
import time

from . import memory, service
from .alarm import raise_alarm
from .bounded import GivenUp
from .cluster import Cluster, Conflict
from .config import Config
from .core import decide
from .drivers.devices import RefusedLogins
from .files import write_whole
from .journal import say
from .metrics import write_metrics
from .model import Action, Answer, Ask, Observation, Publish, Revoke, Say, State
from .record import to_text
from .requests import Requests
from .status import write_status

STATE = "/var/lib/proxmox-ha/fencer"
RUN = "/run/proxmox-ha-fencer"
EVERY_S = 1.0
LEAST_S = 0.1
REPORT_S = 10.0
BLIND_S = 60.0
"""Longer without the cluster file system, and the mount that this process sees may be one that nobody serves."""


class Daemon:
    def __init__(self, config: Config, cluster: Cluster, refused: RefusedLogins, state_dir: str = STATE, run_dir: str = RUN):
        self._config, self._cluster = config, cluster
        self._requests = Requests(config, refused)
        self._intent = os.path.join(state_dir, "intent.json")
        self._state_dir, self._run_dir = state_dir, run_dir
        self._memory = os.path.join(run_dir, "memory.json")
        self._state = memory.restore(self._memory, time.monotonic(), memory.booted())
        self._answers: tuple[Answer, ...] = ()
        self._ends = False
        self._saw_files = time.monotonic()
        self._reported: tuple[float, object] = (float("-inf"), None)

    def run(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._end())
        say("info", "start", f"watching {len(self._config.peers)} peers of {self._config.cluster}")
        ready = False
        while not self._ends:
            self._requests.arrived.clear()
            began = time.monotonic()
            self.round(began)
            service.notify("WATCHDOG=1", f"STATUS={self._summary()}", *([] if ready else ["READY=1"]))
            ready = True
            time.sleep(LEAST_S)
            self._requests.arrived.wait(max(0.0, began + EVERY_S - time.monotonic()))
        self._requests.revoke(self._state.tickets)
        service.notify("STOPPING=1")
        say("info", "stop", "asked to stop")

    def _end(self) -> None:
        self._ends = True
        self._requests.arrived.set()

    def round(self, now: float) -> None:
        """`now` is from before the look: what is seen is never newer than it is taken for."""
        seen = self._cluster.look((*self._answers, *self._requests.answers()))
        self._answers = ()
        self._watch_files(seen, now)
        before = self._state
        self._state, actions = decide(before, seen, now, self._config)
        self._act(actions)
        self._keep(before, seen, now)

    def _watch_files(self, seen: Observation, now: float) -> None:
        if seen.ids is not None:
            self._saw_files = now
        elif now - self._saw_files > BLIND_S:
            say("error", "blind", f"/etc/pve could not be read for {BLIND_S:g} s; starting again")
            self._ends = True

    def _act(self, actions: list[Action]) -> None:
        written = True
        for action in actions:
            match action:
                case Say():
                    say(action.level, action.event, action.text, {"target": action.node})
                    if is_alarm(action):
                        raise_alarm(self._state_dir, action.event, action.text, action.text)
                case Revoke():
                    self._requests.revoke(self._state.tickets)
                case Publish():
                    written = self._publish(action)
                case Ask() if written or action.operation == "read":
                    self._requests.start(action)
                case Ask():
                    refusal = Answer(action.ticket, "error", "withdrawn", "the record could not be written")
                    self._answers = (*self._answers, refusal)

    def _publish(self, action: Publish) -> bool:
        try:
            write_whole(self._intent, to_text(action.record))
        except OSError as error:
            # The shared record is what others go by; a full disk here must not keep a node from being fenced.
            say("error", "state-unwritten", f"{self._intent} cannot be written: {error.strerror}")
        try:
            self._cluster.publish(action.record)
        except (GivenUp, Conflict, OSError, ValueError) as error:
            say("warning", "record-unwritten", f"the shared record could not be written: {error}")
            return False
        return True

    def _keep(self, before: State, seen: Observation, now: float) -> None:
        try:
            memory.keep(self._memory, self._state)
            if self._state.holds != before.holds and self._state.attempt is None:
                self._say_holds(before)
            mark = (self._state.attempt and self._state.attempt.step, seen.paused, seen.record and seen.record.cases)
            if now - self._reported[0] < REPORT_S and mark == self._reported[1]:
                return
            self._reported = (now, mark)
            write_status(self._run_dir, self._config, self._state, seen, now)
            write_metrics(self._state_dir, self._config, self._state, seen, now)
        except OSError as error:
            say("warning", "state-unwritten", f"{error.filename}: {error.strerror}")

    def _say_holds(self, before: State) -> None:
        """Reasons are said when they change; the seconds in them always do."""
        known = {_without_numbers(hold) for hold in before.holds}
        for hold in self._state.holds:
            if _without_numbers(hold) not in known:
                say("notice", "hold", hold)

    def _summary(self) -> str:
        attempt = self._state.attempt
        if attempt is not None:
            return f"{attempt.kind} {attempt.node}: {attempt.step}, level {attempt.level + 1}"
        return "; ".join(self._state.holds) or "all nodes are there"


def is_alarm(said: Say) -> bool:
    """What a person has to know at night, and that a node was switched off."""
    return said.level == "critical" or said.event == "fenced"


def _without_numbers(text: str) -> str:
    return "".join(letter for letter in text if not letter.isdigit())
