"""Secrets are found and sealed in whatever an author saves; the store's tests try it on documents with mistakes."""

import copy
import json
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from ivr.core.fields import Secret
from ivr.flow.typed_secrets import hide_secrets, keep_secrets, seal_secrets
from tests.core.any_value import json_values

WORD = "correct-horse"


class Seals:
    """Seals by the length of a text, its place and its origins."""

    def seal_text(self, clear: str, at: str, origins: tuple[str, ...]) -> str:
        return f"token-{len(clear)} {at} {origins}"

    def is_ours(self, secret: Secret) -> bool:
        return str(secret.sealed).startswith("token-") and str(secret.sealed).endswith(f" {secret.at} {secret.origins}")


def sealed(document: Any) -> Any:
    return seal_secrets(document, Seals())


def holding(auth: Any, kind: Any) -> dict[str, Any]:
    return {"id": "a", "blocks": [{"number": 1, "action": {"type": kind, "authentication": auth}}]}


auths = st.fixed_dictionaries(
    {"type": st.sampled_from(["basic", "bearer", "api_key", "oauth2", "other"]) | json_values},
    optional={"user": json_values, "name": json_values, "scope": json_values},
)
secret_fields = st.sampled_from(["password", "token", "client_secret", "Password", "passwort", "api_key"])
kinds = st.just("external_web_call") | st.text(max_size=5)


@given(auths, secret_fields, kinds)
def test_what_is_called_a_secret_is_sealed_whatever_stands_around_it(auth: Any, field: str, kind: Any) -> None:
    document = holding({**auth, field: WORD}, kind)
    before = copy.deepcopy(document)
    made = sealed(document)
    assert made["blocks"][0]["action"]["authentication"][field] == {
        "sealed": f"token-{len(WORD)} a/1/authentication.{field} ('',)",
        "at": f"a/1/authentication.{field}",
        "origins": [""],
    }
    assert document == before


@given(json_values)
@example({"sealed": "typed by somebody"})
@example(holding([WORD, {"password": 7}, {"set": True}], "external_web_call"))
def test_what_is_sealed_stays_as_it_is(document: Any) -> None:
    once = sealed(document)
    assert sealed(once) == once
    shown = hide_secrets(once)
    assert keep_secrets(shown, once) == once
    assert json.dumps(shown, default=str).count('"sealed": "') == 0


@given(st.lists(st.integers(1, 3), max_size=4), st.lists(st.integers(1, 3), max_size=4))
def test_a_secret_never_comes_to_a_block_of_another_number(new: list[int], old: list[int]) -> None:
    def drawn(numbers: list[int], **secret: Any) -> dict[str, Any]:
        return {"blocks": [{"number": number, "password": {**secret}} for number in numbers]}

    before = {"blocks": [{"number": number, "password": {"sealed": f"of {number}"}} for number in old]}
    for block in keep_secrets(drawn(new, set=True), before)["blocks"]:
        unmistakable = new.count(block["number"]) == old.count(block["number"]) == 1
        assert block["password"] == ({"sealed": f"of {block['number']}"} if unmistakable else {"set": True})


def test_a_block_without_a_number_gets_nobodys_secret() -> None:
    before = {"blocks": [{"number": 1, "password": {"sealed": "of 1"}}, {"number": 2, "password": {"sealed": "of 2"}}]}
    new = {"blocks": [{"password": {"set": True}}, {"number": 2, "password": {"set": True}}]}
    assert keep_secrets(new, before) == {
        "blocks": [{"password": {"set": True}}, {"number": 2, "password": {"sealed": "of 2"}}]
    }
