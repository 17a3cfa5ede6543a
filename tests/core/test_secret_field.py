"""Secrets print as dots, and are written sealed or not at all."""

import json
from typing import Any

import msgspec
import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from ivr.core.fields import DOTS, Secret, VariableName

WORD = "correct horse"
BOUND = Secret(sealed="abc", at="a/3/token", origins=("https://api.example.com",))


class Holder(BaseModel):
    secret: Secret


def written(secret: Secret, **context: Any) -> Any:
    return json.loads(Holder.model_validate({"secret": secret}).model_dump_json(context=context))["secret"]


@pytest.mark.parametrize(
    ("raw", "secret"),
    [
        (WORD, Secret(text=WORD)),
        ("", Secret(text="")),
        ({"sealed": "abc"}, Secret(sealed="abc")),
        ({"sealed": "abc", "at": "a/3/token", "origins": ["https://api.example.com"]}, BOUND),
        ({"set": True}, Secret()),
        ({"set": True, "origin": "https://api.example.com", "lost": True}, Secret()),
        ("$SECRET.crm", Secret(name="crm")),
        (" ${SECRET.crm_2}\n", Secret(name="crm_2")),
        ("$SECRET.crm.x", Secret(text="$SECRET.crm.x")),
        ("$SECRET.é", Secret(text="$SECRET.é")),
        ("x$SECRET.crm", Secret(text="x$SECRET.crm")),
        ("${SECRET.crm", Secret(text="${SECRET.crm")),
        ("$SECRET.", Secret(text="$SECRET.")),
    ],
)
def test_how_flow_files_say_it(raw: Any, secret: Secret) -> None:
    assert Holder.model_validate({"secret": raw}).secret == secret


@pytest.mark.parametrize(
    "raw",
    [
        None,
        5,
        True,
        [],
        {},
        {"set": False},
        {"sealed": 5},
        {"sealed": "a", "text": "b"},
        {"sealed": "a", "origins": "b"},
    ],
)
def test_what_is_no_secret(raw: Any) -> None:
    with pytest.raises(ValidationError, match="must be text"):
        Holder.model_validate({"secret": raw})


@pytest.mark.parametrize(
    ("secret", "exported", "kept"),
    [
        (Secret(text=WORD), {"set": True}, WORD),
        (Secret(text=""), {"set": True}, ""),
        (BOUND, {"set": True}, {"sealed": "abc", "at": "a/3/token", "origins": ["https://api.example.com"]}),
        (Secret(), {"set": True}, {"set": True}),
        (Secret(name="crm"), "$SECRET.crm", "$SECRET.crm"),
    ],
)
def test_how_it_is_written(secret: Secret, exported: Any, kept: Any) -> None:
    assert written(secret) == exported
    assert written(secret, whole=True) == kept


@pytest.mark.parametrize("secret", [Secret(text=WORD), Secret(sealed=WORD), Secret(name=WORD), Secret()])
def test_it_prints_as_dots(secret: Secret) -> None:
    assert f"{secret} {secret!r} {[secret]}" == f"{DOTS} {DOTS} [{DOTS}]"


@pytest.mark.parametrize(
    ("secret", "missing"),
    [(Secret(text=""), False), (Secret(sealed="a"), False), (Secret(name="crm"), False), (Secret(), True)],
)
def test_whether_there_is_one(secret: Secret, missing: bool) -> None:
    assert secret.missing is missing


def test_jobs_on_their_way_hold_it_sealed() -> None:
    sealed = Secret(sealed="abc")
    assert msgspec.json.decode(msgspec.json.encode(sealed), type=Secret) == sealed


@pytest.mark.parametrize("name", ["a", "_", "AppointmentDate", "a1_b", "x" * 64])
def test_names_of_variables(name: str) -> None:
    assert TypeAdapter(VariableName).validate_python(name) == name


@pytest.mark.parametrize("name", ["", "1a", "a b", "a.b", "$a", "a-b", "a\n", "x" * 65])
def test_what_is_no_name_of_a_variable(name: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(VariableName).validate_python(name)
