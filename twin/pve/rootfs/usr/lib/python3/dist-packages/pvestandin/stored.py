"""Collections that PVE only stores and validates: one section file, one set of texts each."""
import contextlib

from . import cfs, schema, sectionconfig
from .api import ApiError, PlainError, method

META = ('delete', 'digest', 'lock-token')


def split_list(text):
    return [part for part in str(text or '').replace(';', ',').replace(' ', ',').split(',') if part]


@contextlib.contextmanager
def prefixed(what):
    """Errors inside carry PVE's prefix; 4xx keep their status."""
    try:
        yield
    except ApiError as error:
        if error.status != 500 or not what:
            raise
        raise PlainError(f'{what}: {error.text}', exit_code=error.exit_code) from error


class Collection:
    """`name` words the texts: "<name> 'x' already exists"."""

    def __init__(self, file, lock=None, kind=None, first_keys=()):
        self.file, self.kind, self.first_keys = file, kind, first_keys
        self.lock_name = lock or 'file-' + file.replace('.', '_').replace('/', '_')

    def all(self):
        return sectionconfig.parse(cfs.read(self.file))

    def load(self):
        return {name: section for name, section in self.all().items()
                if self.kind in (None, section['type'])}

    def digest(self):
        return sectionconfig.digest(cfs.read(self.file))

    @contextlib.contextmanager
    def changing(self, what=None, digest=None):
        """Yields all sections under the lock and writes them back when nothing was raised."""
        with prefixed(what), cfs.lock(self.lock_name):
            sectionconfig.check_digest(cfs.read(self.file), digest)
            sections = self.all()
            yield sections
            if '/' in self.file:
                cfs.makedirs(self.file.rpartition('/')[0])
            cfs.write(self.file, sectionconfig.render(sections, self.first_keys))


def values_of(params, *leave_out):
    """What to store: no control parameters, lists as comma lists."""
    return {key: ','.join(map(str, value)) if isinstance(value, list) else value
            for key, value in params.items() if key not in META + leave_out and value is not None}


def merge(section, values, delete):
    for key in split_list(delete):
        if key in values:
            raise PlainError(f"cannot set and delete property '{key}' at the same time!")
        section.pop(key, None)
    section.update(values)
    return section


def numbers_of(path, verb='POST'):
    """The parameters of a method that clients expect back as numbers."""
    specs = {}
    for major in (8, 9):
        entry = schema.find(path, verb, major)
        if entry:
            specs.update(schema.parameters(entry, major))
    return frozenset(key for key, spec in specs.items() if spec.get('type') in ('boolean', 'integer'))


def with_numbers(section, numbers):
    return {key: int(value) if key in numbers and str(value).lstrip('-').isdigit() else value
            for key, value in section.items()}


def register(base, collection, key, *, exists, missing, what, kind_key='type', majors=(8, 9),
             create_at_item=False, delete_missing=None, check=None, in_use=None):
    """GET/POST on `base` and GET/PUT/DELETE on `base/{key}` for a collection.

    `exists` and `missing` are texts with {} for the id; `what` prefixes ("zone" gives
    "create zone failed"), None for no prefix. `check(ctx, id, section, sections, creating)` may refuse
    or complete, `in_use(id)` returns a reason not to delete.
    """
    item = f'{base}/{{{key}}}'
    numbers = numbers_of(item if create_at_item else base)

    def prefix(verb):
        return None if what is None else what.format(verb)

    def show(name, section):
        shown = {key: name, **with_numbers(section, numbers)}
        kind = shown.pop('type', None)
        return {**shown, **({kind_key: kind} if kind_key else {}), 'digest': collection.digest()}

    @method(base, 'GET', majors=majors)
    def index(ctx, params):
        wanted = params.get('type')
        return [show(name, section) for name, section in collection.load().items()
                if wanted in (None, section['type'])]

    @method(item, 'GET', majors=majors)
    def read(ctx, params):
        sections = collection.load()
        if params[key] not in sections:
            raise PlainError(missing.format(params[key]))
        return show(params[key], sections[params[key]])

    @method(item if create_at_item else base, 'POST', protected=True, majors=majors)
    def create(ctx, params):
        name = params[key]
        with collection.changing(prefix('create')) as sections:
            if name in sections:
                raise PlainError(exists.format(name))
            section = {'type': params.get('type') or collection.kind, **values_of(params, key, 'type')}
            if check:
                check(ctx, name, section, sections, True)
            sections[name] = section

    @method(item, 'PUT', protected=True, majors=majors)
    def update(ctx, params):
        name = params[key]
        with collection.changing(prefix('update'), params.get('digest')) as sections:
            if name not in sections:
                raise PlainError(missing.format(name))
            section = merge(dict(sections[name]), values_of(params, key, 'type'), params.get('delete'))
            if check:
                check(ctx, name, section, sections, False)
            sections[name] = section

    @method(item, 'DELETE', protected=True, majors=majors)
    def delete(ctx, params):
        name = params[key]
        with collection.changing(prefix('delete')) as sections:
            if name not in sections:
                if delete_missing is None:
                    return
                raise PlainError(delete_missing.format(name))
            reason = in_use(name) if in_use else None
            if reason:
                raise PlainError(reason)
            del sections[name]
