"""Numbers, named secrets and audio by the board."""

import io
import wave
from typing import Any

import aiohttp
import pytest

from tests.api.board import Answer, Browser, asking, flow

CANARY = "canary-c81e77"


def tone(seconds: float = 1.0) -> bytes:
    """A sound: a square wave, loud enough to be one."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        period = b"\x00\x20" * 10 + b"\x00\xe0" * 10
        file.writeframes(period * round(seconds * 400))
    return out.getvalue()


async def sent(board: Browser, content: bytes, filename: str = "waiting.wav", **fields: str) -> Answer:
    form = aiohttp.FormData(fields, quote_fields=False)
    form.add_field("file", io.BytesIO(content), filename=filename, content_type="audio/wav")
    return await board.ask("POST", "/api/audio", data=form)


async def published(board: Browser, document: dict[str, Any]) -> None:
    await board.post("/api/flows", {"document": document})
    answer = await board.post(f"/api/flows/{document['id']}/publish", headers={"If-Match": "*"})
    assert answer.status == 200, answer.body


async def test_numbers(board: Browser) -> None:
    assert (await board.get("/api/numbers")).json == []
    await board.post("/api/flows", {"document": flow()})
    await board.post("/api/flows", {"document": flow(id="other", name="Other")})
    for number, to in (("+15550100200", "line"), ("%2B15550100100", "line"), ("+15550100200", "other")):
        assert (await board.put(f"/api/numbers/{number}", {"flow": to})).status == 204
    assert (await board.get("/api/numbers")).json == [
        {"number": "+15550100100", "shown": "+1 555-010-0100", "flow": "line", "flow_name": "Line"},
        {"number": "+15550100200", "shown": "+1 555-010-0200", "flow": "other", "flow_name": "Other"},
    ]
    assert (await board.delete("/api/numbers/+15550100200")).status == 204
    answer = await board.delete("/api/numbers/+15550100200")
    assert (answer.status, answer.problem["detail"]) == (404, "No flow answers this number.")
    assert [row["number"] for row in (await board.get("/api/numbers")).json] == ["+15550100100"]


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("15550100", "write it with a plus and the country's code, like +15550100200"),
        ("+0555", "write it like +15550100200"),
        ("+1", "write it like +15550100200"),
        ("+1555x", "write it like +15550100200"),
        ("+1555010010010001", "it is too long"),
        ("+1555%0A", "it is too short"),
        ("+" + "%D9%A3" * 6, "it is too short"),
        ("+15550100200" + "0" * 60, "write it like +15550100200"),
    ],
)
async def test_a_number_that_is_none(board: Browser, number: str, why: str) -> None:
    await board.post("/api/flows", {"document": flow()})
    answer = await board.put(f"/api/numbers/{number}", {"flow": "line"})
    assert (answer.status, why in answer.problem["detail"]) == (422, True)
    assert (await board.get("/api/numbers")).json == []
    # No flow can answer what is no number; what an older version kept as it was typed can still be taken away.
    answer = await board.delete(f"/api/numbers/{number}")
    assert (answer.status, answer.problem["detail"]) == (404, "No flow answers this number.")


async def test_secrets_come_in_and_never_go_out(board: Browser) -> None:
    assert (
        await board.put("/api/secrets/crm", {"value": CANARY, "hosts": ["API.example.com", "*.a.test:8443"]})
    ).status == 204
    headers = [{"name": "X-Key", "value": "$SECRET.crm"}]
    await published(board, asking("https://api.example.com/", headers=headers))
    await board.post("/api/flows", {"document": asking("https://api.example.com/") | {"id": "other"}})
    (row,) = (await board.get("/api/secrets")).json
    assert row.pop("updated_at") > 1_700_000_000_000
    assert row == {"name": "crm", "hosts": ["api.example.com", "*.a.test:8443"], "used_by": ["line"]}
    answer = await board.delete("/api/secrets/crm")
    assert answer.status == 409
    assert "line (draft, revision 1)" in answer.problem["detail"]
    await board.put("/api/secrets/spare", {"value": CANARY, "hosts": ["a.test"]})
    assert (await board.delete("/api/secrets/spare")).status == 204
    assert (await board.delete("/api/secrets/spare")).status == 404
    assert (await board.get("/api/secrets/crm")).status == 404
    assert not [answer for answer in board.seen if CANARY.encode() in answer.body]


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("crm", {"value": "", "hosts": ["a.test"]}),
        ("crm", {"value": CANARY * 2000, "hosts": ["a.test"]}),
        ("crm", {"value": CANARY, "hosts": []}),
        ("crm", {"value": CANARY, "hosts": ["https://a.test/"]}),
        ("crm", {"value": CANARY, "hosts": ["*"]}),
        ("crm", {"value": CANARY, "hosts": "a.test"}),
        ("crm", {"value": [CANARY], "hosts": ["a.test"]}),
        ("crm", {"value": CANARY, "hosts": ["a.test"], "name": CANARY}),
        ("crm", {"hosts": ["a.test"]}),
        ("c-r-m", {"value": CANARY, "hosts": ["a.test"]}),
        ("c" * 65, {"value": CANARY, "hosts": ["a.test"]}),
    ],
)
async def test_a_secret_that_can_not_be_kept(board: Browser, name: str, body: dict[str, Any]) -> None:
    answer = await board.put(f"/api/secrets/{name}", body)
    assert answer.status == 422
    assert CANARY.encode() not in answer.body
    assert (await board.get("/api/secrets")).json == []


async def test_check_knows_which_secrets_and_clips_there_are(board: Browser) -> None:
    audio = {"type": "file", "file": "waiting"}
    document = asking(
        "https://api.example.com/",
        headers=[{"name": "X-Key", "value": "$SECRET.crm"}],
        play_hold_music=True,
        hold_audio=audio,
    )
    problems = (await board.post("/api/check", {"document": document})).json["problems"]
    assert {each["code"] for each in problems} == {"no_such_secret", "no_such_audio"}
    await board.post("/api/flows", {"document": document})
    assert (await board.get("/api/flows")).json[0]["errors"] == 2
    assert (await board.post("/api/flows/line/publish", headers={"If-Match": "*"})).status == 422
    await board.put("/api/secrets/crm", {"value": "x", "hosts": ["api.example.com"]})
    assert (await sent(board, tone())).status == 201
    assert (await board.post("/api/check", {"document": document})).json["problems"] == []
    assert (await board.get("/api/flows")).json[0]["errors"] == 0


async def test_the_audio_library(board: Browser) -> None:
    shipped = (await board.get("/api/audio")).json
    ours = ("hold.wav", "hold-slow.wav", "hold-waltz.wav")
    assert [(row["name"], row["shipped"], row["used_by"]) for row in shipped] == [(name, True, []) for name in ours]
    answer = await sent(board, tone(2.0), filename="C:/sounds/../waiting room.wav")
    assert answer.status == 201, answer.body
    made = answer.json
    assert (made["name"], made["shipped"], made["used_by"]) == ("waiting room", False, [])
    assert 1.5 < made["seconds"] < 2.5
    assert (await sent(board, tone(1.0), name="Other")).json["name"] == "Other"
    assert (await sent(board, tone(1.5), name="Other")).status == 409
    hold = {"play_hold_music": True, "hold_audio": {"type": "file", "file": "Other"}}
    await published(board, asking("https://api.example.com/", **hold))
    used = {row["name"]: row["used_by"] for row in (await board.get("/api/audio")).json}
    assert used == {**{name: [] for name in ours}, "waiting room": [], "Other": [{"flow": "line", "block": 2}]}
    assert (await board.delete("/api/audio/Other")).status == 409
    assert (await board.delete("/api/audio/hold.wav")).status == 409
    assert (await board.delete("/api/audio/waiting%20room")).status == 204
    assert (await board.delete("/api/audio/waiting%20room")).status == 404


@pytest.mark.parametrize("name", ["hold.wav", "Other"])
async def test_a_clip_is_heard_in_ranges(board: Browser, name: str) -> None:
    assert (await sent(board, tone(), name="Other")).status == 201
    whole = await board.get(f"/api/audio/{name}/content")
    assert (whole.status, whole.headers["Content-Type"], whole.body[:4]) == (200, "audio/wav", b"RIFF")
    part = await board.get(f"/api/audio/{name}/content", headers={"Range": "bytes=4-7"})
    assert (part.status, part.body) == (206, whole.body[4:8])
    assert part.headers["Content-Range"] == f"bytes 4-7/{len(whole.body)}"
    assert (await board.get("/api/audio/none/content")).status == 404


@pytest.mark.parametrize(
    ("content", "fields", "status"),
    [
        (b"", {}, 422),
        (b"no sound at all", {}, 422),
        (tone(0.1), {}, 422),
        (tone(), {"name": "../x"}, 422),
        (tone(), {"name": "hold.wav"}, 409),
        (b"RIFF" + bytes(2**20), {}, 422),
    ],
)
async def test_a_file_that_can_not_become_a_clip(
    board: Browser, content: bytes, fields: dict[str, str], status: int
) -> None:
    answer = await sent(board, content, **fields)
    assert answer.status == status
    assert answer.problem["detail"]
    assert all(row["shipped"] for row in (await board.get("/api/audio")).json)


async def test_a_form_that_can_not_be_read(board: Browser) -> None:
    async def ask(data: Any, kind: str) -> int:
        return (await board.ask("POST", "/api/audio", data=data, headers={"Content-Type": kind})).status

    multipart = "multipart/form-data; boundary=b"
    assert await ask(b"{}", "application/json") == 415
    assert await ask(b"", "multipart/form-data") == 400
    assert await ask(b"nothing", multipart) == 400
    assert await ask(b'--b\r\nContent-Disposition: form-data; name="name"\r\n\r\nx\r\n--b--\r\n', multipart) == 422
    inner = b"--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nx\r\n--c--\r\n--b--\r\n"
    assert await ask(inner, multipart) == 400
    assert await ask(b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\ncut off', multipart) in {400, 422}
    large = io.BytesIO(b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\n' + bytes(21 * 2**20))
    assert await ask(large, multipart) == 413
