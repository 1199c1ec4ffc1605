"""Who has a second factor. Nobody is asked for one here, and none can be made."""

import json

from .. import cfs
from ..api import method

_KINDS = ("totp", "recovery", "webauthn", "u2f", "yubico")


@method("/access/tfa", "GET")
def factors(ctx, params):
    everything = ctx.may("/access/groups", ["User.Modify", "Sys.Audit"], any_of=True)
    users = json.loads(cfs.read("priv/tfa.cfg") or "{}").get("users", {})
    return [
        {"userid": name, "entries": [{"type": kind} for kind in _KINDS for _one in kinds.get(kind) or []]}
        for name, kinds in sorted(users.items())
        if everything or name == ctx.user
    ]
