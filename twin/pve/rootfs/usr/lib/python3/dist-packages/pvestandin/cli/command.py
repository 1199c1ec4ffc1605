"""What every command line tool shares: options by the API's facts, texts of errors, exit codes.

    COMMANDS = {"user add": Command("POST", "/access/users", ["userid"])}
    def main(argv): return run("pveum", COMMANDS, argv)
"""

import re
import sys

from .. import api, host, schema
from ..errors import ApiError, ParameterError, exit_code_of, text_of


class Command:
    """A sub-command that calls an API method.

    `show(result, params)` prints a result; `fixed` are parameters the user does not give;
    `task_exit` maps a failed task to a non-zero exit, which only few of PVE's commands do;
    `extra` are options beyond the method's parameters; those in `interactive` may stand without a value.
    """

    def __init__(self, verb, path, positional=(), show=None, fixed=None, task_exit=False, extra=None, renamed=None,
                 interactive=()):
        self.verb, self.path, self.positional = verb, path, list(positional)
        self.show, self.fixed, self.task_exit = show, fixed or {}, task_exit
        self.extra, self.renamed, self.interactive = extra or {}, renamed or {}, interactive

    def specs(self):
        found, _ = api.resolve(self.verb, re.sub(r"\{[^}]+\}", "x", self.path))
        specs = dict(schema.parameters(api.describe(found), host.major()))
        for name in re.findall(r"\{([^}]+)\}", found.path):
            specs.setdefault(name, {"type": "string"})
        return {**specs, **self.extra}

    def run(self, params):
        ctx = api.Context(cli=True)
        ctx.task_error = None
        values = {**params, **self._fixed()}
        options = {name: values.pop(name) for name in list(values) if name in self.extra}
        path = re.sub(r"\{([^}]+)\}", lambda m: str(values.pop(m.group(1))), self.path)
        result = api.dispatch(ctx, self.verb, path, values)
        if self.show:
            self.show(result, {**params, **options})
        return 255 if ctx.task_error is not None and self.task_exit else 0

    def _fixed(self):
        return {name: host.nodename() if value == "NODE" else value for name, value in self.fixed.items()}


class Usage(ParameterError):
    """Wrong use of the command line."""

    def __init__(self, text):
        super().__init__({}, text)


def parse(argv, specs, positional, renamed=None, interactive=()):
    """`{parameter: value}` of a command line; values are validated later, by the method."""
    params, words = {}, []
    rest = list(argv)
    while rest:
        word = rest.pop(0)
        if not re.match(r"--?[A-Za-z]", word):
            words.append(word)
            continue
        name, equals, value = word.lstrip("-").partition("=")
        name = (renamed or {}).get(name, name)
        spec = schema.spec_of(specs, name)
        if spec is None:
            sys.stderr.write(f"Unknown option: {name}\n")
            raise Usage("unable to parse option")
        if not equals and name in interactive and (not rest or rest[0].startswith("-")):
            value = ""
        elif not equals:
            value = _next_value(spec, rest, name)
        if spec.get("type") == "array" or (name in params and str(spec.get("format", "")).endswith("-list")):
            params.setdefault(name, [])
            params[name] = [*params[name], value] if isinstance(params[name], list) else f"{params[name]},{value}"
        else:
            params[name] = value
    many = positional and positional[-1].endswith("...")
    names = [name.removesuffix("...") for name in positional]
    if len(words) > len(names) and not many:
        raise Usage("too many arguments")
    for index, name in enumerate(names):
        if index < len(words):
            params[name] = words[index:] if many and index == len(names) - 1 else words[index]
        elif not specs.get(name, {}).get("optional"):
            raise Usage("not enough arguments")
    return params


_WORDS = re.compile(r"^(0|1|yes|no|on|off|true|false)$", re.I)


def _next_value(spec, rest, name):
    if spec.get("type") == "boolean":
        return rest.pop(0) if rest and _WORDS.match(rest[0]) else "1"
    if not rest:
        sys.stderr.write(f"Option {name} requires an argument\n")
        raise Usage("unable to parse option")
    return rest.pop(0)


def fail(error, usage=None):
    """Prints an error as PVE's tools do and returns the exit code."""
    if not isinstance(error, ApiError) and not isinstance(error, OSError):
        raise error
    shown = error.cli_text() if isinstance(error, ApiError) else text_of(error)
    sys.stdout.flush()
    sys.stderr.write(f"{shown}\n")
    if usage and isinstance(error, ParameterError):
        sys.stderr.write(f"{usage}\n")
    return exit_code_of(error)


def run(tool, commands, argv):
    """Runs the sub-command that `argv` names (the longest match) and returns the exit code; a tool of one has it as ''."""
    if argv[:1] == ["help"]:
        return _help(tool, commands, " ".join(word for word in argv[1:] if not word.startswith("-")))
    for length in (3, 2, 1, 0):
        name = " ".join(argv[:length])
        if name in commands:
            break
    else:
        word = argv[0] if argv else ""
        text = f"unknown command '{' '.join(argv[:2])}'" if argv else "no command specified"
        known = sorted(c for c in commands if not word or c.split(" ")[0] == word) or sorted(commands)
        sys.stderr.write(f"ERROR: {text}\n" + "".join(f"       {tool} {c}\n" for c in known))
        return 255
    command = commands[name]
    usage = f"USAGE: {tool} {name}".rstrip()
    try:
        if callable(command):
            return command(argv[length:]) or 0
        api.load()
        usage += "".join(f" <{word}>" for word in command.positional) + " [OPTIONS]"
        params = parse(argv[length:], command.specs(), command.positional, command.renamed,
                       command.interactive)
        return command.run(params)
    except BrokenPipeError:
        return 141
    except Exception as error:
        return fail(error, usage)


def _help(tool, commands, wanted):
    """Usage of one command, or of all whose name starts with the given words."""
    api.load()
    names = [wanted] if wanted in commands else sorted(name for name in commands if name.startswith(wanted))
    for name in names:
        command = commands[name]
        if not isinstance(command, Command):
            print(f"USAGE: {tool} {name} [OPTIONS]")
            continue
        specs = command.specs()
        print(f"USAGE: {tool} {name}" + "".join(f" <{word}>" for word in command.positional) + " [OPTIONS]")
        if name == wanted:
            for option in sorted(set(specs) - set(command.positional) - set(command.fixed)):
                print(f"\n  -{option}   <{specs[option].get('type', 'string')}>")
    return 0 if names else 255


def table(rows, columns):
    """PVE's framed table of a list of dictionaries."""
    if not rows:
        return ""
    cells = [[_cell(row.get(column)) for column in columns] for row in rows]
    widths = [max(len(column), *(len(row[i]) for row in cells)) for i, column in enumerate(columns)]
    bar = lambda left, mid, right, fill: left + mid.join(fill * (width + 2) for width in widths) + right
    line = lambda values: "│ " + " │ ".join(v.ljust(w) for v, w in zip(values, widths)) + " │"
    out = [bar("┌", "┬", "┐", "─"), line(columns), bar("╞", "╪", "╡", "═")]
    for index, row in enumerate(cells):
        out += ([bar("├", "┼", "┤", "─")] if index else []) + [line(row)]
    return "\n".join([*out, bar("└", "┴", "┘", "─")]) + "\n"


def _cell(value):
    return "" if value is None else str(value)
