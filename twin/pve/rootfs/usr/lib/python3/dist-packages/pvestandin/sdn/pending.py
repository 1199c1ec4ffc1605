"""The difference between what is configured and what was applied last."""
import json

from .. import cfs, sectionconfig

RUNNING = 'sdn/.running-config'
FILES = {'zones': 'sdn/zones.cfg', 'vnets': 'sdn/vnets.cfg', 'subnets': 'sdn/subnets.cfg',
         'controllers': 'sdn/controllers.cfg', 'fabrics': 'sdn/fabrics.cfg'}


def running():
    text = cfs.read(RUNNING)
    return json.loads(text) if text else {'version': 0}


def apply():
    """Makes the pending configuration the running one; returns its version."""
    now = running()
    fresh = {'version': now['version'] + 1}
    for kind, file in FILES.items():
        fresh[kind] = {'ids': sectionconfig.parse(cfs.read(file))}
    cfs.makedirs('sdn')
    cfs.write(RUNNING, json.dumps(fresh))
    return fresh['version']


def rollback():
    now = running()
    for kind, file in FILES.items():
        cfs.write(file, sectionconfig.render(now.get(kind, {}).get('ids', {})))


def differs():
    now = running()
    return any(sectionconfig.parse(cfs.read(file)) != now.get(kind, {}).get('ids', {})
               for kind, file in FILES.items())


def rows(kind, key, sections, show):
    """Configured and deleted entries with `state` and `pending`, for `pending=1`."""
    applied = running().get(kind, {}).get('ids', {})
    found = []
    for name in sorted(set(sections) | set(applied)):
        if name not in sections:
            found.append({key: name, **show(applied[name]), 'state': 'deleted'})
        elif name not in applied:
            found.append({key: name, 'state': 'new', 'pending': show(sections[name]), **show(sections[name])})
        elif sections[name] != applied[name]:
            changed = {k: v for k, v in show(sections[name]).items() if applied[name].get(k) != sections[name].get(k)}
            found.append({key: name, **show(applied[name]), 'state': 'changed', 'pending': changed})
        else:
            found.append({key: name, **show(sections[name])})
    return found
