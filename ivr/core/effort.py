"""How much a turn may do, counted and not timed, so that the same turn always comes to the same end.

A step takes a quarter of a microsecond or less: a character that is read as JSON or spelled out, eight that are copied,
a quarter of an item that is compared. It is spent where the work is done, by its size: lists and texts are as large as
an API or an author likes.
"""

from ivr.core.values import Value, to_text

ITEM = 4
"""Steps that one more item takes, or one more value."""
SHORT = 64
"""Characters and items of a value that finding it is enough effort for."""
MOST_ITEMS = 50_000
"""Items of lists that a value is looked for among; an API may send any number of them, and each may be large."""


class TooMuch(Exception):
    """A turn, or what it keeps, is more than a call may have: the call ends, with this code and sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class TooMuchEffort(TooMuch):
    """The steps are spent."""

    def __init__(self) -> None:
        super().__init__("too_much_work", "The call had more to do at once than it may, so it ends here.")


class Effort:
    """The steps that are `left`. `tentative`: once they are spent, the same is done again with more of them."""

    __slots__ = ("left", "tentative")

    def __init__(self, left: int, *, tentative: bool = False) -> None:
        self.left = left
        self.tentative = tentative

    def spend(self, steps: int) -> None:
        """Raises TooMuchEffort when there are not so many left."""
        self.left -= steps
        if self.left < 0:
            raise TooMuchEffort


class Boundless(Effort):
    """As many steps as it takes."""

    def __init__(self) -> None:
        super().__init__(0)

    def spend(self, steps: int) -> None:
        pass


BOUNDLESS = Boundless()


def copied(characters: int) -> int:
    """The steps that a text of so many characters takes, to be copied, escaped or searched."""
    return characters >> 3


def weight(value: object) -> int:
    """The steps that it takes to look through a value: its text, and the items of a list one by one."""
    if isinstance(value, str):
        return ITEM + copied(len(value))
    if isinstance(value, list | dict):
        return ITEM * (1 + min(len(value), MOST_ITEMS)) + copied(len(to_text(value)))
    return ITEM


def length(value: Value) -> int:
    """The characters of a value as it is kept: few where it is a number or a constant, which counts as none."""
    return len(value) if isinstance(value, str) else len(to_text(value)) if isinstance(value, list | dict) else 0
