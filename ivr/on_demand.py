"""Names of a package that are imported when they are first asked for, so that importing the package costs nothing."""

import importlib
import sys
from collections.abc import Callable, Mapping
from typing import Any


def on_demand(package: str, sources: Mapping[str, str]) -> Callable[[str], Any]:
    """A module's `__getattr__`: `sources` says in which module each name is. What was asked for once stays there."""

    def found(name: str) -> Any:
        if name not in sources:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(importlib.import_module(sources[name]), name)
        setattr(sys.modules[package], name, value)
        return value

    return found
