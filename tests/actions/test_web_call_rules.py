"""An External Web Call's header lines, what counts as a success, and when it is sent."""

from typing import Any

import pytest

from ivr.actions.external_web_call import ExternalWebCall
from ivr.actions.parts.web_call import REFUSED_HEADERS
from ivr.core.action import Wait
from ivr.core.template import Template
from ivr.core.values import Value
from tests.actions.made import found, left, sent, visit


def told(**fields: Any) -> list[tuple[str, str]]:
    """What is found, but for the wires."""
    return [each for each in found(**fields) if not each[1].startswith("exits.")]


TOO_LATE = ("soft_limit_too_late", "action.soft_limit")


class TestHeaders:
    @pytest.mark.parametrize("name", sorted(REFUSED_HEADERS))
    def test_those_of_the_connection_are_refused(self, name: str) -> None:
        for written in (name, name.title(), name.upper()):
            headers = [{"name": "X-Fine", "value": "1"}, {"name": written, "value": "1"}]
            assert found(headers=headers) == [("value_error", "action.headers[1].name")]

    def test_which_ones_those_are(self) -> None:
        hop_by_hop = {
            "connection",
            "keep-alive",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "proxy-authorization",
        }
        assert {"host", "content-length"} | hop_by_hop <= REFUSED_HEADERS

    @pytest.mark.parametrize("name", ["", "X Y", "X:", "X\r\n", "é", "x" * 129])
    def test_what_is_no_name(self, name: str) -> None:
        ((code, path),) = found(headers=[{"name": name, "value": ""}])
        assert code in {"string_pattern_mismatch", "string_too_long"}
        assert path == "action.headers[0].name"

    def test_fifty_are_enough(self) -> None:
        headers = [{"name": f"X-{number}", "value": "$ANI"} for number in range(50)]
        assert found(headers=headers) == []
        assert len(sent(headers=headers).headers) == 50
        assert found(headers=[*headers, headers[0]]) == [("too_long", "action.headers")]

    def test_a_name_may_come_twice(self) -> None:
        headers = [{"name": "X-A", "value": "1"}, {"name": "x-a", "value": "2"}]
        assert sent(headers=headers).headers == (("X-A", "1"), ("x-a", "2"))


class TestSuccess:
    @pytest.mark.parametrize(
        ("rule", "good", "bad"),
        [
            ("2xx", [200, 204, 299], [100, 199, 300, 304, 404, 500]),
            ("any", [100, 200, 302, 404, 500, 599], []),
            ("404", [404], [200, 403, 405]),
            ("200-204,404 , 500-599", [200, 202, 204, 404, 500, 599], [205, 299, 403, 405, 499]),
        ],
    )
    def test_rules(self, rule: str, good: list[int], bad: list[int]) -> None:
        ports = {status: left({"status": status}, success=rule).port for status in (*good, *bad)}
        assert ports == {**dict.fromkeys(good, "success"), **dict.fromkeys(bad, "failure")}

    @pytest.mark.parametrize(
        "rule", ["", "ok", "3xx", "20", "2000", "200-", "-200", "200,", "200;404", "2XX", "any,404", "500-200"]
    )
    def test_what_is_no_rule(self, rule: str) -> None:
        assert found(success=rule) == [("value_error", "action.success")]

    def test_required_variables_are_all_named(self) -> None:
        variables = [{"name": name, "query": name.lower(), "required": name != "C"} for name in ("A", "B", "C", "D")]
        outcome = left({"value": {"b": None, "d": 0}}, response_variables=variables)
        assert (outcome.port, outcome.set["cause"]) == ("failure", "missing")
        assert outcome.set["error"].endswith(": A, B.")

    @pytest.mark.parametrize("value", [None, [], {}, "text", 5])
    def test_a_default_stands_in(self, value: Value) -> None:
        variables = [{"name": "Date", "query": "date", "default": "soon"}, {"name": "Room", "query": "room"}]
        outcome = left({"value": value}, response_variables=variables)
        assert (outcome.port, outcome.share) == ("success", {"Date": "soon"})
        assert outcome.set["Date"] == "soon"

    @pytest.mark.parametrize("cause", ["timeout", "too_large", "unreadable", "status", "blocked", "cancelled"])
    def test_whatever_was_answered_is_set_though_it_failed(self, cause: str) -> None:
        answered = left({"cause": cause, "status": 200, "body": "half", "error": "Oh.", "milliseconds": 7})
        assert answered.port == "failure"
        assert (
            answered.set | {"cause": cause, "statuscode": 200, "responsebody": "half", "error": "Oh."} == answered.set
        )
        assert (answered.set["duration"], answered.set["attempts"]) == (7, 0)
        silent = left({"cause": cause, "status": None, "error": "Oh."})
        assert not {"statuscode", "responsebody", "response", "headers"} & set(silent.set)

    def test_headers_have_names_that_can_be_referred_to(self) -> None:
        lines = (("content-type", "text/plain"), ("x-rate.limit", "5"), ("set-cookie", "a"), ("set-cookie", "b"))
        headers = left({"headers": lines}).set["headers"]
        assert headers == {"content_type": "text/plain", "x_rate_limit": "5", "set_cookie": "a, b"}
        assert all(
            Template(f"$EXTCALL_3.headers.{name}").references == (f"EXTCALL_3.headers.{name}",) for name in headers
        )

    @pytest.mark.parametrize(
        "name", ["responsebody", "statuscode", "response", "headers", "cause", "error", "attempts"]
    )
    def test_names_of_its_own_are_taken(self, name: str) -> None:
        variables = [{"name": name, "query": "x"}]
        assert found(response_variables=variables) == [("value_error", "action.response_variables[0].name")]


class TestSending:
    def test_a_key_is_the_same_for_one_visit_and_another_for_the_next(self) -> None:
        keys = [sent(visit(turn, call), idempotency_key=True).idempotency_key for turn in (1, 2) for call in ("A", "B")]
        assert sent(visit(1, "A"), idempotency_key=True).idempotency_key == keys[0]
        assert len(set(keys)) == 4
        assert sent().idempotency_key == ""

    @pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "PUT", "DELETE", "HEAD", "OPTIONS"])
    def test_what_may_be_repeated(self, method: str) -> None:
        assert sent(method=method).repeatable is (method not in {"POST", "PATCH"})
        assert sent(method=method, idempotency_key=True).repeatable

    @pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "PUT", "DELETE", "HEAD", "OPTIONS"])
    def test_who_hangs_up_cancels_a_get_unless_told_otherwise(self, method: str) -> None:
        assert sent(method=method).finish is (method != "GET")
        assert sent(method=method, when_caller_hangs_up="finish").finish
        assert not sent(method=method, when_caller_hangs_up="cancel").finish

    @pytest.mark.parametrize(
        ("field", "least", "most"),
        [
            ("timeout", 1, 200),
            ("connect_timeout", 1, 60),
            ("retries", 0, 5),
            ("retry_pause", 0.1, 30),
            ("max_bytes", 1, 10_485_760),
            ("hold_delay", 0, 10),
            ("minimum_play", 0, 30),
        ],
    )
    def test_limits(self, field: str, least: float, most: float) -> None:
        for fine in (least, most):
            assert [each for each in found(**{field: fine}) if each[0] != "hold_too_late"] == []
        for wrong in (least - 1, most + 1, None, "many"):
            assert [path for _, path in found(**{field: wrong})] == [f"action.{field}"]

    def test_hold_audio_that_would_never_start_is_warned_of(self) -> None:
        late = {"timeout": 5, "hold_delay": 5}
        assert found(**late, play_hold_music=True) == [("hold_too_late", "action.hold_delay")]
        assert found(**late) == found(timeout=6, hold_delay=5, play_hold_music=True) == []

    @pytest.mark.parametrize(
        ("fields", "problems"),
        [
            ({"soft_limit": 9}, []),
            ({"soft_limit": 10}, [TOO_LATE]),
            ({"soft_limit": 60, "later": {"type": "poll", "within": 61}}, []),
            (
                {"soft_limit": 60, "later": {"type": "callback", "within": 60}},
                [TOO_LATE],
            ),
            ({"soft_limit": 9, "soft_limit_line": " "}, [("no_soft_limit_line", "action.soft_limit_line")]),
            ({"soft_limit": 9, "while_waiting": []}, [("offers_nothing", "action.soft_limit")]),
            ({}, [("no_soft_limit", "action.while_waiting[0].late"), ("never_said", "action.soft_limit_line")]),
            ({"soft_limit": 0}, [("greater_than_equal", "action.soft_limit")]),
            ({"soft_limit": 901}, [("less_than_equal", "action.soft_limit")]),
            ({"soft_limit": 60, "start": "go on", "while_waiting": []}, []),
        ],
    )
    def test_what_is_wrong_with_a_soft_limit(self, fields: dict[str, Any], problems: list[tuple[str, str]]) -> None:
        late = {
            "soft_limit_line": "Press 1.",
            "while_waiting": [{"key": "1", "label": "Away", "late": True}],
            **fields,
            "play_hold_music": True,
        }
        assert told(**late) == problems

    def test_keys_count_from_the_start_where_nothing_is_said_that_offers_them(self) -> None:
        late = {"soft_limit": 5, "while_waiting": [{"key": "1", "label": "Away", "late": True}]}
        for words, at_once in (("Press 1.", ""), ("$nothing", "1")):
            action = ExternalWebCall.model_validate({"url": "https://api.test/", **late, "soft_limit_line": words})
            outcome = action.enter(visit())
            assert isinstance(outcome, Wait)
            assert outcome.hold.keys == at_once

    def test_words_that_choose_two_keys_are_a_mistake(self) -> None:
        rows = [{"key": "1", "label": "Text me", "words": ["SMS"]}, {"key": "2", "label": "Sms", "words": ["a text"]}]
        assert told(while_waiting=rows) == [("words_twice", "action.while_waiting[1].words")]
        rows[1]["words"] = []
        assert told(while_waiting=rows) == []
