"""Words for the difference between two values: by the names that authors see, never with a secret in it."""

import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from ivr.core.fields import is_sealed, is_set
from ivr.flow.shape import Models, places, tag

LONGEST = 60
"""Characters of a text that are shown."""
_BEFORE = 15
_capitals = re.compile(r"\b(url|sms|id|sid)\b")
_names = ("name", "key", "id", "label", "number")
"""What the rows of a list are known by."""


class Spot(Struct, frozen=True):
    """Where two values stand: the path, the label so far, and the models of one of which both are.

    `silent` are keys that add nothing to the label.
    """

    path: str = ""
    label: str = ""
    models: Models = ()
    silent: tuple[str, ...] = ()

    def field(self, key: str) -> "Spot":
        found = [(model, places(model)[key]) for model in self.models if key in places(model)]
        title = next((model.model_fields[key].title for model, _ in found), None)
        name = title or _capitals.sub(lambda word: word[0].upper(), key.replace("_", " "))
        label = self.label if key in self.silent else self._below(name)
        return Spot(f"{self.path}.{key}".lstrip("."), label, tuple(each for _, one in found for each in one.models))

    def row(self, index: int, name: str) -> "Spot":
        return Spot(f"{self.path}[{index}]", f"{self.label}, {name}", self.models)

    def of(self, kind: Any) -> "Spot":
        """The same spot, when it is known which model stands there."""
        named = tuple(model for model in self.models if tag(model) == kind)
        return Spot(self.path, self.label, named or self.models, self.silent)

    def _below(self, name: str) -> str:
        if not self.label:
            return f"{name[:1].upper()}{name[1:]}"
        return f"{self.label}, {name if name[:2].isupper() else name[:1].lower() + name[1:]}"


def wordings(old: Any, new: Any, spot: Spot) -> Iterator[tuple[str, str]]:
    """The path of everything that differs, and how it differs."""
    if old == new:
        return
    if _is_secret(old) or _is_secret(new):
        yield spot.path, f"{spot.label} {_secretly(old, new)}"
    elif isinstance(old, dict) and isinstance(new, dict):
        yield from _objects(old, new, spot)
    elif isinstance(old, list) and isinstance(new, list) and _rows(old + new):
        yield from _lists(old, new, spot)
    else:
        yield spot.path, f"{spot.label} {_shown(old, new)} → {_shown(new, old)}"


def _objects(old: dict[str, Any], new: dict[str, Any], spot: Spot) -> Iterator[tuple[str, str]]:
    if old.get("type") != new.get("type"):
        kinds = [_shown(each.get("type"), None) for each in (old, new)]
        yield f"{spot.path}.type".lstrip("."), f"{spot.label or 'Type'} {kinds[0]} → {kinds[1]}"
        return
    known = spot.of(new.get("type"))
    for key in {**old, **new}:
        yield from wordings(old.get(key), new.get(key), known.field(key))


def _lists(old: list[Any], new: list[Any], spot: Spot) -> Iterator[tuple[str, str]]:
    """Rows are matched by what they are known by, or by position."""
    olds, news = _keyed(old), _keyed(new)
    if olds is None or news is None:
        olds, news = dict(enumerate(old)), dict(enumerate(new))
    for index, (key, row) in enumerate(news.items()):
        if key in olds:
            yield from wordings(olds[key], row, spot.row(index, _known_by(key)))
        else:
            yield f"{spot.path}[{index}]", f"{spot.label}: {_known_by(key)} added"
    for key in olds:
        if key not in news:
            yield spot.path, f"{spot.label}: {_known_by(key)} removed"
    if [key for key in olds if key in news] != [key for key in news if key in olds]:
        yield spot.path, f"{spot.label}: in another order"


def _rows(items: list[Any]) -> bool:
    return any(isinstance(item, dict) for item in items)


def _keyed(rows: list[Any]) -> dict[Any, Any] | None:
    """The rows by a name that each has and none shares, or None."""
    for name in _names:
        keys = [row.get(name) if isinstance(row, dict) else None for row in rows]
        plain = [key for key in keys if isinstance(key, str | int) and key != ""]
        if len(set(plain)) == len(rows):
            return dict(zip(plain, rows, strict=True))
    return None


def _known_by(key: Any) -> str:
    return _quoted(key) if isinstance(key, str) else f"row {key + 1}"


def _secretly(old: Any, new: Any) -> str:
    if new in (None, ""):
        return "removed"
    return "set" if old in (None, "") else "changed"


def _is_secret(value: Any) -> bool:
    return is_set(value) or is_sealed(value)


def _shown(value: Any, other: Any) -> str:
    """A value in few words; of a long text what differs from the other one."""
    if value in (None, "", [], {}):
        return "nothing"
    match value:
        case bool():
            return "on" if value else "off"
        case str():
            return _quoted(value, _alike(value, other) if isinstance(other, str) else 0)
        case dict():
            kind = value.get("type")
            return _quoted(kind) if isinstance(kind, str) else "an object"
        case list():
            shown = [_shown(item, None) for item in value]
            return ", ".join(shown) if len(shown) <= 7 else f"{len(shown)} of them"
    return str(value)


def _alike(one: str, other: str) -> int:
    """How many characters both begin with."""
    differing = (at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1])
    return next(differing, min(len(one), len(other)))


def _quoted(text: str, at: int = 0) -> str:
    """A text in quotes: when it is long, the part around a position."""
    words = " ".join(text.split())
    if len(words) <= LONGEST:
        return f"“{words}”"
    start = max(0, min(at - _BEFORE, len(words) - LONGEST))
    end = start + LONGEST
    return f"“{'…' if start else ''}{words[start:end]}{'…' if end < len(words) else ''}”"
