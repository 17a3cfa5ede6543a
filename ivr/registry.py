"""Every action there is: those that come with the server, and those of packages.

A package names its actions under the entry point `ivr.blocks`, each by its type: `acme_lookup = "acme_blocks:Lookup"`.
They are imported once, with this module, before the models of flows are made from them. So a new package comes in with
the next start. Packages are trusted: their code runs with the rights of the server.

A package that can't be used is left out, and LEFT_OUT says why: flows without its blocks are served as ever, and a flow
with one of them gets a problem at that block.
"""

from collections.abc import Iterable
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Annotated, Any, Union

from msgspec import Struct
from pydantic import Field

from ivr.actions import BUILT_IN
from ivr.core.action import Action
from ivr.core.declared import faults, type_of

GROUP = "ivr.blocks"
"""The entry point of packages that bring actions."""


class LeftOut(Struct, frozen=True):
    """An action of a package that can't be used, by the name of its entry point, and why, in a sentence."""

    name: str
    package: str
    why: str

    def __str__(self) -> str:
        return f"The block “{self.name}” of the package “{self.package}” is left out: {self.why}"


class Registry(Struct, frozen=True):
    """The actions in the order of the menu, the package of each that one brings, by type, and what was left out."""

    actions: tuple[type[Action[Any]], ...]
    packages: dict[str, str] = {}
    left_out: tuple[LeftOut, ...] = ()


def collect(entries: Iterable[EntryPoint]) -> Registry:
    """The built-in actions, and behind them those of packages in the order of their names. Never raises."""
    actions = {type_of(action): action for action in BUILT_IN}
    packages: dict[str, str] = {}
    left_out: list[LeftOut] = []
    for package, entry in sorted(((_package(entry), entry) for entry in entries), key=lambda each: (each[0], each[1])):
        action, why = _taken(entry.name, packages) if entry.name in actions else _loaded(entry)
        if why:
            left_out.append(LeftOut(entry.name, package, why))
        else:
            actions[entry.name] = action
            packages[entry.name] = package
    return Registry(tuple(actions.values()), packages, tuple(left_out))


def _package(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist is not None else "unknown"


def _taken(name: str, packages: dict[str, str]) -> tuple[Any, str]:
    owner = f"of the package “{packages[name]}”" if name in packages else "that comes with the server"
    return None, f"There is already an action “{name}” {owner}."


def _loaded(entry: EntryPoint) -> tuple[Any, str]:
    """What an entry point names, and what is wrong with it."""
    try:
        action = entry.load()
        found = [*faults(action)]
        if not found and type_of(action) != entry.name:
            found = [f"The entry point is called “{entry.name}”, and the type of its action “{type_of(action)}”."]
    except (Exception, SystemExit) as error:
        return None, f"{entry.value} can't be imported: {type(error).__name__}: {error}"
    return action, " ".join(found)


_found = collect(entry_points(group=GROUP))
ACTIONS = _found.actions
"""Every action, in the order of the menu."""
PACKAGES = _found.packages
"""The package of each action that is not built in, by the action's type."""
LEFT_OUT = _found.left_out
"""The actions of packages that can't be used."""

if TYPE_CHECKING:
    AnyAction = Action[Any]
else:
    AnyAction = Annotated[Union[ACTIONS], Field(discriminator="type")]  # noqa: UP007 - made when the server starts
