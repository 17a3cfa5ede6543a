"""Types of fields that authors fill in."""

import re
from collections.abc import Callable
from typing import Annotated, Any

from msgspec import Struct
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, SerializationInfo, StringConstraints
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

DOTS = "•••"
Seal = Callable[[str], str]
"""Encrypts a text; only the vault can open what it returns."""


def ui(**hints: Any) -> Callable[[dict[str, Any]], None]:
    """How the board shows a field, for `Field(json_schema_extra=ui(…))`.

    `group` is the heading it stands under; `advanced=True` folds it away; `widget`, `unit`, `placeholder` and
    `half=True` (beside its neighbour) say how it looks; `when={"method": ["POST"]}` shows it only then.
    """

    def extend(schema: dict[str, Any]) -> None:
        schema["x-ui"] = {**schema.get("x-ui", {}), **hints}

    return extend


_named_secret = re.compile(r"\$(?:SECRET\.(\w+)|\{SECRET\.(\w+)\})", re.ASCII)

VariableName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", max_length=64)]
"""A variable as its author names it, without the dollar sign."""


class Secret(Struct, frozen=True):
    """A value that must not be seen. It prints as dots.

    `text` is what the author typed until the flow is stored; from then on it is None and `sealed` holds the
    encrypted form, which only the vault opens. `name` is a named secret's, written `$SECRET.name`. All None: there is
    a secret, but it is not here (an export).
    """

    sealed: str | None = None
    text: str | None = None
    name: str | None = None

    def __repr__(self) -> str:
        return DOTS

    __str__ = __repr__

    @property
    def missing(self) -> bool:
        return self.sealed is None and self.text is None and self.name is None

    @classmethod
    def read(cls, raw: Any) -> "Secret":
        """From a flow file: plain text, `$SECRET.name`, `{"sealed": "…"}` or `{"set": true}`. Raises ValueError."""
        if isinstance(raw, Secret):
            return raw
        if isinstance(raw, str):
            named = _named_secret.fullmatch(raw.strip())
            return cls(name=named[1] or named[2]) if named else cls(text=raw)
        if isinstance(raw, dict) and isinstance(raw.get("sealed"), str) and len(raw) == 1:
            return cls(sealed=raw["sealed"])
        if raw == {"set": True}:
            return cls()
        raise ValueError("must be text")

    def write(self, info: SerializationInfo) -> dict[str, Any] | str:
        """For storing, with `{"seal": function}` as context: sealed. For everybody else: only that it is set."""
        if self.name is not None:
            return f"$SECRET.{self.name}"
        seal: Seal | None = (info.context or {}).get("seal")
        if seal is None or self.missing:
            return {"set": True}
        return {"sealed": self.sealed if self.text is None else seal(self.text)}

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls.read, serialization=core_schema.plain_serializer_function_ser_schema(cls.write, info_arg=True)
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "string", "x-ui": {"widget": "secret"}}
