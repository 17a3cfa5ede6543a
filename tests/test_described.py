"""The text beneath a field is its description, as pydantic itself would have it."""

from typing import Any, Generic, TypeVar

import pytest
from pydantic import BaseModel, ConfigDict, Field

from ivr.described import Described, descriptions

T = TypeVar("T")


class Fields:
    """The same fields for both."""

    class Ours(Described):
        first: int = 1
        """What comes
        first."""
        second: int = Field(default=2, description="Said in the field.")
        """Not taken."""
        as_: int = Field(default=3, alias="as")
        """With an alias."""
        silent: int = 4

        def _between(self) -> None: ...

        """Beneath no field."""

    class Theirs(BaseModel):
        model_config = ConfigDict(use_attribute_docstrings=True)

        first: int = 1
        """What comes
        first."""
        second: int = Field(default=2, description="Said in the field.")
        """Not taken."""
        as_: int = Field(default=3, alias="as")
        """With an alias."""
        silent: int = 4


class Parent(Described, Generic[T]):
    inherited: int = 0
    """From above."""
    changed: int = 0
    """Above."""


class Child(Parent[str]):
    changed: int = 1
    """Below."""
    within: list[Fields.Ours] = Field(default=[])
    """Others."""


@pytest.mark.parametrize("by_alias", [True, False])
def test_it_is_what_pydantic_would_find(by_alias: bool) -> None:
    ours, theirs = (kind.model_json_schema(by_alias=by_alias) for kind in (Fields.Ours, Fields.Theirs))
    assert {**ours, "title": ""} == {**theirs, "title": ""}


def test_what_is_inherited_is_described_too() -> None:
    assert descriptions(Child) == {"inherited": "From above.", "changed": "Below.", "within": "Others."}
    schema: Any = Child.model_json_schema()
    assert schema["$defs"]["Ours"]["properties"]["first"]["description"] == "What comes\nfirst."
    assert schema["properties"]["inherited"]["description"] == "From above."


def test_without_its_source_a_model_is_described_by_nothing() -> None:
    scope: dict[str, Any] = {"Described": Described, "__name__": "nowhere"}
    exec('class Made(Described):\n    one: int = 1\n    """Lost."""\n', scope)
    assert descriptions(scope["Made"]) == {}
    assert "description" not in scope["Made"].model_json_schema()["properties"]["one"]
