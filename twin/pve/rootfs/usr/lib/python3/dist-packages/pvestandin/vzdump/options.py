"""What a call of vzdump may ask for, and what it means (pure)."""
import re
import shlex

from .. import schema
from ..errors import ApiError, ParameterError, PlainError

KEEP = {'keep-all': {'type': 'boolean', 'optional': True},
        **{f'keep-{word}': {'type': 'integer', 'minimum': 0, 'optional': True}
           for word in ('last', 'hourly', 'daily', 'weekly', 'monthly', 'yearly')}}
ENDINGS = {'zstd': '.zst', 'gzip': '.gz', 'lzo': '.lzo', '1': '.lzo'}
VARIABLES = ('cluster', 'guestname', 'node', 'vmid')
# Of what a host could do the stand-in does this not at all, and says so instead of passing over it.
NOT_HERE = ('dumpdir', 'tmpdir', 'script', 'stdout')
# They name no part of the work, so Proxmox's first line of a job leaves them out.
UNTOLD = ('vmid', 'stdout', 'job-id')


def check(params):
    for key in ('all', 'exclude', 'pool'):
        if params.get(key) and params.get('vmid'):
            raise ParameterError({key: "option conflicts with option 'vmid'"})
    retention(params.get('prune-backups'))
    check_notes(params.get('notes-template') or '')
    if not any(params.get(key) for key in ('all', 'exclude', 'stop', 'pool', 'vmid')):
        raise ParameterError({'vmid': 'property is missing'})
    for key in NOT_HERE:
        if params.get(key):
            raise PlainError(f"'{key}' is not part of this installation, which saves to storages alone")


def retention(text):
    """{keep-...: number} of a rule, or nothing where there is none."""
    if not text:
        return None
    try:
        found = schema.property_string(KEEP, text)
    except ApiError as error:
        lines = ''.join(f'{key}: {reason}\n' for key, reason in sorted((error.errors or {}).items()))
        raise ParameterError({'prune-backups': f'invalid format - {error.text}\n{lines}'}) from error
    except ValueError as error:
        raise ParameterError({'prune-backups': f'invalid format - {error}'}) from error
    counted = {key: number for key, number in found.items() if key != 'keep-all'}
    if not any(counted.values()):
        return {'keep-all': 1}
    if found.get('keep-all'):
        raise ParameterError({'prune-backups': 'invalid format - keep-all cannot be set together with other options.\n'})
    return counted


def check_notes(template):
    if '\n' in template:
        raise ParameterError({'notes-template': 'contains a line feed\n'})
    unknown = [f"escape sequence '\\{found[1]}' at char {found.start()}"
               for found in re.finditer(r'\\(.)', template) if found[1] not in 'n\\']
    unknown += [f"variable '{found[1]}' at char {found.end() - len(found[1])}"
                for found in re.finditer(r'\{\{([^\s{}]+)\}\}', template) if found[1] not in VARIABLES]
    if unknown:
        raise ParameterError({'notes-template': f"found unknown: {', '.join(unknown)}\n"})


def notes(template, values):
    text = re.sub(r'\\(.)', lambda found: '\n' if found[1] == 'n' else found[1], template)
    return re.sub(r'\{\{(\w+)\}\}', lambda found: str(values.get(found[1], found[0])), text)


def command_line(params):
    words = ['vzdump', *re.split(r'[,;\s]+', params['vmid'])] if params.get('vmid') else ['vzdump']
    for key in sorted(params):
        given = params[key] if isinstance(params[key], list) else [params[key]]
        for value in given:
            if key not in UNTOLD and str(value) != '':
                words += [f'--{key}', shlex.quote(str(value))]
    return ' '.join(words)
