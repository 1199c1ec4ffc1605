"""Logins, tickets, CSRF tokens and API tokens."""

import base64
import ctypes
import hashlib
import hmac
import os
import re
import time

from . import access, cfs, nodesetup
from .errors import ApiError, PlainError

LIFETIME_S = 7200
_TICKET = re.compile(r"^(PVE:[^\s:/]+@[A-Za-z][\w.\-]+:([0-9A-F]{8}))::([A-Za-z0-9+/=]+)$")
_TOKEN = re.compile(r"^PVEAPIToken[= ]([^\s:/]+@[A-Za-z][\w.\-]+)!([A-Za-z][\w.\-]+)[=:]([0-9A-Fa-f-]{36})$")


def _key(name):
    text = cfs.read(name)
    if not text:
        raise PlainError(f"unable to read '{cfs.path(name)}'")
    return text.encode()


def _sign(key, text):
    return base64.b64encode(hmac.new(key, text.encode(), hashlib.sha512).digest()).decode()


def make_ticket(user):
    nodesetup.ensure_auth_key()
    text = f"PVE:{user}:{int(time.time()):08X}"
    return f"{text}::{_sign(_key('priv/authkey.key'), text)}"


def user_of_ticket(ticket):
    """The user of a valid ticket; 401 otherwise. Every member knows the key, nobody else does."""
    match = _TICKET.match(ticket or "")
    try:
        key = _key("priv/authkey.key")
    except PlainError:
        match = None
    if not match or not hmac.compare_digest(_sign(key, match.group(1)), match.group(3)):
        raise ApiError(401, "permission denied - invalid PVE ticket")
    age = time.time() - int(match.group(2), 16)
    if not -300 < age < LIFETIME_S:
        raise ApiError(401, "permission denied - invalid PVE ticket")
    return match.group(1).split(":")[1]


def make_csrf_token(user):
    stamp = f"{int(time.time()):08X}"
    return f"{stamp}:{_sign(_key('pve-www.key'), f'{stamp}:{user}')}"


def check_csrf_token(user, token):
    stamp, _, signature = (token or "").partition(":")
    valid = re.fullmatch("[0-9A-F]{8}", stamp) and hmac.compare_digest(
        signature, _sign(_key("pve-www.key"), f"{stamp}:{user}")
    )
    if not valid or time.time() - int(stamp, 16) > LIFETIME_S:
        raise ApiError(401, "Permission denied - invalid csrf token")


def token_of_header(header):
    """(user, token name) of a valid `Authorization` header; 401 otherwise."""
    match = _TOKEN.match(header)
    if not match:
        raise ApiError(401, "no ticket")
    user, name, secret = match.groups()
    known = access.usable_user(user)["tokens"].get(name)
    if known is None:
        raise ApiError(401, f"no such token '{name}' for user '{user}'")
    if known["expire"] and known["expire"] <= time.time():
        raise ApiError(401, f"token '{user}!{name}' access expired")
    if not hmac.compare_digest(token_secrets().get(f"{user}!{name}", ""), secret.lower()):
        raise ApiError(401, "invalid token value!")
    return user, name


def token_secrets():
    """`{user!token: secret}` of priv/token.cfg."""
    pairs = (line.split() for line in (cfs.read("priv/token.cfg") or "").splitlines())
    return {pair[0]: pair[1] for pair in pairs if len(pair) == 2}


def set_token_secret(identifier, secret):
    """Stores or, with `None`, forgets the secret of a token."""
    with cfs.lock("file-token_cfg"):
        known = token_secrets()
        known.pop(identifier, None)
        if secret:
            known[identifier] = secret
        cfs.write("priv/token.cfg", "".join(f"{name} {known[name]}\n" for name in sorted(known)))


def login(username, password, realm=None):
    """The full user name of correct credentials. A valid ticket is a password too."""
    user = username if "@" in username or not realm else f"{username}@{realm}"
    try:
        name, at, realm = user.rpartition("@")
        if not at:
            raise ApiError(401, "authentication failure")
        if password.startswith("PVE:"):
            if user_of_ticket(password) != user:
                raise ApiError(401, "authentication failure")
            return user
        access.usable_user(user)
        if not password_is(name, realm, password):
            raise ApiError(401, "authentication failure")
        return user
    except ApiError as error:
        raise ApiError(401, "authentication failure") from error


def password_is(name, realm, password):
    known = _shadow(name) if realm == "pam" else stored_passwords().get(name) if realm == "pve" else None
    if not known or known[0] in "!*":
        return False
    return hmac.compare_digest(crypt(password, known) or "", known)


def _shadow(name):
    with open("/etc/shadow", encoding="utf-8") as source:
        for line in source:
            fields = line.split(":")
            if fields[0] == name:
                return fields[1]
    return None


def stored_passwords():
    """`{user: hash}` of the pve realm."""
    lines = (line.split(":") for line in (cfs.read("priv/shadow.cfg") or "").splitlines())
    return {fields[0]: fields[1] for fields in lines if len(fields) > 1}


def store_password(name, password):
    """Sets or, with `None`, forgets a password of the pve realm."""
    with cfs.lock("file-shadow_cfg"):
        known = stored_passwords()
        known.pop(name, None)
        if password is not None:
            salt = base64.b64encode(os.urandom(12), b"./").decode()
            known[name] = crypt(password, f"$5${salt}$")
        cfs.write("priv/shadow.cfg", "".join(f"{user}:{known[user]}:\n" for user in sorted(known)))


def crypt(password, salt):
    """crypt(3); Python itself has it no more since 3.13."""
    library = ctypes.CDLL("libcrypt.so.1")
    library.crypt.restype = ctypes.c_char_p
    found = library.crypt(password.encode(), salt.encode())
    return found.decode() if found else None
