"""Second factors: nobody has one here, which is what these lists say."""

from .. import usercfg
from ..api import method


@method("/access/tfa", "GET")
def entries(ctx, params):
    everybody = ctx.may("/access/groups", ["User.Modify", "Sys.Audit"], any_of=True)
    users = sorted(usercfg.load()["users"])
    return [{"userid": name, "entries": []} for name in users if everybody or name == ctx.user]


@method("/access/tfa/{userid}", "GET")
def entries_of_user(ctx, params):
    return []
