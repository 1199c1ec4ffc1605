"""CRM commands: lines that anybody may queue and the master takes once."""


def apply_commands(manager):
    for line in manager.env.take_commands():
        verb, *words = line.split()
        handler = HANDLERS.get(verb)
        if handler is None or not handler(manager, *words):
            manager.env.log(f'unable to parse crm command: {line}' if handler is None
                            else f'crm command error - {_REASONS.get(verb, "refused")}: {line}')


_REASONS = {'migrate': 'node not online', 'relocate': 'node not online', 'stop': 'no such service'}


def _move(verb):
    def queue(manager, sid, node):
        if sid not in manager.services or node not in manager.nodes.online():
            return False
        manager.moves[sid] = (verb, node)
        return True
    return queue


def _stop(manager, sid, timeout='0'):
    if sid not in manager.services:
        return False
    manager.env.request_state(sid, 'stopped')
    if sid in manager.wanted:
        manager.wanted[sid]['state'] = 'stopped'
    return True


def _enter_maintenance(manager, node):
    manager.status['node_request'].setdefault(node, {})['maintenance'] = 1
    return True


def _leave_maintenance(manager, node):
    manager.status['node_request'].pop(node, None)
    return True


def _disarm(manager, mode='freeze'):
    manager.status['disarm'] = {'mode': mode, 'state': 'disarming'}
    return True


def _arm(manager):
    manager.status.pop('disarm', None)
    return True


HANDLERS = {
    'migrate': _move('migrate'),
    'relocate': _move('relocate'),
    'stop': _stop,
    'enable-node-maintenance': _enter_maintenance,
    'disable-node-maintenance': _leave_maintenance,
    'disarm-ha': _disarm,
    'arm-ha': _arm,
}
