"""The `.fw` files: options, aliases, IP sets, groups and rules."""
import re
import shlex

_SECTION = re.compile(r'^\[(\w+)(?:\s+(\S+))?\]\s*(?:#\s*(.*))?$')
_OPTIONS = {'-source': 'source', '-dest': 'dest', '-p': 'proto', '-dport': 'dport', '-sport': 'sport',
            '-i': 'iface', '-log': 'log', '-icmp-type': 'icmp-type'}
_FLAGS = {key: word for word, key in _OPTIONS.items()}


def empty():
    return {'options': {}, 'aliases': {}, 'ipset': {}, 'group': {}, 'rules': []}


def parse(text):
    found, current = empty(), None
    for line in (text or '').splitlines():
        line = line.strip()
        header = _SECTION.match(line)
        if header:
            kind, name, comment = header.group(1).lower(), header.group(2), header.group(3)
            if kind in ('ipset', 'group'):
                current = found[kind].setdefault(name, {'comment': comment, 'entries': []})['entries']
            else:
                current = found[kind]
            section = kind
        elif line and current is not None:
            _line(section, current, line)
    return found


def _line(section, current, line):
    if section == 'options':
        key, _, value = line.partition(':')
        current[key.strip()] = value.strip()
        return
    body, _, comment = line.partition(' # ')
    if section == 'aliases':
        name, cidr = body.split()[:2]
        current[name] = {'cidr': cidr, **({'comment': comment} if comment else {})}
    elif section == 'ipset':
        entry = {'cidr': body.lstrip('!').strip(), **({'comment': comment} if comment else {})}
        current.append({**entry, 'nomatch': 1} if body.startswith('!') else entry)
    else:
        current.append(_parse_rule(body, comment))


def _parse_rule(body, comment):
    enable = 0 if body.startswith('|') else 1
    words = shlex.split(body.lstrip('|'))
    rule = {'type': words[0].lower(), 'action': words[1], 'enable': enable}
    macro = re.fullmatch(r'(\w+)\((\w+)\)', words[1])
    if macro:
        rule.update(macro=macro.group(1), action=macro.group(2))
    for flag, value in zip(words[2::2], words[3::2]):
        if flag in _OPTIONS:
            rule[_OPTIONS[flag]] = value
    return {**rule, 'comment': comment} if comment else rule


def render(found):
    blocks = []
    if found['options']:
        blocks.append(['[OPTIONS]', '', *(f'{k}: {v}' for k, v in sorted(found['options'].items()))])
    if found['aliases']:
        blocks.append(['[ALIASES]', '', *(_noted(f"{name} {alias['cidr']}", alias)
                                          for name, alias in sorted(found['aliases'].items()))])
    for kind in ('ipset', 'group'):
        for name, entry in sorted(found[kind].items()):
            title = f'[{kind.upper() if kind == "ipset" else kind} {name}]'
            write = _ipset_line if kind == 'ipset' else _rule_line
            blocks.append([_noted(title, entry), '', *map(write, entry['entries'])])
    if found['rules']:
        blocks.append(['[RULES]', '', *map(_rule_line, found['rules'])])
    return '\n\n'.join('\n'.join(block) for block in blocks) + ('\n' if blocks else '')


def _noted(text, entry):
    return f"{text} # {entry['comment']}" if entry.get('comment') else text


def _ipset_line(entry):
    return _noted(('!' if entry.get('nomatch') else '') + entry['cidr'], entry)


def _rule_line(rule):
    action = f"{rule['macro']}({rule['action']})" if rule.get('macro') else rule['action']
    words = ['' if rule.get('enable', 1) else '|', rule['type'].upper() if rule['type'] != 'group' else 'GROUP', ' ', action]
    for key, flag in _FLAGS.items():
        if rule.get(key):
            words.append(f' {flag} {rule[key]}')
    return _noted(''.join(words), rule)
