"""PVE 8 groups become PVE 9 rules once every node can do rules."""
from .. import cfs, host, sectionconfig
from . import config


def groups_left():
    """Groups that wait for their conversion; only then does PVE 9 know groups at all."""
    return config.groups() if host.major() >= 9 else {}


def migrate_groups(env):
    groups = groups_left()
    if not groups or not _every_node_ready(env):
        return
    with cfs.lock(config.LOCK):
        resources, rules = config.resources(), config.stored_rules()
        for name, group in groups.items():
            members = sorted(sid for sid, section in resources.items() if section.get('group') == name)
            for sid in members:
                del resources[sid]['group']
                if str(group.get('nofailback', '0')) == '1':
                    resources[sid]['failback'] = 0
            if members:
                rules[f'ha-group-{name}'] = {
                    'type': 'node-affinity', 'resources': ','.join(members), 'nodes': group['nodes'],
                    'strict': int(group.get('restricted', 0)),
                    **({'comment': group['comment']} if 'comment' in group else {})}
        config.write_resources(resources)
        cfs.write(config.RULES, sectionconfig.render(rules))
        cfs.delete(config.GROUPS)
    env.log('ha groups migration successful')


def _every_node_ready(env):
    versions = cfs.status_get('version-info')
    for node, online in env.members().items():
        if not online or env.read_lrm_status(node).get('state') not in ('active', 'wait_for_agent_lock'):
            return False
        if node in versions and versions[node].startswith('8'):
            return False
    return True
