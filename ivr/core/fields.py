"""Types of fields that authors fill in."""

import re
from collections.abc import Callable
from typing import Annotated, Any

from msgspec import Struct
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, SerializationInfo, StringConstraints
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from ivr.core.letters import SPACED

DOTS = "•••"
SET = {"set": True}
"""A secret for people: it only says that there is one."""


def ui(**hints: Any) -> Callable[[dict[str, Any]], None]:
    """How the board shows a field, for `Field(json_schema_extra=ui(…))`.

    `group` is the heading it stands under; `advanced=True` folds it away; `widget`, `unit`, `placeholder` and
    `half=True` (beside its neighbour) say how it looks; `parts=True` counts the parts of a text message;
    `when={"method": ["POST"]}` shows it only then.
    """

    def extend(schema: dict[str, Any]) -> None:
        schema["x-ui"] = {**schema.get("x-ui", {}), **hints}

    return extend


_named_secret = re.compile(r"\$(?:SECRET\.(\w+)|\{SECRET\.(\w+)\})", re.ASCII)

VariableName = Annotated[str, StringConstraints(pattern=f"^[A-Za-z_{SPACED}][A-Za-z0-9_{SPACED}]*$", max_length=64)]
"""A variable as its author names it, without the dollar sign: letters of any script that writes blanks between words,
so that a name ends where the text goes on."""


class Secret(Struct, frozen=True):
    """A value that must not be seen. It prints as dots.

    `text` is what the author typed until the flow is stored; from then on it is None and `sealed` holds the
    encrypted form, which only the vault opens, at the one place it belongs to: `at` is flow, block and field, such as
    `appointments/3/authentication.password`, and `origins` are those that it was typed for. It is sent to the first of
    them, and what it is exchanged for to the last. `name` is a named secret's, written `$SECRET.name`. All None: there
    is a secret, but it is not here (an export).
    """

    sealed: str | None = None
    text: str | None = None
    name: str | None = None
    at: str = ""
    origins: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return DOTS

    __str__ = __repr__

    @property
    def missing(self) -> bool:
        return self.sealed is None and self.text is None and self.name is None

    @classmethod
    def read(cls, raw: Any) -> "Secret":
        """From a flow file: plain text, `$SECRET.name`, `{"set": true}`, or sealed as `write` does. Raises ValueError.

        What is sealed without a place and origins, as older versions did, opens nowhere.
        """
        if isinstance(raw, Secret):
            return raw
        if isinstance(raw, str):
            named = _named_secret.fullmatch(raw.strip())
            return cls(name=named[1] or named[2]) if named else cls(text=raw)
        if is_sealed(raw):
            return cls(sealed=raw["sealed"], at=raw.get("at", ""), origins=tuple(raw.get("origins", ())))
        if is_set(raw):
            return cls()
        raise ValueError("must be text")

    def write(self, info: SerializationInfo) -> dict[str, Any] | str:
        """With `{"whole": True}` as context: all of it, to be sealed and stored. Else: only that it is set."""
        if self.name is not None:
            return f"$SECRET.{self.name}"
        if not (info.context or {}).get("whole") or self.missing:
            return SET
        if self.text is not None:
            return self.text
        return {"sealed": self.sealed, "at": self.at, "origins": list(self.origins)}

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls.read, serialization=core_schema.plain_serializer_function_ser_schema(cls.write, info_arg=True)
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "string", "x-ui": {"widget": "secret"}}


def is_set(value: Any) -> bool:
    """Whether a value in a document says that a secret is set, and perhaps what it was typed for."""
    return isinstance(value, dict) and value.get("set") is True and value.keys() <= {"set", "origin", "lost"}


def is_sealed(value: Any) -> bool:
    """Whether a value in a document is a sealed secret."""
    return (
        isinstance(value, dict)
        and isinstance(value.get("sealed"), str)
        and value.keys() <= {"sealed", "at", "origins"}
        and isinstance(value.get("at", ""), str)
        and _are_texts(value.get("origins", []))
    )


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)
