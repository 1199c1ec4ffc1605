"""What the master believes about each node."""


class NodeStatus:
    """States online, maintenance, unknown, fence and gone; 'last online' lives in the master's memory,
    so a new master gives every absent node the full fence delay again."""

    def __init__(self, env, states):
        self.env = env
        self.states = states
        self.last_online = {}

    def update(self, members, lrm_modes):
        now = self.env.now()
        for node, online in members.items():
            if online:
                self.last_online[node] = now
                self._seen(node, lrm_modes.get(node))
            else:
                self.last_online.setdefault(node, now)
                if self.states.get(node) in ('online', 'maintenance'):
                    self._set(node, 'unknown')
        for node in [node for node in self.states if node not in members]:
            self.last_online.setdefault(node, now)
            if self.states[node] in ('online', 'maintenance', 'unknown'):
                self._set(node, 'gone')
            elif self.states[node] == 'gone' and now - self.last_online[node] > self.env.delays.gone:
                del self.states[node]

    def _seen(self, node, lrm_mode):
        state = self.states.get(node)
        if state == 'fence':
            return
        wanted = 'maintenance' if lrm_mode == 'maintenance' else 'online'
        if state != wanted:
            self._set(node, wanted)

    def _set(self, node, state):
        self.env.log(f"node '{node}': state changed from '{self.states.get(node, 'unknown')}' => '{state}'")
        self.states[node] = state

    def online(self):
        """The nodes that may get services."""
        return sorted(node for node, state in self.states.items() if state == 'online')

    def operational(self, node):
        return self.states.get(node) in ('online', 'maintenance')

    def dead(self, node):
        """Absent for longer than the fence delay."""
        if self.operational(node):
            return False
        last = self.last_online.setdefault(node, self.env.now())
        return self.env.now() - last >= self.env.delays.fence

    def fence(self, node):
        """True once the node's agent lock is ours: the node has reset itself by then."""
        if self.states.get(node) == 'unknown' or node not in self.states:
            self._set(node, 'fence')
        if not self.env.take_agent_lock(node):
            return False
        self.env.log(f"fencing: acknowledged - got agent lock for node '{node}'")
        if self.states.get(node) == 'fence':
            self._set(node, 'unknown')
        return True
