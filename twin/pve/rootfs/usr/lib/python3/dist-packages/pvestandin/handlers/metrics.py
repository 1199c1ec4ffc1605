"""/cluster/metrics/server: where the cluster sends its figures; every write tests the connection."""
import http.client
import socket
import ssl

from ..api import PlainError, method
from ..stored import Collection, merge, numbers_of, values_of, with_numbers

SERVERS = Collection('status.cfg')
BASE = '/cluster/metrics/server'
ITEM = BASE + '/{id}'
NUMBERS = numbers_of(ITEM)
HIDDEN = ('token', 'otel-headers')


def test_connection(section):
    kind = section['type']
    host, port = section['server'], int(section['port'])
    if str(section.get('disable', 0)) == '1':
        return
    if kind == 'graphite':
        if section.get('proto', 'udp') == 'tcp':
            _connect(host, port, int(section.get('timeout', 1)) or 1,
                     f"couldn't create tcp socket [{host}]:{port} - {{}}")
        return
    protocol = section.get('influxdbproto', 'udp') if kind == 'influxdb' else section.get('otel-protocol', 'https')
    if protocol == 'udp':
        return
    _request(section, kind, protocol, host, port)


def _connect(host, port, timeout, text):
    try:
        socket.create_connection((host, port), timeout=timeout).close()
    except OSError as error:
        raise PlainError(text.format(error.strerror or error)) from error


def _request(section, kind, protocol, host, port):
    verify = str(section.get('verify-certificate' if kind == 'influxdb' else 'otel-verify-ssl', 1)) == '1'
    context = ssl.create_default_context() if verify else ssl._create_unverified_context()
    timeout = int(section.get('timeout', section.get('otel-timeout', 1))) or 1
    link = http.client.HTTPSConnection(host, port, timeout=timeout, context=context) \
        if protocol == 'https' else http.client.HTTPConnection(host, port, timeout=timeout)
    prefix = '/' + section['api-path-prefix'].strip('/') if section.get('api-path-prefix') else ''
    verb, path, body = ('GET', f'{prefix}/health', None) if kind == 'influxdb' else \
        ('POST', section.get('otel-path', '/v1/metrics'), '{"resourceMetrics":[]}')
    try:
        link.request(verb, path, body, {'Content-Type': 'application/json'} if body else {})
        answer = link.getresponse()
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, 'strerror', None) or str(error) or 'Connection timed out'
        raise PlainError(f"500 Can't connect to {host}:{port} ({reason})") from error
    if answer.status >= 300:
        raise PlainError(f'{answer.status} {answer.reason}')


def show(name, section):
    shown = {key: value for key, value in with_numbers(section, NUMBERS).items() if key not in HIDDEN}
    return shown


@method(BASE, 'GET')
def index(ctx, params):
    return [{'id': name, 'disable': int(section.get('disable', 0)),
             **{key: value for key, value in show(name, section).items() if key in ('type', 'server', 'port')}}
            for name, section in SERVERS.load().items()]


@method(ITEM, 'GET')
def read(ctx, params):
    sections = SERVERS.load()
    if params['id'] not in sections:
        raise PlainError(f"status server entry '{params['id']}' does not exist")
    return {**show(params['id'], sections[params['id']]), 'digest': SERVERS.digest()}


@method(ITEM, 'POST', protected=True)
def create(ctx, params):
    section = {'type': params['type'], **values_of(params, 'id', 'type')}
    with SERVERS.changing() as sections:
        if params['id'] in sections:
            raise PlainError(f"Metric server '{params['id']}' already exists")
        test_connection(section)
        sections[params['id']] = section


@method(ITEM, 'PUT', protected=True)
def update(ctx, params):
    with SERVERS.changing(digest=params.get('digest')) as sections:
        if params['id'] not in sections:
            raise PlainError(f"no such server '{params['id']}'")
        section = merge(dict(sections[params['id']]), values_of(params, 'id'), params.get('delete'))
        test_connection(section)
        sections[params['id']] = section


@method(ITEM, 'DELETE', protected=True)
def delete(ctx, params):
    with SERVERS.changing() as sections:
        if params['id'] not in sections:
            raise PlainError('cannot lookup undefined type! at /usr/share/perl5/PVE/Status/Plugin.pm line 80.')
        del sections[params['id']]
