"""What a server offers."""
from .activate import run


def nfs(server):
    """[{path, options}] of the exports of a server."""
    out = run(['showmount', '--no-headers', '--exports', server], 10)
    found = []
    for line in out.splitlines():
        path, _, clients = line.strip().partition(' ')
        if path:
            found.append({'path': path, 'options': clients.strip()})
    return found
