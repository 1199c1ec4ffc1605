"""The word `lock` in a guest's file: what goes on with it, and who has to wait for its end."""
from .. import cfs
from ..errors import PlainError
from . import config

LEFT_OVER = ('backup', 'mounted', 'migrate', 'clone', 'rollback', 'snapshot', 'snapshot-delete', 'suspending', 'suspended')
WORD = {'qemu': 'VM', 'lxc': 'CT'}


def refuse(vmid):
    """What is locked is left alone."""
    guest = config.find(vmid)
    values, _ = config.load(vmid)
    if values.get('lock'):
        raise PlainError(f"{WORD[guest['kind']]} is locked ({values['lock']})")


def take(vmid, word):
    with cfs.lock(f'guest-{vmid}'):
        refuse(vmid)
        put(vmid, word)


def drop(vmid, word):
    with cfs.lock(f'guest-{vmid}'):
        found = config.load(vmid)[0].get('lock')
        if found != word:
            raise PlainError(f"found lock '{found}' trying to remove '{word}' lock" if found else
                             f"no lock found trying to remove '{word}' lock")
        put(vmid, None)


def clear_left_over(vmid):
    """The lock that went down with its host, if it is one that nothing but that host was waiting for."""
    word = config.load(vmid)[0].get('lock')
    if word not in LEFT_OVER:
        return None
    put(vmid, None)
    return word


def put(vmid, word):
    """Without asking; nothing takes the lock away."""
    guest = config.find(vmid)
    values, _ = config.load(vmid)
    values.pop('lock', None)
    config.save(vmid, guest, {**values, **({'lock': word} if word else {})})
