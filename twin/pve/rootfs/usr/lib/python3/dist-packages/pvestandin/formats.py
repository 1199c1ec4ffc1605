"""Named string formats of the API. Each check returns nothing or the reason for a refusal."""

import ipaddress
import re

_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]+$")
_NODE = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)$")
_STORAGE = re.compile(r"[A-Za-z][A-Za-z0-9._-]*[A-Za-z0-9]$")
_REALM = re.compile(r"[A-Za-z][A-Za-z0-9.\-_]+$")
_USER = re.compile(r"[^\s:/]+@[A-Za-z][A-Za-z0-9.\-_]+$")
_TOKEN = re.compile(r"[^\s:/]+@[A-Za-z][A-Za-z0-9.\-_]+![A-Za-z][A-Za-z0-9.\-_]+$")
_GROUP = re.compile(r"[A-Za-z0-9.\-_]+$")
_DNS = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)*[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$")
_EMAIL = re.compile(r"[^\s\\@]+@[^\s/\\@]+$")
_MAC = re.compile(r"(?:[A-Fa-f0-9]{2}:){5}[A-Fa-f0-9]{2}$")
_IFACE = re.compile(r"[A-Za-z][A-Za-z0-9_]{1,20}([:.]\d+)?$")
_SID = re.compile(r"[a-z]+:\S+$")


def _is_ip(text, version=None):
    try:
        return version in (None, ipaddress.ip_address(text).version)
    except ValueError:
        return False


def _is_cidr(text, version=None):
    try:
        network = ipaddress.ip_interface(text)
    except ValueError:
        return False
    return "/" in text and version in (None, network.version) and network.network.prefixlen > 0


def _when(accepted, reason):
    return lambda text: None if accepted(text) else reason


def _configid(text):
    return None if _ID.match(text) else f"invalid configuration ID '{text}'"


def _storage_id(text):
    return None if _STORAGE.match(text) else f"storage ID '{text}' contains illegal characters"


def _user_id(text):
    if not 3 <= len(text) <= 64:
        return f"user name '{text}' is too {'short' if len(text) < 3 else f'long ({len(text)} > 64)'}"
    return None if _USER.match(text) else f"value '{text}' does not look like a valid user name"


def _named(pattern, what):
    return lambda text: None if pattern.match(text) else f"{what} '{text}' contains invalid characters"


def _address(text):
    ok = _is_ip(text) or _DNS.match(text)
    return None if ok else "value does not look like a valid address: " + text


def _vmid(text):
    return None if re.match(r"[1-9][0-9]{2,8}$", text) else "value does not look like a valid VM ID"


def _priv(text):
    return None if re.match(r"[A-Za-z]+\.[A-Za-z.]+$", text) else f"invalid privilege '{text}'"


_CHECKS = {
    "pve-node": _when(_NODE.match, "value does not look like a valid node name"),
    "pve-configid": _configid,
    "pve-vmid": _vmid,
    "pve-storage-id": _storage_id,
    "pve-userid": _user_id,
    "pve-tokenid": lambda t: None if _TOKEN.match(t) else f"value '{t}' does not look like a valid token ID",
    "pve-realm": lambda t: None if _REALM.match(t) and len(t) <= 32 else "value does not look like a valid realm",
    "pve-groupid": _named(_GROUP, "group name"),
    "pve-roleid": _named(_GROUP, "role name"),
    "pve-poolid": lambda t: None if re.match(r"[A-Za-z0-9.\-_]+(/[A-Za-z0-9.\-_]+){0,2}$", t) else f"pool name '{t}' contains invalid characters",
    "pve-priv": _priv,
    "ip": _when(_is_ip, "value does not look like a valid IP address"),
    "ipv4": _when(lambda t: _is_ip(t, 4), "value does not look like a valid IPv4 address"),
    "ipv6": _when(lambda t: _is_ip(t, 6), "value does not look like a valid IPv6 address"),
    "CIDR": _when(_is_cidr, "value does not look like a valid CIDR network"),
    "CIDRv4": _when(lambda t: _is_cidr(t, 4), "value does not look like a valid IPv4 network"),
    "CIDRv6": _when(lambda t: _is_cidr(t, 6), "value does not look like a valid IPv6 network"),
    "address": _address,
    "dns-name": _when(_DNS.match, "value does not look like a valid DNS name"),
    "pve-storage-server": lambda t: None if _is_ip(t) or _DNS.match(t) else f"storage server '{t}' contains illegal characters",
    "email": _when(_EMAIL.match, "value does not look like a valid email address"),
    "email-opt": _when(lambda t: not t or _EMAIL.match(t), "value does not look like a valid email address"),
    "email-or-username": _when(
        lambda t: _EMAIL.match(t) or re.match(r"[^\s:/]+$", t),
        "value does not look like a valid email address or user name",
    ),
    "mac-addr": _when(_MAC.match, "value does not look like a valid unicast MAC address"),
    "mac-prefix": _when(
        lambda t: re.match(r"[A-Fa-f0-9][02468aceACE](:[A-Fa-f0-9]{2}){0,2}:?$", t),
        "value is not a valid unicast MAC address prefix",
    ),
    "pve-iface": _when(_IFACE.match, "value does not look like a valid interface name"),
    "pve-storage-path": _when(lambda t: t.startswith("/"), "value does not look like a valid absolute path"),
    "pve-ha-resource-id": _when(_SID.match, "value does not look like a valid ha resource id"),
    "pve-ha-resource-or-vm-id": _when(lambda t: _SID.match(t) or t.isdigit(), "value does not look like a valid ha resource id"),
    "pve-ha-node": lambda t: None
    if re.match(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(:\d+)?$", t)
    else "value does not look like a valid ha node name",
    "pve-storage-content": lambda t: None
    if re.match(r"images|rootdir|vztmpl|iso|backup|snippets|import|none$", t)
    else f"invalid content type '{t}'",
    "pve-task-status-type": lambda t: None
    if t.lower() in ("ok", "error", "warning", "unknown")
    else f"invalid status '{t}'",
    "pve-day-of-week": lambda t: None if t in ("sun", "mon", "tue", "wed", "thu", "fri", "sat") else f"invalid day '{t}'",
}


def reason_against(name, text):
    """Why `text` is not of the named format, `None` when it is (or the format is not checked)."""
    check = _CHECKS.get(name)
    if check:
        return check(text)
    if name.endswith("-list"):
        element = _CHECKS.get(name[: -len("-list")])
        if element:
            for part in split_list(text):
                found = element(part)
                if found:
                    return found
    return None


def split_list(text):
    """PVE's lists: separated by comma, semicolon, blank or NUL."""
    return [part for part in re.split(r"[,;\s\0]+", text or "") if part]
