"""What a typed secret is bound to: the place where it stands in a flow, and the origins of its block's addresses."""

from collections.abc import Iterable
from typing import Any

from ivr.core.action import Action
from ivr.core.origin import written_origin
from ivr.flow.model import Block, Flow
from ivr.registry import ACTIONS

Keys = tuple[str | int, ...]
"""The way to a value in a document, such as `("blocks", 0, "action", "authentication", "password")`."""
_IN_BLOCK = 3
"""How many keys lead to the action of a block."""


def place_at(document: Any, keys: Keys) -> str:
    """Flow, block and field, such as `appointments/3/authentication.password`; block 0 outside of any."""
    flow = document.get("id") if isinstance(document, dict) else None
    if not _in_action(keys):
        return f"{flow}/0/{path_of(keys)}"
    block = document["blocks"][keys[1]]
    return f"{flow}/{block.get('number') if isinstance(block, dict) else None}/{path_of(keys[_IN_BLOCK:])}"


def origins_at(document: Any, keys: Keys) -> tuple[str, ...]:
    """Where a secret at this place may be sent: the origin of the address its block sends to. A secret that is
    exchanged for a token has two: that of the token URL, then that of the block's address, where the token goes.
    An origin that is not written out is empty: nothing goes there.
    """
    urls = _addresses(document["blocks"][keys[1]]["action"], keys[_IN_BLOCK:]) if _in_action(keys) else ("",)
    return tuple(_origin(url) for url in urls)


def bound_at(flow: Flow, block: Block, path: str) -> tuple[str, tuple[str, ...]]:
    """The place of a secret, and the addresses that it may be sent to, for a flow that can be read. Of several blocks
    with one number each is at the same place."""
    action = block.action.model_dump(mode="json")
    return f"{flow.id}/{block.number}/{path}", tuple(map(str, _addresses(action, keys_of(path))))


def _addresses(action: Any, keys: Keys) -> list[Any]:
    """Where a block sends a secret at this place inside its action; then where it sends what it gets in exchange."""
    urls, node = [address_of(action)], action
    for key in keys[:-1]:
        node = node[key]
        if isinstance(node, dict) and "token_url" in node:
            urls = [node["token_url"], urls[-1]]
    return urls


def address_of(action: Any, actions: Iterable[type[Action[Any]]] = ACTIONS) -> Any:
    """The address that a block sends to: its field `url`, else the one that its class declares."""
    if not isinstance(action, dict):
        return ""
    known = (each.sends_to for each in actions if each.model_fields["type"].default == action.get("type"))
    return action["url"] if "url" in action else next(known, "")


def path_of(keys: Keys) -> str:
    """As `core.action.within` writes it: `rows[0].password`."""
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys).lstrip(".")


def keys_of(path: str) -> Keys:
    """The keys inside an action of a path that `path_of` has written."""
    parts = path.replace("[", ".[").split(".")
    return tuple(int(part[1:-1]) if part.startswith("[") else part for part in parts)


def _in_action(keys: Keys) -> bool:
    return keys[:1] == ("blocks",) and keys[2:_IN_BLOCK] == ("action",) and len(keys) > _IN_BLOCK


def _origin(url: Any) -> str:
    found = written_origin(url) if isinstance(url, str) else None
    return str(found) if found is not None else ""
