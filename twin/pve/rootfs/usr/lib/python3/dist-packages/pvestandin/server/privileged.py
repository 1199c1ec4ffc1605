"""`pvedaemon`: the unit that Proxmox's tools and manuals restart.

The work of protected calls is done by pveproxy itself; this process keeps the unit's life cycle.
"""

import os
import signal


def main(arguments):
    if arguments[:1] not in ([], ["start"]):
        raise SystemExit("usage: pvedaemon start")
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    signal.signal(signal.SIGHUP, lambda *_: None)
    while True:
        signal.pause()
