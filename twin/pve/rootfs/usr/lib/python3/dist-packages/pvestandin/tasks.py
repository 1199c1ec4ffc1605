"""Tasks: UPID, log files under /var/log/pve/tasks, their index, and running the work."""

import json
import os
import re
import signal
import sys
import time

from . import cfs
from .errors import ParameterError, text_of

ROOT = os.environ.get("PVE_STANDIN_TASKS", "/var/log/pve/tasks")
_UPID = re.compile(
    r"UPID:(?P<node>[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?):(?P<pid>[0-9A-Fa-f]{8}):"
    r"(?P<pstart>[0-9A-Fa-f]{8,9}):(?P<starttime>[0-9A-Fa-f]{8}):(?P<type>[^:\s]+):(?P<id>[^:\s]*):"
    r"(?P<user>[^:\s]+):$"
)


def encode(node, pid, pstart, starttime, kind, identifier, user):
    return f"UPID:{node}:{pid:08X}:{pstart:08X}:{starttime:08X}:{kind}:{_escape(identifier)}:{user}:"


def decode(upid):
    """Fields of a UPID; 400 on `upid` when it is malformed."""
    match = _UPID.match(upid)
    if not match:
        raise ParameterError({"upid": "unable to parse worker upid"})
    found = match.groupdict()
    for name in ("pid", "pstart", "starttime"):
        found[name] = int(found[name], 16)
    return {"upid": upid, **found, "id": _unescape(found["id"])}


def _escape(text):
    return re.sub(r"[^A-Za-z0-9._@/-]", lambda m: f"\\x{ord(m.group()):02x}", str(text or ""))


def _unescape(text):
    return re.sub(r"\\x([0-9a-f]{2})", lambda m: chr(int(m.group(1), 16)), text)


def log_path(upid):
    start = decode(upid)["starttime"]
    return f"{ROOT}/{start % 16:X}/{upid}"


def process_start(pid):
    """Start time of a process in clock ticks, `None` when it is gone."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as source:
            fields = source.read().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] == "Z" else int(fields[19])


def running(upid):
    task = decode(upid)
    return process_start(task["pid"]) == task["pstart"]


def start(ctx, kind, identifier, work):
    return _run_here(ctx, kind, identifier, work) if ctx.cli else _detach(ctx, kind, identifier, work)


class TaskLog:
    """Appends lines to a task's log and, for command line tools, to standard output."""

    def __init__(self, file, echo):
        self.file, self.echo = file, echo

    def __call__(self, text):
        line = text if text.endswith("\n") else text + "\n"
        self.file.write(line)
        self.file.flush()
        if self.echo:
            sys.stdout.write(line)
            sys.stdout.flush()


def _begin(ctx, kind, identifier):
    pid = os.getpid()
    upid = encode(ctx.node, pid, process_start(pid) or 0, int(time.time()), kind, identifier, ctx.auth_id)
    target = log_path(upid)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    file = open(target, "w", encoding="utf-8", errors="replace")  # lives as long as the task
    _append(f"{ROOT}/active", f"{upid}\n")
    return upid, file


def _append(path, text):
    with open(path, "a", encoding="utf-8") as out:
        out.write(text)


def _finish(upid, file, status):
    word = "TASK OK" if status == "OK" else f"TASK {status}" if status.startswith("WARNINGS") else f"\nTASK ERROR: {status}"
    file.write(f"{word}\n")
    file.close()
    _append(f"{ROOT}/index", f"{upid} {int(time.time()):08X} {_one_line(status)}\n")
    broadcast()


def _one_line(text):
    return text.strip().replace("\n", " ") or "unknown error"


def _outcome(work, log):
    """(status text, error) of running the work."""
    try:
        result = work(log)
    except BaseException as error:  # a task reports every way of ending
        if isinstance(error, SystemExit):
            return ("OK", None) if not error.code else (str(error.code), error)
        if isinstance(error, KeyboardInterrupt):
            return "received interrupt", error
        return _one_line(text_of(error)), error
    return (result, None) if isinstance(result, str) and result.startswith("WARNINGS") else ("OK", None)


def _run_here(ctx, kind, identifier, work):
    """Foreground task of a command line tool: the error goes to stderr without a prefix."""
    upid, file = _begin(ctx, kind, identifier)
    signal.signal(signal.SIGTERM, _interrupted)
    status, error = _outcome(work, TaskLog(file, True))
    _finish(upid, file, status)
    ctx.task_error = error
    if error is not None:
        sys.stderr.write(status + "\n")
    elif status != "OK":
        count = status.rpartition(" ")[2]
        sys.stderr.write(f"Task finished with {count} warning(s)!\n")
    return upid


def _interrupted(*_):
    raise KeyboardInterrupt


def _detach(ctx, kind, identifier, work):
    """Background task: a grandchild process that survives restarts of the API service."""
    read_end, write_end = os.pipe()
    child = os.fork()
    if child:
        os.close(write_end)
        with os.fdopen(read_end) as source:
            upid = source.readline().strip()
        os.waitpid(child, 0)
        if not upid:
            raise RuntimeError("starting worker failed")
        return upid
    try:
        os.setsid()
        if os.fork():
            os._exit(0)
        _become_worker(ctx, kind, identifier, work, write_end)
    finally:
        os._exit(0)


def _become_worker(ctx, kind, identifier, work, write_end):
    # A stop that comes while the worker sets itself up waits until it can be reported.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    signal.signal(signal.SIGTERM, _interrupted)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    upid, file = _begin(ctx, kind, identifier)
    os.write(write_end, f"{upid}\n".encode())
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(file.fileno(), 1)
    os.dup2(file.fileno(), 2)
    keep = {0, 1, 2, file.fileno()}
    for name in os.listdir("/proc/self/fd"):
        if int(name) not in keep:
            _close(int(name))
    sys.stdout = sys.stderr = file
    broadcast()
    status, _ = _outcome(_interruptible(work), TaskLog(file, False))
    _finish(upid, file, status)


def _interruptible(work):
    def run(log):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
        return work(log)

    return run


def _close(number):
    try:
        os.close(number)
    except OSError:
        pass


def _lines(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as source:
            return source.read().splitlines()
    except OSError:
        return []


def active():
    """UPIDs of running tasks; entries of finished ones are dropped from the list's file."""
    known = _lines(f"{ROOT}/active")
    alive = [upid for upid in known if _UPID.match(upid) and running(upid)]
    if len(known) > 200:
        with open(f"{ROOT}/active", "w", encoding="utf-8") as out:
            out.write("".join(f"{upid}\n" for upid in alive))
    return alive


def archive():
    """Finished tasks, newest first, as `{upid, ..., endtime, status}`."""
    found = []
    for line in reversed(_lines(f"{ROOT}/index")):
        upid, _, rest = line.partition(" ")
        end, _, status = rest.partition(" ")
        if _UPID.match(upid) and end:
            found.append({**decode(upid), "endtime": int(end, 16), "status": status})
    return found


def known(upid):
    """Refuses a UPID without a log on this host."""
    decode(upid)
    if not os.path.exists(log_path(upid)):
        raise ParameterError({"upid": "no such task"})


def status(upid):
    known(upid)
    found = decode(upid)
    if running(upid) and not _final_line(upid):
        return {**found, "status": "running"}
    return {**found, "status": "stopped", "exitstatus": exit_status(upid)}


def _final_line(upid):
    lines = [line for line in _lines(log_path(upid)) if line]
    return lines[-1] if lines and lines[-1].startswith("TASK ") else None


def exit_status(upid):
    last = _final_line(upid)
    if last is None:
        return "unexpected status"
    word = last[len("TASK "):]
    return word[len("ERROR: "):] if word.startswith("ERROR: ") else word


def log_lines(upid, first=0, limit=50):
    known(upid)
    lines = _lines(log_path(upid)) or ["no content"]
    part = lines[first : first + limit] if limit else lines[first:]
    return [{"n": first + i + 1, "t": line} for i, line in enumerate(part)], len(lines)


def stop(upid):
    known(upid)
    if running(upid):
        os.kill(decode(upid)["pid"], signal.SIGTERM)


def recent():
    """Tasks of this host for the list that members share."""
    listed = [{**decode(upid)} for upid in active()] + archive()
    unique = {entry["upid"]: entry for entry in reversed(listed[:40])}
    return sorted(unique.values(), key=lambda entry: -entry["starttime"])[:25]


def broadcast():
    cfs.status_set("tasklist", json.dumps(recent()))
