"""Which node a service should run on (pure)."""


def node_rule_of(sid, rules):
    for rule in rules.values():
        if rule['type'] == 'node-affinity' and not rule['disable'] and sid in rule['resources']:
            return rule
    return None


def rule_of_group(group):
    """A PVE 8 group, seen as the node-affinity rule that it means."""
    return {'type': 'node-affinity', 'nodes': group['nodes'], 'strict': group['restricted'],
            'resources': set(), 'affinity': None, 'disable': False}


def candidates(node_rule, online):
    """{node: priority} of the nodes that the rule allows now."""
    if not node_rule:
        return {node: 0 for node in online}
    inside = {node: priority for node, priority in node_rule['nodes'].items() if node in online}
    if node_rule['strict']:
        return inside
    outside = min(inside.values(), default=0) - 1
    return {node: inside.get(node, outside) for node in online}


def companions(sid, rules, affinity):
    found = set()
    for rule in rules.values():
        if rule['type'] == 'resource-affinity' and not rule['disable'] \
                and rule['affinity'] == affinity and sid in rule['resources']:
            found |= rule['resources']
    return found - {sid}


def keep_together(sid, rules, places, allowed):
    """Of the allowed nodes, those with most of the companions; never those with an adversary."""
    apart = {places[other] for other in companions(sid, rules, 'negative') if places.get(other)}
    allowed = {node: priority for node, priority in allowed.items() if node not in apart}
    count = {node: 0 for node in allowed}
    for other in companions(sid, rules, 'positive'):
        if places.get(other) in count:
            count[places[other]] += 1
    if count and max(count.values()):
        allowed = {node: allowed[node] for node in allowed if count[node] == max(count.values())}
    return allowed


def choose(sid, current, online, rules, places, node_rule=None, *,
           stay=True, failback=True, exclude=()):
    """The node for `sid`, or None.

    `places` is {service id: node} of all services. `stay` keeps a service where it is among equals;
    without `failback` it also stays on a node of lower priority. `exclude` are nodes that failed.
    """
    allowed = candidates(node_rule or node_rule_of(sid, rules), online)
    others = {other: node for other, node in places.items() if other != sid}
    allowed = keep_together(sid, rules, others, allowed)
    allowed = {node: priority for node, priority in allowed.items() if node not in exclude}
    if not allowed:
        return None
    if stay and not failback and current in allowed:
        return current
    top = max(allowed.values())
    best = sorted(node for node, priority in allowed.items() if priority == top)
    if stay and current in best:
        return current
    load = {node: 0 for node in best}
    for node in others.values():
        if node in load:
            load[node] += 1
    return min(best, key=lambda node: (load[node], node))
