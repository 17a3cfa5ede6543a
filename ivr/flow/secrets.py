"""Secrets in flow documents, as stored: JSON in which a secret is `{"sealed": "…"}`, or `{"set": true}` in exports."""

from typing import Any


def keep_secrets(new: Any, old: Any) -> Any:
    """The new document, its `{"set": true}` places filled from the same places of an older one.

    Blocks are matched by their number, everything else by name or position.
    """
    if new == {"set": True}:
        return old if isinstance(old, dict) and set(old) == {"sealed"} else new
    if isinstance(new, dict):
        before = old if isinstance(old, dict) else {}
        return {key: keep_secrets(value, before.get(key)) for key, value in new.items()}
    if isinstance(new, list):
        before = _keyed(old if isinstance(old, list) else [])
        return [keep_secrets(item, before.get(key)) for key, item in _keyed(new).items()]
    return new


def _keyed(items: list[Any]) -> dict[Any, Any]:
    """List items by block number where they have one, else by position."""
    numbered = [item.get("number") if isinstance(item, dict) else None for item in items]
    if all(number is not None for number in numbered) and len(set(numbered)) == len(items):
        return dict(zip(numbered, items, strict=True))
    return dict(enumerate(items))
