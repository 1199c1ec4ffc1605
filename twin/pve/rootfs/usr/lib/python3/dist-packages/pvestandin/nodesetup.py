"""What `pvecm updatecerts` ensures: directories, ssh keys, cluster CA and the node's certificate."""

import contextlib
import hashlib
import os
import re
import socket
import ssl
import subprocess

from . import cfs
from .errors import PlainError

_SSH = "/root/.ssh"
_AUTHORIZED = f"{_SSH}/authorized_keys"
_DIRECTORIES = (
    "priv", "priv/lock", "nodes", "ha", "mapping", "sdn", "firewall", "virtual-guest", "jobs.d",
)


def _openssl(*arguments, text=None):
    done = subprocess.run(
        ["openssl", *arguments], input=text, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise PlainError(f"command 'openssl {arguments[0]}' failed: {done.stderr.strip().splitlines()[-1:]}")
    return done.stdout


def ensure(log=lambda text: None, new_certificate=False):
    """Creates what is missing. Needs a writable /etc/pve."""
    node = cfs.nodename()
    for name in (*_DIRECTORIES, f"nodes/{node}"):
        cfs.makedirs(name)
    for name in ("priv", "qemu-server", "lxc", "openvz"):
        cfs.makedirs(f"nodes/{node}/{name}")
    ensure_ssh_identity()
    merge_ssh_keys()
    ensure_auth_key()
    ensure_authority()
    if new_certificate or cfs.read(f"nodes/{node}/pve-ssl.pem") is None:
        log("generate new node certificate")
        make_certificate(node)


def ensure_ssh_identity():
    """Root's key pair and the link of authorized_keys into the cluster file system."""
    os.makedirs(_SSH, mode=0o700, exist_ok=True)
    if not os.path.exists(f"{_SSH}/id_rsa"):
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", f"{_SSH}/id_rsa",
             "-C", f"root@{cfs.nodename()}"],
            check=True, stdin=subprocess.DEVNULL,
        )
    if not os.path.exists(f"{_SSH}/config"):
        with open(f"{_SSH}/config", "w", encoding="utf-8") as out:
            out.write("Ciphers aes128-ctr,aes192-ctr,aes256-ctr,aes128-gcm@openssh.com,aes256-gcm@openssh.com\n")


def merge_ssh_keys():
    """Puts this host's key, and keys that were authorized locally, into the cluster's files."""
    keys = (cfs.read("priv/authorized_keys") or "").splitlines()
    if os.path.isfile(_AUTHORIZED) and not os.path.islink(_AUTHORIZED):
        with open(_AUTHORIZED, encoding="utf-8") as source:
            keys += source.read().splitlines()
    with open(f"{_SSH}/id_rsa.pub", encoding="utf-8") as source:
        keys.append(source.read().strip())
    merged = "".join(f"{line}\n" for line in dict.fromkeys(line for line in keys if line.strip()))
    if merged != cfs.read("priv/authorized_keys"):
        cfs.write("priv/authorized_keys", merged)
    if not os.path.islink(_AUTHORIZED):
        with contextlib.suppress(FileNotFoundError):
            os.rename(_AUTHORIZED, f"{_AUTHORIZED}.org")
        os.symlink("/etc/pve/priv/authorized_keys", _AUTHORIZED)
    _merge_host_key()


def _merge_host_key():
    found = [f"/etc/ssh/ssh_host_{kind}_key.pub" for kind in ("rsa", "ed25519", "ecdsa")]
    path = next((name for name in found if os.path.exists(name)), None)
    if path is None:
        return
    node = cfs.nodename()
    with open(path, encoding="utf-8") as source:
        key = " ".join(source.read().split()[:2])
    own = f"{node} {key}\n"
    if cfs.read(f"nodes/{node}/ssh_known_hosts") != own:
        cfs.write(f"nodes/{node}/ssh_known_hosts", own)
    names = [node]
    with contextlib.suppress(PlainError):
        names.append(cfs.local_ip(node))
    known = (cfs.read("priv/known_hosts") or "").splitlines()
    kept = [line for line in known if line.split(" ")[0] not in names]
    text = "".join(f"{line}\n" for line in [*kept, *(f"{name} {key}" for name in names)])
    if sorted(text.splitlines()) != sorted(known):
        cfs.write("priv/known_hosts", text)
    link = "/etc/ssh/ssh_known_hosts"
    if not os.path.islink(link):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(link)
        os.symlink("/etc/pve/priv/known_hosts", link)


def ensure_auth_key():
    """The key that signs tickets; making it needs quorum, so logins without it fail then."""
    if cfs.read("priv/authkey.key"):
        return
    with cfs.lock("authkey"):
        if not cfs.read("priv/authkey.key"):
            cfs.makedirs("priv")
            key = _openssl("genrsa", "2048")
            cfs.write("priv/authkey.key", key)
            cfs.write("authkey.pub", _openssl("rsa", "-pubout", text=key))
    if not cfs.read("pve-www.key"):
        cfs.write("pve-www.key", _openssl("genrsa", "2048"))


def ensure_authority():
    if cfs.read("priv/pve-root-ca.key") and cfs.read("pve-root-ca.pem"):
        return
    cfs.write("priv/pve-root-ca.key", _openssl("genrsa", "2048"))
    subject = f"/CN=Proxmox Virtual Environment/OU={os.urandom(16).hex()}/O=PVE Cluster Manager CA"
    text = _openssl(
        "req", "-batch", "-x509", "-new", "-days", "3650", "-nodes", "-sha256", "-subj", subject,
        "-key", cfs.path("priv/pve-root-ca.key"), "-addext", "keyUsage=critical,keyCertSign,cRLSign",
    )
    cfs.write("pve-root-ca.pem", text)
    cfs.write("priv/pve-root-ca.srl", "00\n")


def make_certificate(node):
    """A certificate of the cluster's CA for the node's name and address."""
    names = ["IP:127.0.0.1", "IP:::1", "DNS:localhost"]
    with contextlib.suppress(PlainError):
        names.append(f"IP:{cfs.local_ip(node)}")
    names += [f"DNS:{node}"]
    full = socket.getfqdn(node)
    if full != node and "." in full:
        names.append(f"DNS:{full}")
    key = _openssl("genrsa", "2048")
    cfs.write(f"nodes/{node}/pve-ssl.key", key)
    request = _openssl(
        "req", "-batch", "-new", "-key", cfs.path(f"nodes/{node}/pve-ssl.key"),
        "-subj", f"/OU=PVE Cluster Node/O=Proxmox Virtual Environment/CN={full}",
        "-addext", f"subjectAltName={','.join(names)}",
        "-addext", "extendedKeyUsage=serverAuth",
    )
    text = _openssl(
        "x509", "-req", "-days", "730", "-sha256", "-CA", cfs.path("pve-root-ca.pem"),
        "-CAkey", cfs.path("priv/pve-root-ca.key"), "-copy_extensions", "copyall",
        "-set_serial", str(int.from_bytes(os.urandom(8), "big") >> 1), text=request,
    )
    cfs.write(f"nodes/{node}/pve-ssl.pem", text)


def certificate_file(node):
    """The certificate that pveproxy of a node serves: an own one when there is one."""
    own = f"nodes/{node}/pveproxy-ssl.pem"
    return own if cfs.exists(own) else f"nodes/{node}/pve-ssl.pem"


def fingerprint(node):
    """SHA-256 of the node's certificate *file*, which may be newer than the one it serves."""
    text = cfs.read(certificate_file(node))
    return fingerprint_of(text) if text else None


def fingerprint_of(pem):
    block = re.search(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", pem, re.S)
    if not block:
        return None
    return colons(hashlib.sha256(ssl.PEM_cert_to_DER_cert(block.group() + "\n")).hexdigest())


def colons(hexadecimal):
    upper = hexadecimal.upper()
    return ":".join(upper[i : i + 2] for i in range(0, len(upper), 2))
