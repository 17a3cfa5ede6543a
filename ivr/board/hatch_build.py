"""Build the board's page while the package is built, unless it is there and fresh."""

import os
import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class BoardHook(BuildHookInterface):  # type: ignore[type-arg]
    """IVR_BOARD=skip leaves the page out; IVR_BOARD=system-node takes node and npm from PATH."""

    def board(self) -> dict[str, Any]:
        """What build.py offers, without importing the package that is only now being built."""
        return runpy.run_path(str(Path(self.root, "ivr", "board", "build.py")))

    def wanted(self) -> bool:
        """Whether there is something to build."""
        return os.environ.get("IVR_BOARD") != "skip" and self.board()["state"]() != "fresh"

    def dependencies(self) -> list[str]:
        """Node, only when it is needed."""
        return [self.board()["NODE"]] if self.wanted() and os.environ.get("IVR_BOARD") != "system-node" else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the page before its files are collected."""
        if not self.wanted():
            return
        board = self.board()
        try:
            board["build"]()
        except board["BuildError"] as error:
            raise SystemExit(
                f"{error}\nThe board could not be built. IVR_BOARD=skip installs the server without it."
            ) from None
