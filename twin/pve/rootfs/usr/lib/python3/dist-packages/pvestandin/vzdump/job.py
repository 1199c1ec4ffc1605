"""The task of a backup: one after the other, each guest of this node that was chosen."""
import contextlib
import dataclasses
import fcntl
import os
import time

from .. import guestlist, tasks
from ..errors import ApiError, PlainError, text_of
from ..storage import activate, config, content, kinds
from . import guest, options
from .messages import Messages

RUN = os.environ.get('PVE_STANDIN_RUN', '/run')
STOP_TIMEOUT_S = 15


@dataclasses.dataclass(frozen=True)
class Job:
    """Where to and how, after the defaults of the host and of the storage."""

    storage: str
    section: dict
    folder: str
    mode: str
    ending: str
    keep: dict
    remove: bool
    protected: bool
    most_protected: int
    notes: str
    bytes_per_second: int


def settle(ctx, params):
    """The job that parameters mean, or all that is wrong with its storage."""
    storage = params.get('storage') or 'local'
    problems, section = [], {}
    try:
        section = activate.usable(storage, ctx.node)
        activate.activate(storage, section)
    except (ApiError, OSError) as error:
        problems.append(f"could not activate storage '{storage}': {text_of(error)}")
    try:
        section = config.get(storage)
        if 'backup' not in kinds.as_shown(storage, section)['content'].split(','):
            raise PlainError(f"can't use storage '{storage}' for backups - wrong content type")
    except ApiError as error:
        problems.append(f"could not get storage information for '{storage}': {text_of(error)}")
    if problems:
        raise PlainError('\n'.join(problems))
    if section['type'] == 'pbs':
        raise PlainError(f"storage '{storage}' is a backup server, and sending backups to one is not part of this installation")
    keep = options.retention(params.get('prune-backups')) or options.retention(section.get('prune-backups')) or {'keep-all': 1}
    unlimited = ctx.may(f'/storage/{storage}', ['Datastore.Allocate'])
    return Job(
        storage=storage, section=section, folder=os.path.dirname(content.path_of(section, f'{storage}:backup/x')),
        mode=params.get('mode', 'snapshot'), ending=options.ENDINGS.get(params.get('compress', '0'), ''), keep=keep,
        remove=bool(params.get('remove', 1)) and not keep.get('keep-all'), protected=bool(params.get('protected')),
        most_protected=int(section.get('max-protected-backups', -1 if unlimited else 5)),
        notes=params.get('notes-template', ''), bytes_per_second=int(params.get('bwlimit', 0)) * 1024)


def run(ctx, params, vmids, log):
    said = Messages(log)
    job = settle(ctx, params)
    with the_only_one(said, int(params.get('lockwait', 180))):
        said(f'starting new backup job: {options.command_line(params)}')
        there = guestlist.guests()
        chosen = []
        for vmid in vmids:
            if params.get('all') and not ctx.may(f'/vms/{vmid}', ['VM.Backup']):
                continue
            if vmid in there:
                ctx.check(f'/vms/{vmid}', ['VM.Backup'])
            chosen.append(vmid)
        failed = 0
        try:
            for vmid in chosen:
                failed += not guest.save(job, ctx, vmid, said)
        except guest.Interrupted as error:
            said(f'Backup job failed - {error.text}', 'ERROR')
            raise
        said('Backup job finished with errors' if failed else 'Backup job finished successfully')
    if failed:
        raise PlainError('job errors')
    return f'WARNINGS: {said.warnings}' if said.warnings else None


@contextlib.contextmanager
def the_only_one(said, minutes):
    """A host runs one job at a time; the others wait, and the file beside the lock tells which one runs."""
    path = f'{RUN}/vzdump.lock'
    with open(path, 'a', encoding='ascii') as handle:
        if not _taken(handle):
            if not minutes:
                raise PlainError(f"can't acquire lock '{path}' (wait = 0)")
            said('trying to get global lock - waiting...')
            end = time.monotonic() + 60 * minutes
            while not _taken(handle):
                if time.monotonic() > end:
                    raise PlainError(f"can't acquire lock '{path}' - got timeout")
                time.sleep(0.2)
            said('got global lock')
        with open(f'{RUN}/vzdump.pid', 'w', encoding='ascii') as out:
            out.write(f'{os.getpid()}\n')
        yield


def _taken(handle):
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def stop_running():
    """Ends the job that runs on this host, and waits for its end."""
    running = next((upid for upid in tasks.active() if tasks.decode(upid)['type'] == 'vzdump'
                    and tasks.decode(upid)['pid'] == _holder()), None)
    if running is None:
        return
    tasks.stop(running)
    end = time.monotonic() + STOP_TIMEOUT_S
    while tasks.running(running):
        if time.monotonic() > end:
            raise PlainError(f"stopping backup process {tasks.decode(running)['pid']} failed")
        time.sleep(0.2)


def _holder():
    try:
        with open(f'{RUN}/vzdump.pid', encoding='ascii') as source:
            return int(source.read())
    except (OSError, ValueError):
        return None
