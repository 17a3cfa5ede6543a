"""What every action tells of itself."""

from typing import Any

import pytest

from ivr.core.action import Action
from ivr.core.template import Template
from ivr.described import descriptions
from ivr.registry import ACTIONS

actions = pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.__name__)


@actions
def test_a_card_names_everything(action: type[Action[Any]]) -> None:
    card = action.card
    assert all((card.title, card.group, card.icon, card.prefix[0].isupper(), action.__doc__))
    assert all(port.id and port.label for port in card.ports)
    assert all(sets.name and sets.help for sets in card.sets)
    assert len({port.id for port in card.ports}) == len(card.ports)
    assert len({sets.name for sets in card.sets}) == len(card.sets)


@actions
def test_every_field_says_what_it_is(action: type[Action[Any]]) -> None:
    assert action.model_fields.keys() - descriptions(action).keys() <= {"type"}


def test_prefixes_and_titles_are_different() -> None:
    assert len({action.card.prefix for action in ACTIONS}) == len(ACTIONS)
    assert len({action.card.title for action in ACTIONS}) == len(ACTIONS)


def test_references_and_secrets_are_found_wherever_they_are() -> None:
    (call,) = [action for action in ACTIONS if action.__name__ == "ExternalWebCall"]
    filled = call.model_validate(
        {
            "url": "http://api.test/$a",
            "headers": [{"name": "X", "value": "no reference"}, {"name": "Y", "value": "$b"}],
            "authentication": {"type": "basic", "user": "$c", "password": "$d"},
            "body": "$e",
        }
    )
    assert [(path, str(*template.references)) for path, template in filled.templates] == [
        ("url", "a"),
        ("headers[1].value", "b"),
        ("authentication.user", "c"),
        ("body", "e"),
    ]
    assert [path for path, _ in filled.secrets()] == ["authentication.password"]
    assert dict(filled.templates)["url"] == Template("http://api.test/$a")
