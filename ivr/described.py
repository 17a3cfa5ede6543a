"""Models whose fields are described by the text beneath each. It is looked up where a schema is made of them, and not
at every start: finding it takes longer than all else that a model needs.
"""

import ast
import inspect
import sys
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Any

from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler
from pydantic_core import CoreSchema


class Described(BaseModel):
    """In a JSON schema every field has the text beneath it as its description, unless it has another."""

    model_config = ConfigDict(frozen=True)

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        made = handler(core_schema)
        fields = handler.resolve_ref_schema(made).get("properties", {})
        for name, text in descriptions(cls).items():
            for written in {name, cls.model_fields[name].alias} & fields.keys():
                fields[written].setdefault("description", text)
        return made


def descriptions(model: type[BaseModel]) -> dict[str, str]:
    """The text beneath each field, by the field's name; those of the model itself before those that it inherits.
    None where there is no source to read."""
    found: dict[str, str] = {}
    for kind in reversed(model.__mro__):
        if issubclass(kind, BaseModel) and kind is not BaseModel and kind.__module__ in sys.modules:
            found |= _of_module(kind.__module__).get(kind.__qualname__, {})
    return {name: text for name, text in found.items() if name in model.model_fields}


@cache
def _of_module(name: str) -> dict[str, dict[str, str]]:
    """By the qualified name of each class in a module."""
    try:
        source = inspect.getsource(sys.modules[name])
    except (OSError, TypeError):
        return {}
    return dict(_classes(ast.parse(source).body, ""))


def _classes(body: list[ast.stmt], within: str) -> Iterator[tuple[str, dict[str, str]]]:
    for statement in body:
        if isinstance(statement, ast.ClassDef):
            yield f"{within}{statement.name}", dict(_fields(statement.body))
            yield from _classes(statement.body, f"{within}{statement.name}.")
        elif isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _classes(statement.body, f"{within}{statement.name}.<locals>.")


def _fields(body: list[ast.stmt]) -> Iterator[tuple[str, str]]:
    """Each field with the text that follows it."""
    for field, text in pairwise(body):
        match field, text:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(words))):
                yield name, inspect.cleandoc(words)
