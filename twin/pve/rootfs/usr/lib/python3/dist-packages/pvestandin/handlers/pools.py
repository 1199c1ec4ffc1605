"""/pools: resource pools, kept in user.cfg beside users and permissions."""
from .. import guestlist, usercfg
from ..api import PlainError, method
from ..storage import config as storages
from ..stored import prefixed, split_list


def members(pool, wanted=None):
    guests = guestlist.guests()
    found = []
    for vmid in sorted(map(int, pool['vms'])):
        guest = guests.get(vmid)
        if guest and wanted in (None, guest['kind']):
            found.append({'id': f"{guest['kind']}/{vmid}", 'vmid': vmid, 'node': guest['node'],
                          'type': guest['kind']})
    if wanted in (None, 'storage'):
        known, _ = storages.load()
        for name in sorted(pool['storage']):
            if name in known:
                for node in guestlist.cfs.members():
                    found.append({'id': f'storage/{node}/{name}', 'storage': name, 'node': node,
                                  'type': 'storage'})
    return found


def get(pools, name):
    if name not in pools:
        raise PlainError(f"pool '{name}' does not exist")
    return pools[name]


def described(pool, kind=None):
    comment = {'comment': pool['comment']} if pool['comment'] else {}
    return {**comment, 'members': members(pool, kind)}


@method('/pools', 'GET')
def index(ctx, params):
    pools = usercfg.load()['pools']
    if params.get('poolid'):
        ctx.check(f"/pool/{params['poolid']}", ['Pool.Audit'])
        pool = get(pools, params['poolid'])
        return [{'poolid': params['poolid'], **described(pool, params.get('type'))}]
    return [{'poolid': name, **({'comment': pool['comment']} if pool['comment'] else {})}
            for name, pool in sorted(pools.items()) if ctx.may(f'/pool/{name}', ['Pool.Audit'])]


@method('/pools', 'POST', protected=True)
def create(ctx, params):
    name = params['poolid']
    with prefixed('create pool failed'), usercfg.edit() as config:
        if name in config['pools']:
            raise PlainError(f"pool '{name}' already exists")
        parent = name.rpartition('/')[0]
        if parent and parent not in config['pools']:
            raise PlainError(f"parent '{parent}' of pool '{name}' does not exist")
        config['pools'][name] = {'comment': params.get('comment', ''), 'vms': [], 'storage': []}


def change(ctx, params):
    name = params['poolid']
    with prefixed('update pools failed'), usercfg.edit() as config:
        pool = get(config['pools'], name)
        if 'comment' in params:
            pool['comment'] = params['comment']
        for word, key in (('vms', 'VM'), ('storage', 'storage')):
            for entry in split_list(params.get(word)):
                _one_member(config, name, word, key, entry, params)


def _one_member(config, name, word, title, entry, params):
    pool = config['pools'][name]
    if params.get('delete'):
        if entry not in pool[word]:
            raise PlainError(f"{title} {entry} is not a pool member" if word == 'vms' else
                             f"Storage '{entry}' is not a pool member")
        pool[word].remove(entry)
        return
    if entry in pool[word]:
        raise PlainError(f"VM {entry} is already a pool member" if word == 'vms' else
                         f"Storage '{entry}' is already a pool member")
    for other, owner in config['pools'].items():
        if word == 'vms' and entry in owner['vms']:
            if not params.get('allow-move'):
                raise PlainError(f"VM {entry} belongs already to pool '{other}' and 'allow-move' is not set")
            owner['vms'].remove(entry)
    pool[word].append(entry)


def remove(ctx, params):
    name = params['poolid']
    with prefixed('delete pool failed'), usercfg.edit() as config:
        pool = get(config['pools'], name)
        inside = sorted(other for other in config['pools'] if other.startswith(name + '/'))
        if inside:
            raise PlainError(f"pool '{name}' is not empty (contains pool '{inside[0]}')")
        left = [f'VM {vmid}' for vmid in sorted(pool['vms'])] + [f"storage '{one}'" for one in sorted(pool['storage'])]
        if left:
            raise PlainError(f"pool '{name}' is not empty (contains {left[0]})")
        config['acl'] = [entry for entry in config['acl'] if entry['path'] != f'/pool/{name}']
        del config['pools'][name]


@method('/pools/{poolid}', 'GET')
def read(ctx, params):
    return described(get(usercfg.load()['pools'], params['poolid']), params.get('type'))


for _base in ('/pools', '/pools/{poolid}'):
    method(_base, 'PUT', protected=True)(change)
    method(_base, 'DELETE', protected=True)(remove)
