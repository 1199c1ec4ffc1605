"""Which HA rules can be met together, and why not (pure; rules are plain dictionaries).

A rule is {'type', 'resources': set of service ids, 'nodes': {node: priority}, 'strict', 'affinity',
'disable'}. The reasons are worded as the real manager words them, because callers match on them.
"""

SEVERAL_NODE_RULES = "resource '{}' is already used in another node affinity rule"
TOO_FEW = 'rule is ineffective as there are less than two resources'
TOO_MANY = 'rule defines more resources than available nodes'
SEVERAL_PRIORITIES = 'resources are in node affinity rules with multiple priorities'
SHARED_PAIR = "rule shares two or more resources with '{}'"
SEVERAL_NODE_RULES_IN_GROUP = 'resources are in multiple node affinity rules'
NARROW = 'two or more resources are restricted to less nodes than available to the resources'


def parse_nodes(text):
    """'a:2,b' -> {'a': 2, 'b': 0}."""
    nodes = {}
    for item in filter(None, (part.strip() for part in (text or '').replace(';', ',').split(','))):
        name, _, priority = item.partition(':')
        nodes[name] = int(priority or 0)
    return nodes


def format_nodes(nodes):
    return ','.join(f'{name}:{priority}' if priority else name
                    for name, priority in sorted(nodes.items()))


def parse_resources(text):
    return {part.strip() for part in (text or '').replace(';', ',').split(',') if part.strip()}


def from_section(section):
    """A rule as stored in rules.cfg -> a rule as used here."""
    return {
        'type': section['type'],
        'resources': parse_resources(section.get('resources')),
        'nodes': parse_nodes(section.get('nodes')),
        'strict': str(section.get('strict', '0')) == '1',
        'affinity': section.get('affinity'),
        'disable': str(section.get('disable', '0')) == '1',
    }


def enabled(rules, kind):
    return {name: rule for name, rule in rules.items()
            if rule['type'] == kind and not rule['disable']}


def problems(rules, available_nodes):
    """{rule id: [reason, ...]} for every enabled rule that can't be met."""
    found = {}

    def complain(name, reason):
        if reason not in found.setdefault(name, []):
            found[name].append(reason)

    by_node = enabled(rules, 'node-affinity')
    together = enabled(rules, 'resource-affinity')

    for name, rule in sorted(by_node.items()):
        for other, against in by_node.items():
            if other != name:
                for sid in sorted(rule['resources'] & against['resources']):
                    complain(name, SEVERAL_NODE_RULES.format(sid))

    for name, rule in sorted(together.items()):
        if len(rule['resources']) < 2:
            complain(name, TOO_FEW)
        if rule['affinity'] == 'negative':
            if len(rule['resources']) > len(available_nodes):
                complain(name, TOO_MANY)
            _narrow(rule, by_node, lambda reason, at=name: complain(at, reason))
        for other, against in sorted(together.items()):
            if {rule['affinity'], against['affinity']} == {'positive', 'negative'}:
                if len(rule['resources'] & against['resources']) >= 2:
                    complain(name, SHARED_PAIR.format(other))
        touching = [node_rule for node_rule in by_node.values()
                    if node_rule['resources'] & rule['resources']]
        if any(len(set(node_rule['nodes'].values())) > 1 for node_rule in touching):
            complain(name, SEVERAL_PRIORITIES)
        if rule['affinity'] == 'positive' and len(touching) > 1:
            complain(name, SEVERAL_NODE_RULES_IN_GROUP)
    return found


def _narrow(rule, by_node, complain):
    """Resources that must be apart, but are bound to fewer nodes than they are."""
    for node_rule in by_node.values():
        shared = node_rule['resources'] & rule['resources']
        if node_rule['strict'] and len(shared) > max(1, len(node_rule['nodes'])):
            complain(NARROW)
