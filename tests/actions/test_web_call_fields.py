"""The External Web Call's fields: what becomes of them, and which ones are refused, each at its place."""

from typing import Any

import pytest

from ivr.core.credentials import (
    ApiKey,
    AwsSignature,
    Basic,
    Bearer,
    ClientCertificate,
    Digest,
    Hmac,
    OAuth2,
    TwilioSignature,
)
from ivr.core.fields import Secret
from tests.actions.made import FORM, MULTIPART, TYPED, basic, found, made, sent, visit

LOCKED = "-----BEGIN ENCRYPTED PRIVATE KEY-----"
USER_OF = {"type": "oauth2_password", "token_url": "https://t.test/", "client_id": "a", "user": "u", "password": "p"}
AWS = {"type": "aws", "access_key": "a", "secret_key": "b", "region": "eu-west-1", "service": "s3"}


def signed(name: str, value: str) -> dict[str, Any]:
    return {"type": "hmac", "key": "k", "headers": [{"name": name, "value": value}]}


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

    def test_each_kind_becomes_its_own_credentials(self) -> None:
        at = visit(User="ada", Id="i")
        secret = Secret(name="crm")
        written = "$SECRET.crm"
        assert sent(at, authentication={"type": "digest", "user": "$User", "password": written}).auth == Digest(
            "ada", secret
        )
        assert sent(at, authentication={"type": "twilio", "auth_token": written}).auth == TwilioSignature(secret)
        key = {
            "type": "hmac",
            "key": written,
            "headers": [{"name": "X", "value": "v1={signature}"}],
            "algorithm": "sha1",
        }
        assert sent(at, authentication=key).auth == Hmac(
            secret, "{timestamp}.{body}", (("X", "v1={signature}"),), algorithm="sha1"
        )
        aws = {**AWS, "access_key": "$Id", "secret_key": written}
        assert sent(at, authentication=aws).auth == AwsSignature("i", secret, "eu-west-1", "s3")
        pem = {"type": "certificate", "certificate": written, "private_key": written}
        assert sent(at, authentication=pem).auth == ClientCertificate(secret, secret)
        user = {**USER_OF, "user": "$User", "password": written, "send_as": "json", "token_path": " data.token "}
        assert sent(at, authentication=user).auth == OAuth2(
            "https://t.test/", "a", None, in_json=True, user="ada", password=secret, token_path="data.token"
        )

    def test_a_certificate_needs_an_encrypted_connection(self) -> None:
        pem = {"type": "certificate", "certificate": "$SECRET.c", "private_key": "$SECRET.k"}
        assert ("certificate_unused", "action.url") in found(url="http://127.0.0.1/", authentication=pem)

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
            ({"type": "kerberos"}, "union_tag_invalid", ""),
            ("Bearer x", "model_attributes_type", ""),
            ({"type": "basic", "user": "a"}, "missing", ".password"),
            ({"type": "bearer", "token": 5}, "value_error", ".token"),
            ({"type": "bearer", "tokn": "x", "token": "x"}, "extra_forbidden", ".tokn"),
            ({"type": "api_key", "name": "X:", "value": "x"}, "string_pattern_mismatch", ".name"),
            ({"type": "api_key", "name": "", "value": "x"}, "string_too_short", ".name"),
            ({"type": "api_key", "name": "X", "value": "x", "place": "body"}, "literal_error", ".place"),
            ({"type": "oauth2", "client_id": "a", "client_secret": "b"}, "missing", ".token_url"),
            (basic({"set": True}), "secret_missing", ".password"),
            ({"type": "digest", "user": "a"}, "missing", ".password"),
            ({"type": "hmac", "key": "k", "sign": "{bdy}"}, "value_error", ".sign"),
            ({"type": "hmac", "key": "k", "sign": "{body"}, "value_error", ".sign"),
            ({"type": "hmac", "key": "k", "sign": "{signature}"}, "value_error", ".sign"),
            ({"type": "hmac", "key": "k", "headers": [{"name": "X", "value": "1"}]}, "value_error", ".headers"),
            ({"type": "hmac", "key": "k", "headers": []}, "value_error", ".headers"),
            (
                {"type": "hmac", "key": "k", "headers": [{"name": "X:", "value": "{signature}"}]},
                "string_pattern_mismatch",
                ".headers[0].name",
            ),
            (
                {"type": "hmac", "key": "k", "headers": [{"name": "X", "value": "\\n{signature}"}]},
                "value_error",
                ".headers[0].value",
            ),
            ({"type": "twilio"}, "missing", ".auth_token"),
            (
                {"type": "aws", "access_key": "a", "secret_key": "b", "region": "eu west", "service": "s3"},
                "string_pattern_mismatch",
                ".region",
            ),
            ({"type": "certificate", "certificate": "x", "private_key": "$SECRET.key"}, "value_error", ".certificate"),
            ({"type": "certificate", "certificate": "$SECRET.c", "private_key": LOCKED}, "value_error", ".private_key"),
            ({**USER_OF, "token_path": "$.token"}, "value_error", ".token_path"),
            ({**USER_OF, "client_secret": {"set": True}}, "secret_missing", ".client_secret"),
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
        problem = list(made(url=url).problems())[-1]
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
        ],
    )
    def test_what_is_one(self, url: str) -> None:
        assert list(made(url=url).problems()) == []
