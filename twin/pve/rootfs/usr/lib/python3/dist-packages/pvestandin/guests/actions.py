"""Starting, stopping and moving guests on this host."""
import json
import os
import subprocess
import time

from .. import cfs, guestlist
from ..errors import PlainError
from ..storage import activate, content, kinds
from ..storage import config as storages
from . import config, locks, process, remote

STOP_TIMEOUT_S = 60


def unit(vmid):
    return f'pve-guest-{vmid}.service'


def running(vmid):
    state = process.read_state(vmid)
    return bool(state) and os.path.exists(f"/proc/{state.get('pid', 0)}")


def state(vmid):
    return (process.read_state(vmid) if running(vmid) else None) or {}


def memory_bytes(kind, values):
    return int(str(values.get('memory', 512)).partition(',')[0].replace('current=', '')) * 1024 * 1024


def check_volumes(vmid, kind, values):
    """Every disk must be reachable from this host, else the guest can't start."""
    for volume in config.disks(kind, values).values():
        storage_id = volume.partition(':')[0]
        section = storages.get(storage_id)
        activate.activate(storage_id, section)
        if section.get('path') and not os.path.exists(content.path_of(section, volume)):
            raise PlainError(f"volume '{volume}' does not exist")


def start(vmid, log=print, carried=None, skip_lock=False):
    """`carried` is the state of a live migration's source."""
    guest = config.find(vmid)
    if guest['node'] != cfs.nodename() and carried is None:
        config.find(vmid, guest['kind'], cfs.nodename())
    values, _ = config.load(vmid)
    if running(vmid):
        raise PlainError(f"{'VM' if guest['kind'] == 'qemu' else 'CT'} {vmid} already running")
    if carried is None and not skip_lock:
        locks.refuse(vmid)
    if str(values.get('template', 0)) == '1':
        raise PlainError("you can't start a vm if it's a template")
    if carried is None:
        config.bring_into_effect(vmid)
        values, _ = config.load(vmid)
    check_volumes(vmid, guest['kind'], values)
    os.makedirs(process.RUN, exist_ok=True)
    if carried:
        process.write_state(vmid, carried)
    elif os.path.exists(process.state_file(vmid)):
        os.unlink(process.state_file(vmid))
    subprocess.run(['systemctl', 'reset-failed', unit(vmid)], capture_output=True, check=False)
    done = subprocess.run(
        ['systemd-run', f'--unit={unit(vmid)}', '--slice=qemu.slice', '--collect', '--quiet',
         f'--description=stand-in process of guest {vmid}', '/usr/bin/python3', '-m',
         'pvestandin.guests.process', str(vmid)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise PlainError(f'start failed: {done.stderr.strip()}')
    wait_for(lambda: running(vmid), 10, 'start failed: timeout waiting on systemd')


def wait_for(condition, seconds, text):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise PlainError(text)
        time.sleep(0.1)


def stop(vmid, log=print):
    if not running(vmid):
        return
    done = subprocess.run(['systemctl', 'stop', unit(vmid)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise PlainError(done.stderr.strip() or 'VM quit/powerdown failed')
    wait_for(lambda: not running(vmid), STOP_TIMEOUT_S, 'VM quit/powerdown failed - got timeout')


def signal_process(vmid, number):
    """Suspending and resuming: a guest that has ended meanwhile needs neither."""
    pid = state(vmid).get('pid')
    if pid:
        os.kill(pid, number)


def move_config(vmid, source, target):
    guest = guestlist.guests()[int(vmid)]
    if guest['node'] == target:
        return
    old = guestlist.config_file(vmid, {**guest, 'node': source})
    new = guestlist.config_file(vmid, {**guest, 'node': target})
    os.rename(cfs.path(old), cfs.path(new))


def migrate(vmid, target, live, log=print):
    """Moves a guest to another node; live when it runs and `live` is set."""
    me = cfs.nodename()
    guest = config.find(vmid, node=me)
    if target == me:
        raise PlainError('target is local node.')
    member = cfs.members().get(target)
    if member is None:
        raise PlainError(f"no such cluster node '{target}'")
    if not member.get('online'):
        raise PlainError(f"target node '{target}' is offline")
    values, _ = config.load(vmid)
    refuse_local_disks(vmid, guest['kind'], values, target)
    log(f"starting migration of VM {vmid} to node '{target}' ({member['ip']})")
    if not running(vmid):
        move_config(vmid, me, target)
    elif live:
        _migrate_live(vmid, me, target, log)
    else:
        raise PlainError("can't migrate running VM without --online")
    log('migration finished successfully')


def _migrate_live(vmid, me, target, log):
    log(f"starting VM {vmid} on remote node '{target}'")
    tool = 'qm' if guestlist.guests()[vmid]['kind'] == 'qemu' else 'pct'
    remote.run(target, [tool, 'start', str(vmid), '--skiplock', '1', '--migratedfrom', me,
                        '--stateuri', 'tcp'], json.dumps(carry(vmid)))
    move_config(vmid, me, target)
    stop(vmid)


def carry(vmid):
    return {key: value for key, value in state(vmid).items() if key in ('counter', 'started')}


def refuse_local_disks(vmid, kind, values, target):
    for volume in config.disks(kind, values).values():
        storage_id = volume.partition(':')[0]
        section = storages.get(storage_id)
        if not kinds.as_shown(storage_id, section).get('shared'):
            raise PlainError(f"can't migrate local disk '{volume}': storage '{storage_id}' is not shared")
        if not kinds.on_node(section, target):
            raise PlainError(f"storage '{storage_id}' is not available on node '{target}'")


# -- for the HA manager: success or failure, with a task that tells why ------------------------------

def _as_task(kind, vmid, work):
    """The HA daemon acts through the command line tools, so that every action leaves a task."""
    done = subprocess.run(work, capture_output=True, text=True, check=False,
                          env={**os.environ, 'PVE_STANDIN_HA': '1'})
    if done.returncode != 0:
        print(f'{kind} {vmid}: {done.stderr.strip()}', flush=True)
    return done.returncode == 0


def _tool(vmid):
    guest = guestlist.guests().get(vmid)
    return 'pct' if guest and guest['kind'] == 'lxc' else 'qm'


def start_as_task(vmid):
    return _as_task('start', vmid, [_tool(vmid), 'start', str(vmid)]) and running(vmid)


def stop_as_task(vmid):
    return not running(vmid) or _as_task('stop', vmid, [_tool(vmid), 'shutdown', str(vmid)]) and not running(vmid)


def migrate_as_task(vmid, target, live):
    if guestlist.guests().get(vmid, {}).get('node') == target:
        return True
    if not live and running(vmid) and not stop_as_task(vmid):
        return False
    command = [_tool(vmid), 'migrate', str(vmid), target, '--online', '1']
    moved = _as_task('migrate', vmid, command)
    return moved and guestlist.guests().get(vmid, {}).get('node') == target

