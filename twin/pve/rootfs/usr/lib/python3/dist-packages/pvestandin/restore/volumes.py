"""The volumes of a restore: made where they are wanted, and removed when it fails."""
import os
import re

from .. import cfs
from ..errors import ApiError, text_of
from ..storage import activate, config, content
from ..vzdump import archive


class Volumes:
    """Those that one restore has made."""

    def __init__(self, vmid, log):
        self.vmid, self.log, self.made = vmid, log, []

    def make(self, storage, length, form, name=''):
        section = activate.usable(storage, cfs.nodename())
        volume = content.allocate(storage, section, self.vmid, name, f'{-(-length // 1024)}K', form)
        self.made.append((storage, section, volume))
        self.log(f"new volume ID is '{volume}'")
        return volume

    def drop(self):
        for storage, section, volume in self.made:
            try:
                content.free(storage, section, volume)
                self.log(f"temporary volume '{volume}' successfully removed")
            except (ApiError, OSError) as error:
                self.log(f"unable to cleanup '{volume}' - {text_of(error)}")
        self.made = []


def path_of(volume):
    return content.path_of(config.get(volume.partition(':')[0]), volume)


def limit(ctx, storages, asked):
    """KiB a second, or nothing. Who may change a storage may pass over its limit."""
    if asked is not None and ctx.may('/storage', ['Datastore.Allocate']):
        return asked
    texts = [config.get(storage).get('bwlimit', '') for storage in storages]
    found = [re.search(r'\brestore=(\d+)', text) or re.search(r'\bdefault=(\d+)', text) for text in texts]
    return min([int(one[1]) for one in found if one] + ([asked] if asked else []), default=0)


def fill(path, targets, kib_per_second, log):
    """Every byte of the archive, into these volumes: (bytes read, bytes of data)."""
    def told(done, total):
        log(f'progress {100 * done // max(1, total)}% (read {done} bytes)')
    kept = archive.read(path, [path_of(volume) for volume in targets], kib_per_second * 1024, told)
    return os.path.getsize(path), kept
