"""A group of commands that imports each when it is asked for, so that a command waits for nothing but its own parts."""

import gc
import importlib
from collections.abc import Mapping
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
        # What is imported stays: to look through it for garbage, again and again as it grows, finds none.
        gc.disable()
        try:
            found: click.Command = getattr(importlib.import_module(module), attribute)
        finally:
            gc.freeze()
            gc.enable()
        return found
