"""in-terminal.py COLUMNS [TEXT KEYS]... -- COMMAND...: runs a command on a terminal of that width and prints what it shows.

Each time a text is shown (a regular expression, behind the one before it), the keys behind it are typed; ^C is Ctrl-C. Ends as the
command does, or with 124 where a text does not come in time: 90 s for all of it, or as many as IN_TERMINAL_SECONDS says.
"""

import fcntl
import os
import pty
import re
import select
import struct
import sys
import termios
import time

PATIENCE_S = int(os.environ.get("IN_TERMINAL_SECONDS", "90"))


def main() -> int:
    columns, *rest = sys.argv[1:]
    at = rest.index("--")
    script = list(zip(rest[:at:2], rest[1:at:2]))
    pid, terminal = pty.fork()
    if pid == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, int(columns), 0, 0))
        os.execvp(rest[at + 1], rest[at + 1 :])
    shown, seen, end = "", 0, time.monotonic() + PATIENCE_S
    while True:
        if time.monotonic() > end:
            os.write(1, shown.encode())
            print(f"\nin-terminal: not shown in time: {script[0][0] if script else 'the end'}", file=sys.stderr)
            os.kill(pid, 9)
            return 124
        if not select.select([terminal], [], [], 0.2)[0]:
            continue
        try:
            part = os.read(terminal, 65536)
        except OSError:
            # The other end is closed: so Linux says it.
            part = b""
        if part == b"":
            break
        shown += part.decode(errors="replace")
        while script and (found := re.compile(script[0][0], re.DOTALL).search(shown, seen)):
            seen = found.end()
            os.write(terminal, script.pop(0)[1].replace("^C", "\x03").encode())
    os.write(1, shown.encode())
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


sys.exit(main())
