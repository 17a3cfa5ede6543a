"""What is different between two versions of a flow, in words."""

from collections.abc import Iterator
from typing import Any, Literal, cast

from msgspec import Struct
from pydantic import ValidationError

from ivr.core.fields import Secret
from ivr.flow.model import Block, Flow
from ivr.flow.shape import filled
from ivr.flow.typed_secrets import seal_secrets
from ivr.flow.wording import Spot, wordings
from ivr.registry import ACTIONS

Kind = Literal["added", "removed", "changed", "moved", "wired", "flow"]
Document = dict[str, Any]
_APART = {"id", "blocks", "notes", "last_number", "needs"}
"""Fields of the flow that are worded in another way, or left out."""
_actions = {action.model_fields["type"].default: action for action in ACTIONS}


class Change(Struct, frozen=True):
    """One difference. `block` is a block's number, 0 for the flow itself; `path` the field inside it."""

    kind: Kind
    block: int
    path: str
    words: str


class _Side(Struct, frozen=True):
    """One of the two versions: its blocks, whole where they can be read, by their number or else by their place."""

    blocks: dict[int | str, Document]

    def has(self, key: Any) -> bool:
        return isinstance(key, int | str) and key in self.blocks

    def called(self, key: Any) -> str:
        """How people know a block."""
        if not self.has(key):
            return f"block {key}"
        row = self.blocks[key]
        title = row.get("title") if isinstance(row.get("title"), str) else ""
        action = _action(row)
        name = title or (action.card.title if action else "Block")
        return f"{name} (block {key})" if isinstance(key, int) else name


def differences(old: Document, new: Document) -> list[Change]:
    """Every difference between two flow documents, also of documents with mistakes in them. What the defaults are makes
    no difference whether written down or not. Of a secret it only says that it changed.
    """
    old, new = _closed(old), _closed(new)
    before, after = _Side(_blocks(old)), _Side(_blocks(new))
    found = [*_settings(old, new)] if old and new else []
    for key in after.blocks:
        if key in before.blocks:
            found += _block(key, before, after)
        else:
            found.append(Change("added", _shown_number(key), "", f"{after.called(key)}: added"))
    gone = [key for key in before.blocks if key not in after.blocks]
    return found + [Change("removed", _shown_number(key), "", f"{before.called(key)}: removed") for key in gone]


def _settings(old: Document, new: Document) -> Iterator[Change]:
    """What is different for the whole flow."""
    defaults = Flow(id="x", name="x").model_dump(mode="json", exclude={*_APART, "name"})
    olds, news = ({**defaults, **_without(side, *_APART)} for side in (old, new))
    for path, words in wordings(olds, news, Spot(models=(Flow,))):
        yield Change("flow", 0, path, words)
    if old.get("notes", []) != new.get("notes", []):
        yield Change("flow", 0, "notes", "Notes on the board changed")


def _block(key: int | str, before: _Side, after: _Side) -> list[Change]:
    old, new = before.blocks[key], after.blocks[key]
    number, called = _shown_number(key), after.called(key)
    told = [
        *(Change("changed", number, path, f"{called}: {words}") for path, words in _fields(old, new)),
        *(Change("wired", number, path, f"{called}: {words}") for path, words in _wires(key, before, after)),
    ]
    if not told and old.get("place") != new.get("place"):
        return [Change("moved", number, "place", f"{called}: moved on the board")]
    return told


def _fields(old: Document, new: Document) -> Iterator[tuple[str, str]]:
    """Paths and words of what differs in a block itself."""
    actions = [_action(side) for side in (old, new)]
    if all(actions) and actions[0] is not actions[1]:
        titles = [action.card.title for action in actions if action]
        yield "action.type", f"{titles[0]} → {titles[1]}"
        old, new = _without(old, "action"), _without(new, "action")
    if bool(old.get("disabled")) != bool(new.get("disabled")):
        yield "disabled", "disabled" if new.get("disabled") else "enabled again"
    apart = ("number", "exits", "place", "disabled")
    yield from wordings(_without(old, *apart), _without(new, *apart), Spot(models=(Block,), silent=("action",)))


def _wires(key: int | str, before: _Side, after: _Side) -> Iterator[tuple[str, str]]:
    olds, news = (_exits(side.blocks[key]) for side in (before, after))
    ports = {**_ports(before.blocks[key]), **_ports(after.blocks[key])}
    for port in {**olds, **news}:
        if olds.get(port) == news.get(port):
            continue
        label = ports.get(port, port)
        earlier = f"before → {before.called(olds[port])}" if port in olds else ""
        if port not in news:
            yield f"exits.{port}", f"{label} is not connected any more, {earlier}"
        else:
            side = after if after.has(news[port]) else before
            later = f"{label} → {side.called(news[port])}"
            yield f"exits.{port}", f"{later}, {earlier}" if earlier else later


class _Closing:
    """Marks secrets as such; what is sealed already stays as it is."""

    def seal_text(self, clear: str, at: str, origins: tuple[str, ...]) -> str:
        return clear

    def is_ours(self, secret: Secret) -> bool:
        return True


def _closed(document: Any) -> Document:
    """The document with every secret in it marked as one."""
    sealed = seal_secrets(document, _Closing())
    closed: Document = sealed if isinstance(sealed, dict) else {}
    return closed


def _blocks(document: Document) -> dict[int | str, Document]:
    rows = document.get("blocks")
    found: dict[int | str, Document] = {}
    for index, row in enumerate(rows if isinstance(rows, list) else []):
        if isinstance(row, dict):
            number = row.get("number")
            known = isinstance(number, int) and not isinstance(number, bool) and number not in found
            found[cast("int", number) if known else f"blocks[{index}]"] = _whole(row)
    return found


def _whole(row: Document) -> Document:
    """A block with its defaults, as far as it can be read."""
    whole: Document
    try:
        whole = Block.model_validate(row).model_dump(mode="json", context={"whole": True})
    except ValidationError:
        whole = filled(row, (Block,))
    return whole


def _action(row: Document) -> Any:
    """The kind of action, None for one that is none."""
    action = row.get("action")
    kind = action.get("type") if isinstance(action, dict) else None
    return _actions.get(kind) if isinstance(kind, str) else None


def _ports(row: Document) -> dict[str, str]:
    """The labels of a block's ports."""
    try:
        ports = Block.model_validate(row).action.ports
    except ValidationError:
        ports = _action(row).card.ports if _action(row) else ()
    return {port.id: port.label for port in ports}


def _exits(row: Document) -> Document:
    exits = row.get("exits")
    return exits if isinstance(exits, dict) else {}


def _shown_number(key: int | str) -> int:
    return key if isinstance(key, int) else 0


def _without(document: Document, *keys: str) -> Document:
    return {key: value for key, value in document.items() if key not in keys}
