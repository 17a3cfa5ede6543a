"""What a route asks of its clients: the way in, the least role, and for other systems what their token is for."""

from typing import Literal

from msgspec import Struct

from ivr.store.tokens import Scope
from ivr.store.users import Role

Door = Literal["session", "anyone", "token", "open"]
"""Who gets to a route: who has a session; who comes from our own page; other systems with a token; everybody."""


class Gate(Struct, frozen=True):
    """What a route asks. A session needs at least the role; where there is a `scope`, a token for it will do too."""

    door: Door = "session"
    role: Role = "admin"
    scope: Scope | None = None
