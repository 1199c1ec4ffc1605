"""GET /version and the indexes that clients use to look around."""

from .. import host
from ..api import method


@method("/version", "GET")
def version(ctx, params):
    full = host.version()
    return {"version": full, "release": full.rpartition(".")[0], "repoid": "5a7d2c11e3f04b86"}


@method("/nodes/{node}/version", "GET")
def node_version(ctx, params):
    return version(ctx, params)
