"""The local resource manager of one node: holds the agent lock, feeds the watchdog, runs services."""
from .clock import LRM_IDLE_ROUNDS
from .manager import ERROR, SUCCESS, TRY_AGAIN

ACTING = ('started', 'request_stop', 'migrate', 'relocate')


class Lrm:
    def __init__(self, env, watchdog, runner):
        self.env = env
        self.watchdog = watchdog
        self.runner = runner
        self.state = 'wait_for_agent_lock'
        self.mode = 'active'
        self.results = {}
        self.tries = {}
        self.idle_rounds = 0
        self.leaving = None
        self.done = False

    def leave(self, mode):
        """Asked to stop: mode is restart (freeze), shutdown (stop all) or maintenance (move all)."""
        self.leaving = mode

    def round(self):
        manager = self.env.read_manager_status() or {}
        self._update_mode(manager)
        mine = {sid: service for sid, service in manager.get('service_status', {}).items()
                if service['node'] == self.env.node}
        disarmed = bool(manager.get('disarm'))
        fenced = manager.get('node_status', {}).get(self.env.node) == 'fence'
        self._hold_lock(mine, disarmed, fenced)
        if self.state == 'active':
            self._work(mine)
        self._collect()
        self._finish(mine)
        if self.env.quorate():
            self.env.write_lrm_status(self.status())

    def status(self):
        return {'state': self.state, 'mode': self.mode, 'timestamp': int(self.env.now()),
                'results': self.results}

    def _update_mode(self, manager):
        requested = manager.get('node_request', {}).get(self.env.node, {}).get('maintenance')
        mode = self.leaving or ('maintenance' if requested else 'active')
        if mode != self.mode:
            self.env.log(f"got mode change from '{self.mode}' to '{mode}'")
            self.mode = mode

    def _needs_lock(self, mine):
        return any(service['state'] not in ('stopped', 'freeze', 'error', 'fence', 'recovery')
                   for service in mine.values())

    def _hold_lock(self, mine, disarmed, fenced):
        if disarmed:
            if self.state != 'wait_for_agent_lock':
                self._release()
            return
        if self.state == 'active':
            if self.env.hold_agent_lock():
                self.watchdog.feed()
                self.idle_rounds = 0 if self._needs_lock(mine) else self.idle_rounds + 1
                if self.idle_rounds > LRM_IDLE_ROUNDS or (self.mode == 'maintenance' and not mine):
                    self._release()
            else:
                self._change('lost_agent_lock')
        elif not fenced and self.env.quorate() and (
                self.state == 'lost_agent_lock' or (self._needs_lock(mine) and not self.leaving)):
            if self.env.hold_agent_lock():
                self.idle_rounds = 0
                self.watchdog.feed()
                self._change('active')

    def _release(self):
        self.env.release_agent_lock()
        self.watchdog.close()
        self._change('wait_for_agent_lock')

    def _change(self, state):
        self.env.log(f'status change {self.state} => {state}')
        self.state = state

    # -- services -------------------------------------------------------------------------------

    def _work(self, mine):
        wanted = self.env.services()
        known = {service['uid'] for service in mine.values()}
        self.results = {uid: entry for uid, entry in self.results.items() if uid in known}
        self.tries = {sid: count for sid, count in self.tries.items() if sid in mine}
        for sid, service in sorted(mine.items()):
            state = service['state']
            if self.mode == 'shutdown':
                state = 'request_stop'
            if state not in ACTING or sid in self.runner.busy() or sid not in wanted:
                continue
            if state != 'started' and service['uid'] in self.results and self.mode != 'shutdown':
                continue
            self.runner.submit(sid, service['uid'], self._action(sid, state, service, wanted[sid]))

    def _action(self, sid, state, service, want):
        if state == 'started':
            return lambda: self._start(sid, want['max_restart'])
        if state == 'request_stop':
            return lambda: SUCCESS if self.env.stop(sid) else ERROR
        live = state == 'migrate'
        return lambda: SUCCESS if self.env.migrate(sid, service['target'], live) else ERROR

    def _start(self, sid, max_restart):
        if self.env.running(sid):
            self.tries.pop(sid, None)
            return SUCCESS
        self.env.log(f'starting service {sid}')
        if self.env.start(sid):
            self.env.log(f'service status {sid} started')
            self.tries.pop(sid, None)
            return SUCCESS
        count = self.tries[sid] = self.tries.get(sid, 0) + 1
        if count <= max_restart:
            self.env.log(f"restart policy: retry number {count} for service '{sid}'")
            return TRY_AGAIN
        self.tries.pop(sid)
        self.env.log(f"unable to start service {sid} on local node after {count - 1} retries")
        return ERROR

    def _collect(self):
        for sid, uid, code in self.runner.finished():
            self.results[uid] = {'sid': sid, 'exit_code': code}

    def _finish(self, mine):
        if not self.leaving or self.runner.busy():
            return
        if self.leaving == 'restart':
            ready = all(service['state'] in ('freeze', 'stopped', 'error') for service in mine.values())
        elif self.leaving == 'maintenance':
            ready = not any(service['state'] in ACTING for service in mine.values())
        else:
            ready = not any(self.env.running(sid) for sid in mine)
        idle = self.state == 'wait_for_agent_lock' and not (mine and self.env.quorate())
        if ready or idle:
            if self.state == 'active':
                self._release()
            self.done = True
