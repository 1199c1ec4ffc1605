"""/etc/pve/ceph.conf: sections of `key = value`, indented as Proxmox writes them."""
from .. import cfs
from .tools import CONFIG

ORDER = ('global', 'client', 'mds', 'mon', 'osd', 'mgr')


def read():
    sections, current = {}, None
    for line in (cfs.read(CONFIG) or '').splitlines():
        text = line.partition('#')[0].strip()
        if text.startswith('[') and text.endswith(']'):
            current = sections.setdefault(text[1:-1], {})
        elif current is not None and '=' in text:
            key, _, value = text.partition('=')
            current[key.strip().replace(' ', '_')] = value.strip()
    return sections


def write(sections):
    rank = {name: index for index, name in enumerate(ORDER)}
    names = sorted(sections, key=lambda name: (rank.get(name.partition('.')[0], len(ORDER)), name))
    cfs.write(CONFIG, '\n'.join(
        '\n'.join([f'[{name}]', *(f'\t {key} = {value}' for key, value in sorted(sections[name].items())), ''])
        for name in names))
