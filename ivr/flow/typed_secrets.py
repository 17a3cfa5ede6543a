"""Secrets that are typed into flow documents.

As stored a document is JSON in which such a secret is `{"sealed": "…", "at": "…", "origins": […]}`: it opens only for
the block and field it was typed into, and only for the origin that the block's address had then. In exports it is
`{"set": true}`.
"""

import re
from collections import Counter
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any, Protocol

from msgspec import Struct

from ivr.core.fields import SET, Secret, is_sealed, is_set
from ivr.flow.binding import Keys, origins_at, place_at
from ivr.flow.model import Flow
from ivr.flow.shape import Models, has_secret, places, tag, tagged

_telling = re.compile(r"pass|secret|token|credential|api[-_]?key|authorization|sealed", re.IGNORECASE)
_declared = ("password", "client_secret", "token")


class Sealer(Protocol):
    """Seals secrets; only who seals them opens them."""

    def seal_text(self, clear: str, at: str, origins: tuple[str, ...]) -> str:
        """A text, sealed for one place and these origins."""
        ...

    def is_ours(self, secret: Secret) -> bool:
        """Whether this is a text that we sealed, for just the place and the origins that it names."""
        ...


def seal_secrets(document: Any, sealer: Sealer) -> Any:
    """The document with every secret in it sealed, whatever else is wrong with it.

    What a model declares a secret is one. Where a block, or what its authentication is made of, can't be told, every
    model that may stand there has its say; what none of them knows is a secret when its name sounds like one, or when
    it stands beside secrets. What comes sealed stays so where it belongs, and elsewhere is no more than set.
    """
    return _Sealing(sealer, document).within(document, (Flow,), ())


def keep_secrets(new: Any, old: Any) -> Any:
    """The new document, its `{"set": true}` places filled from the same places of an older one.

    Blocks are matched by their number, everything else by name or position. Of two blocks with one number none is
    matched: a secret must not go where it was never meant to. It stays bound to the origin that it was typed for,
    whatever address the new document has.
    """
    return _kept(new, new, old, ())


def hide_secrets(document: Any) -> Any:
    """The document for people: a secret only says that it is set."""
    return with_sealed(document, lambda sealed: SET)


def mark_secrets(document: Any) -> Any:
    """The document for its authors: a secret says that it is set, and whether it was typed for another origin than its
    block's address has now: then it is lost to it, until it is typed again."""
    return _marked(document, document, ())


def with_sealed(document: Any, write: Callable[[Secret], Any]) -> Any:
    """The document with something else in place of every sealed secret."""
    if is_sealed(document):
        return write(Secret.read(document))
    if isinstance(document, dict):
        return {key: with_sealed(value, write) for key, value in document.items()}
    if isinstance(document, list):
        return [with_sealed(item, write) for item in document]
    return document


def _marked(value: Any, document: Any, keys: Keys) -> Any:
    if is_sealed(value):
        origins = tuple(value.get("origins", ()))
        if origins and origins == origins_at(document, keys):
            return SET
        return {**SET, "origin": next(iter(origins), ""), "lost": True}
    if isinstance(value, dict):
        return {key: _marked(inner, document, (*keys, key)) for key, inner in value.items()}
    if isinstance(value, list):
        return [_marked(item, document, (*keys, index)) for index, item in enumerate(value)]
    return value


def _kept(new: Any, document: Any, old: Any, keys: Keys) -> Any:
    if is_set(new):
        return old if is_sealed(old) and old.get("at", "") in {"", place_at(document, keys)} else SET
    if isinstance(new, dict):
        before = old if isinstance(old, dict) else {}
        return {key: _kept(value, document, before.get(key), (*keys, key)) for key, value in new.items()}
    if isinstance(new, list):
        rows = old if isinstance(old, list) else []
        by_number = any(_number(item) is not None for item in (*new, *rows))
        known = _numbered(rows) if by_number else dict(enumerate(rows))
        names = _numbers(new) if by_number else [*range(len(new))]
        return [
            _kept(item, document, known.get(name) if name is not None else None, (*keys, index))
            for index, (item, name) in enumerate(zip(new, names, strict=True))
        ]
    return new


class _Sealing(Struct, frozen=True):
    sealer: Sealer
    document: Any

    def within(self, value: Any, models: Models, keys: Keys) -> Any:
        """A value where one of these models is expected, or a list of them; without models, where nothing is."""
        if isinstance(value, list):
            return [self.within(item, models, (*keys, index)) for index, item in enumerate(value)]
        if isinstance(value, dict):
            if (done := self.done(value, keys)) is not None:
                return done
            chosen = _chosen(value, models)
            return {key: self.at(key, inner, chosen, (*keys, key)) for key, inner in value.items()}
        return self.closed(value, keys) if any(map(has_secret, models)) else value

    def at(self, key: str, value: Any, models: Models, keys: Keys) -> Any:
        """What stands under a key of an object that may be one of these models."""
        found = [places(model)[key] for model in models if key in places(model)]
        if any(place.secret for place in found):
            return self.closed(value, keys)
        if not found and (_sounds_secret(key) or any(map(has_secret, models))) and key != "type":
            return self.closed(value, keys)
        if any(place.keys for place in found):
            return value
        return self.within(value, tuple(model for place in found for model in place.models), keys)

    def closed(self, value: Any, keys: Keys) -> Any:
        """A secret, sealed; one of the wrong shape keeps its shape, so that its author learns of it."""
        if isinstance(value, dict):
            if (done := self.done(value, keys)) is not None:
                return done
            return {key: self.closed(inner, (*keys, key)) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.closed(item, (*keys, index)) for index, item in enumerate(value)]
        if value is None or isinstance(value, bool):
            return value
        return value if Secret.read(str(value)).name else self.sealed(str(value), keys)

    def sealed(self, clear: str, keys: Keys) -> Any:
        at, origins = place_at(self.document, keys), origins_at(self.document, keys)
        return {"sealed": self.sealer.seal_text(clear, at, origins), "at": at, "origins": list(origins)}

    def done(self, value: dict[str, Any], keys: Keys) -> Any:
        """What becomes of what is no text to be sealed: a sealed secret, or one that only says that it is set. None for
        anything else."""
        if is_set(value):
            return SET
        if not is_sealed(value):
            return None
        secret = Secret.read(value)
        if not self.sealer.is_ours(secret):
            return None if "at" not in value else SET
        return value if secret.at in {"", place_at(self.document, keys)} else SET


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
