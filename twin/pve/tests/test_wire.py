import io
import json
import time
import unittest
from unittest import mock

import harness
from pvestandin import api, auth
from pvestandin.server import gateway, wire


def request(text, body=b''):
    return wire.read_request(io.BytesIO(text.replace('\n', '\r\n').encode() + b'\r\n\r\n' + body))


def status_and_body(answer):
    head, _, body = answer.partition(b'\r\n\r\n')
    return head.split(b'\r\n')[0].decode().split(' ', 1)[1], body


class Reading(unittest.TestCase):
    def test_an_unencoded_equals_sign_cuts_a_value(self):
        self.assertEqual(wire.parse_pairs('ha=shutdown_policy=migrate'), {'ha': 'shutdown_policy'})
        self.assertEqual(wire.parse_pairs('ha=shutdown_policy%3Dmigrate&a=1&a=2'),
                         {'ha': 'shutdown_policy=migrate', 'a': ['1', '2']})

    def test_json_bodies(self):
        body = b'{"enable": true}'
        found = request(f'POST /x?y=1 HTTP/1.1\nContent-Type: application/json\nContent-Length: {len(body)}', body)
        self.assertEqual(wire.parameters(found), {'y': '1', 'enable': True})


class Gateway(unittest.TestCase):
    def setUp(self):
        harness.reset()
        (harness.ETC / 'priv/authkey.key').write_text('key')
        (harness.ETC / 'pve-www.key').write_text('key')
        api.load()
        patch = mock.patch.object(time, 'sleep')
        self.sleep = patch.start()
        self.addCleanup(patch.stop)

    def ask(self, verb, path, body=b'', csrf=True, **headers):
        ticket = auth.make_ticket('root@pam')
        lines = [f'{verb} /api2/json{path} HTTP/1.1', f'Cookie: PVEAuthCookie={ticket}']
        if csrf:
            lines.append(f"CSRFPreventionToken: {auth.make_csrf_token('root@pam')}")
        if body:
            lines.append(f'Content-Length: {len(body)}')
        lines += [f'{name}: {value}' for name, value in headers.items()]
        return gateway.handle(request('\n'.join(lines), body))

    def test_success(self):
        status, body = status_and_body(self.ask('GET', '/version'))
        self.assertEqual(status, '200 OK')
        self.assertEqual(json.loads(body)['data']['release'], '9.2')

    def test_without_a_ticket_nothing_but_a_late_status_line(self):
        answer = gateway.handle(request('GET /api2/json/version HTTP/1.1'))
        self.assertEqual(status_and_body(answer), ('401 No ticket', b''))
        self.sleep.assert_called_once_with(3)

    def test_missing_csrf_token(self):
        answer = self.ask('POST', '/access/users', b'userid=a@pve', csrf=False)
        self.assertEqual(status_and_body(answer), ('401 Permission denied - invalid csrf token', b''))

    def test_a_failed_login_has_a_body(self):
        body = b'username=root@pam&password=x&realm=nowhere'
        with mock.patch.object(auth, '_shadow', return_value=None):
            answer = gateway.handle(request(f'POST /api2/json/access/ticket HTTP/1.1\nContent-Length: {len(body)}', body))
        status, text = status_and_body(answer)
        self.assertEqual(status, '401 authentication failure')
        self.assertEqual(json.loads(text), {'message': 'authentication failure\n', 'data': None})

    def test_parameter_errors_have_a_map_and_plain_errors_have_none(self):
        status, body = status_and_body(self.ask('POST', '/access/users', b'x=1'))
        self.assertEqual(status, '400 Parameter verification failed.')
        self.assertEqual(set(json.loads(body)['errors']), {'x', 'userid'})
        status, body = status_and_body(self.ask('GET', '/access/users/no@pve'))
        self.assertEqual(status, "500 no such user ('no@pve')")
        self.assertNotIn('errors', json.loads(body))

    def test_unknown_path(self):
        status, body = status_and_body(self.ask('GET', '/nope'))
        self.assertEqual(status, "501 Method 'GET /nope' not implemented")

    def test_a_body_on_delete_closes_the_connection(self):
        with self.assertRaises(wire.Closed):
            self.ask('DELETE', '/access/users/a@pve', b'x=1')

    def test_tokens_cannot_change_passwords(self):
        (harness.ETC / 'user.cfg').write_text('user:root@pam:1:0::::::\ntoken:root@pam!tt:0:0::\n')
        secret = '12345678-1234-1234-1234-123456789abc'
        auth.set_token_secret('root@pam!tt', secret)
        answer = gateway.handle(request(
            f'PUT /api2/json/access/password HTTP/1.1\nAuthorization: PVEAPIToken=root@pam!tt={secret}'))
        status, body = status_and_body(answer)
        self.assertTrue(status.startswith('403 '))
        self.assertEqual(
            json.loads(body)['message'],
            "Permission check failed (URI '/access/password' not available with API token, need proper ticket.\n)\n")


if __name__ == '__main__':
    unittest.main()
