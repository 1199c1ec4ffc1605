"""The client's side of HTTP Digest with MD5 and qop `auth`, which is all that AMT speaks."""

from __future__ import annotations

import hashlib
import re
import secrets

# Quoted values may hold commas: qop="auth,auth-int".
_FIELD = re.compile(r'([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))')


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


class Digest:
    def __init__(self, user: str, password: str):
        self._user, self._password = user, password
        self._challenge: dict[str, str] | None = None
        self._count = 0

    def accept(self, header: str) -> bool:
        """False when the header holds no challenge that can be answered."""
        scheme = re.search(r"(?:^|\n)\s*Digest\s+([^\n]*)", header, re.IGNORECASE)
        fields = {name.lower(): quoted or bare for name, quoted, bare in _FIELD.findall(scheme[1] if scheme else "")}
        options = [option.strip() for option in fields.get("qop", "").split(",")]
        if "realm" not in fields or "nonce" not in fields or "auth" not in options:
            return False
        self._challenge, self._count = fields, 0
        return True

    def header(self, method: str, path: str) -> dict[str, str]:
        """Nothing before the first challenge."""
        if self._challenge is None:
            return {}
        realm, nonce, opaque = self._challenge["realm"], self._challenge["nonce"], self._challenge.get("opaque")
        self._count += 1
        count, own = f"{self._count:08x}", secrets.token_hex(8)
        secret = _md5(f"{self._user}:{realm}:{self._password}")
        response = _md5(f"{secret}:{nonce}:{count}:{own}:auth:{_md5(f'{method}:{path}')}")
        fields = [
            f'username="{self._user}"', f'realm="{realm}"', f'nonce="{nonce}"', f'uri="{path}"', "qop=auth",
            f"nc={count}", f'cnonce="{own}"', f'response="{response}"',
        ]
        if opaque is not None:
            fields.append(f'opaque="{opaque}"')
        return {"Authorization": f"Digest {', '.join(fields)}"}


def is_stale(header: str) -> bool:
    return re.search(r'stale\s*=\s*"?true', header, re.IGNORECASE) is not None
