"""The board unpacks no body either, nor the fields of a form, nor what comes over a WebSocket."""

from collections.abc import AsyncIterator

import pytest

from tests.api.board import Browser, Served
from tests.web.test_web_packed import PACK

TAKING = ("/api/session", "/api/check", "/api/flows", "/api/test-calls", "/api/flows/line/test-request")
JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize("coding", [*PACK, "zstd", "identity, br"])
@pytest.mark.parametrize("path", TAKING)
async def test_a_packed_body(board: Browser, coding: str, path: str) -> None:
    # What can't be unpacked at all is refused by whoever tries, and in other words.
    for body in (b"\xffnothing that was packed", PACK.get(coding, bytes)(b'{"user": "x", "password": "x"}')):
        answer = await board.ask("POST", path, data=body, headers={**JSON, "Content-Encoding": coding})
        assert answer.status == 415
        assert "without Content-Encoding" in answer.problem["detail"]


@pytest.mark.parametrize("coding", PACK)
async def test_a_packed_body_where_nothing_is(server: Served, coding: str) -> None:
    stranger = await server.browser()
    for path, status in {"/api/nowhere": 405, "/nowhere": 405, "/api/flows/line/start": 401, "/healthz": 405}.items():
        answer = await stranger.ask("POST", path, data=b"\xff\xff", headers={"Content-Encoding": coding})
        assert (path, answer.status) == (path, status)


@pytest.mark.parametrize("header", ["Content-Encoding: gzip", "Content-Transfer-Encoding: base64"])
async def test_fields_of_a_form_are_not_unpacked(board: Browser, header: str) -> None:
    body = f'--x\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n{header}\r\n\r\nAAAA\r\n--x--\r\n'
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = await board.ask("POST", "/api/audio", data=body.encode(), headers=kind)
    assert answer.status == 415
    assert "as it is" in answer.problem["detail"]


async def test_a_form_has_few_fields_and_a_length(board: Browser) -> None:
    field = b'--x\r\nContent-Disposition: form-data; name="n"\r\n\r\n\r\n'
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = await board.ask("POST", "/api/audio", data=field * 5000 + b"--x--\r\n", headers=kind)
    assert (answer.status, "at most 10 fields" in answer.problem["detail"]) == (400, True)

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"\r\n" * 10_000

    assert (await board.ask("POST", "/api/audio", data=endless(), headers=kind)).status == 411


async def test_a_web_socket_agrees_on_no_compression(board: Browser) -> None:
    async with board.session.ws_connect(f"{board.url}/api/live", compress=15) as socket:
        assert socket.compress == 0
