"""/cluster/notifications: the one place where PVE answers 404 and real 400s."""
import base64
import binascii
import re

from .. import cfs, sectionconfig
from ..api import ApiError, method
from ..stored import split_list

FILE, SECRETS = 'notifications.cfg', 'priv/notifications.cfg'
BASE = '/cluster/notifications'
KINDS = ('gotify', 'sendmail', 'smtp', 'webhook')
SECRET_KEYS = {'gotify': ('token',), 'smtp': ('password',), 'sendmail': (), 'webhook': ('secret',)}
# What `delete` takes; other keys are refused with the list of these.
DELETABLE = {
    'gotify': ('comment', 'disable'),
    'sendmail': ('author', 'comment', 'disable', 'from-address', 'mailto', 'mailto-user'),
    'smtp': ('author', 'comment', 'disable', 'mailto', 'mailto-user', 'password', 'port', 'username'),
    'webhook': ('body', 'comment', 'disable', 'header', 'secret'),
    'matcher': ('comment', 'disable', 'invert-match', 'match-calendar', 'match-field', 'match-severity', 'mode', 'target'),
}
NO_RECIPIENT = 'must at least provide one recipient, either in mailto or in mailto-user'
BUILTIN = {
    'mail-to-root': {'type': 'sendmail', 'mailto-user': ['root@pam'], 'comment': 'Send mails to root@pam\'s email address'},
    'default-matcher': {'type': 'matcher', 'mode': 'all', 'target': ['mail-to-root'],
                        'comment': 'Route all notifications to mail-to-root'},
}
LISTS = ('mailto', 'mailto-user', 'target', 'match-field', 'match-severity', 'match-calendar', 'header', 'secret')
NUMBERS = ('disable', 'port', 'invert-match')


def parse(text):
    """Sections in which a key may stand more than once."""
    sections, current = {}, None
    for line in (text or '').splitlines():
        if line and not line[0].isspace() and ':' in line:
            kind, _, name = line.partition(':')
            current = sections.setdefault(name.strip(), {'type': kind.strip()})
        elif line.strip() and current is not None:
            key, _, value = line.strip().partition(' ')
            if key in LISTS:
                current.setdefault(key, []).append(value)
            else:
                current[key] = value
    return sections


def render(sections):
    blocks = []
    for name, section in sections.items():
        lines = [f"{section['type']}: {name}"]
        for key, value in sorted(section.items()):
            if key != 'type':
                lines += [f'\t{key} {entry}' for entry in (value if isinstance(value, list) else [value])]
        blocks.append('\n'.join(lines) + '\n')
    return '\n'.join(blocks)


def stored():
    return parse(cfs.read(FILE))


def everything():
    own = stored()
    return {**{name: section for name, section in BUILTIN.items() if name not in own}, **own}


def digest():
    return sectionconfig.digest(cfs.read(FILE))


def origin(name, own):
    if name not in BUILTIN:
        return 'user-created'
    return 'modified-builtin' if name in own else 'builtin'


def show(name, section):
    shown = {key: int(value) if key in NUMBERS else value for key, value in section.items()
             if key != 'type' and key not in SECRET_KEYS.get(section['type'], ())}
    if section['type'] == 'webhook':
        # Which secrets there are is told, never what they are.
        names = [f'name={entry_name(entry)}' for entry in kept_secrets(name)]
        shown.update({'secret': names} if names else {})
    return {'name': name, **shown, 'origin': origin(name, stored())}


def save(sections, secrets):
    cfs.write(FILE, render({name: section for name, section in sections.items() if BUILTIN.get(name) != section}))
    if secrets != parse(cfs.read(SECRETS)):
        cfs.write(SECRETS, render(secrets))


def kept_secrets(name):
    return parse(cfs.read(SECRETS)).get(name, {}).get('secret', [])


def entry_name(entry):
    return re.match(r'name=([^,]*)', entry).group(1) if entry.startswith('name=') else ''


def check_entries(kind, entries, known):
    """Entries `name=…,value=<base64>`; a known secret may go without its value and keeps it."""
    checked = []
    for entry in entries:
        name, _, value = entry.partition(',value=')
        name = entry_name(name)
        if not name:
            raise ApiError(400, 'Parameter verification failed.', {kind: 'value without key, but schema does not define a default key\n'})
        if ',value=' not in entry:
            kept = next((one for one in known if entry_name(one) == name), None)
            if kept is None:
                raise ApiError(400, f"{kind} '{name}' not known" if kind == 'secret' else f"{kind} '{name}' has empty value")
            entry = kept
        else:
            try:
                base64.b64decode(value, validate=True).decode()
            except (binascii.Error, UnicodeDecodeError):
                raise ApiError(400, f"{kind} '{name}' does not have valid base64 encoded data") from None
        if kind == 'secret' and name in [entry_name(one) for one in checked]:
            raise ApiError(400, f"secret '{name}' defined multiple times")
        checked.append(entry)
    return checked


def check_digest(params):
    if params.get('digest') and params['digest'] != digest():
        raise ApiError(400, sectionconfig.STALE)


def take_secrets(kind, name, section, removed=()):
    """All secrets as they are afterwards; those of the section leave it."""
    secrets = parse(cfs.read(SECRETS))
    own = {key: value for key, value in secrets.get(name, {}).items() if key not in removed and key != 'type'}
    if 'header' in section:
        section['header'] = check_entries('header', section['header'], [])
    for key in SECRET_KEYS.get(kind, ()):
        if key in section:
            given = section.pop(key)
            own[key] = check_entries('secret', given, own.get('secret', [])) if key == 'secret' else given
    if own:
        secrets[name] = {'type': kind, **own}
    else:
        secrets.pop(name, None)
    return secrets


def check_recipients(section):
    if section['type'] in ('sendmail', 'smtp') and not (section.get('mailto') or section.get('mailto-user')):
        raise ApiError(400, NO_RECIPIENT)


def check_targets(section, sections):
    for target in section.get('target', []):
        if target not in sections or sections[target]['type'] == 'matcher':
            raise ApiError(404, f"endpoint '{target}' does not exist")


def register(base, kind, missing):
    item = base + '/{name}'

    def fits(section):
        return section['type'] == kind

    def get(name, sections):
        if name not in sections or not fits(sections[name]):
            raise ApiError(404, missing.format(name))
        return sections[name]

    @method(base, 'GET')
    def index(ctx, params):
        return [show(name, section) for name, section in everything().items() if fits(section)]

    @method(item, 'GET')
    def read(ctx, params):
        return {**show(params['name'], get(params['name'], everything())), 'digest': digest()}

    @method(base, 'POST', protected=True)
    def create(ctx, params):
        name = params['name']
        with cfs.lock_file(FILE):
            sections = everything()
            if name in sections:
                raise ApiError(400, f"Cannot create '{name}', an entity with the same name already exists")
            section = {'type': kind, **{k: v for k, v in params.items() if k not in ('name', 'digest')}}
            check_targets(section, sections)
            check_recipients(section)
            secrets = take_secrets(kind, name, section)
            sections[name] = section
            save(sections, secrets)

    @method(item, 'PUT', protected=True)
    def update(ctx, params):
        name = params['name']
        with cfs.lock_file(FILE):
            check_digest(params)
            sections = everything()
            section = dict(get(name, sections))
            removed = params.get('delete') or []
            removed = removed if isinstance(removed, list) else split_list(removed)
            for key in removed:
                if key not in DELETABLE[kind]:
                    known = ', '.join(f'`{one}`' for one in DELETABLE[kind])
                    raise ApiError(400, f'unknown variant `{key}`, expected one of {known}')
                section.pop(key, None)
            section.update({k: v for k, v in params.items() if k not in ('name', 'digest', 'delete')})
            check_targets(section, sections)
            check_recipients(section)
            secrets = take_secrets(kind, name, section, removed)
            sections[name] = section
            save(sections, secrets)

    @method(item, 'DELETE', protected=True)
    def delete(ctx, params):
        name = params['name']
        with cfs.lock_file(FILE):
            sections = everything()
            get(name, sections)
            users = sorted(other for other, section in sections.items() if name in section.get('target', []))
            if users and name not in BUILTIN:
                raise ApiError(400, f"cannot delete '{name}', referenced by: {', '.join(users)}")
            del sections[name]
            save(sections, {other: kept for other, kept in parse(cfs.read(SECRETS)).items() if other != name})


for _kind in KINDS:
    register(f'{BASE}/endpoints/{_kind}', _kind, "endpoint '{}' not found")
register(f'{BASE}/matchers', 'matcher', "matcher '{}' not found")


@method(BASE, 'GET')
def children(ctx, params):
    return [{'name': name} for name in ('endpoints', 'matcher-field-values', 'matcher-fields', 'matchers', 'targets')]


@method(BASE + '/targets', 'GET')
def targets(ctx, params):
    own = stored()
    return [{'name': name, 'type': section['type'], 'origin': origin(name, own),
             **({'comment': section['comment']} if 'comment' in section else {})}
            for name, section in everything().items() if section['type'] != 'matcher']
