"""`pveproxy`: listens on 8006 with the node's certificate, one thread for each connection."""

import json
import os
import signal
import socket
import ssl
import sys
import threading
import time

from .. import cfs, nodesetup, tasks
from ..handlers import cluster_status
from . import gateway, wire

PORT = 8006
PID_FILE = "/run/pveproxy/pveproxy.pid"
_RELOAD_S = 2
_IDLE_S = 60


class Server:
    def __init__(self):
        self.generation = 0
        self.context = self._load_certificate()

    def _load_certificate(self):
        node = cfs.nodename()
        certificate = nodesetup.certificate_file(node)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cfs.path(certificate), cfs.path(certificate.replace(".pem", ".key")))
        return context

    def reload(self):
        """Takes the certificate that /etc/pve holds now, a moment later as the real one does."""
        time.sleep(_RELOAD_S)
        try:
            self.context = self._load_certificate()
            self.generation += 1
        except (OSError, ssl.SSLError) as error:
            sys.stderr.write(f"unable to load the certificate: {error}\n")

    def serve(self, listener):
        while True:
            try:
                link, _ = listener.accept()
            except OSError:
                continue
            threading.Thread(target=self._connection, args=(link,), daemon=True).start()

    def _connection(self, link):
        generation = self.generation
        try:
            link.settimeout(_IDLE_S)
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self.context.wrap_socket(link, server_side=True) as secure, secure.makefile("rb") as stream:
                while True:
                    request = wire.read_request(stream)
                    if request is None:
                        return
                    secure.sendall(gateway.handle(request))
                    if not request.keep_alive or generation != self.generation:
                        return
        except (wire.Closed, OSError, ValueError):
            pass
        finally:
            link.close()


def main(arguments):
    if arguments[:1] not in ([], ["start"]):
        raise SystemExit("usage: pveproxy start")
    listener = _listen()
    gateway.warm_up()
    server = Server()
    signal.signal(signal.SIGHUP, lambda *_: threading.Thread(target=server.reload, daemon=True).start())
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    os.makedirs(os.path.dirname(PID_FILE), exist_ok=True)
    with open(PID_FILE, "w", encoding="ascii") as out:
        out.write(f"{os.getpid()}\n")
    threading.Thread(target=_publish_state, daemon=True).start()
    threading.Thread(target=server.serve, args=(listener,), daemon=True).start()
    _tell_systemd("READY=1")
    while True:
        signal.pause()


def _tell_systemd(text):
    """The unit counts as started once requests are answered."""
    address = os.environ.get("NOTIFY_SOCKET")
    if address:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as link:
            link.sendto(text.encode(), "\0" + address[1:] if address.startswith("@") else address)


def _listen():
    listener = socket.create_server(("::", PORT), family=socket.AF_INET6, dualstack_ipv6=True, backlog=128)
    listener.set_inheritable(False)
    return listener


def _publish_state():
    """Members that start later learn of this node's tasks and load by repetition."""
    while True:
        tasks.broadcast()
        cfs.status_set("nodefigures", json.dumps(cluster_status.local_figures()))
        time.sleep(10)
