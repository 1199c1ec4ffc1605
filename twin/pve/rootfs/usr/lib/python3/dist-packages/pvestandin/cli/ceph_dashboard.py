"""`ceph dashboard`, and what the monitors say of that module. Debian's managers cannot load it, so this answers for it: users and
certificate lie in the monitors, where the real module keeps them, and no page is served."""
import json
import subprocess
import sys

from ..ceph import dashboard_package

CEPH = '/usr/bin/ceph'
USERS = 'mgr/dashboard/accessdb_v2'
CERTIFICATE = {'set-ssl-certificate': 'mgr/dashboard/crt', 'set-ssl-certificate-key': 'mgr/dashboard/key'}
ROLES = ('administrator', 'read-only', 'block-manager', 'rgw-manager', 'cluster-manager', 'pool-manager', 'cephfs-manager',
         'ganesha-manager')
SHORTEST = 8
NO_ENTRY, INVALID, NOT_LOADED = 2, 22, 95


class Refused(Exception):
    def __init__(self, status, text):
        super().__init__(text)
        self.status = status


def _ceph(*words, stdin=None):
    """Status and output of the real command."""
    done = subprocess.run([CEPH, '-c', '/etc/pve/ceph.conf', '--connect-timeout', '20', *words], input=stdin, capture_output=True,
                          text=True, check=False)
    if done.returncode not in (0, NO_ENTRY):
        raise Refused(done.returncode, done.stderr.strip())
    return done.returncode, done.stdout


def _key(name):
    status, text = _ceph('config-key', 'get', name)
    return text if status == 0 else None


def _modules():
    return json.loads(_ceph('mgr', 'module', 'ls', '--format', 'json')[1])


def _digest(password):
    """As bcrypt has it, by libcrypt, which Python 3.13 no longer knows."""
    script = ('use MIME::Base64; open(my $r, "<", "/dev/urandom"); read($r, my $s, 16); '
              '$s = substr(encode_base64($s, ""), 0, 22); $s =~ tr{+=}{..}; my $w = <STDIN>; print crypt($w, "\\$2b\\$10\\$$s")')
    return subprocess.run(['perl', '-e', script], input=password, capture_output=True, text=True, check=True).stdout


def _password(rest):
    """It comes from a file, and never stands in the command."""
    if '-i' not in rest[:-1]:
        raise Refused(INVALID, "Please specify the file containing the password/secret with \"-i\" option.")
    name = rest[rest.index('-i') + 1]
    if name == '-':
        password = sys.stdin.read()
    else:
        with open(name, encoding='utf-8') as text:
            password = text.read()
    if len(password) < SHORTEST:
        raise Refused(INVALID, 'Password is too weak.')
    return password


def _plain(rest):
    """Words without options and their values."""
    return [word for at, word in enumerate(rest) if not word.startswith('-') and rest[at - 1:at] not in (['-i'], ['--format'])]


def _roles(names):
    for name in names:
        if name not in ROLES:
            raise Refused(NO_ENTRY, f"Role '{name}' does not exist")
    return sorted(names)


def _user(users, name):
    if name not in users:
        raise Refused(NO_ENTRY, f"User '{name}' does not exist")
    return users[name]


def _act(verb, rest):
    if verb in CERTIFICATE:
        with open(rest[rest.index('-i') + 1], encoding='utf-8') as text:
            _ceph('config-key', 'set', CERTIFICATE[verb], '-i', '-', stdin=text.read())
        return 'SSL certificate updated'
    if verb == 'create-self-signed-cert':
        raise Refused(INVALID, "Creating self-signed certificates is currently not available.")
    kept = json.loads(_key(USERS) or '{"users": {}, "roles": {}, "version": 2}')
    users, words = kept['users'], _plain(rest)
    name = words[0] if words else None
    if verb == 'ac-user-show':
        return json.dumps(list(users) if name is None else _user(users, name))
    if verb == 'ac-user-create':
        if name in users:
            raise Refused(17, f"User '{name}' already exists")
        users[name] = {'username': name, 'password': _digest(_password(rest)), 'roles': _roles(words[1:2]), 'name': None,
                       'email': None, 'enabled': True, 'pwdExpirationDate': None, 'pwdUpdateRequired': False}
    elif verb == 'ac-user-set-password':
        _user(users, name)['password'] = _digest(_password(rest))
    elif verb == 'ac-user-set-roles':
        _user(users, name)['roles'] = _roles(words[1:])
    elif verb in ('ac-user-enable', 'ac-user-disable'):
        _user(users, name)['enabled'] = verb == 'ac-user-enable'
    else:
        raise Refused(INVALID, 'no valid command found')
    _ceph('config-key', 'set', USERS, '-i', '-', stdin=json.dumps(kept))
    return json.dumps(users[name])


def _list():
    """The managers of a host with the package would know the module, which Debian's do not even look for."""
    said = _modules()
    known = [*said['enabled_modules'], *(one['name'] for one in said.get('disabled_modules', []))]
    if dashboard_package.is_installed() and 'dashboard' not in known:
        said['disabled_modules'].append({'name': 'dashboard', 'can_run': True, 'error_string': '', 'module_options': {}})
    # As close as Ceph writes it.
    return json.dumps(said, separators=(',', ':'))


def main(argv):
    """`argv` as `ceph` has it, from the word `dashboard` on, or `mgr module ls`."""
    try:
        if argv[:3] == ['mgr', 'module', 'ls']:
            print(_list())
            return 0
        if argv[:3] == ['mgr', 'module', 'enable']:
            if not dashboard_package.is_installed():
                raise Refused(NO_ENTRY, "all mgr daemons do not support module 'dashboard', pass --force to force enablement")
            _ceph('mgr', 'module', 'enable', 'dashboard', '--force')
            return 0
        if 'dashboard' not in _modules()['enabled_modules']:
            raise Refused(NOT_LOADED, "Module 'dashboard' is not enabled/loaded (required by command 'dashboard "
                                      f"{argv[1]}'): use `ceph mgr module enable dashboard` to enable it")
        print(_act(argv[1], argv[2:]))
        return 0
    except Refused as refusal:
        names = {NO_ENTRY: 'ENOENT', INVALID: 'EINVAL', NOT_LOADED: 'ENOTSUP', 17: 'EEXIST'}
        sys.stderr.write(f"Error {names.get(refusal.status, refusal.status)}: {refusal}\n")
        return refusal.status


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
