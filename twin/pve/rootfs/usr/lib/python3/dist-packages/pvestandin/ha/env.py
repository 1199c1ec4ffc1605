"""What the two daemons do to the world; a test replaces this by a cluster in memory."""
import sys
import time

from .. import cfs, guestlist
from ..guests import actions, locks
from . import clock, config

MANAGER_LOCK = 'ha_manager_lock'


def agent_lock(node):
    return f'ha_agent_{node}_lock'


class Env:
    def __init__(self):
        self.node = cfs.nodename()
        self.delays = clock.Delays(clock.time_scale())

    def now(self):
        return time.time()

    def log(self, text):
        sys.stdout.write(text + '\n')
        sys.stdout.flush()

    def stale(self, timestamp):
        return self.now() - timestamp > max(self.delays.stale_status, 2)

    # -- cluster ----------------------------------------------------------------------------------

    def quorate(self):
        return cfs.quorate()

    def members(self):
        return {node: bool(member.get('online')) for node, member in cfs.members().items()}

    def hold_manager_lock(self):
        return self.quorate() and cfs.hold_directory_lock(MANAGER_LOCK)

    def release_manager_lock(self):
        cfs.drop_directory_lock(MANAGER_LOCK)

    def hold_agent_lock(self):
        return self.quorate() and cfs.hold_directory_lock(agent_lock(self.node))

    def release_agent_lock(self):
        cfs.drop_directory_lock(agent_lock(self.node))

    def take_agent_lock(self, node):
        """Succeeds only when the node has let its lock expire or given it up."""
        if not cfs.hold_directory_lock(agent_lock(node)):
            return False
        cfs.drop_directory_lock(agent_lock(node))
        return True

    # -- files ------------------------------------------------------------------------------------

    def read_manager_status(self):
        return config.manager_status()

    def write_manager_status(self, status):
        config.write_json(config.MANAGER_STATUS, status)

    def read_lrm_status(self, node):
        return config.lrm_status(node)

    def write_lrm_status(self, status):
        config.write_json(f'nodes/{self.node}/lrm_status', status)

    def services(self):
        found = config.services()
        for want in found.values():
            group = config.group_rule(want['group'])
            if group:
                want['failback'] = group['failback']
        return found

    def rules(self):
        return config.active_rules()

    def group_rule(self, name):
        from .placement import rule_of_group
        group = config.group_rule(name)
        return rule_of_group(group) if group else None

    def take_commands(self):
        return config.take_commands()

    def request_state(self, sid, state):
        config.set_state(sid, state)

    def rebalance_on_start(self):
        return config.scheduling().get('ha-rebalance-on-start') == '1'

    def shutdown_policy(self):
        return config.shutdown_policy()

    # -- guests -----------------------------------------------------------------------------------

    def clear_lock(self, sid):
        return locks.clear_left_over(guestlist.parse_sid(sid)[1])

    def move_config(self, sid, source, target):
        _, vmid = guestlist.parse_sid(sid)
        actions.move_config(vmid, source, target)

    def running(self, sid):
        return actions.running(guestlist.parse_sid(sid)[1])

    def start(self, sid):
        return actions.start_as_task(guestlist.parse_sid(sid)[1])

    def stop(self, sid):
        return actions.stop_as_task(guestlist.parse_sid(sid)[1])

    def migrate(self, sid, target, live):
        return actions.migrate_as_task(guestlist.parse_sid(sid)[1], target, live)
