"""Firewall of the cluster, of nodes and of guests: stored and validated, never enforced."""
from .. import cfs, firewallfile, sectionconfig
from ..api import ParameterError, PlainError, method
from ..stored import split_list

TEXT, NUMBER = {'type': 'string', 'optional': True}, {'type': 'integer', 'optional': True}
FLAG = {'type': 'boolean', 'optional': True}
NAME = {'type': 'string', 'pattern': r'[A-Za-z][A-Za-z0-9\-_]+'}
POLICY = {'type': 'string', 'optional': True, 'enum': ['ACCEPT', 'REJECT', 'DROP']}
RULE = {'type': {'type': 'string', 'enum': ['in', 'out', 'forward', 'group'], 'optional': True},
        'action': TEXT, 'enable': NUMBER, 'comment': TEXT, 'source': TEXT, 'dest': TEXT, 'proto': TEXT,
        'dport': TEXT, 'sport': TEXT, 'iface': TEXT, 'macro': TEXT, 'log': TEXT, 'icmp-type': TEXT,
        'digest': TEXT, 'pos': NUMBER, 'moveto': NUMBER, 'delete': TEXT}
OPTIONS = {
    'cluster': {'enable': NUMBER, 'ebtables': FLAG, 'policy_in': POLICY, 'policy_out': POLICY,
                'policy_forward': POLICY, 'log_ratelimit': TEXT},
    'node': {'enable': FLAG, 'nftables': FLAG, 'ndp': FLAG, 'nosmurfs': FLAG, 'tcpflags': FLAG, 'log_level_in': TEXT,
             'log_level_out': TEXT, 'log_level_forward': TEXT, 'nf_conntrack_max': NUMBER,
             'nf_conntrack_tcp_timeout_established': NUMBER, 'nf_conntrack_helpers': TEXT},
    'guest': {'enable': FLAG, 'dhcp': FLAG, 'ndp': FLAG, 'radv': FLAG, 'macfilter': FLAG, 'ipfilter': FLAG,
              'policy_in': POLICY, 'policy_out': POLICY, 'log_level_in': TEXT, 'log_level_out': TEXT},
}


class File:
    """One `.fw` file; `path(params)` names it."""

    def __init__(self, path):
        self.path = path

    def load(self, params):
        text = cfs.read(self.path(params))
        return firewallfile.parse(text), sectionconfig.digest(text)

    def change(self, params, edit):
        name = self.path(params)
        with cfs.lock('domain-firewall'):
            text = cfs.read(name)
            sectionconfig.check_digest(text, params.get('digest'))
            found = firewallfile.parse(text)
            edit(found)
            cfs.makedirs(name.rpartition('/')[0])
            cfs.write(name, firewallfile.render(found))


def register(base, kind, file, ids, read, write, parts):
    def perm(path_and_privileges):
        return {'check': ['perm', *path_and_privileges]}

    near = {'proxyto': 'node'} if '{node}' in base else {}
    options = OPTIONS[kind]
    reading = {'permissions': perm(read), **near}
    writing = {'permissions': perm(write), 'protected': True, **near}

    @method(base + '/options', 'GET', parameters=ids, **reading)
    def get_options(ctx, params):
        found, digest = file.load(params)
        return {**{k: int(v) if v.isdigit() else v for k, v in found['options'].items()}, 'digest': digest}

    @method(base + '/options', 'PUT', parameters={**ids, **options, 'delete': TEXT, 'digest': TEXT}, **writing)
    def set_options(ctx, params):
        def edit(found):
            for key in split_list(params.get('delete')):
                found['options'].pop(key, None)
            found['options'].update({k: str(params[k]) for k in options if k in params})
        file.change(params, edit)

    def rules_at(path, more, entries):
        """`entries(found, params)` is the list of rules."""
        @method(path, 'GET', parameters={**ids, **more}, **reading)
        def index(ctx, params):
            found, digest = file.load(params)
            return [{**rule, 'pos': pos, 'digest': digest} for pos, rule in enumerate(entries(found, params))]

        @method(path, 'POST', parameters={**ids, **more, **RULE}, **writing)
        def create(ctx, params):
            for key in ('type', 'action'):
                if key not in params:
                    raise ParameterError({key: 'property is missing and it is not optional'})
            rule = {k: params[k] for k in RULE if k in params and k not in ('digest', 'pos', 'moveto', 'delete')}
            rule.setdefault('enable', 0)
            file.change(params, lambda found: entries(found, params).insert(params.get('pos', 0), rule))

        def at(found, params):
            rules = entries(found, params)
            if not 0 <= params['pos'] < len(rules):
                raise PlainError('no rule at position ' + str(params['pos']))
            return rules

        where = {**ids, **more, 'pos': {'type': 'integer', 'minimum': 0}}

        @method(path + '/{pos}', 'GET', parameters=where, **reading)
        def read_one(ctx, params):
            found, digest = file.load(params)
            return {**at(found, params)[params['pos']], 'pos': params['pos'], 'digest': digest}

        @method(path + '/{pos}', 'PUT', parameters={**where, **{k: v for k, v in RULE.items() if k != 'pos'}}, **writing)
        def update(ctx, params):
            def edit(found):
                rules = at(found, params)
                rule = rules.pop(params['pos'])
                for key in split_list(params.get('delete')):
                    rule.pop(key, None)
                rule.update({k: params[k] for k in RULE
                             if k in params and k not in ('digest', 'pos', 'moveto', 'delete')})
                rules.insert(params.get('moveto', params['pos']), rule)
            file.change(params, edit)

        @method(path + '/{pos}', 'DELETE', parameters={**where, 'digest': TEXT}, **writing)
        def delete(ctx, params):
            file.change(params, lambda found: at(found, params).pop(params['pos']))

    rules_at(base + '/rules', {}, lambda found, params: found['rules'])
    if 'aliases' in parts:
        _aliases(base, file, ids, reading, writing)
        _sets(base + '/ipset', 'ipset', 'name', file, ids, reading, writing)
        _ipset_entries(base, file, ids, reading, writing)
    if 'groups' in parts:
        _sets(base + '/groups', 'group', 'group', file, ids, reading, writing)

        def group_rules(found, params):
            if params['group'] not in found['group']:
                raise PlainError(f"no such security group '{params['group']}'")
            return found['group'][params['group']]['entries']
        rules_at(base + '/groups/{group}', {'group': NAME}, group_rules)


def _aliases(base, file, ids, reading, writing):
    path, one = base + '/aliases', {**ids, 'name': NAME}

    def get(found, name):
        if name not in found['aliases']:
            raise ParameterError({'name': f"no such alias '{name}'"})
        return found['aliases'][name]

    @method(path, 'GET', parameters=ids, **reading)
    def index(ctx, params):
        found, digest = file.load(params)
        return [{'name': name, **alias, 'digest': digest} for name, alias in sorted(found['aliases'].items())]

    @method(path, 'POST', parameters={**one, 'cidr': {'type': 'string'}, 'comment': TEXT}, **writing)
    def create(ctx, params):
        def edit(found):
            if params['name'] in found['aliases']:
                raise ParameterError({'name': f"alias '{params['name']}' already exists"})
            found['aliases'][params['name']] = {k: params[k] for k in ('cidr', 'comment') if k in params}
        file.change(params, edit)

    @method(path + '/{name}', 'GET', parameters=one, **reading)
    def read(ctx, params):
        found, _ = file.load(params)
        return {'name': params['name'], **get(found, params['name'])}

    @method(path + '/{name}', 'PUT', parameters={
        **one, 'cidr': {'type': 'string'}, 'comment': TEXT, 'rename': TEXT, 'digest': TEXT}, **writing)
    def update(ctx, params):
        def edit(found):
            get(found, params['name'])
            del found['aliases'][params['name']]
            found['aliases'][params.get('rename', params['name'])] = {
                k: params[k] for k in ('cidr', 'comment') if k in params}
        file.change(params, edit)

    @method(path + '/{name}', 'DELETE', parameters={**one, 'digest': TEXT}, **writing)
    def delete(ctx, params):
        file.change(params, lambda found: found['aliases'].pop(params['name'], None))


def _sets(path, kind, key, file, ids, reading, writing):
    one = {**ids, key: NAME}
    word = 'IPSet' if kind == 'ipset' else 'Security group'

    @method(path, 'GET', parameters=ids, **reading)
    def index(ctx, params):
        found, digest = file.load(params)
        return [{key: name, 'digest': digest, **({'comment': entry['comment']} if entry.get('comment') else {})}
                for name, entry in sorted(found[kind].items())]

    @method(path, 'POST', parameters={**one, 'comment': TEXT, 'rename': TEXT, 'digest': TEXT}, **writing)
    def create(ctx, params):
        def edit(found):
            old = params.get('rename')
            if old is not None:
                if old not in found[kind]:
                    raise ParameterError({'rename': f"{word} '{old}' does not exist"})
                entry = found[kind].pop(old)
                found[kind][params[key]] = {**entry, 'comment': params.get('comment', entry.get('comment'))}
                return
            if params[key] in found[kind]:
                raise ParameterError({key: f"{word} '{params[key]}' already exists"})
            found[kind][params[key]] = {'comment': params.get('comment'), 'entries': []}
        file.change(params, edit)

    @method(path + '/{' + key + '}', 'DELETE', parameters={**one, 'force': FLAG, 'digest': TEXT}, **writing)
    def delete(ctx, params):
        def edit(found):
            entry = found[kind].get(params[key])
            if entry and entry['entries'] and not params.get('force'):
                raise PlainError(f"{word} '{params[key]}' is not empty")
            found[kind].pop(params[key], None)
        file.change(params, edit)


def _ipset_entries(base, file, ids, reading, writing):
    path, one = base + '/ipset/{name}', {**ids, 'name': NAME}

    def entries(found, params):
        if params['name'] not in found['ipset']:
            raise PlainError(f"no such IPSet '{params['name']}'")
        return found['ipset'][params['name']]['entries']

    @method(path, 'GET', parameters=one, **reading)
    def index(ctx, params):
        found, digest = file.load(params)
        return [{**entry, 'digest': digest} for entry in entries(found, params)]

    @method(path, 'POST', parameters={**one, 'cidr': {'type': 'string'}, 'comment': TEXT, 'nomatch': FLAG}, **writing)
    def create(ctx, params):
        def edit(found):
            known = entries(found, params)
            if any(entry['cidr'] == params['cidr'] for entry in known):
                raise ParameterError({'cidr': f"address '{params['cidr']}' already exists"})
            known.insert(0, {k: params[k] for k in ('cidr', 'comment', 'nomatch') if params.get(k)})
        file.change(params, edit)

    @method(path + '/{cidr}', 'DELETE', parameters={**one, 'cidr': {'type': 'string'}, 'digest': TEXT}, **writing)
    def delete(ctx, params):
        def edit(found):
            known = entries(found, params)
            known[:] = [entry for entry in known if entry['cidr'] != params['cidr']]
        file.change(params, edit)


NODE = {'node': {'type': 'string', 'format': 'pve-node'}}
GUEST = {**NODE, 'vmid': {'type': 'integer', 'format': 'pve-vmid'}}
register('/cluster/firewall', 'cluster', File(lambda params: 'firewall/cluster.fw'), {},
         ['/', ['Sys.Audit']], ['/', ['Sys.Modify']], ('aliases', 'groups'))
register('/nodes/{node}/firewall', 'node', File(lambda params: f"nodes/{params['node']}/host.fw"), NODE,
         ['/nodes/{node}', ['Sys.Audit']], ['/nodes/{node}', ['Sys.Modify']], ())
for _kind in ('qemu', 'lxc'):
    register(f'/nodes/{{node}}/{_kind}/{{vmid}}/firewall', 'guest',
             File(lambda params: f"firewall/{params['vmid']}.fw"), GUEST,
             ['/vms/{vmid}', ['VM.Audit']], ['/vms/{vmid}', ['VM.Config.Network']], ('aliases',))
