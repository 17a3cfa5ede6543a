"""Names of resources: two letters for the kind, then 32 hexadecimal digits."""

import secrets


def new_sid(kind: str) -> str:
    """A fresh sid, such as `CA0123…` for kind `CA`."""
    return kind + secrets.token_hex(16)
