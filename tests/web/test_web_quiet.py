"""What strangers send leaves no traceback in the log, few lines, and nothing of our insides in the answers."""

import asyncio
import logging
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.http_exceptions import BadHttpMessage

from ivr.store import Damaged, KeyMissing, StoreError
from ivr.web.carrier.resume import Resume
from ivr.web.sparing import Sparing
from tests.web.stranger import Limits, alone, asks, stranger, whole

CANARY = "canary-7f31"
NOT_HTTP = [
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64),
    CANARY.encode() + b" / HTTP/9.9\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + CANARY.encode() + b" : x\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nX: " + CANARY.encode() + b"\x00\r\n\r\n",
    b"GET /" + CANARY.encode() * 2000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nX: " + CANARY.encode() * 2000 + b"\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: " + CANARY.encode() + b"\r\n" + b"X: y\r\n" * 300 + b"\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + CANARY.encode() + b"\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: " + CANARY.encode() + b"\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n" + CANARY.encode() * 9,
]
BROKEN_BODIES = [
    b"POST %s HTTP/1.1\r\nHost: x\r\n%sTransfer-Encoding: chunked\r\n\r\n" + CANARY.encode() + b"\r\n",
    b"POST %s HTTP/1.1\r\nHost: x\r\n%sContent-Length: 9\r\n\r\nx",
]
SIGNED = b"X-Twilio-Signature: AAAA\r\n"
JSON = b"Content-Type: application/json\r\n"


def quiet(caplog: pytest.LogCaptureFixture) -> None:
    """No traceback, and nothing that was sent."""
    assert not [record for record in caplog.records if record.exc_info]
    assert CANARY not in caplog.text
    assert "Traceback" not in caplog.text


async def test_what_is_no_http(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    async with whole(tmp_path) as ports:
        for port in ports:
            for sent in NOT_HTTP:
                async with stranger(port) as one:
                    await one.send(sent)
                    answer = await one.answer()
                    assert answer.status in {400, 403, 404}
                    assert answer.header("Server") == "ivr"
                    assert CANARY not in answer.head
                    assert CANARY.encode() not in answer.body
                    assert b"aiohttp" not in answer.body.lower()
    quiet(caplog)
    assert len([record for record in caplog.records if "can't be understood" in record.message]) < len(NOT_HTTP)


@pytest.mark.parametrize("sent", NOT_HTTP, ids=range(len(NOT_HTTP)))
async def test_the_log_repeats_nothing_of_it(sent: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """On a listener of its own, where it is the first of its kind and so has a line."""
    caplog.set_level(logging.INFO)
    async with alone(Limits()) as port, stranger(port) as one:
        await one.send(sent)
        status = (await one.answer()).status
    quiet(caplog)
    assert status == 404 or "can't be understood" in caplog.text


class Broken(web.Response):
    """Fails while it is sent."""

    def __init__(self, fault: Exception) -> None:
        super().__init__()
        self.fault = fault

    async def prepare(self, _: web.BaseRequest) -> None:
        raise self.fault


@pytest.mark.parametrize("sending", [False, True])
@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (web.RequestPayloadError(CANARY), 400),
        (BadHttpMessage(CANARY), 400),
        (web.PayloadAccessError(CANARY), 400),
        (TimeoutError(CANARY), 504),
        (ConnectionResetError(CANARY), 0),
        (RuntimeError("ours"), 500),
    ],
    ids=lambda value: type(value).__name__,
)
async def test_only_a_mistake_of_ours_has_a_traceback(
    fault: Exception, status: int, caplog: pytest.LogCaptureFixture, *, sending: bool
) -> None:
    """Whatever is raised because of the other side, while a request is read or its answer is sent, is theirs."""

    async def fail(_: web.Request) -> web.Response:
        if sending:
            return Broken(fault)
        raise fault

    async with alone(Limits(), [web.get("/", fail)]) as port:
        assert (await asks(port, "GET / HTTP/1.1")).status == (0 if sending else status)
    if status == 500:
        assert [record.exc_info is not None for record in caplog.records] == [True]
    else:
        quiet(caplog)


async def test_bodies_that_break_off(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with whole(tmp_path) as ports:
        for port, path, headers in (
            (ports.public, b"/voice/answer", SIGNED),
            (ports.public, b"/nowhere", b""),
            (ports.board, b"/api/nowhere", b""),
        ):
            for sent in BROKEN_BODIES:
                async with stranger(port) as one:
                    await one.send(sent % (path, headers))
                    if b"chunked" in sent:
                        assert (await one.answer()).status in {400, 403, 404, 405}
        # Somebody else is answered after them, so they have been seen to by then.
        assert (await asks(ports.public, "GET /healthz HTTP/1.1")).status == 200
        assert (await asks(ports.board, "GET /healthz HTTP/1.1")).status == 200
    quiet(caplog)


async def test_who_leaves_in_the_middle(caplog: pytest.LogCaptureFixture) -> None:
    broken = asyncio.Event()

    async def read(request: web.Request) -> web.Response:
        try:
            await request.read()
        finally:
            broken.set()
        return web.Response()

    async with alone(Limits(), [web.post("/read", read)]) as port, stranger(port) as one:
        await one.send(BROKEN_BODIES[1] % (b"/read", b""))
        one.leave()
        await broken.wait()
    quiet(caplog)


@pytest.mark.parametrize("expect", ["100-continue", CANARY])
async def test_no_answer_names_versions_or_echoes(tmp_path: Path, expect: str) -> None:
    async with whole(tmp_path) as ports:
        for port in ports:
            for line in ("GET /healthz", "POST /healthz", "GET /nowhere", f"GET /{CANARY}", "GET /api/session"):
                answer = await asks(port, f"{line} HTTP/1.1", f"Expect: {expect}" if "POST" in line else "X: y")
                assert answer.header("Server") in ({"ivr"} if answer.status >= 200 else {""})
                assert CANARY.encode() not in answer.body


@pytest.mark.parametrize("error", [StoreError("It is away."), KeyMissing("The key is gone."), Damaged("Changed.")])
async def test_answers_that_strangers_post_have_few_lines_where_the_store_can_not_be_read(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    class Away:
        async def state(self, *_: str) -> str:
            raise error

    posted: Any = Away()
    async with alone(Limits(), Resume(posted, posted).routes()) as port:
        for _ in range(50):
            assert (await asks(port, f"POST /resume/CA1/1.3/{'A' * 43} HTTP/1.1")).status == 503
    quiet(caplog)
    assert 0 < len(caplog.records) < 25


def test_one_line_of_a_kind_a_second(caplog: pytest.LogCaptureFixture) -> None:
    now = 100.0
    sparing = Sparing(logging.getLogger("strangers"), lambda: now)
    for second in range(3):
        for number in range(1000):
            now = 100.0 + second + number / 1001
            sparing.warning("somebody knocked: %s", number)
        sparing.warning("somebody else did")
    assert [record.message for record in caplog.records] == [
        "somebody knocked: 0",
        "somebody else did",
        "somebody knocked: 0 (999 more since the last such line)",
        "somebody else did",
        "somebody knocked: 0 (999 more since the last such line)",
        "somebody else did",
    ]
