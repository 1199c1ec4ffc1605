"""The loops of pve-ha-crm and pve-ha-lrm."""
import os
import signal
import subprocess
import time

from ..errors import ApiError
from . import migration
from .env import Env
from .lrm import Lrm
from .manager import Manager
from .runner import ThreadRunner
from .watchdog import Watchdog

NOTES = '/run/pve-standin/notes'


def note_scale(env):
    if env.delays.scale != 1:
        text = f'HA delays are divided by {env.delays.scale:g}'
        env.log(text)
        os.makedirs(os.path.dirname(NOTES), exist_ok=True)
        with open(NOTES, 'a', encoding='utf-8') as notes:
            notes.write(text + '\n')


class Stop:
    """Set by SIGTERM."""

    def __init__(self):
        self.asked = False
        signal.signal(signal.SIGTERM, self._ask)
        signal.signal(signal.SIGINT, self._ask)

    def _ask(self, *_):
        self.asked = True


def wait(seconds, stop):
    end = time.monotonic() + seconds
    while time.monotonic() < end and not stop.asked:
        time.sleep(min(0.2, max(0.0, end - time.monotonic())))


def crm():
    env, stop = Env(), Stop()
    note_scale(env)
    manager = None
    env.log('status change startup => wait_for_quorum')
    while not stop.asked:
        try:
            manager = crm_round(env, manager)
        except (ApiError, OSError) as error:
            env.log(f'round failed: {error}')
        wait(env.delays.round if manager else env.delays.round / 2, stop)
    if manager:
        env.release_manager_lock()


def crm_round(env, manager):
    if not env.quorate():
        if manager:
            env.log('status change master => lost_manager_lock')
        return None
    wanted = env.services() or manager or env.read_manager_status().get('service_status')
    if not (wanted and env.hold_manager_lock()):
        if manager:
            env.log('status change master => lost_manager_lock')
        return None
    if manager is None:
        env.log('successfully acquired lock \'ha_manager_lock\'')
        env.log('status change slave => master')
        manager = Manager(env)
    migration.migrate_groups(env)
    manager.round()
    return manager


def lrm():
    env, stop = Env(), Stop()
    note_scale(env)
    daemon = Lrm(env, Watchdog(), ThreadRunner())
    while not daemon.done:
        if stop.asked and not daemon.leaving:
            daemon.leave(leaving_mode(env.shutdown_policy(), host_job()))
            env.log(f'received stop signal - mode {daemon.leaving}')
        try:
            daemon.round()
        except (ApiError, OSError) as error:
            env.log(f'round failed: {error}')
            if daemon.leaving and not env.quorate():
                return
        if daemon.leaving and not daemon.done:
            time.sleep(min(1, env.delays.round))
        elif not daemon.done:
            wait(env.delays.round / (2 if daemon.state == 'wait_for_agent_lock' else 1), stop)


def leaving_mode(policy, job):
    """What happens to services when the daemon is asked to stop. `job`: None, reboot or poweroff."""
    if job is None or policy == 'freeze':
        return 'restart'
    if policy == 'migrate':
        return 'maintenance'
    if policy == 'failover':
        return 'shutdown'
    return 'restart' if job == 'reboot' else 'shutdown'


def host_job():
    """reboot or poweroff when the host is going down."""
    out = subprocess.run(['systemctl', 'list-jobs', '--no-legend'], capture_output=True, text=True,
                         check=False).stdout
    if 'reboot.target' in out:
        return 'reboot'
    return 'poweroff' if any(word in out for word in ('poweroff.target', 'shutdown.target', 'halt.target')) else None
