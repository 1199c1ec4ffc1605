"""A cluster in memory with a clock of its own, for the HA daemons."""
import harness  # noqa: F401  (puts the package on the path)
from pvestandin.ha import clock
from pvestandin.ha.lrm import Lrm
from pvestandin.ha.manager import Manager
from pvestandin.ha.placement import rule_of_group


class World:
    def __init__(self, nodes):
        self.clock = 1000.0
        self.connected = {node: True for node in nodes}
        self.wanted, self.where = {}, {}
        self.rule_set, self.groups = {}, {}
        self.commands, self.manager_status, self.lrm_status = [], {}, {}
        self.locks, self.log_lines = {}, []
        self.left_over = {}
        self.running, self.broken = {}, set()
        self.hosts = {node: Host(self, node) for node in nodes}

    def add(self, sid, node, **want):
        self.where[sid] = node
        self.wanted[sid] = {'state': 'started', 'max_restart': 1, 'max_relocate': 1, 'failback': True, **want}

    def run(self, seconds):
        end = self.clock + seconds
        while self.clock < end:
            for host in self.hosts.values():
                host.tick()
            self.clock += 10

    def state(self, sid):
        service = self.manager_status['service_status'][sid]
        return service['state'], service['node']

    def hold(self, name, owner):
        lock = self.locks.get(name)
        if lock and lock[0] != owner and self.clock - lock[1] < clock.LOCK_LIFETIME_S:
            return False
        self.locks[name] = (owner, self.clock)
        return True


class Watchdog:
    def __init__(self, world):
        self.world, self.fed = world, None

    def feed(self):
        self.fed = self.world.clock

    def close(self):
        self.fed = None


class DirectRunner:
    def __init__(self):
        self.done = []

    def busy(self):
        return set()

    def submit(self, sid, uid, action):
        self.done.append((sid, uid, action()))

    def finished(self):
        done, self.done = self.done, []
        return done


class Host:
    """One node: its view is the shared state while connected, and it resets when not fed."""

    def __init__(self, world, node):
        self.world, self.node = world, node
        self.delays = clock.Delays()
        self.up = True
        self.boot()

    def boot(self):
        self.watchdog = Watchdog(self.world)
        self.lrm = Lrm(self, self.watchdog, DirectRunner())
        self.manager = None
        self.up = True

    def tick(self):
        if not self.up:
            return
        fed = self.watchdog.fed
        if fed is not None and self.world.clock - fed >= clock.WATCHDOG_CLIENT_S:
            self.reset()
            return
        if self.quorate() and self.world.wanted and self.world.hold('manager', self.node):
            if self.manager is None:
                self.manager = Manager(self)
            self.manager.round()
        else:
            self.manager = None
        self.lrm.round()

    def reset(self):
        self.world.log_lines.append((self.world.clock, f'{self.node} reset'))
        self.world.running = {sid: at for sid, at in self.world.running.items() if at != self.node}
        self.up = False

    # -- what the daemons ask ------------------------------------------------------------------
    def now(self):
        return self.world.clock

    def log(self, text):
        self.world.log_lines.append((self.world.clock, f'{self.node} {text}'))

    def stale(self, timestamp):
        return self.now() - timestamp > 30

    def quorate(self):
        return self.up and self.world.connected[self.node]

    def members(self):
        return {node: self.world.connected[node] and host.up for node, host in self.world.hosts.items()}

    def hold_agent_lock(self):
        return self.quorate() and self.world.hold(f'agent {self.node}', self.node)

    def release_agent_lock(self):
        self.world.locks.pop(f'agent {self.node}', None)

    def take_agent_lock(self, node):
        if not self.world.hold(f'agent {node}', self.node):
            return False
        del self.world.locks[f'agent {node}']
        return True

    def read_manager_status(self):
        return self.world.manager_status

    def write_manager_status(self, status):
        self.world.manager_status = {**status, 'service_status': {
            sid: dict(service) for sid, service in status['service_status'].items()}}

    def read_lrm_status(self, node):
        return self.world.lrm_status.get(node)

    def write_lrm_status(self, status):
        self.world.lrm_status[self.node] = {**status, 'results': dict(status['results'])}

    def services(self):
        return {sid: {**want, 'node': self.world.where[sid]} for sid, want in self.world.wanted.items()}

    def rules(self):
        return self.world.rule_set

    def group_rule(self, name):
        return rule_of_group(self.world.groups[name]) if name else None

    def take_commands(self):
        taken, self.world.commands = self.world.commands, []
        return taken

    def request_state(self, sid, state):
        self.world.wanted[sid]['state'] = state

    def rebalance_on_start(self):
        return False

    def clear_lock(self, sid):
        return self.world.left_over.pop(sid, None)

    def move_config(self, sid, source, target):
        self.world.where[sid] = target

    def is_running(self, sid):
        return self.world.running.get(sid) == self.node

    running = is_running

    def start(self, sid):
        if (sid, self.node) in self.world.broken or self.world.where[sid] != self.node:
            return False
        self.world.running[sid] = self.node
        return True

    def stop(self, sid):
        self.world.running.pop(sid, None)
        return True

    def migrate(self, sid, target, live):
        self.world.where[sid] = target
        if live:
            self.world.running[sid] = target
        else:
            self.world.running.pop(sid, None)
        return True
