"""The daemon as a process of its own, with every path below the folder given."""

import os
import sys

import harness  # noqa: F401  (finds the fencer)
from proxmox_ha_fencer import command, metrics
from proxmox_ha_fencer.cluster import Cluster
from proxmox_ha_fencer.config import read_config
from proxmox_ha_fencer.daemon import Daemon
from proxmox_ha_fencer.drivers.devices import RefusedLogins

folder = sys.argv[1]


def below(name):
    return os.path.join(folder, name)


command.resource.setrlimit(command.resource.RLIMIT_CORE, (0, 0))
metrics.write_metrics.__defaults__ = (below("metrics"),)
config = read_config(below("fencer.json"))
cluster = Cluster(config, below("pve"), below("paused"), ("cat", below("quorum")))
Daemon(config, cluster, RefusedLogins(below("fencer.json"), below("refused.json")), below("state"), below("run")).run()
os._exit(0)
