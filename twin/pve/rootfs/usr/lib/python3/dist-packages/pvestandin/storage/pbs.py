"""Talking to a backup server: certificate pin, login, list of datastores."""
import datetime
import hashlib
import http.client
import json
import socket
import ssl
import urllib.parse

from .. import host
from ..errors import PlainError

TIMEOUT_S = 7


def _connect(section):
    server, port = section['server'], int(section.get('port', 8007))
    context = ssl.create_default_context()
    pin = section.get('fingerprint')
    if pin or str(section.get('skip-cert-verification', '0')) == '1':
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    link = http.client.HTTPSConnection(server, port, timeout=TIMEOUT_S, context=context)
    try:
        link.connect()
    except ssl.SSLCertVerificationError as error:
        raise PlainError(f"500 Can't connect to {server}:{port} (certificate verify failed)") from error
    except (OSError, socket.timeout) as error:
        reason = getattr(error, 'strerror', None) or 'Connection timed out'
        raise PlainError(f"500 Can't connect to {server}:{port} ({reason})") from error
    if pin:
        seen = hashlib.sha256(link.sock.getpeercert(binary_form=True)).hexdigest().upper()
        seen = ':'.join(seen[i:i + 2] for i in range(0, len(seen), 2))
        if seen != _as_made(pin.upper()):
            raise PlainError(f"fingerprint '{seen}' not verified, abort!")
    return link


def _as_made(pin):
    """Nobody can make a certificate with a given fingerprint: a rehearsal's server shows another one for it."""
    made = {known.upper(): shown.upper() for known, shown in host.facts().get('certificates', {}).items()}
    return made.get(pin, pin)


def _get(section, password, path):
    link = _connect(section)
    user = section.get('username', 'root@pam')
    headers = {}
    if '!' in user:
        headers['Authorization'] = f'PBSAPIToken={user}:{password}'
    else:
        body = urllib.parse.urlencode({'username': user, 'password': password})
        link.request('POST', '/api2/json/access/ticket', body,
                     {'Content-Type': 'application/x-www-form-urlencoded'})
        ticket = _data(link)['ticket']
        headers['Cookie'] = 'PBSAuthCookie=' + urllib.parse.quote(ticket)
    link.request('GET', '/api2/json' + path, headers=headers)
    return _data(link)


def _data(link):
    answer = link.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise PlainError(f'{answer.status} {answer.reason}')
    return json.loads(body)['data']


def check(storage_id, section, password):
    try:
        stores = _get(section, password, '/admin/datastore')
    except (PlainError, OSError, ValueError, KeyError) as error:
        raise PlainError(f'{storage_id}: error fetching datastores - {error}') from error
    if section['datastore'] not in [store.get('store') for store in stores]:
        raise PlainError(f"{storage_id}: Cannot find datastore '{section['datastore']}', "
                         'check permissions and existence!')


def usage(section, password):
    """(total, used, available) in bytes of the datastore."""
    figures = _get(section, password, f"/admin/datastore/{section['datastore']}/status")
    return int(figures['total']), int(figures['used']), int(figures['avail'])


def snapshots(storage_id, section, password):
    """The backups of a datastore as volumes."""
    for one in _get(section, password, f"/admin/datastore/{section['datastore']}/snapshots"):
        kind, owner, taken = one['backup-type'], one['backup-id'], one['backup-time']
        when = datetime.datetime.fromtimestamp(taken, datetime.timezone.utc).strftime('%Y-%m-%dT%H:%M:%SZ')
        row = {'content': 'backup', 'format': f'pbs-{kind}', 'ctime': taken, 'size': one.get('size', 0),
               'volid': f'{storage_id}:backup/{kind}/{owner}/{when}'}
        yield {**row, 'vmid': int(owner)} if owner.isdigit() else row
