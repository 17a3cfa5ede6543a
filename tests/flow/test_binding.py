"""What a typed secret is bound to, by where it stands in a document, whatever else is wrong with that."""

from typing import Any, ClassVar, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.action import Action, Card, Leave, Outcome, Visit
from ivr.core.events import Fetched
from ivr.core.fields import Secret
from ivr.flow.binding import Keys, address_of, keys_of, origins_at, path_of, place_at

PASSWORD: Keys = ("blocks", 0, "action", "authentication", "password")


class Asks(Action[Fetched]):
    """Ask the one API there is."""

    card: ClassVar = Card("Asks", group="Data", icon="globe", prefix="ASKS")
    sends_to: ClassVar[str] = "https://api.acme.test/v1"
    type: Literal["acme_asks"] = "acme_asks"
    key: Secret
    """The key."""

    def enter(self, visit: Visit) -> Outcome:
        return Leave("")


def document(auth: Any, url: Any = "https://api.test/x") -> dict[str, Any]:
    action = {"type": "external_web_call", "url": url, "authentication": auth}
    return {"id": "line", "blocks": [{"number": 7, "action": action}]}


def test_it_is_bound_to_flow_block_and_field_and_to_the_origin_of_the_address() -> None:
    written = document({"type": "basic", "password": "x"})
    assert place_at(written, PASSWORD) == "line/7/authentication.password"
    assert origins_at(written, PASSWORD) == ("https://api.test",)


def test_what_is_exchanged_for_a_token_is_bound_to_two_origins() -> None:
    written = document({"token_url": "https://login.test/token", "client_secret": "x"})
    assert origins_at(written, (*PASSWORD[:-1], "client_secret")) == ("https://login.test", "https://api.test")


@pytest.mark.parametrize("url", ["$BASE/x", "https://$host/", None, 5, ["https://api.test"], "", "api.test"])
def test_an_address_that_is_not_written_out_is_no_origin(url: Any) -> None:
    assert origins_at(document({"password": "x"}, url), PASSWORD) == ("",)


def test_outside_of_blocks_it_is_bound_to_no_origin() -> None:
    assert place_at({"id": "line", "password": "x"}, ("password",)) == "line/0/password"
    assert origins_at({"id": "line", "password": "x"}, ("password",)) == ("",)


def test_a_block_without_an_address_says_where_it_sends_to() -> None:
    assert address_of({"type": "acme_asks", "key": "x"}, (Asks,)) == "https://api.acme.test/v1"
    assert address_of({"type": "acme_asks", "url": "https://other.test"}, (Asks,)) == "https://other.test"
    assert address_of({"type": "unknown"}, (Asks,)) == ""


@given(st.lists(st.from_regex(r"[a-z_]{1,5}", fullmatch=True) | st.integers(0, 99), min_size=1))
def test_a_path_leads_back_to_its_keys(keys: list[str | int]) -> None:
    assert keys_of(path_of(("a", *keys))) == ("a", *keys)
