"""A group of commands that imports each when it is asked for, so that a command waits for nothing but its own parts."""

import gc
import importlib
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from typing import Any

import click


class LazyGroup(click.Group):
    """`sources` says where each command is, by its name, as “module:attribute”."""

    def __init__(self, *given: Any, sources: Mapping[str, str], **more: Any) -> None:
        super().__init__(*given, **more)
        self._sources = sources

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*self._sources, *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self._sources:
            return super().get_command(ctx, cmd_name)
        module, _, attribute = self._sources[cmd_name].partition(":")
        with nullcontext() if module in sys.modules else _without_collecting():
            found: click.Command = getattr(importlib.import_module(module), attribute)
        return found


@contextmanager
def _without_collecting() -> Iterator[None]:
    """What is imported stays: to look through it for garbage as it grows takes time and finds none."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if collects:
            gc.enable()
