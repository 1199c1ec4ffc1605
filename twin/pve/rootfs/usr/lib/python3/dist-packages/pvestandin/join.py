"""The joining node's side: local checks, the talk with the cluster, the change of /etc/pve."""

import getpass
import glob
import gzip
import hashlib
import http.client
import json
import os
import sqlite3
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.parse

from . import cfs, membership, nodesetup
from .errors import PlainError

DATABASE = "/var/lib/pve-cluster/config.db"
BACKUPS = "/var/lib/pve-cluster/backup"
COROSYNC_CONF = "/etc/corosync/corosync.conf"
_KEPT_BACKUPS = 10


def local_addresses():
    text = subprocess.run(["ip", "-j", "addr"], capture_output=True, text=True, check=True).stdout
    return {info["local"] for link in json.loads(text) for info in link.get("addr_info", [])}


def assert_joinable(given, force, log):
    """Refuses a join that would break this host or the cluster; `force` turns that into a warning."""
    found = []
    if os.path.exists(membership.AUTHKEY):
        found.append(f"authentication key '{membership.AUTHKEY}' already exists")
    if cfs.exists(membership.CONF):
        found.append(f"cluster config '{cfs.path(membership.CONF)}' already exists")
    if json.loads(cfs.read(".vmlist") or "{}").get("ids"):
        found.append("this host already contains virtual guests")
    active = subprocess.run(["systemctl", "-q", "is-active", "corosync"], check=False).returncode == 0
    if active:
        found.append("corosync is already running, is this node already in a cluster?!")
    local = local_addresses()
    for number, link in sorted(given.items()):
        if link["address"] not in local:
            found.append(f"link{number}: cannot use IP '{link['address']}', not found on local node!")
    if not given and cfs.local_ip() not in local:
        found.append(f"local node address: cannot use IP '{cfs.local_ip()}', not found on local node!")
    if not found:
        return
    log("detected the following " + ("warning(s):" if force else "error(s):"))
    for text in found:
        log(f"* {text}")
    if not force:
        raise PlainError("Check if node may join a cluster failed!")


class Peer:
    """An API connection to a member, pinned to its certificate."""

    def __init__(self, address, fingerprint, log):
        self.address, self.log = address, log
        self.link = http.client.HTTPSConnection(address, 8006, timeout=60, context=ssl._create_unverified_context())
        try:
            self.link.connect()
        except OSError as error:
            raise PlainError(f"500 Can't connect to {address}:8006 ({_reason(error)})") from error
        shown = self.link.sock.getpeercert(binary_form=True)
        real = nodesetup.colons(hashlib.sha256(shown).hexdigest())
        if fingerprint is None:
            _ask_about(address, real, log)
        elif fingerprint.upper() != real:
            raise PlainError(f"fingerprint '{real}' not verified, abort!")
        self.headers = {}

    def login(self, password):
        found = self.call("POST", "/access/ticket", {"username": "root@pam", "password": password})
        self.headers = {
            "Cookie": f"PVEAuthCookie={urllib.parse.quote(found['ticket'])}",
            "CSRFPreventionToken": found["CSRFPreventionToken"],
        }

    def call(self, verb, path, params=None):
        body = urllib.parse.urlencode(params or {}) or None
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        try:
            self.link.request(verb, f"/api2/json{path}", body, {**self.headers, **kind})
            answer = self.link.getresponse()
            content = json.loads(answer.read() or b"{}")
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise PlainError(f"500 Can't connect to {self.address}:8006 ({_reason(error)})") from error
        if answer.status != 200:
            raise PeerRefused(answer.status, (content.get("message") or answer.reason).strip(), content.get("errors"))
        return content["data"]


class PeerRefused(PlainError):
    def __init__(self, status, text, errors):
        super().__init__(f"{status} {text}")
        self.plain, self.details = text, errors or {}


def _reason(error):
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def _ask_about(address, real, log):
    log(
        f"The authenticity of host '{address}' can't be established.\n"
        f"X509 SHA256 key fingerprint is {real}.\n"
        "Are you sure you want to continue connecting (yes/no)? "
    )
    if sys.stdin is None or sys.stdin.readline().strip() != "yes":
        raise PlainError("Fingerprint not verified, abort!")


def read_password(address):
    """The password from the terminal, or one line of standard input."""
    prompt = f"Please enter superuser (root) password for '{address}': "
    if sys.stdin.isatty():
        return getpass.getpass(prompt)
    sys.stdout.write(prompt)
    sys.stdout.flush()
    line = sys.stdin.readline()
    sys.stdout.write("\n")
    if not line:
        raise PlainError("EOF while reading password")
    return line.rstrip("\n")


def by_api(params, password, log):
    """Joins through the API of a member. `password` is a function, so that it is asked late."""
    given = membership.links(params)
    assert_joinable(given, params.get("force"), log)
    secret = password()
    address = params["hostname"]
    with membership.node_lock():
        peer = Peer(address, params.get("fingerprint"), log)
        log(f"Establishing API connection with host '{address}'")
        peer.login(secret)
        log("Login succeeded.")
        log("check cluster join API version")
        if int(peer.call("GET", "/cluster/config/apiversion")) not in (0, 1):
            raise PlainError("error: incompatible join API version on cluster, is it up to date?")
        request = {name: params[name] for name in ("nodeid", "votes", "force") if name in params}
        request.update({name: params[name] for name in params if name.startswith("link")})
        request.update(new_node_ip=cfs.local_ip(), apiversion=1)
        if not given:
            log(f"No cluster network links passed explicitly, fallback to local node IP '{cfs.local_ip()}'")
        log("Request addition of this node")
        answer = _request_addition(peer, request, log)
        log("Join request OK, finishing setup locally")
        _finish(answer["corosync_conf"], answer["corosync_authkey"].encode("latin-1"), log)


def _request_addition(peer, request, log):
    try:
        return peer.call("POST", f"/cluster/config/nodes/{cfs.nodename()}", request)
    except PeerRefused as error:
        log(f"An error occurred on the cluster node: {error.plain}")
        for key, text in sorted(error.details.items()):
            log(f"{'*' if key.startswith('warning') else '!'} {text}")
        raise PlainError("Cluster join aborted!") from error


def by_ssh(params, log):
    """Joins with root's ssh trust instead of the API: no password, no fingerprint."""
    address, node = params["hostname"], cfs.nodename()
    given = membership.links(params)
    assert_joinable(given, params.get("force"), log)
    nodesetup.ensure_ssh_identity()
    _remote(["ssh-copy-id", "-i", "/root/.ssh/id_rsa", f"root@{address}"], "unable to copy ssh ID")
    ssh = ["ssh", address, "-o", "BatchMode=yes"]
    version = _remote([*ssh, "pvecm", "apiver"], "unable to get the join API version").strip()
    if version not in ("0", "1"):
        raise PlainError("error: incompatible join API version on cluster, is it up to date?")
    command = ["pvecm", "addnode", node, "--force", "1", "--apiversion", "1", "--new_node_ip", cfs.local_ip()]
    for name in params:
        if name.startswith("link") or name in ("nodeid", "votes"):
            command += [f"--{name}", str(params[name])]
    _remote([*ssh, *command], "unable to add node")
    with tempfile.TemporaryDirectory() as folder:
        log("copy corosync auth key")
        _remote(
            ["rsync", "--rsh=ssh -l root -o BatchMode=yes", "-lpgoq", f"{address}:/etc/corosync/*", folder],
            "can't rsync files from host",
        )
        with open(f"{folder}/authkey", "rb") as source:
            key = source.read()
        conf = _remote([*ssh, "cat", "/etc/pve/corosync.conf"], "can't read the cluster's configuration")
    _finish(conf, key, log)


def _remote(command, what):
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if done.returncode:
        sys.stderr.write(done.stderr)
        raise PlainError(f"{what}: exit code {done.returncode}")
    return done.stdout


def _finish(conf, authkey, log):
    """From here on there is no way back: the host takes over the cluster's /etc/pve."""
    _write_private(membership.AUTHKEY, authkey)
    _write_private(COROSYNC_CONF, conf.encode(), 0o644)
    log("stopping pve-cluster service")
    membership.run_logged(["systemctl", "stop", "pve-cluster"], log)
    _set_database_aside(log)
    membership.restart_services("start", log)
    log("waiting for quorum...")
    while not cfs.quorate() or not cfs.clustered():
        time.sleep(1)
    log("OK")
    log("(re)generate node files")
    nodesetup.ensure(log, new_certificate=True)
    log("merge authorized SSH keys")
    log("generated new node certificate, restart pveproxy and pvedaemon services")
    membership.run_logged(["systemctl", "reload-or-restart", "pvedaemon", "pveproxy"], log)
    log(f"successfully added node '{cfs.nodename()}' to cluster.")


def _write_private(path, data, mode=0o400):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    temporary = f"{path}.new"
    with open(temporary, "wb") as out:
        os.fchmod(out.fileno(), mode)
        out.write(data)
    os.rename(temporary, path)


def _set_database_aside(log):
    """The old content of /etc/pve ends as a dump; the newest ten of them stay."""
    os.makedirs(BACKUPS, exist_ok=True)
    target = f"{BACKUPS}/config-{int(time.time())}.sql.gz"
    log(f"backup old database to '{target}'")
    store = sqlite3.connect(DATABASE)
    with gzip.open(target, "wt", encoding="utf-8") as out:
        out.writelines(f"{line}\n" for line in store.iterdump())
    store.close()
    for old in sorted(glob.glob(f"{BACKUPS}/config-*.sql.gz"))[:-_KEPT_BACKUPS]:
        os.unlink(old)
    for name in (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm"):
        if os.path.exists(name):
            os.unlink(name)


