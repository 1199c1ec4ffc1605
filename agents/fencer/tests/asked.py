"""Answers a verb of main.py from a configuration and a membership that come over standard input, for tests in other languages."""

import json
import sys
from unittest import mock

from harness import parse_config
from proxmox_ha_fencer import command, manual
from proxmox_ha_fencer.drivers.devices import RefusedLogins
from test_manual import FakeCluster

wish = json.load(sys.stdin)
with (
    mock.patch.object(command, "read_config", lambda: parse_config(wish["config"])),
    mock.patch.object(command, "Cluster", lambda config: FakeCluster(wish["present"])),
    mock.patch.object(command, "RefusedLogins", lambda path: RefusedLogins(__file__, "/nonexistent/refused.json")),
    mock.patch.object(manual, "LEAVES_S", 0.2),
):
    sys.exit(command.main(sys.argv[1:]))
