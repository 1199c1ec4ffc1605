"""/cluster/backup: scheduled backup jobs in jobs.cfg."""
import re
import time
import uuid

from ..api import ApiError, ParameterError, PlainError, method
from ..stored import Collection, merge, split_list, values_of
from ..usercfg import load as user_config

JOBS = Collection('jobs.cfg', kind='vzdump')
ROOT_ONLY = ('tmpdir', 'dumpdir', 'script', 'job-id')
OBJECTS = ('prune-backups', 'fleecing', 'performance')
INTEGERS = ('all', 'enabled', 'bwlimit', 'ionice', 'lockwait', 'pigz', 'zstd', 'protected', 'remove',
            'repeat-missed', 'stdexcludes', 'stopwait', 'quiet', 'maxfiles')


def unknown(job):
    return ParameterError({'id': f"No such job '{job}'"})


def disguised(error):
    """The text of a 400, but sent as a plain 500: what PVE does inside its locks."""
    lines = ''.join(f'{key}: {text}\n' for key, text in error.errors.items())
    return PlainError(f'400 Parameter verification failed.\n{lines}')


def check_selection(job):
    chosen = [key for key in ('all', 'vmid', 'pool') if job.get(key)]
    if not chosen:
        raise disguised(ParameterError({'vmid': 'property is missing'}))
    if job.get('vmid'):
        clash = {key: "option conflicts with option 'vmid'" for key in ('all', 'exclude', 'pool')
                 if job.get(key)}
        if clash:
            raise disguised(ParameterError(clash))
    keep = str(job.get('prune-backups', ''))
    if 'keep-all=1' in keep and ',' in keep:
        raise ParameterError({'prune-backups': 'keep-all cannot be set together with other options.'})


def show(name, section, with_next=False):
    shown = {'id': name}
    for key, value in section.items():
        if key in OBJECTS:
            shown[key] = dict(part.partition('=')[::2] for part in value.split(',') if part)
        elif key in INTEGERS:
            shown[key] = int(value)
        else:
            shown[key] = value
    shown.setdefault('enabled', 1)
    if with_next and shown['enabled']:
        shown['next-run'] = next_run(section.get('schedule', ''))
    return shown


def next_run(schedule):
    """Next time of the usual `HH:MM` schedules, else one hour from now."""
    match = re.search(r'(\d{1,2}):(\d{2})$', schedule)
    now = time.time()
    if not match:
        return int(now // 3600 * 3600 + 3600)
    day = time.localtime(now)
    when = time.mktime((day.tm_year, day.tm_mon, day.tm_mday, int(match[1]), int(match[2]), 0, 0, 0, -1))
    return int(when if when > now else when + 86400)


def schedule_of(params):
    if params.get('schedule'):
        return params['schedule']
    if params.get('starttime'):
        days = split_list(params.get('dow'))
        return f"{','.join(days)} {params['starttime']}".strip()
    return None


def check_schedule(schedule):
    if not re.search(r'\d|ly$|^(mon|tue|wed|thu|fri|sat|sun)', schedule or '0', re.IGNORECASE):
        raise ParameterError({'schedule': f"invalid format - invalid calendar event '{schedule}'"})


def check_rights(ctx, params):
    forbidden = [key for key in ROOT_ONLY if key in params]
    if forbidden and not (ctx.user == 'root@pam' and not ctx.token):
        raise ParameterError({key: 'Only root may set this option.' for key in forbidden})
    if params.get('storage'):
        ctx.check(f"/storage/{params['storage']}", ['Datastore.Allocate'])
    if params.get('pool') and params['pool'] not in user_config()['pools']:
        raise ApiError(403, f"Permission check failed (pool '{params['pool']}' does not exist)")
    check_schedule(params.get('schedule'))


@method('/cluster/backup', 'GET')
def index(ctx, params):
    return [show(name, section, True) for name, section in JOBS.load().items()]


@method('/cluster/backup', 'POST', protected=True)
def create(ctx, params):
    check_rights(ctx, params)
    schedule = schedule_of(params)
    if schedule is None:
        raise ParameterError({'schedule': "neither 'starttime' nor 'schedule' were set"})
    name = params.get('id') or f'backup-{uuid.uuid4()}'
    with JOBS.changing() as jobs:
        if name in jobs:
            raise PlainError(f"Job '{name}' already exists")
        job = {'type': 'vzdump', **values_of(params, 'id', 'starttime', 'dow', 'schedule'),
               'schedule': schedule}
        job.setdefault('enabled', 1)
        check_selection(job)
        jobs[name] = job


@method('/cluster/backup/{id}', 'GET')
def read(ctx, params):
    jobs = JOBS.load()
    if params['id'] not in jobs:
        raise unknown(params['id'])
    return {**show(params['id'], jobs[params['id']]), 'type': 'vzdump'}


@method('/cluster/backup/{id}', 'PUT', protected=True)
def update(ctx, params):
    check_rights(ctx, params)
    if params.get('all') and params.get('vmid'):
        raise ParameterError({'all': "option conflicts with option 'vmid'"})
    with JOBS.changing() as jobs:
        if params['id'] not in jobs:
            raise PlainError('no such vzdump job')
        values = values_of(params, 'id', 'starttime', 'dow')
        schedule = schedule_of(params)
        if schedule:
            values['schedule'] = schedule
        job = merge(dict(jobs[params['id']]), values, params.get('delete'))
        if 'vmid' in values:
            for key in ('all', 'pool', 'exclude'):
                if key not in values:
                    job.pop(key, None)
        elif 'all' in values or 'pool' in values:
            job.pop('vmid', None)
            job.pop('all' if 'pool' in values else 'pool', None)
        check_selection(job)
        jobs[params['id']] = job


@method('/cluster/backup/{id}', 'DELETE', protected=True)
def delete(ctx, params):
    with JOBS.changing() as jobs:
        if params['id'] not in jobs:
            raise disguised(unknown(params['id']))
        del jobs[params['id']]
