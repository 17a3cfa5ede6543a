"""An author's mistake, as data: what, where, and what to do about it."""

from typing import Literal

from msgspec import Struct

Level = Literal["error", "warning"]


class Problem(Struct, frozen=True, omit_defaults=True):
    """`block` is the block's number (0: the flow itself), `path` the field inside it, such as `action.url`. `fix` is
    the text that the field should have, where that is known."""

    code: str
    message: str
    block: int = 0
    path: str = ""
    hint: str = ""
    level: Level = "error"
    fix: str = ""

    def __str__(self) -> str:
        where = f"block {self.block}" if self.block else "flow"
        place = f"{where}, {self.path}" if self.path else where
        return f"{self.level}: {place}: {self.message}" + (f" {self.hint}" if self.hint else "")
