"""The local socket by which other processes publish and read short-lived values."""

import json
import os
import socketserver
import threading


def serve(path, replica):
    """Answers in a background thread, one JSON line for each connection."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            try:
                asked = json.loads(self.rfile.readline())
            except ValueError:
                return
            if asked.get("do") == "status-set":
                replica.publish(str(asked["key"]), str(asked["text"]))
                answer = {"values": {}}
            else:
                with replica.guard:
                    answer = {"values": dict(replica.values.get(asked.get("key"), {}))}
            self.wfile.write(json.dumps(answer).encode() + b"\n")

    class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
        daemon_threads = True

    if os.path.exists(path):
        os.unlink(path)
    server = Server(path, Handler)
    os.chmod(path, 0o660)
    threading.Thread(target=server.serve_forever, daemon=True).start()
