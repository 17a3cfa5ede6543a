"""Secrets stay where they are when a flow is saved by somebody who has never seen them."""

from typing import Any

import msgspec
import pytest
from hypothesis import given

from ivr.flow.model import Flow
from ivr.flow.typed_secrets import keep_secrets
from tests.core.any_value import json_values
from tests.story.flows import asks, drawn, starts

WORD = "correct horse"
SET, ONE, TWO = {"set": True}, {"sealed": "one"}, {"sealed": "two"}


def flow(password: Any) -> Flow:
    return drawn(starts(), asks(authentication={"type": "basic", "user": "ada", "password": password}))


def blocks(**passwords: Any) -> dict[str, Any]:
    """A document whose blocks, numbered by the names of the arguments, have these passwords."""
    return {"blocks": [{"number": int(name[1:]), "password": password} for name, password in passwords.items()]}


def test_an_export_has_no_secret() -> None:
    for text in (flow(WORD).model_dump_json(), repr(flow(WORD)), str(flow(WORD)), f"{flow(WORD).model_dump()}"):
        assert WORD not in text


def test_what_is_stored_is_sealed() -> None:
    stored = Flow.model_validate_json(flow(WORD).model_dump_json(context={"whole": True}))
    assert WORD in stored.model_dump_json(context={"whole": True}), "what was typed, for the vault"
    closed = {"sealed": "esroh tcerroc", "at": "a/2/authentication.password", "origins": ["https://api.example.com"]}
    text = flow(closed).model_dump_json(context={"whole": True})
    assert msgspec.json.encode(closed).decode() in text


@pytest.mark.parametrize(
    ("new", "old", "kept"),
    [
        (blocks(_2=SET), blocks(_2=ONE), blocks(_2=ONE)),
        (blocks(_2=TWO), blocks(_2=ONE), blocks(_2=TWO)),
        (blocks(_2=SET), blocks(_3=ONE), blocks(_2=SET)),
        (blocks(_2=SET), {}, blocks(_2=SET)),
        (blocks(_2=SET), blocks(_2=SET), blocks(_2=SET)),
        (blocks(_2=SET), blocks(_2="not sealed"), blocks(_2=SET)),
        (blocks(_3=SET, _2=SET), blocks(_2=ONE, _3=TWO), blocks(_3=TWO, _2=ONE)),
        (blocks(_1=SET, _2=SET, _3=SET), blocks(_3=ONE), blocks(_1=SET, _2=SET, _3=ONE)),
        (blocks(_3=SET), blocks(_1=ONE, _2=ONE, _3=TWO), blocks(_3=TWO)),
        (blocks(), blocks(_1=ONE), blocks()),
        ({"a": [SET, SET]}, {"a": [ONE, TWO]}, {"a": [ONE, TWO]}),
        ({"a": [SET, SET]}, {"a": [ONE]}, {"a": [ONE, SET]}),
        ({"a": SET}, {"a": [ONE]}, {"a": SET}),
        ({"a": [SET]}, {"a": ONE}, {"a": [SET]}),
        (SET, ONE, ONE),
    ],
)
def test_secrets_are_kept_by_block_number(new: Any, old: Any, kept: Any) -> None:
    assert keep_secrets(new, old) == kept


def test_neither_document_is_changed() -> None:
    new, old = blocks(_2=SET), blocks(_2=ONE)
    keep_secrets(new, old)
    assert (new, old) == (blocks(_2=SET), blocks(_2=ONE))


@given(json_values, json_values)
def test_everything_else_stays_as_it_is(new: Any, old: Any) -> None:
    assert keep_secrets(new, old) == new
