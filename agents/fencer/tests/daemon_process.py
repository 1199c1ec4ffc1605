"""The daemon as a process of its own, with every path below the folder given."""

import json
import os
import sys
import time

import harness  # noqa: F401  (finds the fencer)
from proxmox_ha_fencer import command, files, metrics
from proxmox_ha_fencer.cluster import Cluster
from proxmox_ha_fencer.config import read_config
from proxmox_ha_fencer.daemon import Daemon
from proxmox_ha_fencer.drivers.devices import RefusedLogins

folder = sys.argv[1]


def below(name):
    return os.path.join(folder, name)


command.without_core()
metrics.write_metrics.__defaults__ = (below("metrics"),)
config = read_config(below("fencer.json"))
kept = files.read_json(below("run/memory.json"))
if kept is not None:
    # On a machine with other work this process starts late; what it remembers is from just now all the same.
    files.write_whole(below("run/memory.json"), json.dumps({**kept, "looked": time.monotonic()}))
cluster = Cluster(config, below("pve"), below("paused"), ("cat", below("quorum")))
Daemon(config, cluster, RefusedLogins(below("fencer.json"), below("refused.json")), below("state"), below("run")).run()
os._exit(0)
