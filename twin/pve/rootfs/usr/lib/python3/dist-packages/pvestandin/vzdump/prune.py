"""Which backups of a guest a rule keeps (pure), and the removal of the others."""
import os
import time

from ..errors import ApiError, PlainError, text_of
from ..storage import backups, content

# In this order: what a shorter span has kept counts for a longer one too.
SPANS = {'keep-last': None, 'keep-hourly': '%H/%d/%m/%Y', 'keep-daily': '%d/%m/%Y', 'keep-weekly': '%V/%G',
         'keep-monthly': '%m/%Y', 'keep-yearly': '%Y'}


def marks(entries, keep):
    """{name: keep, remove or protected} of `(name, time, protected)`."""
    marked = {name: 'protected' for name, _, guarded in entries if guarded}
    if not any(keep.get(key) for key in SPANS):
        return {name: marked.get(name, 'keep') for name, _, _ in entries}
    newest_first = sorted(entries, key=lambda entry: -entry[1])
    for key, pattern in SPANS.items():
        if not keep.get(key):
            continue
        had = {_span(pattern, when) for name, when, _ in entries if marked.get(name) == 'keep'}
        new = set()
        for name, when, _ in newest_first:
            span = _span(pattern, when)
            if name in marked or span in had:
                continue
            if span in new:
                marked[name] = 'remove'
            elif len(new) >= keep[key]:
                break
            else:
                new.add(span)
                marked[name] = 'keep'
    return {name: marked.get(name, 'remove') for name, _, _ in entries}


def _span(pattern, when):
    return time.strftime(pattern, time.localtime(when)) if pattern else when


def group(job, vmid, kind):
    """A guest's backups on the job's storage."""
    return [row for row in content.volumes(job.storage, job.section, 'backup', vmid) if row['subtype'] == kind]


def after(job, vmid, kind, said):
    rule = ', '.join(f'{key}={job.keep[key]}' for key in sorted(job.keep))
    said(f'prune older backups with retention: {rule}')
    rows = [row for row in group(job, vmid, kind) if backups.STANDARD.match(os.path.basename(row['volid']))]
    marked = marks([(row['volid'], row['ctime'], bool(row.get('protected'))) for row in rows], job.keep)
    gone, failed = 0, False
    for row in rows:
        if marked[row['volid']] != 'remove':
            continue
        gone += 1
        said(f"removing backup '{row['volid']}'")
        try:
            backups.remove(content.path_of(job.section, row['volid']))
        except (ApiError, OSError) as error:
            said(f"error when removing backup '{row['volid']}' - {text_of(error)}", 'ERROR')
            failed = True
    if failed:
        raise PlainError('error pruning backups - check log')
    said(f"pruned {gone} backup(s){' not covered by keep-retention policy' if gone else ''}")
