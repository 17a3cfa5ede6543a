"""Secrets in flow documents, as stored: JSON in which a secret is `{"sealed": "…"}`, or `{"set": true}` in exports."""

import re
from collections import Counter
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

from msgspec import Struct

from ivr.core.fields import Seal, Secret
from ivr.flow.model import Flow
from ivr.flow.shape import Models, has_secret, places, tag, tagged

SET = {"set": True}
_telling = re.compile(r"pass|secret|token|credential|api[-_]?key|authorization|sealed", re.IGNORECASE)
_declared = ("password", "client_secret", "token")


def seal_secrets(document: Any, seal: Seal, is_sealed: Callable[[str], bool]) -> Any:
    """The document with every secret in it sealed, whatever else is wrong with it.

    What a model declares a secret is one. Where a block, or what its authentication is made of, can't be told, every
    model that may stand there has its say; what none of them knows is a secret when its name sounds like one, or when
    it stands beside secrets. `is_sealed` tells what `seal` returned from what somebody wrote.
    """
    return _Sealing(seal, is_sealed).within(document, (Flow,))


def keep_secrets(new: Any, old: Any) -> Any:
    """The new document, its `{"set": true}` places filled from the same places of an older one.

    Blocks are matched by their number, everything else by name or position. Of two blocks with one number none is
    matched: a secret must not go where it was never meant to.
    """
    if new == SET:
        return old if isinstance(old, dict) and set(old) == {"sealed"} else new
    if isinstance(new, dict):
        before = old if isinstance(old, dict) else {}
        return {key: keep_secrets(value, before.get(key)) for key, value in new.items()}
    if isinstance(new, list):
        rows = old if isinstance(old, list) else []
        by_number = any(_number(item) is not None for item in (*new, *rows))
        before = _numbered(rows) if by_number else dict(enumerate(rows))
        keys = _numbers(new) if by_number else [*range(len(new))]
        return [keep_secrets(item, before.get(key)) for item, key in zip(new, keys, strict=True)]
    return new


def hide_secrets(document: Any) -> Any:
    """The document for people: a secret only says that it is set."""
    return with_sealed(document, lambda sealed: SET)


def with_sealed(document: Any, write: Callable[[str], Any]) -> Any:
    """The document with something else in place of every sealed secret."""
    if isinstance(document, dict):
        if set(document) == {"sealed"} and isinstance(document["sealed"], str):
            return write(document["sealed"])
        return {key: with_sealed(value, write) for key, value in document.items()}
    if isinstance(document, list):
        return [with_sealed(item, write) for item in document]
    return document


class _Sealing(Struct, frozen=True):
    seal: Seal
    is_sealed: Callable[[str], bool]

    def within(self, value: Any, models: Models) -> Any:
        """A value where one of these models is expected, or a list of them; without models, where nothing is."""
        if isinstance(value, list):
            return [self.within(item, models) for item in value]
        if isinstance(value, dict):
            if self.is_done(value):
                return value
            chosen = _chosen(value, models)
            return {key: self.at(key, inner, chosen) for key, inner in value.items()}
        return self.closed(value) if any(map(has_secret, models)) else value

    def at(self, key: str, value: Any, models: Models) -> Any:
        """What stands under a key of an object that may be one of these models."""
        found = [places(model)[key] for model in models if key in places(model)]
        if any(place.secret for place in found):
            return self.closed(value)
        if not found and (_sounds_secret(key) or any(map(has_secret, models))) and key != "type":
            return self.closed(value)
        if any(place.keys for place in found):
            return value
        return self.within(value, tuple(model for place in found for model in place.models))

    def closed(self, value: Any) -> Any:
        """A secret, sealed; one of the wrong shape keeps its shape, so that its author is told of it."""
        if isinstance(value, dict):
            if self.is_done(value):
                return value
            return {key: self.closed(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.closed(item) for item in value]
        if value is None or isinstance(value, bool):
            return value
        return value if Secret.read(str(value)).name else {"sealed": self.seal(str(value))}

    def is_done(self, value: dict[str, Any]) -> bool:
        """Whether it is a sealed secret, or says that one is set."""
        sealed = value.get("sealed")
        return value == SET or (len(value) == 1 and isinstance(sealed, str) and self.is_sealed(sealed))


def _chosen(value: dict[str, Any], models: Models) -> Models:
    """The model that an object says it is; all that may stand there when it says nothing that is known."""
    kind = value.get("type")
    if not isinstance(kind, str):
        return models
    named = tuple(model for model in models if tag(model) == kind)
    return named or models or tagged().get(kind, ())


def _sounds_secret(key: str) -> bool:
    return bool(_telling.search(key) or get_close_matches(key.lower(), _declared, n=1, cutoff=0.75))


def _numbers(items: list[Any]) -> list[int | None]:
    """The number of each item, None where it has none or shares it with another."""
    numbers = [_number(item) for item in items]
    times = Counter(numbers)
    return [number if times[number] == 1 else None for number in numbers]


def _numbered(items: list[Any]) -> dict[int | None, Any]:
    """The items that have a number of their own."""
    return {number: item for number, item in zip(_numbers(items), items, strict=True) if number is not None}


def _number(item: Any) -> int | None:
    number = item.get("number") if isinstance(item, dict) else None
    return number if isinstance(number, int) and not isinstance(number, bool) else None
