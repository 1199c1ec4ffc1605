"""/cluster/options: datacenter.cfg."""
from .. import cfs, schema, sectionconfig
from ..api import PlainError, method
from ..stored import split_list

FILE = 'datacenter.cfg'
PATH = '/cluster/options'
NETWORKED = ('migration', 'replication')
NETWORK = {'type': 'string', 'optional': 1, 'format': 'CIDR'}
PLAIN_LISTS = {'registered-tags'}


def formats(major):
    """{key: format} of the options that are property strings."""
    found = schema.parameters(schema.find(PATH, 'PUT', major), major)
    return {key: spec['format'] for key, spec in found.items() if isinstance(spec.get('format'), dict)}


@method(PATH, 'GET')
def read(ctx, params):
    stored = sectionconfig.parse_lines(cfs.read(FILE))
    known = formats(ctx.major)
    shown = {}
    for key, value in stored.items():
        if key in known:
            shown[key] = schema.property_string(known[key], value)
        elif key in PLAIN_LISTS:
            shown[key] = [tag for tag in value.split(';') if tag]
        else:
            shown[key] = int(value) if key in ('max_workers', 'migration_unsecure') else value
    shown.setdefault('mac_prefix', 'BC:24:11')
    shown['allowed-tags'] = sorted(shown.get('registered-tags', []))
    return shown


@method(PATH, 'PUT', protected=True)
def update(ctx, params):
    values = {key: value for key, value in params.items() if key != 'delete'}
    delete = split_list(params.get('delete'))
    for key in delete:
        if key in values:
            raise PlainError(f"cannot set and delete property '{key}' at the same time!")
    with cfs.lock_file(FILE):
        stored = sectionconfig.parse_lines(cfs.read(FILE))
        for key in delete:
            stored.pop(key, None)
        stored.update(values)
        cfs.write(FILE, sectionconfig.render_lines(stored))


def _widen_facts():
    """The format of `migration` in the facts lacks `network`; complete it for both majors."""
    entry = schema.facts()[PATH]['PUT']
    for key in NETWORKED:
        spec = entry['parameters'].get(key)
        if spec and isinstance(spec.get('format'), dict):
            spec['format'].setdefault('network', dict(NETWORK))


_widen_facts()
