"""The process in the place of a guest: holds its memory figure and counts seconds.

The counter is the guest's memory: a live migration carries it over, a crash loses it.
Run as `python3 -m pvestandin.guests.process VMID`; only the standard library is loaded.
"""
import json
import os
import signal
import sys
import time

RUN = '/run/pve-standin/guests'


def state_file(vmid):
    return f'{RUN}/{vmid}.json'


def read_state(vmid):
    try:
        with open(state_file(vmid), encoding='utf-8') as source:
            return json.load(source)
    except (OSError, ValueError):
        return None


def write_state(vmid, state):
    temporary = f'{state_file(vmid)}.tmp'
    with open(temporary, 'w', encoding='utf-8') as out:
        json.dump(state, out)
    os.replace(temporary, state_file(vmid))


def main(vmid):
    state = read_state(vmid) or {}
    state.update({'pid': os.getpid(), 'counter': state.get('counter', 0)})
    state.setdefault('started', time.time())
    running = True

    def stop(*_):
        nonlocal running
        running = False

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while running:
        write_state(vmid, state)
        time.sleep(1)
        state['counter'] += 1
    os.unlink(state_file(vmid))


if __name__ == '__main__':
    main(int(sys.argv[1]))
