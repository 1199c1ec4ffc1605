"""The decisions of the cluster resource manager, one round at a time.

All I/O is behind `env`, so that a test can play a cluster with a clock of its own.
"""
import itertools
import os

from . import placement
from .commands import apply_commands
from .nodestatus import NodeStatus

SUCCESS, ERROR, TRY_AGAIN = 0, 1, 2
WANTED = {'enabled': 'started'}


class Manager:
    def __init__(self, env):
        self.env = env
        old = env.read_manager_status() or {}
        self.status = {
            'master_node': env.node,
            'node_status': dict(old.get('node_status', {})),
            'service_status': {sid: dict(sd) for sid, sd in old.get('service_status', {}).items()},
            'node_request': old.get('node_request', {}),
        }
        if old.get('disarm'):
            self.status['disarm'] = old['disarm']
        self.nodes = NodeStatus(env, self.status['node_status'])
        self.moves = {}
        self.lrm = {}
        self.wanted = {}
        self.rules = {}

    @property
    def services(self):
        return self.status['service_status']

    def round(self):
        env = self.env
        self.wanted = env.services()
        self.rules = env.rules()
        members = env.members()
        self.lrm = {node: env.read_lrm_status(node) or {} for node in members}
        self.nodes.update(members, {node: lrm.get('mode') for node, lrm in self.lrm.items()})
        apply_commands(self)
        self._adopt_and_forget()
        if not self._disarmed():
            self._advance()
        self.status['timestamp'] = int(env.now())
        env.write_manager_status(self.status)

    # -- the list of services ------------------------------------------------------------------

    def _adopt_and_forget(self):
        for sid, want in self.wanted.items():
            if want['state'] == 'ignored':
                self.services.pop(sid, None)
            elif sid not in self.services:
                self.env.log(f"adding new service '{sid}' on node '{want['node']}'")
                self.services[sid] = {'node': want['node'], 'uid': _uid(), 'state':
                                      'request_start' if _state(want) == 'started' else 'request_stop'}
        for sid in [sid for sid in self.services if sid not in self.wanted]:
            self.env.log(f"removing stale service '{sid}' (no config)")
            del self.services[sid]

    # -- disarmed: nothing moves until every LRM has let go of its watchdog ---------------------

    def _disarmed(self):
        disarm = self.status.get('disarm')
        if not disarm:
            return False
        for sid, service in self.services.items():
            if service['state'] in ('started', 'stopped', 'request_start', 'request_stop'):
                self.change(sid, 'freeze')
        if disarm['state'] == 'disarming' and not any(
                lrm.get('state') == 'active' and self.nodes.operational(node)
                for node, lrm in self.lrm.items()):
            disarm['state'] = 'disarmed'
        return True

    # -- the state machine ----------------------------------------------------------------------

    def _advance(self):
        for _ in range(8):
            before = {sid: (s['state'], s['node']) for sid, s in self.services.items()}
            for sid in sorted(self.services):
                service = self.services[sid]
                getattr(self, '_in_' + service['state'])(sid, service, self.wanted[sid])
            self._fence()
            if before == {sid: (s['state'], s['node']) for sid, s in self.services.items()}:
                return

    def change(self, sid, state, **facts):
        service = self.services[sid]
        kept = {key: service[key] for key in ('node', 'maintenance_node', 'failed_nodes')
                if key in service}
        new = {**kept, **facts, 'state': state, 'uid': _uid()}
        details = ''.join(f', {key} = {facts[key]}' for key in ('node', 'target') if key in facts)
        self.env.log(f"service '{sid}': state changed from '{service['state']}' to '{state}'{details}")
        self.services[sid] = {key: value for key, value in new.items() if value not in (None, [])}

    def result(self, service):
        entry = self.lrm.get(service['node'], {}).get('results', {}).get(service['uid'])
        return None if entry is None else entry['exit_code']

    def place(self, sid, service, **how):
        want = self.wanted[sid]
        places = {other: s.get('target') or s['node'] for other, s in self.services.items()
                  if s['state'] not in ('stopped', 'error', 'recovery', 'fence')}
        group = self.env.group_rule(want.get('group'))
        return placement.choose(sid, service['node'], self.nodes.online(), self.rules, places, group,
                                failback=want.get('failback', True), **how)

    def _away(self, sid, service):
        """True when the node is not there; starts fencing when it has been away long enough."""
        if self.nodes.operational(service['node']):
            return False
        if self.nodes.dead(service['node']):
            self.change(sid, 'fence')
        return True

    def _frozen(self, sid, service):
        if self.lrm.get(service['node'], {}).get('mode') == 'restart':
            self.change(sid, 'freeze')
            return True
        return False

    def _in_request_start(self, sid, service, want):
        if self._away(sid, service):
            return
        target = self.place(sid, service, stay=False) if self.env.rebalance_on_start() else None
        if target and target != service['node']:
            self.change(sid, 'relocate', target=target)
        else:
            self.change(sid, 'started')

    def _in_started(self, sid, service, want):
        if self._away(sid, service) or self._frozen(sid, service):
            return
        if _state(want) != 'started':
            self.change(sid, 'request_stop')
            return
        move = self.moves.pop(sid, None)
        if move and move[1] != service['node']:
            self.change(sid, move[0], target=move[1])
            return
        code = self.result(service)
        if code == ERROR:
            self._start_failed(sid, service, want)
            return
        if code == SUCCESS:
            service.pop('failed_nodes', None)
            service['running'] = 1
        self._move_to_better_node(sid, service)

    def _start_failed(self, sid, service, want):
        failed = service.get('failed_nodes', []) + [service['node']]
        if len(failed) <= want['max_relocate']:
            target = self.place(sid, service, stay=False, exclude=failed)
            if target:
                self.change(sid, 'relocate', target=target, failed_nodes=failed)
                return
        self.change(sid, 'error', failed_nodes=failed)

    def _move_to_better_node(self, sid, service):
        home = service.get('maintenance_node')
        if home in self.nodes.online():
            service.pop('maintenance_node')
            if home != service['node']:
                self._move(sid, home)
                return
        target = self.place(sid, service)
        if target and target != service['node']:
            in_maintenance = self.nodes.states.get(service['node']) == 'maintenance'
            self._move(sid, target, maintenance_node=home or service['node'] if in_maintenance else home)

    def _move(self, sid, target, **facts):
        self.change(sid, 'migrate' if sid.startswith('vm:') else 'relocate', target=target, **facts)

    def _in_request_stop(self, sid, service, want):
        if self._away(sid, service) or self._frozen(sid, service):
            return
        code = self.result(service)
        if code == SUCCESS:
            self.change(sid, 'stopped')
        elif code == ERROR:
            self.change(sid, 'error')

    def _in_stopped(self, sid, service, want):
        if want['node'] != service['node'] and self.nodes.operational(want['node']):
            service['node'] = want['node']
        if self._away(sid, service) or self._frozen(sid, service):
            return
        move = self.moves.pop(sid, None)
        if move and move[1] != service['node']:
            self.change(sid, 'relocate', target=move[1])
        elif _state(want) == 'started':
            self.change(sid, 'request_start', failed_nodes=None)

    def _in_migrate(self, sid, service, want):
        if self._away(sid, service):
            return
        code = self.result(service)
        if code is None:
            return
        after = 'started' if _state(want) == 'started' else 'request_stop'
        if code == SUCCESS:
            self.change(sid, after, node=service['target'])
        else:
            self.env.log(f"service '{sid}' - migration failed: exit code {code}")
            self.change(sid, after)

    _in_relocate = _in_migrate

    def _in_freeze(self, sid, service, want):
        lrm = self.lrm.get(service['node'], {})
        if self.nodes.operational(service['node']) and lrm.get('mode') == 'active' \
                and not self.env.stale(lrm.get('timestamp', 0)):
            self.change(sid, 'started' if _state(want) == 'started' else 'request_stop')

    def _in_error(self, sid, service, want):
        if want['state'] == 'disabled':
            self.change(sid, 'request_stop', failed_nodes=None)

    def _in_fence(self, sid, service, want):
        """Waits for `_fence`."""

    def _in_recovery(self, sid, service, want):
        target = self.place(sid, service, stay=False)
        if not target:
            return
        self.env.log(f"recover service '{sid}' from fenced node '{service['node']}' to node '{target}'")
        lock = self.env.clear_lock(sid)
        if lock:
            self.env.log(f"removed leftover lock '{lock}' from recovered service '{sid}' to allow its start.")
        self.env.move_config(sid, service['node'], target)
        state = 'started' if _state(want) == 'started' else 'request_stop'
        self.change(sid, state, node=target, failed_nodes=None)

    def _fence(self):
        waiting = {}
        for sid, service in self.services.items():
            if service['state'] == 'fence':
                waiting.setdefault(service['node'], []).append(sid)
        for node, sids in sorted(waiting.items()):
            if self.nodes.fence(node):
                for sid in sorted(sids):
                    self.change(sid, 'recovery')


def _state(want):
    state = WANTED.get(want['state'], want['state'])
    return 'stopped' if state == 'disabled' else state


_serial = itertools.count(1)


def _uid():
    """Unlike any other of this or an earlier master."""
    return f'{os.urandom(6).hex()}{next(_serial):04x}'
