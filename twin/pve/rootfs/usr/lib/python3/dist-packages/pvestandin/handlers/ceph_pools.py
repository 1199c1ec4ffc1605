"""Pools, replicated and by an erasure code."""
from ..api import ApiError, PlainError, method
from ..ceph import tools
from ..storage import config, content
from .storage_config import forget

POOL = '/nodes/{node}/ceph/pool'
# Copies before those that a write needs, because Ceph refuses more of these than there are.
SETTINGS = ('size', 'min_size', 'crush_rule', 'pg_autoscale_mode', 'target_size_ratio', 'pg_num')


@method(POOL, 'GET')
def pools(ctx, params):
    tools.check_configured()
    usage = {row['name']: row.get('stats', {}) for row in tools.ask('df').get('pools', [])}
    rules = _rules()
    return [_row(row, rules, usage.get(row['pool_name'], {})) for row in tools.ask('osd', 'pool', 'ls', 'detail')]


def _rules():
    return {row['rule_id']: row['rule_name'] for row in tools.ask('osd', 'crush', 'rule', 'dump')}


def _row(row, rules, usage):
    ratio = row.get('options', {}).get('target_size_ratio')
    return {
        'pool': row['pool_id'], 'pool_name': row['pool_name'], 'type': 'replicated' if row['type'] == 1 else 'erasure',
        'size': row['size'], 'min_size': row['min_size'], 'pg_num': row['pg_num'], 'pg_num_final': row['pg_num_target'],
        'pg_autoscale_mode': row['pg_autoscale_mode'], 'crush_rule': row['crush_rule'],
        'crush_rule_name': rules.get(row['crush_rule'], ''), 'application_metadata': row['application_metadata'],
        'bytes_used': usage.get('bytes_used', 0), 'percent_used': usage.get('percent_used', 0),
        **({} if ratio is None else {'target_size_ratio': ratio})}


@method(POOL, 'POST')
def create(ctx, params):
    tools.check_configured()
    if params.get('add_storages'):
        raise ApiError(400, 'storages of pools are not part of this stand-in')
    code = dict(part.split('=', 1) for part in params.get('erasure-coding', '').split(',') if part)
    if code and 'profile' in code:
        raise ApiError(400, 'profiles by name are not part of this stand-in')
    values = {'size': 3, 'min_size': 2, 'pg_num': 128, 'pg_autoscale_mode': 'warn', 'application': 'rbd', **params}

    def make(name, given, log, *kind):
        if name not in tools.ask('osd', 'pool', 'ls'):
            tools.ceph('osd', 'pool', 'create', name, given['pg_num'], *kind)
        _apply(name, given, log)

    def work(log):
        name = params['name']
        if code:
            _make_parts(name, code, values, log, make)
            name, values['pg_num'] = f'{name}-metadata', 32
        make(name, values, log)
    return ctx.task('cephcreatepool', params['name'], work)


def _make_parts(name, code, values, log, make):
    """The pool for data, and its profile; what is said of copies is for the metadata beside it."""
    profile = f'pve_ec_{name}'
    words = [f"crush-failure-domain={code.get('failure-domain', 'host')}", f"k={code['k']}", f"m={code['m']}"]
    if code.get('device-class'):
        words.append(f"crush-device-class={code['device-class']}")
    tools.ceph('osd', 'erasure-code-profile', 'set', profile, *words)
    log(f"created new erasure code profile '{profile}'")
    mine = {key: value for key, value in values.items() if key not in ('size', 'min_size', 'crush_rule')}
    make(f'{name}-data', mine, log, 'erasure', profile)
    tools.ceph('osd', 'pool', 'set', f'{name}-data', 'allow_ec_overwrites', 'true')


@method(POOL + '/{name}', 'DELETE')
def destroy(ctx, params):
    tools.check_inited()
    name = params['name']

    def work(log):
        storages = {one: section for one, section in config.load()[0].items() if section['type'] == 'rbd'
                    and name in (section.get('pool', 'rbd'), section.get('data-pool'))}
        for one, section in ({} if params.get('force') else storages).items():
            log(f"checking storage '{one}' for RBD images..")
            if content.volumes(one, section, 'images'):
                raise PlainError(f"ceph pool '{name}' still in use by storage '{one}'")
        row = next((row for row in tools.ask('osd', 'pool', 'ls', 'detail') if row['pool_name'] == name), None)
        if row is None:
            raise PlainError(f"error with 'osd pool get': mon_cmd failed -  unrecognized pool '{name}'")
        rule = _rules().get(row['crush_rule'])
        tools.ceph('osd', 'pool', 'delete', name, name, '--yes-i-really-really-mean-it')
        if profile := row.get('erasure_code_profile'):
            _forget_parts(profile, rule, params.get('remove_ecprofile', True), log)
        if params.get('remove_storages'):
            for one, section in storages.items():
                if not section.get('monhost'):
                    forget(one)
    return ctx.task('cephdestroypool', name, work)


def _forget_parts(profile, rule, whole, log):
    log(f"found erasure coded profile '{profile}', destroying its CRUSH rule")
    tools.ceph('osd', 'crush', 'rule', 'rm', rule)
    if whole:
        log(f"destroying erasure coded profile '{profile}'")
        tools.ceph('osd', 'erasure-code-profile', 'rm', profile)


@method(POOL + '/{name}', 'PUT')
def change(ctx, params):
    tools.check_configured()
    return ctx.task('cephsetpool', params['name'], lambda log: _apply(params['name'], params, log))


def _apply(name, values, log):
    refused = []
    now = next((row for row in tools.ask('osd', 'pool', 'ls', 'detail') if row['pool_name'] == name), None)
    if now is None:
        raise PlainError(f"ceph pool '{name}' does not exist")
    # Rules are told by their number and set by their name.
    now['crush_rule'] = _rules().get(now['crush_rule'])
    for key in (one for one in SETTINGS if values.get(one) is not None):
        if now['type'] == 3 and key in ('size', 'crush_rule'):
            log(f"cannot set '{key}' for erasure coded pool")
            continue
        if str(now.get(key, now.get('options', {}).get(key))) == str(values[key]):
            log(f"skipping '{key}', did not change")
            continue
        log(f'pool {name}: applying {key} = {values[key]}')
        try:
            tools.ceph('osd', 'pool', 'set', name, key, values[key])
        except PlainError as error:
            log(str(error))
            refused.append(key)
    if values.get('application') and values['application'] not in now['application_metadata']:
        log(f"pool {name}: applying application = {values['application']}")
        tools.ceph('osd', 'pool', 'application', 'enable', name, values['application'], '--yes-i-really-mean-it')
    if refused:
        raise PlainError(f"Could not set: {', '.join(sorted(refused))}")
