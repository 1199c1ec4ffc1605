"""/storage: the cluster-wide list of storages."""
import contextlib
import sys

from .. import cfs, sectionconfig
from ..api import ApiError, PlainError, method
from ..storage import activate, config, kinds


@contextlib.contextmanager
def changing(what):
    """Holds the file's lock; an error inside carries PVE's prefix."""
    try:
        with cfs.lock_file(config.FILE):
            yield
    except ApiError as error:
        raise PlainError(f'{what}: {error.text}', exit_code=error.exit_code) from error
    except OSError as error:
        raise PlainError(f'{what}: {error}') from error


def text_values(params, leave_out):
    return {key: str(value) for key, value in params.items()
            if key not in leave_out and value is not None}


@method('/storage', 'GET')
def index(ctx, params):
    sections, digest = config.load()
    return [{**kinds.as_shown(name, section), 'digest': digest}
            for name, section in sections.items()
            if params.get('type') in (None, section['type'])
            and ctx.may(f'/storage/{name}', ['Datastore.Audit', 'Datastore.AllocateSpace'], any_of=True)]


@method('/storage', 'POST', protected=True)
def create(ctx, params):
    name, kind = params['storage'], params['type']
    values = text_values(params, ('storage', 'type'))
    if not values.get('nodes'):
        values.pop('nodes', None)
    section = kinds.complete(name, kind, values)
    with changing('create storage failed'):
        sections, _ = config.load()
        if name in sections:
            raise PlainError(f"storage ID '{name}' already defined")
        secrets = dict(section)
        shown = config.keep_secrets(name, kind, secrets)
        try:
            if kinds.on_node(secrets, ctx.node):
                activate.activate(name, secrets)
        except Exception:
            config.forget_secrets(name)
            raise
        sections[name] = secrets
        config.save(sections)
    reply = {'storage': name, 'type': kind}
    return {**reply, 'config': shown} if shown else reply


@method('/storage/{storage}', 'GET')
def read(ctx, params):
    sections, digest = config.load()
    name = params['storage']
    if name not in sections:
        raise PlainError(f"storage '{name}' does not exist")
    return {**kinds.as_shown(name, sections[name]), 'digest': digest}


@method('/storage/{storage}', 'PUT', protected=True)
def update(ctx, params):
    name = params['storage']
    values = text_values(params, ('storage', 'delete', 'digest'))
    delete = [key for key in str(params.get('delete', '')).replace(';', ',').split(',') if key]
    with changing('update storage failed'):
        sectionconfig.check_digest(cfs.read(config.FILE), params.get('digest'))
        sections, _ = config.load()
        if name not in sections:
            raise PlainError(f"storage '{name}' does not exist")
        changed = kinds.change(sections[name], values, delete)
        given = {key: changed[key] for key in ('password', 'keyring', 'encryption-key', 'master-pubkey')
                 if key in values}
        shown = config.keep_secrets(name, sections[name]['type'], given) if given else {}
        sections[name] = {**{k: v for k, v in changed.items() if k not in ('password', 'keyring')}, **given}
        config.save(sections)
    reply = {'storage': name, 'type': sections[name]['type']}
    return {**reply, 'config': shown} if shown else reply


@method('/storage/{storage}', 'DELETE', protected=True)
def delete(ctx, params):
    forget(params['storage'])


def forget(name):
    """Takes a storage out of the list, and unmounts it here."""
    with changing('delete storage failed'):
        sections, _ = config.load()
        if name not in sections:
            raise PlainError(f"storage '{name}' does not exist")
        if any(other.get('base', '').partition(':')[0] == name for other in sections.values()):
            raise PlainError("can't remove storage - storage is used as base of another storage")
        try:
            activate.unmount(sections[name])
        except PlainError as error:
            sys.stderr.write(f'{error}\n')
        config.forget_secrets(name)
        del sections[name]
        config.save(sections)
