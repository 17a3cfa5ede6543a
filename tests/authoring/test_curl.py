"""What is said of commands that can't be taken over as they are, and what stays of them."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.actions.external_web_call import ExternalWebCall
from ivr.authoring.curl import NotCurl, Pasted, curl_command, is_curl, read_curl
from ivr.core.credentials import (
    AnyAuth,
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
from ivr.core.effects import Fetch
from ivr.core.fields import Secret
from ivr.webcall import address

REFUSED = [
    ("wget https://a.test", "begin with curl"),
    ("", "begin with curl"),
    ("curl", "no address"),
    ("curl -X POST", "no address"),
    ("curl https://a.test https://b.test", "2 addresses"),
    ("curl https://a.test --next https://b.test", "several requests"),
    ("curl https://a.test -: https://b.test", "several requests"),
    ("curl 'https://a.test", "not closed"),
    ('curl "https://a.test', "not closed"),
    ("curl $'https://a.test", "not closed"),
    ('curl ^"https://a.test ^', "not closed"),
    ("curl.exe `\n 'https://a.test", "not closed"),
    ("curl https://a.test -H", "lacks its value"),
    ("curl https://a.test --request", "lacks its value"),
    ("curl ftp://a.test/file", "not a web address"),
    ("curl file:///etc/passwd", "not a web address"),
    ("curl 'https://a.test/a b'", "a blank"),
    ("curl 'https://a.test/[1-3]'", "several addresses"),
    ("curl 'https://a.test/{a,b}'", "several addresses"),
    ("curl -X TRACE https://a.test", "TRACE can't be sent"),
    ("curl -I -d a=1 https://a.test", "headers only"),
    ("curl -F a=1 -d b=2 https://a.test", "both data and a form"),
    ("curl -F nothing https://a.test", "no field of a form"),
    ("curl -d @- https://a.test <<EOF\nno end", "has no end"),
    ("curl https://a.test/" + "x" * 300_000, "longer than"),
]

NOTED = [
    ("curl -k https://a.test", "certificates are always checked"),
    ("curl -d @order.json https://a.test", "--data @order.json reads a file"),
    ("curl -d @- https://a.test", "another program hands over"),
    ("curl --data-binary @/etc/passwd https://a.test", "reads a file"),
    ("curl --data-urlencode name@file https://a.test", "reads a file"),
    ("curl -F photo=@me.jpg -F a=1 https://a.test", "photo is a file"),
    ("curl -F 'text=<me.txt' https://a.test", "text is a file"),
    ("curl -F 'a=1;type=text/plain' https://a.test", "no type or file name"),
    ("curl -b cookies.txt https://a.test", "cookies from a file"),
    ("curl -H @headers.txt https://a.test", "headers from a file"),
    ("curl -H 'Host: b.test' https://a.test", "Host is set by the connection itself"),
    ("curl -H 'Accept-Encoding: br' https://a.test", "what it can unpack"),
    ("curl -H 'no header' https://a.test", "no header line"),
    ("curl --cert me.pem https://a.test", "--cert can't be taken over"),
    ("curl -x http://proxy.test:8080 https://a.test", "--proxy can't be taken over"),
    ("curl --resolve a.test:443:10.0.0.1 https://a.test", "--resolve can't be taken over"),
    ("curl --ntlm -u ada:secret https://a.test", "as Basic or Digest Auth"),
    ("curl --aws-sigv4 aws:amz -u ada:secret https://a.test", "region and service"),
    ("curl -u ada https://a.test", "type it in"),
    ("curl --unheard-of https://a.test", "--unheard-of is not an option"),
    ("curl --unheard-of value https://a.test", "--unheard-of is not an option"),
    ('curl -H "Authorization: Bearer $TOKEN" https://a.test', "fill in $TOKEN"),
    ("curl https://a.test -H \"X: $(cat x)\"", "fill in $(cat x)"),
    ("curl https://a.test?a=1&b=2", "has to stand in quotes"),
    ("curl https://a.test | jq .", "was left out: | jq ."),
    ("curl https://a.test\ncurl https://b.test", "was left out: curl https://b.test"),
    ("curl a.test/x", "curl takes http://"),
    ("curl -m 900 https://a.test", "brought to 200"),
    ("curl --retry 9 https://a.test", "brought to 5"),
    ("curl -m soon https://a.test", "no number"),
    ("curl -X post https://a.test", "written POST"),
    ("curl 'https://a.test?api_key=abc'", "may be a key (api_key)"),
    ("curl -d '{\"a\":1}' https://a.test", "sends this JSON as a form"),
    ("curl -H 'sec-fetch-mode: cors' https://a.test", "comes from a browser"),
    ("curl -u 'ada:•••' https://a.test", "without its password"),
]  # fmt: skip


@pytest.mark.parametrize(("command", "sentence"), REFUSED)
def test_what_is_no_one_request_is_refused_with_a_sentence(command: str, sentence: str) -> None:
    with pytest.raises(NotCurl, match="(?s)" + sentence.replace("(", r"\(")):
        read_curl(command)


@pytest.mark.parametrize(("command", "sentence"), NOTED)
def test_what_cant_be_taken_over_is_said_and_the_rest_is_there(command: str, sentence: str) -> None:
    pasted = read_curl(command)
    assert sentence in "\n".join(pasted.notes)
    assert pasted.fields["url"].startswith(("https://a.test", "http://a.test"))


TYPED = [
    ("curl “https://a.test/x” -H “X: it’s”", {"headers": [{"name": "X", "value": "it's"}]}),
    ("curl –X POST https://a.test/x", {"method": "POST"}),
    ("curl —request PUT https://a.test/x", {"method": "PUT"}),
    ("curl --request=PUT --url=https://a.test/x", {"method": "PUT"}),
    ('curl --header="X: y" -- https://a.test/x', {"headers": [{"name": "X", "value": "y"}]}),
    ("sudo curl https://a.test/x 2>/dev/null", {}),
    ("$ TOKEN=abc time curl https://a.test/x 2>&1", {}),
    ("echo '{\"a\": 1}' | curl --json @- https://a.test/x", {"method": "POST", "body": '{"a": 1}\n'}),
    ("echo -n a=1 | curl -d @- https://a.test/x", {"form": [{"name": "a", "value": "1"}]}),
]


@pytest.mark.parametrize(("command", "fields"), TYPED)
def test_what_was_meant_is_read_where_nothing_else_can_be(command: str, fields: dict[str, Any]) -> None:
    assert is_curl(command)
    found = read_curl(command).fields
    assert {"url": "https://a.test/x", **fields}.items() <= found.items()


def test_a_host_of_other_letters_stays_one() -> None:
    url = read_curl("curl https://münchen.test/ü").fields["url"]
    assert str(address.read(url)) == "https://xn--mnchen-3ya.test/%C3%BC"


def test_a_plain_command_needs_no_notes() -> None:
    assert read_curl("curl -sSL https://a.test/x -H 'Accept: text/plain' --compressed") == Pasted(
        {
            "method": "GET",
            "url": "https://a.test/x",
            "headers": [{"name": "Accept", "value": "text/plain"}],
            "follow_redirects": True,
        },
        (),
    )


def test_all_that_a_block_can_hold_gets_its_field() -> None:
    command = (
        "curl -X PUT -u ada:hunter2 -m 20 --connect-timeout 3 --retry 2 --retry-delay 1 -d a=1 -d b= https://a.test"
    )
    assert read_curl(command).fields == {
        "method": "PUT",
        "url": "https://a.test/",
        "content_type": "application/x-www-form-urlencoded",
        "form": [{"name": "a", "value": "1"}, {"name": "b", "value": ""}],
        "authentication": {"type": "basic", "user": "ada", "password": "hunter2"},
        "timeout": 20,
        "connect_timeout": 3,
        "retries": 2,
        "retry_pause": 1,
        "follow_redirects": False,
    }


def test_a_dollar_sign_stays_one_and_never_becomes_a_variable() -> None:
    fields = read_curl("curl 'https://a.test/$ANI' -H 'X: $ANI' -u '$ANI:x' --json '{\"a\": \"$SECRET.key\"}'").fields
    block = ExternalWebCall.model_validate(fields)
    assert not any(template.references for _, template in block.templates)
    assert fields["url"] == "https://a.test/$$ANI"


def test_credentials_in_headers_become_typed_secrets() -> None:
    assert read_curl("curl -H 'Authorization: Bearer t0ken' https://a.test").fields["authentication"] == {
        "type": "bearer",
        "token": "t0ken",
    }
    key = read_curl("curl -H 'x-api-key: k' https://a.test").fields
    assert key["authentication"] == {"type": "api_key", "name": "x-api-key", "value": "k", "place": "header"}
    assert "headers" not in key


def test_it_is_known_by_its_first_word() -> None:
    assert all(map(is_curl, ["curl x", " $ curl.exe x", "C:\\> curl x", "/usr/bin/curl x", "CURL x"]))
    assert not any(map(is_curl, ["https://a.test/curl", "curly", "curls x", ""]))


OF_SECRETS = [
    Basic("ada", Secret(sealed="s3aled")),
    Bearer(Secret(sealed="s3aled")),
    ApiKey("X-Key", Secret(sealed="s3aled")),
    ApiKey("key", Secret(name="s3aled"), "query"),
    Digest("ada", Secret(sealed="s3aled")),
    OAuth2("https://t.test/", "ada", Secret(sealed="s3aled")),
    Hmac(Secret(sealed="s3aled"), "{body}", (("X-Signature", "sha256={signature}"),)),
    TwilioSignature(Secret(sealed="s3aled")),
    AwsSignature("AKIA", Secret(sealed="s3aled"), "eu-west-1", "s3", Secret(name="s3aled")),
    ClientCertificate(Secret(sealed="s3aled"), Secret(name="s3aled")),
]


def test_user_and_password_are_sent_as_the_options_say() -> None:
    digest = read_curl("curl --digest -u 'a$da:se:cret' https://a.test")
    assert digest.fields["authentication"] == {"type": "digest", "user": "a$$da", "password": "se:cret"}
    aws = read_curl("curl --aws-sigv4 'aws:amz:eu-west-1:s3' --user AKIA:secret https://a.test")
    assert aws.fields["authentication"] == {
        "type": "aws",
        "access_key": "AKIA",
        "secret_key": "secret",
        "region": "eu-west-1",
        "service": "s3",
    }
    assert (digest.notes, aws.notes) == ((), ())


@pytest.mark.parametrize("auth", OF_SECRETS)
def test_a_copied_command_has_dots_for_secrets(auth: AnyAuth) -> None:
    mark = "\ufdd0shop_key\ufdd1"
    job = Fetch(method="POST", url=f"https://a.test/{mark}", headers=(("X", mark),), auth=auth, body=f"a={mark}")
    copied = curl_command(job)
    assert "s3aled" not in copied
    assert "shop_key" not in copied
    assert copied.count("•••") == 4


def test_a_copied_command_that_is_pasted_asks_for_the_password() -> None:
    copied = curl_command(Fetch(method="GET", url="https://a.test/", auth=Bearer(Secret(sealed="x"))))
    pasted = read_curl(copied)
    assert pasted.fields["authentication"] == {"type": "bearer", "token": ""}
    assert "The command was copied without its password or key: type it in." in pasted.notes


@given(st.text(max_size=300))
def test_whatever_is_pasted_is_read_or_refused(text: str) -> None:
    for begin in ("curl https://a.test ", "curl.exe `\n https://a.test ", 'curl ^"https://a.test^" ', "curl "):
        with suppress(NotCurl):  # anything else that is raised fails
            ExternalWebCall.model_validate(read_curl(begin + text).fields)


@pytest.mark.parametrize(
    "text",
    [
        *(f"curl 'https://a.test/{piece * (190_000 // len(piece))}'" for piece in ("[-", "[", "{", "[" + "-" * 1000)),
        *(f"curl https://a.test/ {piece * (190_000 // len(piece))}" for piece in ("${", "$(", "`", "\\", "'", "<<a ")),
        "curl.exe 'a' " + '`"' + "${" * 95_000,
        " " * 190_000 + "curl",
        "echo " + "|" * 190_000,
    ],
    ids=lambda text: text[:30].strip(),
)
def test_no_character_of_a_command_is_looked_at_for_each_of_the_others(text: str) -> None:
    """While one pattern is looked for nothing else runs. If each character cost as much as all, this took minutes."""
    with suppress(NotCurl):
        read_curl(text)


printable = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=60)


@given(printable, printable)
def test_what_is_copied_is_read_back_as_it_was(body: str, name: str) -> None:
    body = f"x{body}"  # an empty one is none
    job = Fetch(method="PUT", url="https://a.test/a?b=c", headers=(("Content-Type", "text/plain"),), body=body)
    fields = read_curl(curl_command(job)).fields
    assert fields["body"].replace("$$", "$") == body
    form = Fetch(method="POST", url="https://a.test/", body_kind="multipart", form=(("n", name),))
    assert read_curl(curl_command(form)).fields["form"] == [{"name": "n", "value": name.replace("$", "$$")}]
