"""Guests of this host at boot and at shutdown; HA looks after its own at boot."""
import re
import sys
import time

from .. import cfs, guestlist
from ..errors import ApiError
from ..ha import config as ha
from . import actions, config

QUORUM_WAIT_S = 60


def mine():
    """(order, vmid) of this host's guests that HA does not manage."""
    managed = ha.resources()
    found = []
    for vmid, guest in guestlist.guests().items():
        if guest['node'] == cfs.nodename() and guestlist.sid_of(vmid, guest) not in managed:
            values, _ = config.load(vmid)
            order = re.search(r'order=(\d+)', values.get('startup', ''))
            found.append((int(order.group(1)) if order else 999999999, vmid, values))
    return sorted(found, key=lambda entry: entry[:2])


def start_all():
    end = time.monotonic() + QUORUM_WAIT_S
    while not cfs.quorate() and time.monotonic() < end:
        time.sleep(1)
    for _, vmid, values in mine():
        if str(values.get('onboot', 0)) == '1':
            _each(actions.start, vmid)


def stop_all():
    for vmid in sorted(guestlist.guests()):
        if actions.running(vmid):
            _each(actions.stop, vmid)


def _each(action, vmid):
    try:
        action(vmid)
    except (ApiError, OSError) as error:
        print(f'guest {vmid}: {error}', flush=True)


if __name__ == '__main__':
    {'startall': start_all, 'stopall': stop_all}[sys.argv[1]]()
