"""The watchdog: a client side for the LRM, and the multiplexer that resets the host.

The multiplexer is itself supervised by the service manager (WatchdogSec and FailureAction in its
unit), which plays the hardware timer: a killed or hanging multiplexer resets the host as well.
"""
import ctypes
import os
import select
import signal
import socket
import sys
import time

from . import clock

SOCKET = '/run/watchdog-mux.sock'
ACTIVE_MARK = '/run/watchdog-mux.active'
RB_AUTOBOOT = 0x01234567


class Watchdog:
    """Opened by the first feed; `close` says the magic word so that nothing bites."""

    def __init__(self, path=SOCKET):
        self.path = path
        self.link = None

    def feed(self):
        try:
            if self.link is None:
                self.link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
                self.link.connect(self.path)
            self.link.send(b'.')
        except OSError as error:
            print(f'watchdog update failed - {error.strerror}', flush=True)

    def close(self):
        if self.link is not None:
            try:
                self.link.send(b'V')
            finally:
                self.link.close()
                self.link = None

    @property
    def active(self):
        return self.link is not None


def reset_host():
    """No sync, no unmount: what a watchdog does."""
    print('watchdog expired - resetting the host', flush=True)
    ctypes.CDLL(None).reboot(RB_AUTOBOOT)
    os._exit(1)


def notify(text):
    """The service manager's notification protocol."""
    address = os.environ.get('NOTIFY_SOCKET')
    if address:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as link:
            link.connect('\0' + address[1:] if address.startswith('@') else address)
            link.send(text.encode())


class Multiplexer:
    def __init__(self, delays, reset=reset_host, now=time.monotonic):
        self.delays, self.reset, self.now = delays, reset, now
        self.fed = {}
        self.expired_at = None
        self.warned = set()

    def received(self, client, data):
        """Empty data is a closed connection: without the magic word before it the client died."""
        if data.endswith(b'V'):
            self.fed.pop(client, None)
        elif data:
            self.fed[client] = self.now()
            self.warned.discard(client)
        elif client in self.fed:
            self._expire('client did not stop watchdog - disable watchdog updates')

    def tick(self):
        for client, at in self.fed.items():
            idle = self.now() - at
            if idle > self.delays.watchdog_client * 5 / 6 and client not in self.warned:
                self.warned.add(client)
                print('client watchdog is about to expire', flush=True)
            if idle > self.delays.watchdog_client:
                self._expire('client watchdog expired - disable watchdog updates')
        if self.expired_at is not None and self.now() - self.expired_at > self.delays.watchdog_device:
            self.reset()

    def _expire(self, reason):
        if self.expired_at is None:
            print(reason, flush=True)
            self.expired_at = self.now()


def serve():
    delays = clock.Delays(clock.time_scale())
    if os.path.exists(ACTIVE_MARK):
        print('watchdog active - unable to restart watchdog-mux', flush=True)
        return
    if os.path.exists(SOCKET):
        os.unlink(SOCKET)
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.bind(SOCKET)
    os.chmod(SOCKET, 0o600)
    server.listen()
    mux = Multiplexer(delays)
    print(f"Watchdog driver 'Software Watchdog', version 0 (delays divided by {delays.scale:g})", flush=True)
    notify('READY=1')
    clients = {}
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1 if mux.fed else 0))
    while True:
        ready, _, _ = select.select([server, *clients], [], [], min(1, delays.watchdog_device / 5))
        for link in ready:
            if link is server:
                client, _ = server.accept()
                clients[client] = client.fileno()
                open(ACTIVE_MARK, 'w', encoding='ascii').close()
                continue
            try:
                data = link.recv(256)
            except OSError:
                data = b''
            mux.received(clients[link], data)
            if not data:
                del clients[link]
                link.close()
        if not mux.fed and mux.expired_at is None and os.path.exists(ACTIVE_MARK):
            os.unlink(ACTIVE_MARK)
        mux.tick()
        notify('WATCHDOG=1')
