"""How answers are packed: XML, forms, compression, charsets."""

import gzip
import zlib

import brotli
import pytest

from ivr.core.values import Value
from tests.webcall.peer import Asker, answer, as_json, peer, says

XML = "Content-Type: text/xml"
ORDER = {"Order": {"@id": "7", "Status": "sent"}}


def deflated_raw(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


def as_xml(text: str, charset: str = "utf-8") -> bytes:
    return answer(text.encode(charset), XML)


XML_ANSWERS: dict[str, tuple[bytes, Value]] = {
    "attributes": (as_xml('<Order id="7"><Status>sent</Status></Order>'), ORDER),
    "only text": (as_xml("<Status>sent</Status>"), {"Status": "sent"}),
    "nothing in it": (as_xml("<Status/>"), {"Status": ""}),
    "an attribute and text": (as_xml('<S code="2">sent</S>'), {"S": {"@code": "2", "#text": "sent"}}),
    "the same name again": (as_xml("<L><I>1</I><I>2</I><I/></L>"), {"L": {"I": ["1", "2", ""]}}),
    "text around children": (as_xml("<a>x<b>1</b>y</a>"), {"a": {"b": "1", "#text": "xy"}}),
    "namespaces": (
        as_xml('<s:Order xmlns:s="urn:shop" s:id="7"><s:Status>sent</s:Status></s:Order>'),
        ORDER,
    ),
    "a namespace without a prefix": (as_xml('<Order xmlns="urn:shop" id="7"><Status>sent</Status></Order>'), ORDER),
    "comments and instructions": (as_xml("<?x y?><a><!-- no --><?p q?><b>1</b></a>"), {"a": {"b": "1"}}),
    "text in CDATA": (as_xml("<a><![CDATA[1 < 2 & 3]]></a>"), {"a": "1 < 2 & 3"}),
    "characters by number": (as_xml("<a>&#252;&lt;&amp;</a>"), {"a": "ü<&"}),
    "a declaration": (as_xml('<?xml version="1.0" encoding="UTF-8"?>\n<a>ü</a>'), {"a": "ü"}),
    "Latin-1 by its declaration": (
        as_xml('<?xml version="1.0" encoding="ISO-8859-1"?><a>ü</a>', "latin-1"),
        {"a": "ü"},
    ),
    "Latin-1 by its header": (answer("<a>ü</a>".encode("latin-1"), f"{XML}; charset=iso-8859-1"), {"a": "ü"}),
    "the header against the declaration": (
        answer('<?xml version="1.0" encoding="latin-1"?><a>ü</a>'.encode(), f"{XML}; charset=utf-8"),
        {"a": "ü"},
    ),
    "UTF-16 by its mark": (as_xml('<?xml version="1.0" encoding="UTF-16"?><a>ü</a>', "utf-16"), {"a": "ü"}),
    "UTF-16 that is none": (as_xml('<?xml version="1.0" encoding="UTF-16"?><a>ü</a>'), {"a": "ü"}),
    "a declared charset that is none": (as_xml('<?xml version="1.0" encoding="base64"?><a>ü</a>'), {"a": "ü"}),
    "a mark and blanks before it": (as_xml("\ufeff \r\n<a>1</a>"), {"a": "1"}),
    "a hundred levels": (as_xml("<a>" * 100 + "</a>" * 100), None),
}

NOT_XML: dict[str, str] = {
    "an entity": '<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>',
    "a billion laughs": '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>',
    "a file of ours": '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]><a>&e;</a>',
    "default attributes": f'<!DOCTYPE a [<!ATTLIST b c CDATA "{"x" * 1000}">]><a>{"<b/>" * 1000}</a>',
    "more than a hundred levels": "<a>" * 101 + "</a>" * 101,
    "a hundred thousand levels": "<a>" * 100_000 + "</a>" * 100_000,
    "an element left open": "<a><b></a>",
    "two roots": "<a/><b/>",
    "words": "Service unavailable",
    "an entity nobody has": "<a>&nobody;</a>",
    "a NUL": "<a>\x00</a>",
}


@pytest.mark.parametrize(("raw", "value"), XML_ANSWERS.values(), ids=XML_ANSWERS.keys())
async def test_xml_is_a_tree_by_names(ask: Asker, raw: bytes, value: Value) -> None:
    async with peer(says(raw)) as api:
        reply = await ask(api.url)
    assert (reply.cause, reply.error) == ("ok", "")
    assert value is None or reply.value == value


@pytest.mark.parametrize("text", NOT_XML.values(), ids=NOT_XML.keys())
async def test_what_says_it_is_xml_and_can_not_be_read_is_told_so(ask: Asker, text: str) -> None:
    async with peer(says(as_xml(text))) as api:
        reply = await ask(api.url)
    assert (reply.cause, reply.status, reply.value) == ("unreadable", 200, None)
    assert "XML" in reply.error
    assert len(reply.error) < 300


@pytest.mark.parametrize(
    "text",
    [
        '<a xmlns:p="{}">{}</a>'.format("u" * 20_000, "".join(f"<p:b{number}/>" for number in range(1000))),
        '<a xmlns:p="{}" {}/>'.format("u" * 20_000, " ".join(f"p:b{number}=''" for number in range(1000))),
        "<a {}/>".format(" ".join(f"b{number}=''" for number in range(60_000))),
    ],
    ids=["a long namespace of elements", "of attributes", "many attributes"],
)
async def test_xml_that_makes_much_out_of_little_is_too_large(ask: Asker, text: str) -> None:
    """The name of a namespace is written before each name in it: some kilobytes would be gigabytes."""
    async with peer(says(as_xml(text))) as api:
        reply = await ask(api.url)
    assert (reply.cause, reply.value) == ("too_large", None)


async def test_every_kind_of_xml_is_known_by_its_type(ask: Asker) -> None:
    for kind in ("application/xml", "text/xml; charset=utf-8", "application/soap+xml", "Application/Atom+XML"):
        async with peer(says(as_json("<a>1</a>", kind))) as api:
            assert (await ask(api.url)).value == {"a": "1"}


FORMS: dict[str, tuple[str, Value]] = {
    "fields": ("a=1&b=two+words&c=%C3%BC", {"a": "1", "b": "two words", "c": "ü"}),
    "a name twice": ("a=1&a=2", {"a": ["1", "2"]}),
    "an empty field": ("a=&b", {"a": "", "b": ""}),
    "with a line break behind it": ("status=ok\r\n", {"status": "ok"}),
}


@pytest.mark.parametrize(("text", "value"), FORMS.values(), ids=FORMS.keys())
async def test_a_form_is_an_object(ask: Asker, text: str, value: Value) -> None:
    async with peer(says(as_json(text, "application/x-www-form-urlencoded"))) as api:
        reply = await ask(api.url)
    assert (reply.cause, reply.value) == ("ok", value)


BODY = b'{"a": "' + b"x" * 200_000 + b'"}'
PACKED: dict[str, tuple[bytes, str]] = {
    "gzip": (gzip.compress(BODY), "gzip"),
    "gzip by its old name": (gzip.compress(BODY), "x-gzip"),
    "gzip in capitals": (gzip.compress(BODY), "GZIP"),
    "gzip in two members": (gzip.compress(BODY[:1000]) + gzip.compress(BODY[1000:]), "gzip"),
    "gzip with zeros behind it": (gzip.compress(BODY) + bytes(100), "gzip"),
    "deflate": (zlib.compress(BODY), "deflate"),
    "deflate without its wrapper": (deflated_raw(BODY), "deflate"),
    "br": (brotli.compress(BODY), "br"),
    "identity": (BODY, "identity"),
    "nothing": (BODY, ""),
}


@pytest.mark.parametrize(("packed", "encoding"), PACKED.values(), ids=PACKED.keys())
async def test_a_compressed_answer_is_unpacked(ask: Asker, packed: bytes, encoding: str) -> None:
    async with peer(says(answer(packed, "Content-Type: application/json", f"Content-Encoding: {encoding}"))) as api:
        reply = await ask(api.url)
    assert (reply.cause, reply.error, len(reply.value["a"])) == ("ok", "", 200_000)
    assert api.header("Accept-Encoding") == "gzip, deflate, br"


NOT_UNPACKED: dict[str, tuple[bytes, str]] = {
    "what we did not ask for": (b"\x28\xb5\x2f\xfd\x04\x00" + BODY[:90], "zstd"),
    "too many layers": (gzip.compress(BODY), "gzip, gzip, gzip, gzip"),
    "gzip that breaks off": (gzip.compress(BODY)[:-20], "gzip"),
    "deflate that breaks off": (zlib.compress(BODY)[:-20], "deflate"),
    "br that breaks off": (brotli.compress(BODY)[:-3], "br"),
    "gzip with a fault in it": (gzip.compress(BODY)[:100] + b"\xff" * 200, "gzip"),
    "br with a fault in it": (brotli.compress(BODY)[:5] + b"\xff" * 200, "br"),
}


@pytest.mark.parametrize(("packed", "encoding"), NOT_UNPACKED.values(), ids=NOT_UNPACKED.keys())
async def test_what_can_not_be_unpacked_is_told_so(ask: Asker, packed: bytes, encoding: str) -> None:
    async with peer(says(answer(packed, f"Content-Encoding: {encoding}"))) as api:
        reply = await ask(api.url)
    assert (reply.cause, reply.status, reply.value) == ("unreadable", 200, None)
    assert BODY.decode().startswith(reply.body)
    assert "compress" in reply.error
    assert len(reply.error) < 300


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br"])
async def test_what_came_before_the_fault_is_shown(ask: Asker, encoding: str) -> None:
    packed = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress}[encoding](BODY)
    async with peer(says(answer(packed[:-6], f"Content-Encoding: {encoding}"))) as api:
        reply = await ask(api.url)
    assert reply.cause == "unreadable"
    assert len(reply.body) > len(BODY) // 2 or encoding == "br"


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "identity"])
async def test_nothing_is_nothing_however_compressed(ask: Asker, encoding: str) -> None:
    async with peer(says(answer(b"", f"Content-Encoding: {encoding}"))) as api:
        reply = await ask(api.url)
    assert (reply.cause, reply.value) == ("ok", None)


CHARSETS = ["utf-8", "latin-1", "windows-1252", "iso-8859-15", "utf-16", "utf-16-le", "utf-32", "koi8-r", "shift_jis"]


@pytest.mark.parametrize("charset", CHARSETS)
async def test_a_declared_charset_is_honoured(ask: Asker, charset: str) -> None:
    words = "привет" if charset == "koi8-r" else "こんにちは" if charset == "shift_jis" else "Zoë"
    body = f'{{"a": "{words}"}}'.encode(charset)
    async with peer(says(answer(body, f'Content-Type: application/json; charset="{charset}"'))) as api:
        assert (await ask(api.url)).value == {"a": words}
