"""Keys of a telephone, and the way out that each brings."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from ivr.core.action import Port

Key = Literal["1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "*", "#"]
Words = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"\w")]
_port_ids = {"*": "key_star", "#": "key_pound"}


def port_of(key: str, label: str) -> Port:
    """The way out of whoever presses a key."""
    return Port(_port_ids.get(key, f"key_{key}"), f"{key} {label}")
