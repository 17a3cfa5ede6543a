"""The External Web Call's fields: what becomes of them, and which ones are refused, each at its place."""

import json
from typing import Any

import pytest

from ivr.actions import ExternalWebCall
from ivr.actions.web_call_parts import REFUSED_HEADERS
from ivr.core.action import Leave, Visit, Wait
from ivr.core.call import Call
from ivr.core.effects import ApiKey, Basic, Bearer, Fetch, OAuth2
from ivr.core.events import Fetched
from ivr.core.fields import Secret
from ivr.core.template import Template
from ivr.core.values import Value
from ivr.flow.read import read

BLOCK = 3
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
TYPED = "correct horse"


def visit(turn: int = 1, call: str = "CA1", **variables: Value) -> Visit:
    return Visit(Call(call, "a-flow", 1, block=BLOCK, turn=turn, variables=variables), BLOCK, at=0)


def made(**fields: Any) -> ExternalWebCall:
    return ExternalWebCall.model_validate({"url": "https://api.test/", **fields})


def sent(at: Visit | None = None, /, **fields: Any) -> Fetch:
    outcome = made(**fields).enter(at or visit())
    assert isinstance(outcome, Wait)
    assert isinstance(outcome.job, Fetch)
    return outcome.job


def left(reply: dict[str, Any], /, **fields: Any) -> Leave:
    outcome = made(**fields).resume(visit(), Fetched(at=0, token="1.3", **{"cause": "ok", "status": 200, **reply}))
    assert isinstance(outcome, Leave)
    return outcome


def found(**fields: Any) -> list[tuple[str, str]]:
    """Code and path of every problem there is with a flow whose web call has these fields; warnings of wires aside."""
    action = {"type": "external_web_call", "url": "https://api.test/", **fields}
    start = {"number": 1, "action": {"type": "inbound_call"}, "exits": {"next": BLOCK}}
    block = {"number": BLOCK, "action": action, "exits": {"success": 4, "failure": 4}}
    blocks = [start, block, {"number": 4, "action": {"type": "end_call"}}]
    _, problems = read(json.dumps({"id": "a-flow", "name": "A flow", "blocks": blocks}))
    assert all(problem.block == BLOCK for problem in problems), "every problem tells its block"
    return [(problem.code, problem.path) for problem in problems]


def basic(password: Any) -> dict[str, Any]:
    return {"type": "basic", "user": "ada", "password": password}


class TestAuthentication:
    @pytest.mark.parametrize(
        ("written", "secret"),
        [
            (TYPED, Secret(text=TYPED)),
            ("", Secret(text="")),
            ("$SECRET.crm", Secret(name="crm")),
            (" ${SECRET.crm}\n", Secret(name="crm")),
            ("$SECRET.crm and more", Secret(text="$SECRET.crm and more")),
            ("$ANI", Secret(text="$ANI")),
            ({"sealed": "abc"}, Secret(sealed="abc")),
            ({"set": True}, Secret()),
        ],
    )
    def test_secrets_are_still_closed_whatever_the_kind(self, written: Any, secret: Secret) -> None:
        assert sent(authentication=basic(written)).auth == Basic("ada", secret)
        assert sent(authentication={"type": "bearer", "token": written}).auth == Bearer(secret)
        key = {"type": "api_key", "name": "X-Key", "value": written}
        assert sent(authentication=key).auth == ApiKey("X-Key", secret)
        assert sent(authentication={**key, "place": "query"}).auth == ApiKey("X-Key", secret, "query")
        client = {"type": "oauth2", "token_url": "https://t.test/", "client_id": "ivr", "client_secret": written}
        assert sent(authentication=client).auth == OAuth2("https://t.test/", "ivr", secret)
        body = sent(authentication={**client, "send_as": "body", "scope": "a b", "audience": "c"}).auth
        assert body == OAuth2("https://t.test/", "ivr", secret, "a b", "c", in_body=True)

    def test_there_need_be_none(self) -> None:
        assert sent().auth is None

    def test_names_may_come_from_variables(self) -> None:
        at = visit(User='a:"b"\r\n', Tenant="x/../y?z", Id="ivr&1")
        assert sent(at, authentication={**basic("x"), "user": "$User"}).auth == Basic('a:"b"\r\n', Secret(text="x"))
        client = {"type": "oauth2", "token_url": "https://t.test/$Tenant", "client_id": "$Id", "client_secret": "x"}
        auth = sent(at, authentication=client).auth
        assert auth == OAuth2("https://t.test/x%2F..%2Fy%3Fz", "ivr&1", Secret(text="x"))

    @pytest.mark.parametrize(
        ("authentication", "code", "path"),
        [
            ({"user": "a", "password": "b"}, "union_tag_not_found", ""),
            ({"type": "digest"}, "union_tag_invalid", ""),
            ("Bearer x", "model_attributes_type", ""),
            ({"type": "basic", "user": "a"}, "missing", ".password"),
            ({"type": "bearer", "token": 5}, "value_error", ".token"),
            ({"type": "bearer", "tokn": "x", "token": "x"}, "extra_forbidden", ".tokn"),
            ({"type": "api_key", "name": "X:", "value": "x"}, "string_pattern_mismatch", ".name"),
            ({"type": "api_key", "name": "", "value": "x"}, "string_too_short", ".name"),
            ({"type": "api_key", "name": "X", "value": "x", "place": "body"}, "literal_error", ".place"),
            ({"type": "oauth2", "client_id": "a", "client_secret": "b"}, "missing", ".token_url"),
            (basic({"set": True}), "secret_missing", ".password"),
        ],
    )
    def test_what_is_wrong_is_told_where_it_is(self, authentication: Any, code: str, path: str) -> None:
        assert found(authentication=authentication) == [(code, f"action.authentication{path}")]

    def test_a_typed_secret_is_in_no_text_of_the_block(self) -> None:
        for authentication in (
            basic(TYPED),
            {"type": "bearer", "token": TYPED},
            {"type": "api_key", "name": "X", "value": TYPED},
            {"type": "oauth2", "token_url": "https://t.test/", "client_id": "a", "client_secret": TYPED},
        ):
            action = made(authentication=authentication)
            job = sent(authentication=authentication)
            for text in (
                repr(action),
                action.model_dump_json(),
                f"{action.model_dump()}",
                repr(job),
                repr(job.summary),
            ):
                assert TYPED not in text


class TestBodies:
    @pytest.mark.parametrize(
        ("content_type", "kind", "body"),
        [
            (None, "text", "<&\"$'> é+=&"),
            ("text/plain", "text", "<&\"$'> é+=&"),
            ("application/json", "json", "<&\\\"$'> é+=&"),
            ("application/json-patch+json", "json", "<&\\\"$'> é+=&"),
            ("application/xml", "xml", "&lt;&amp;&quot;$&apos;&gt; é+=&amp;"),
            ("text/xml", "xml", "&lt;&amp;&quot;$&apos;&gt; é+=&amp;"),
            (FORM, "form", "%3C%26%22%24%27%3E+%C3%A9%2B%3D%26"),
        ],
    )
    def test_each_content_type_has_its_kind_of_body(self, content_type: str | None, kind: str, body: str) -> None:
        job = sent(visit(x="<&\"$'> é+=&"), method="POST", content_type=content_type, body='"$x"')
        assert (job.body_kind, job.body) == (kind, f'"{body}"')
        assert dict(job.headers).get("Content-Type") == content_type

    def test_several_parts_have_no_body_yet_and_no_content_type(self) -> None:
        fields = [{"name": "a b", "value": "<$x>"}, {"name": "c", "value": ""}]
        job = sent(visit(x="1\r\n2"), method="POST", content_type=MULTIPART, form=fields)
        assert (job.body_kind, job.body, job.headers) == ("multipart", None, ())
        assert job.form == (("a b", "<1\r\n2>"), ("c", ""))

    def test_form_fields_are_encoded_names_and_values_alike(self) -> None:
        fields = [{"name": "a&b=", "value": "Tom & Jerry = $x"}, {"name": "é", "value": "$SECRET.key"}]
        job = sent(visit(x="1+1&2"), method="POST", content_type=FORM, form=fields)
        assert job.body == "a%26b%3D=Tom+%26+Jerry+%3D+1%2B1%262&%C3%A9=\ufdd0key\ufdd1"
        assert job.form == ()

    def test_fields_go_before_a_body(self) -> None:
        fields = [{"name": "a", "value": "1"}]
        assert sent(method="POST", content_type=FORM, form=fields, body="b=2").body == "a=1"

    def test_an_empty_body_is_none(self) -> None:
        assert sent(method="POST", content_type="application/json").body is None

    @pytest.mark.parametrize(
        "body",
        [
            '{"a": $x, "b": "$y"}',
            '{"a": "$x$y", "list": [$x, $y.z[0]]}',
            "$x",
            '"$x"',
            "[]",
            '{"price": "$$5"}',
            '{"key": $SECRET.key, "k": "<$SECRET.key>"}',
            "  \n5\n",
        ],
    )
    def test_bodies_that_are_json_once_filled(self, body: str) -> None:
        fields = {"method": "POST", "content_type": "application/json", "body": body}
        assert [each for each in found(**fields) if each[0] != "unknown_variable"] == []

    @pytest.mark.parametrize(
        "body",
        [
            "{",
            '{"a": }',
            '{"a": $x, }',
            "{a: $x}",
            "{'a': 1}",
            '{"a": "$x}',
            '{"a": $x$y}',
            '{"a": 1} $x',
            "hello $x",
            " ",
        ],
    )
    @pytest.mark.parametrize("content_type", ["application/json", "application/json-patch+json"])
    def test_bodies_that_never_are(self, body: str, content_type: str) -> None:
        assert ("body_not_json", "action.body") in found(method="POST", content_type=content_type, body=body)

    @pytest.mark.parametrize("body", ["<a b='$x'>$y</a>", "<?xml version='1.0'?>\n<a/>", "<a>$SECRET.key</a>", "<$x/>"])
    def test_bodies_that_are_xml_once_filled(self, body: str) -> None:
        fields = {"method": "POST", "content_type": "text/xml", "body": body}
        assert [each for each in found(**fields) if each[0] != "unknown_variable"] == []

    @pytest.mark.parametrize(
        "body", ["<a>", "$x", "<a b=$x/>", "<a/><b/>", "<a>&nbsp;</a>", "\n<?xml version='1.0'?><a/>"]
    )
    @pytest.mark.parametrize("content_type", ["application/xml", "text/xml"])
    def test_bodies_that_never_are_either(self, body: str, content_type: str) -> None:
        assert ("body_not_xml", "action.body") in found(method="POST", content_type=content_type, body=body)

    @pytest.mark.parametrize("content_type", [None, "text/plain", FORM])
    def test_other_bodies_are_whatever_their_author_likes(self, content_type: str | None) -> None:
        assert found(method="POST", content_type=content_type, body="{<a") == []

    @pytest.mark.parametrize("content_type", [None, "application/json", "text/plain"])
    def test_form_fields_need_a_form(self, content_type: str | None) -> None:
        fields = [{"name": "a", "value": "1"}]
        assert found(method="POST", content_type=content_type, form=fields) == [("form_unused", "action.form")]

    def test_several_parts_have_no_room_for_a_body(self) -> None:
        fields = [{"name": "a", "value": "1"}]
        unused = [("body_unused", "action.body")]
        assert found(method="POST", content_type=MULTIPART, form=fields, body="x") == unused


class TestAddress:
    @pytest.mark.parametrize(
        "url",
        [
            "https://ada@api.test/",
            "https://ada:x@api.test",
            "HTTP://$User:$Word@api.test/",
            " https://a:$SECRET.x@b.test",
        ],
    )
    def test_a_password_in_the_address_belongs_into_authentication(self, url: str) -> None:
        (problem,) = made(url=url).problems()
        assert (problem.code, problem.path, problem.level) == ("userinfo", "url", "error")
        assert "authentication" in problem.hint

    @pytest.mark.parametrize("url", ["", "api.test", "//api.test/", "ftp://api.test/", "file:///etc/passwd", "/$x"])
    def test_what_is_no_address(self, url: str) -> None:
        assert [(problem.code, problem.path) for problem in made(url=url).problems()] == [("no_address", "url")]

    @pytest.mark.parametrize(
        "url",
        [
            "https://api.test/a@b",
            "HTTPS://API.TEST",
            "http://api.test?mail=a@b.test",
            "$Base/x",
            "${Base}x",
            " https://a.test",
        ],
    )
    def test_what_is_one(self, url: str) -> None:
        assert list(made(url=url).problems()) == []


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
        assert (answered.set["duration"], answered.set["attempts"]) == (7, 1)
        silent = left({"cause": cause, "status": None, "error": "Oh."})
        assert not {"statuscode", "responsebody", "response", "headers"} & set(silent.set)

    def test_headers_have_names_that_can_be_referred_to(self) -> None:
        lines = (("content-type", "text/plain"), ("x-rate.limit", "5"), ("set-cookie", "a"), ("set-cookie", "b"))
        headers = left({"headers": lines}).set["headers"]
        assert headers == {"content_type": "text/plain", "x_rate_limit": "5", "set_cookie": "b"}
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
