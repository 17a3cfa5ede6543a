"""What may stand where in a flow document, by the models that read it."""

from collections.abc import Iterator
from functools import cache
from typing import Any, get_args, get_origin

from msgspec import Struct
from pydantic import BaseModel

from ivr.core.fields import Secret
from ivr.flow.model import Flow

Models = tuple[type[BaseModel], ...]


class Place(Struct, frozen=True):
    """What a field takes: a secret; or one of some models, or a list of them; or an object with any `keys`."""

    secret: bool
    models: Models
    keys: bool


def tag(model: type[BaseModel]) -> str:
    """What distinguishes one of several models from the others: its `type`, or nothing."""
    kind = model.model_fields.get("type")
    found = get_args(kind.annotation) if kind else ()
    return str(found[0]) if found else ""


def models_in(annotation: Any) -> Models:
    """The models that a field of this type holds, or holds a list of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return (annotation,)
    return tuple(model for inner in get_args(annotation) for model in models_in(inner))


@cache
def places(model: type[BaseModel]) -> dict[str, Place]:
    """The fields of a model."""
    return {
        name: Place(_is_secret(field.annotation), models_in(field.annotation), get_origin(field.annotation) is dict)
        for name, field in model.model_fields.items()
    }


@cache
def has_secret(model: type[BaseModel]) -> bool:
    """Whether one of its own fields is a secret."""
    return any(place.secret for place in places(model).values())


@cache
def tagged() -> dict[str, Models]:
    """Every model there is in a flow that says its type, by that type."""
    found: dict[str, Models] = {}
    for model in dict.fromkeys(_below(Flow)):
        if tag(model):
            found[tag(model)] = (*found.get(tag(model), ()), model)
    return found


@cache
def _defaults(model: type[BaseModel]) -> dict[str, Any]:
    """The fields that have a default, as JSON."""
    return model.model_construct().model_dump(mode="json")


def filled(value: Any, models: Models) -> Any:
    """A value where one of these models is expected, its defaults filled in wherever it is clear which model it is."""
    if isinstance(value, list):
        return [filled(item, models) for item in value]
    if not isinstance(value, dict):
        return value
    chosen = [model for model in models if tag(model) == value.get("type", "")]
    if len(chosen) != 1:
        return value
    fields = places(chosen[0])
    whole = {**_defaults(chosen[0]), **value}
    return {key: filled(inner, fields[key].models) if key in fields else inner for key, inner in whole.items()}


def _below(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    yield model
    for place in places(model).values():
        for inner in place.models:
            yield from _below(inner)


def _is_secret(annotation: Any) -> bool:
    return annotation is Secret or any(_is_secret(inner) for inner in get_args(annotation))
