"""pvestatd: brings storages up and publishes the figures of this host every ten seconds."""
import json
import signal
import threading
import time

from . import cfs, guestlist
from .errors import ApiError
from .guests import config as guest_config
from .handlers import cluster_guests
from .handlers import guests as guest_handlers
from .storage import activate, config, kinds

ROUND_S = 10


class Storages:
    """One thread for each storage, so that a dead server delays nobody else."""

    def __init__(self):
        self.rows = {}
        self.busy = set()

    def start_round(self):
        sections, _ = config.load()
        for name in set(self.rows) - set(sections):
            self.rows.pop(name, None)
        for name, section in sections.items():
            if name not in self.busy and kinds.on_node(section, cfs.nodename()):
                self.busy.add(name)
                threading.Thread(target=self._measure, args=(name, section), daemon=True).start()

    def _measure(self, name, section):
        try:
            self.rows[name] = activate.status(name, section, warn=lambda text: print(text, flush=True))
        finally:
            self.busy.discard(name)


def guest_figures():
    figures = {}
    for vmid, guest in guestlist.guests().items():
        if guest['node'] == cfs.nodename():
            row = guest_handlers.summary(vmid, guest['kind'], guest_config.load(vmid)[0])
            figures[str(vmid)] = {key: row[key] for key in ('status', 'uptime', 'mem', 'maxmem')}
    return figures


def one_round(storages):
    storages.start_round()
    cfs.status_set('node-figures', json.dumps(cluster_guests.figures_of_node()))
    cfs.status_set('guest-figures', json.dumps(guest_figures()))
    time.sleep(1)
    cfs.status_set('storage-figures', json.dumps(dict(storages.rows)))


def run():
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    storages = Storages()
    while not stop.is_set():
        try:
            one_round(storages)
        except (ApiError, OSError, ValueError) as error:
            print(f'status update error: {error}', flush=True)
        stop.wait(ROUND_S)
