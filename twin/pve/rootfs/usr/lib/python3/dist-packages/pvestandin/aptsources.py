"""Package sources in both forms, and the repositories that PVE knows by a handle."""
import os

KEYRING = '/usr/share/keyrings/proxmox-archive-keyring.gpg'
SUITE = {8: 'bookworm', 9: 'trixie'}
CEPH = {8: ('quincy', 'reef', 'squid'), 9: ('squid', 'tentacle')}


def _repository(uri, suite, component, major):
    entry = {'Types': ['deb'], 'URIs': [uri], 'Suites': [suite], 'Components': [component], 'Enabled': 1,
             'FileType': 'sources' if major >= 9 else 'list'}
    if major >= 9:
        entry['Options'] = [{'Key': 'Signed-By', 'Values': [KEYRING]}]
    return entry


def standard(major):
    suite = SUITE[major]
    public, paid = 'http://download.proxmox.com/debian', 'https://enterprise.proxmox.com/debian'
    test = 'pve-test' if major >= 9 else 'pvetest'
    found = {
        'enterprise': _repository(f'{paid}/pve', suite, 'pve-enterprise', major),
        'no-subscription': _repository(f'{public}/pve', suite, 'pve-no-subscription', major),
        'test': _repository(f'{public}/pve', suite, test, major),
    }
    for release in CEPH[major]:
        found[f'ceph-{release}-enterprise'] = _repository(f'{paid}/ceph-{release}', suite, 'enterprise', major)
        found[f'ceph-{release}-no-subscription'] = _repository(f'{public}/ceph-{release}', suite, 'no-subscription', major)
        found[f'ceph-{release}-test'] = _repository(f'{public}/ceph-{release}', suite, 'test', major)
    return found


def file_for(handle, major):
    folder = '/etc/apt/sources.list.d'
    if major >= 9:
        name = 'ceph' if handle.startswith('ceph') else 'pve-enterprise' if handle == 'enterprise' else 'proxmox'
        return f'{folder}/{name}.sources'
    if handle.startswith('ceph'):
        return f'{folder}/ceph.list'
    return f'{folder}/pve-enterprise.list' if handle == 'enterprise' else '/etc/apt/sources.list'


def same(entry, other):
    strip = [uri.rstrip('/').replace('https:', 'http:') for uri in entry['URIs']]
    wanted = [uri.rstrip('/').replace('https:', 'http:') for uri in other['URIs']]
    return strip == wanted and entry['Suites'] == other['Suites'] and \
        set(other['Components']) <= set(entry.get('Components', []))


def state(repository, present):
    """{} when not configured, else whether it is enabled."""
    found = [entry for entry in present if same(entry, repository)]
    return {'status': int(any(entry['Enabled'] for entry in found))} if found else {}


def parse(path, text):
    return _parse_sources(text) if path.endswith('.sources') else _parse_list(text)


def _parse_list(text):
    entries = []
    for line in text.splitlines():
        bare = line.strip()
        enabled = not bare.startswith('#')
        words = bare.lstrip('# ').split()
        if len(words) < 3 or words[0] not in ('deb', 'deb-src'):
            continue
        options = []
        if words[1].startswith('['):
            end = next((i for i, word in enumerate(words) if word.endswith(']')), 1)
            for pair in ' '.join(words[1:end + 1]).strip('[]').split():
                key, _, value = pair.partition('=')
                options.append({'Key': key, 'Values': value.split(',')})
            words = [words[0], *words[end + 1:]]
        entry = {'Types': [words[0]], 'URIs': [words[1]], 'Suites': [words[2]], 'Components': words[3:],
                 'Enabled': int(enabled), 'FileType': 'list'}
        entries.append({**entry, 'Options': options} if options else entry)
    return entries


def _parse_sources(text):
    entries = []
    for block in text.split('\n\n'):
        fields = {}
        for line in block.splitlines():
            if ':' in line and not line.startswith(('#', ' ', '\t')):
                key, _, value = line.partition(':')
                fields[key.strip()] = value.strip()
        if 'Types' not in fields:
            continue
        entry = {'Types': fields['Types'].split(), 'URIs': fields.get('URIs', '').split(),
                 'Suites': fields.get('Suites', '').split(), 'Components': fields.get('Components', '').split(),
                 'Enabled': int(fields.get('Enabled', 'yes').lower() not in ('no', 'false', '0')),
                 'FileType': 'sources'}
        options = [{'Key': key, 'Values': value.split()} for key, value in fields.items()
                   if key not in ('Types', 'URIs', 'Suites', 'Components', 'Enabled')]
        entries.append({**entry, 'Options': options} if options else entry)
    return entries


def render(path, entries):
    return '\n'.join(map(_sources_block if path.endswith('.sources') else _list_line, entries)) + '\n'


def _list_line(entry):
    options = ' '.join(f"{option['Key']}={','.join(option['Values'])}" for option in entry.get('Options', []))
    words = [entry['Types'][0], *([f'[{options}]'] if options else []), entry['URIs'][0], entry['Suites'][0],
             *entry.get('Components', [])]
    return ('' if entry['Enabled'] else '# ') + ' '.join(words)


def _sources_block(entry):
    lines = [f"{key}: {' '.join(entry[key])}" for key in ('Types', 'URIs', 'Suites', 'Components') if entry.get(key)]
    lines += [f"{option['Key']}: {' '.join(option['Values'])}" for option in entry.get('Options', [])]
    if not entry['Enabled']:
        lines.append('Enabled: false')
    return '\n'.join(lines) + '\n'


def write(path, entries):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    temporary = f'{path}.tmp.{os.getpid()}'
    with open(temporary, 'w', encoding='utf-8') as out:
        out.write(render(path, entries))
    os.rename(temporary, path)
