"""`pvesh`: the API on the command line, without HTTP and as root."""

import re
import subprocess
import sys

from .. import api, cfs, host, schema
from ..errors import ApiError, PlainError
from . import command, output

_VERBS = {"get": "GET", "create": "POST", "set": "PUT", "delete": "DELETE"}
_OPTIONS = {
    "output-format": {"type": "string", "optional": True, "enum": ["text", "json", "json-pretty", "yaml"]},
    "noproxy": {"type": "boolean", "optional": True},
    "quiet": {"type": "boolean", "optional": True},
    "human-readable": {"type": "boolean", "optional": True},
    "noborder": {"type": "boolean", "optional": True},
    "noheader": {"type": "boolean", "optional": True},
}


def main(argv):
    if not argv or argv[0] not in (*_VERBS, "ls", "usage"):
        what = f"unknown command '{argv[0]}'" if argv else "no command specified"
        sys.stderr.write(f"ERROR: {what}\n       pvesh <create|delete|get|ls|set|usage> <api_path>\n")
        return 255
    try:
        api.load()
        if len(argv) < 2:
            raise command.Usage("not enough arguments")
        return _call(argv[0], argv[1], argv[2:])
    except Exception as error:
        return command.fail(error, f"USAGE: pvesh {argv[0]} <api_path> [OPTIONS]")


def _call(word, path, rest):
    path = "/" + "/".join(part for part in path.split("/") if part)
    if word == "ls":
        return _list(path)
    if word == "usage":
        return _usage(path)
    try:
        found, path_values = api.resolve(_VERBS[word], path)
    except ApiError as error:
        if error.status != 501:
            raise
        raise PlainError(f"No '{word}' handler defined for '{path}'", exit_code=1) from error
    entry = api.describe(found)
    specs = {**schema.parameters(entry, host.major()), **_OPTIONS}
    params = command.parse(rest, specs, [])
    options = {name: params.pop(name) for name in list(params) if name in _OPTIONS}
    node = path_values.get(entry.get("proxyto") or "")
    if node and node not in (host.nodename(), "localhost") and not options.get("noproxy"):
        return _on_other_node(node, [word, path, *rest, "--noproxy", "1"])
    ctx = api.Context(cli=True)
    result = api.dispatch(ctx, found.verb, path, params)
    if not options.get("quiet"):
        output.show(result, options.get("output-format", "text"))
    return 0


def _on_other_node(node, words):
    known = cfs.members().get(node) or {}
    address = known.get("ip") or cfs.local_ip(node)
    ssh = [
        "ssh", "-e", "none", "-o", "BatchMode=yes", "-o", f"HostKeyAlias={node}",
        "-o", f"UserKnownHostsFile=/etc/pve/nodes/{node}/ssh_known_hosts", "-o", "GlobalKnownHostsFile=none",
        f"root@{address}", "--", "pvesh", *(_quoted(word) for word in words),
    ]
    done = subprocess.run(ssh, stdout=subprocess.PIPE, text=True, check=False)
    sys.stdout.write("".join(done.stdout.splitlines()))
    if done.stdout:
        sys.stdout.write("\n")
    if done.returncode:
        raise PlainError(f"proxy handler failed: ssh: exit code {done.returncode}", done.returncode)
    return 0


def _quoted(word):
    return word if re.fullmatch(r"[\w@%+=:,./-]+", word) else "'" + word.replace("'", "'\\''") + "'"


def _list(path):
    found = api.children(path)
    if found is None:
        raise PlainError(f"no such resource '{path}'", exit_code=2)
    names, variable, _ = found
    for name in names:
        below, inner, verbs = api.children(f"{path}/{name}")
        flags = ("D" if below or inner else "-") + "---" + "".join(
            letter if verb in verbs else "-" for letter, verb in (("r", "GET"), ("w", "PUT"), ("c", "POST"), ("d", "DELETE"))
        )
        print(f"{flags}        {name}")
    if variable:
        ctx = api.Context(cli=True)
        listed = api.dispatch(ctx, "GET", path, {})
        for row in listed if isinstance(listed, list) else []:
            name = next((row[key] for key in ("node", "userid", "storage", "upid", "name", "id") if isinstance(row, dict) and key in row), None)
            if name:
                print(f"Dr---        {name}")
    return 0


def _usage(path):
    found = api.children(path)
    if found is None:
        raise PlainError(f"no such resource '{path}'", exit_code=2)
    for verb in found[2]:
        word = next(name for name, value in _VERBS.items() if value == verb)
        resolved, _ = api.resolve(verb, path)
        specs = schema.parameters(api.describe(resolved), host.major())
        flags = "".join(f" [--{name}]" if spec.get("optional") else f" --{name} <{spec.get('type')}>" for name, spec in sorted(specs.items()))
        print(f"USAGE: pvesh {word} {path}{flags}")
    return 0
