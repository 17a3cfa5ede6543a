"""Templates filled from plain variables."""

from typing import Any

from ivr.core.resolving import resolve
from ivr.core.template import PLAIN, Place, Template, Unset
from ivr.core.values import Value


class Given(dict[str, Value]):
    """Variables."""

    def lookup(self, reference: str) -> Value | Unset:
        return resolve(self, reference)

    def spend(self, steps: int) -> None:
        pass


def filled(text: str, place: Place = PLAIN, /, **variables: Any) -> str:
    return Template(text).fill(Given(variables), place)
