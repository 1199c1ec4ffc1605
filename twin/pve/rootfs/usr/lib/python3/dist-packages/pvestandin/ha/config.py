"""The files of HA in /etc/pve, for the API and for the daemons."""
import json

from .. import cfs, guestlist, sectionconfig
from . import rules

RESOURCES, GROUPS, RULES = 'ha/resources.cfg', 'ha/groups.cfg', 'ha/rules.cfg'
MANAGER_STATUS, COMMANDS = 'ha/manager_status', 'ha/crm_commands'
LOCK = 'domain-ha'


def read_json(name):
    text = cfs.read(name)
    try:
        return json.loads(text) if text else None
    except ValueError:
        return None


def write_json(name, value):
    cfs.write(name, json.dumps(value))


def manager_status():
    return read_json(MANAGER_STATUS) or {}


def lrm_status(node):
    return read_json(f'nodes/{node}/lrm_status') or {}


def resources():
    """{sid: section} as stored."""
    return {f"{section['type']}:{name}": section
            for name, section in sectionconfig.parse(cfs.read(RESOURCES)).items()}


def write_resources(sections):
    cfs.makedirs('ha')
    text = sectionconfig.render({sid.partition(':')[2]: section for sid, section in sections.items()},
                                ('comment', 'group'))
    cfs.write(RESOURCES, text)


def groups():
    return sectionconfig.parse(cfs.read(GROUPS))


def stored_rules():
    return sectionconfig.parse(cfs.read(RULES))


def active_rules():
    """The rules the manager obeys: enabled and possible ones."""
    found = {name: rules.from_section(section) for name, section in stored_rules().items()}
    impossible = rules.problems(found, known_nodes())
    return {name: rule for name, rule in found.items() if name not in impossible and not rule['disable']}


def known_nodes():
    """Nodes the manager has seen; empty for the first seconds of HA."""
    return set(manager_status().get('node_status', {}))


def services():
    """{sid: wanted state, limits and the node where its guest is}."""
    where = {guestlist.sid_of(vmid, guest): guest['node'] for vmid, guest in guestlist.guests().items()}
    found = {}
    for sid, section in resources().items():
        if sid not in where:
            continue
        found[sid] = {
            'state': section.get('state', 'started'),
            'node': where[sid],
            'max_restart': int(section.get('max_restart', 1)),
            'max_relocate': int(section.get('max_relocate', 1)),
            'failback': str(section.get('failback', '1')) == '1',
            'group': section.get('group'),
        }
    return found


def group_rule(name):
    """What a PVE 8 group asks for: nodes, restricted and failback."""
    section = groups().get(name) if name else None
    if section is None:
        return None
    return {'nodes': rules.parse_nodes(section.get('nodes')),
            'restricted': str(section.get('restricted', '0')) == '1',
            'failback': str(section.get('nofailback', '0')) != '1'}


def queue_command(line):
    with cfs.lock(LOCK):
        cfs.makedirs('ha')
        cfs.write(COMMANDS, (cfs.read(COMMANDS) or '') + line + '\n')


def take_commands():
    if not cfs.read(COMMANDS):
        return []
    with cfs.lock(LOCK):
        lines = (cfs.read(COMMANDS) or '').splitlines()
        cfs.write(COMMANDS, '')
    return [line for line in lines if line.strip()]


def set_state(sid, state):
    with cfs.lock(LOCK):
        sections = resources()
        if sid in sections:
            sections[sid]['state'] = state
            write_resources(sections)


def scheduling():
    """The `crs` option: {'ha': basic|static|dynamic, ...}."""
    text = sectionconfig.parse_lines(cfs.read('datacenter.cfg')).get('crs', '')
    return dict(part.partition('=')[::2] for part in text.split(',') if part)


def shutdown_policy():
    text = sectionconfig.parse_lines(cfs.read('datacenter.cfg')).get('ha', '')
    return dict(part.partition('=')[::2] for part in text.split(',') if part).get('shutdown_policy', 'conditional')
