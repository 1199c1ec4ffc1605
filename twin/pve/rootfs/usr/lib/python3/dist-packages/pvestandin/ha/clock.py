"""The delays of HA, divided by the twin's time scale."""
import json

HOST_FILE = '/etc/twin/host.json'

ROUND_S = 10
FENCE_DELAY_S = 60
LOCK_LIFETIME_S = 120
WATCHDOG_CLIENT_S = 60
WATCHDOG_DEVICE_S = 10
STALE_STATUS_S = 30
GONE_FORGOTTEN_S = 3600
LRM_IDLE_ROUNDS = 60
CRM_IDLE_ROUNDS = 90


def time_scale(path=HOST_FILE):
    try:
        with open(path, encoding='utf-8') as file:
            scale = float(json.load(file).get('timeScale', 1))
    except (OSError, ValueError, TypeError, AttributeError):
        return 1.0
    return scale if scale > 0 else 1.0


class Delays:
    """Every delay of the manager in seconds of the machine's clock."""

    def __init__(self, scale=1.0):
        self.scale = scale
        self.round = ROUND_S / scale
        self.fence = FENCE_DELAY_S / scale
        self.lock = LOCK_LIFETIME_S / scale
        self.watchdog_client = WATCHDOG_CLIENT_S / scale
        self.watchdog_device = WATCHDOG_DEVICE_S / scale
        self.stale_status = STALE_STATUS_S / scale
        self.gone = GONE_FORGOTTEN_S / scale
