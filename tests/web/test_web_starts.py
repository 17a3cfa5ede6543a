"""Other systems' way in: what is taken, what is refused, and that nothing odd does any harm."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ivr.flow.model import Flow
from ivr.store import Store
from tests.api.board import Answer, Browser, served

CALLER, LINE = "+15551234567", "+15550001111"
CALLS, TEXTS, PLAIN = "/api/flows/calls/start", "/api/flows/texts/start", "/api/flows/plain/start"
BODY: dict[str, Any] = {"ANI": CALLER, "OrderId": "A-17"}
KEY = "Idempotency-Key"


def a_flow(flow_id: str, trigger: dict[str, Any]) -> Flow:
    blocks = [
        {"number": 1, "action": trigger, "exits": {"next": 2}},
        {"number": 2, "action": {"type": "end_call"}},
    ]
    return Flow.model_validate({"id": flow_id, "name": flow_id.title(), "blocks": blocks})


def api_flow(flow_id: str, reach_by: str) -> Flow:
    inputs = [{"name": "OrderId", "required": True, "help": "The order's number."}, {"name": "Name"}]
    return a_flow(flow_id, {"type": "inbound_api", "reach_by": reach_by, "expected_inputs": inputs})


@dataclass(frozen=True)
class Desk:
    """The API with a token for everything."""

    browser: Browser
    store: Store
    token: str

    async def start(self, path: str = TEXTS, body: Any = None, **headers: str) -> Answer:
        return await self.send(path, json.dumps(BODY if body is None else body).encode(), **headers)

    async def send(self, path: str, body: Any, kind: str = "application/json", **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        whole = {"Authorization": f"Bearer {self.token}", "Content-Type": kind, **named}
        return await self.browser.ask("POST", path, data=body, headers=whole)

    async def run(self, run: str, token: str = "") -> Answer:
        return await self.browser.get(f"/api/runs/{run}", headers={"Authorization": f"Bearer {token or self.token}"})


@asynccontextmanager
async def desk(folder: Path, **settings: str) -> AsyncIterator[Desk]:
    async with served(folder, IVR_CALLS_PER_SECOND="0.01", **settings) as made:
        for flow in (api_flow("calls", "call"), api_flow("texts", "text"), a_flow("plain", {"type": "inbound_call"})):
            await made.store.flows.save_draft(flow.model_dump(mode="json"))
            await made.store.flows.publish(flow.id)
        await made.store.flows.save_draft(api_flow("draft", "text").model_dump(mode="json"))
        await made.store.flows.assign(LINE, "calls")
        await made.store.flows.assign("+15550002222", "texts")
        yield Desk(await made.browser(), made.store, await made.store.tokens.new("crm"))


@pytest.fixture
async def asked(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(tmp_path) as made:
        yield made


async def over(made: Desk, answer: Answer) -> str:
    """The run, once it has begun and is over."""
    run: str = answer.json["run"]
    async with asyncio.timeout(30):
        while (await made.run(run)).json["status"] != "completed":  # noqa: ASYNC110 - asked over HTTP
            await asyncio.sleep(0.02)
    return run


async def starts(made: Desk) -> int:
    return len(await made.store.database.fetch("SELECT id FROM starts", {}))


async def test_a_run_without_a_call_begins_when_its_turn_has_come(asked: Desk) -> None:
    answer = await asked.start(TEXTS, {"to": CALLER, "OrderId": 17, "Name": "Ada <b>", "more": {"deep": [1.10, None]}})
    assert (answer.status, answer.json["status"]) == (202, "queued")
    run = await over(asked, answer)
    assert answer.headers["Location"] == f"/api/runs/{run}"
    record = await asked.store.calls.load(run)
    assert record is not None
    known = record.call.variables
    assert (known["ANI"], known["DNIS"], known["CallSid"]) == (CALLER, "+15550002222", run)
    assert (known["OrderId"], known["Name"], str(known["more"]["deep"])) == (17, "Ada <b>", "[Decimal('1.1'), None]")
    told = (await asked.run(run)).json
    assert (told["status"], told["flow"], told["revision"], told["reach_by"]) == ("completed", "texts", 1, "text")


async def test_a_call_is_queued(asked: Desk) -> None:
    answers = [await asked.start(CALLS) for _ in range(2)]
    assert [(each.status, each.json["status"]) for each in answers] == [(202, "queued")] * 2
    last = await asked.run(answers[1].json["run"])
    assert (last.status, last.json["status"], last.json["call"]) == (200, "queued", "")
    start = await asked.store.starts.get(answers[1].json["run"])
    assert start is not None
    assert (start.caller, start.dialled, start.inputs) == (CALLER, LINE, {"OrderId": "A-17"})


async def test_a_form_will_do(asked: Desk) -> None:
    form = "ANI=%2B15551234567&DNIS=%2B15550001111&OrderId=A+17&Name=%C3%91"
    answer = await asked.send(TEXTS, form, "application/x-www-form-urlencoded; charset=utf-8")
    assert answer.status == 202
    record = await asked.store.calls.load(await over(asked, answer))
    assert record is not None
    assert [record.call.variables[name] for name in ("OrderId", "Name", "DNIS")] == ["A 17", "Ñ", LINE]


# Who may.


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer ", "Bearer wrong", "Basic {token}", "{token}", "Bearer {token} x", "Bearer {token}x"],
)
async def test_nobody_without_a_token(asked: Desk, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header.format(token=asked.token)}
    for method, path in (("POST", TEXTS), ("POST", "/api/flows/nowhere/start"), ("GET", "/api/runs/RN1")):
        answer = await asked.browser.ask(method, path, json=BODY if method == "POST" else None, headers=headers)
        assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
        assert "token" in answer.problem["detail"]
    assert await starts(asked) == 0


async def test_a_session_is_no_token(asked: Desk) -> None:
    await asked.browser.arrive()
    assert (await asked.browser.post(TEXTS, BODY)).status == 401


async def test_two_tokens_are_none(asked: Desk) -> None:
    headers = [("Authorization", f"Bearer {asked.token}"), ("Authorization", "Bearer other")]
    async with asked.browser.session.post(asked.browser.url + TEXTS, json=BODY, headers=headers) as answer:
        assert answer.status == 401


async def test_a_token_of_one_flow_opens_no_other(asked: Desk) -> None:
    token = await asked.store.tokens.new("shop", "texts")
    run = (await asked.start(CALLS)).json["run"]
    refused = await asked.start(CALLS, Authorization=f"Bearer {token}")
    assert (refused.status, refused.problem["detail"]) == (403, "This token is for the flow “texts” only.")
    assert (await asked.start("/api/flows/nowhere/start", Authorization=f"Bearer {token}")).status == 403
    assert (await asked.start(TEXTS, Authorization=f"Bearer {token}")).status == 202
    assert (await asked.run(run, token)).status == 404
    await asked.store.tokens.remove("shop")
    assert (await asked.start(TEXTS, Authorization=f"Bearer {token}")).status == 401


# What there is.


@pytest.mark.parametrize("flow", ["nowhere", "draft", "plain", "x" * 300, "%00", "..%2fcalls", "%F0%9F%98%80"])
async def test_flows_that_can_not_be_started(asked: Desk, flow: str) -> None:
    answer = await asked.start(f"/api/flows/{flow}/start")
    assert answer.status == 404
    assert answer.problem["detail"]


@pytest.mark.parametrize("run", ["RN1", "x" * 300, "%00", "..", "RN%27", "RN1%0a"])
async def test_runs_that_are_not_there(asked: Desk, run: str) -> None:
    assert (await asked.run(run)).status == 404


# What is sent.

REFUSED: dict[str, tuple[dict[str, Any], list[tuple[str, str]]]] = {
    "nobody to reach": ({"OrderId": 1}, [("missing", "ANI")]),
    "no number": ({"ANI": "5551234", "OrderId": 1}, [("not_a_number", "ANI")]),
    "a number with words": ({"ANI": "+1555123456\n7", "OrderId": 1}, [("not_a_number", "ANI")]),
    "a number as a number": ({"ANI": 15551234567, "OrderId": 1}, [("not_a_number", "ANI")]),
    "a list": ({"ANI": [CALLER], "OrderId": 1}, [("not_a_number", "ANI")]),
    "both names": ({"ANI": CALLER, "to": CALLER, "OrderId": 1}, [("twice", "to")]),
    "a number of somebody else": ({**BODY, "DNIS": "+15559999999"}, [("not_ours", "DNIS")]),
    "a required input": ({"ANI": CALLER}, [("missing", "OrderId")]),
    "a required input that is empty": ({"ANI": CALLER, "OrderId": ""}, [("missing", "OrderId")]),
    "names": (
        {**BODY, "a b": 1, "": 2, "1a": 3, "x" * 65: 4},
        [("not_a_name", n) for n in ("a b", "", "1a", "x" * 64)],
    ),
    "names that are taken": (
        {**BODY, "SECRET": 1, "CallSid": "x", "DateTime": 2},
        [("name_taken", n) for n in ("CallSid", "DateTime", "SECRET")],
    ),
    "many": ({**BODY, **{f"x{n}": n for n in range(100)}}, [("too_many", "")]),
    "all at once": (
        {"ANI": "x", "from": "y", "a b": 1},
        [("not_a_number", "ANI"), ("not_a_number", "from"), ("not_a_name", "a b"), ("missing", "OrderId")],
    ),
}


@pytest.mark.parametrize(("body", "problems"), REFUSED.values(), ids=REFUSED.keys())
async def test_mistakes_are_located_all_at_once(asked: Desk, body: Any, problems: list[tuple[str, str]]) -> None:
    for path in (TEXTS, CALLS):
        answer = await asked.start(path, body)
        assert answer.status == 400
        assert [(each["code"], each["path"]) for each in answer.problem["problems"]] == problems
    assert await starts(asked) == 0


UNREADABLE: dict[str, bytes] = {
    "nothing": b"",
    "no JSON": b"{",
    "a list": b"[]",
    "null": b"null",
    "not UTF-8": b'{"ANI": "\xff"}',
    "UTF-16": '{"ANI": "+1"}'.encode("utf-16"),
    "half a character": b'{"ANI": "\\ud800"}',
    "half a character in a name": b'{"\\udc00": 1}',
    "a name twice": b'{"ANI": "+15551234567", "ANI": "+15557654321"}',
    "a name twice, deep down": b'{"ANI": "+15551234567", "x": [{"a": 1, "a": 2}]}',
    "NaN": b'{"x": NaN}',
    "infinity": b'{"x": -Infinity}',
    "a huge exponent": b'{"x": [1e999999999]}',
    "an exponent that no number has": b'{"x": 1e999999999999999999999}',
    "a tiny number": b'{"x": 1e-999999}',
    "a number without end": b'{"x": ' + b"9" * 60_000 + b"}",
    "21 levels": b'{"x": ' + b"[" * 21 + b"]" * 21 + b"}",
    "a bomb": b"[" * 60_000,
    "a bomb of objects": b'{"a":' * 10_000,
}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE.keys())
async def test_what_is_no_request(asked: Desk, body: bytes) -> None:
    answer = await asked.send(TEXTS, body)
    assert answer.status == 400
    assert len(answer.problem["detail"]) < 400
    assert await starts(asked) == 0


@pytest.mark.parametrize("form", ["ANI=%FF", "ANI=+1&ANI=+2", "&".join(f"x{n}=1" for n in range(200)), "ñ=1"])
async def test_what_is_no_form(asked: Desk, form: str) -> None:
    assert (await asked.send(TEXTS, form.encode(), "application/x-www-form-urlencoded")).status == 400


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data; boundary=x", "application/xml", "nonsense", ""])
async def test_other_kinds_of_body(asked: Desk, kind: str) -> None:
    assert (await asked.send(TEXTS, json.dumps(BODY).encode(), kind)).status == 415


async def test_a_packed_body(asked: Desk) -> None:
    packed = gzip.compress(json.dumps(BODY).encode())
    assert (await asked.send(TEXTS, packed, Content_Encoding="gzip")).status == 415


async def test_a_body_that_is_too_large(asked: Desk) -> None:
    large = json.dumps({**BODY, "x": "y" * 65_536}).encode()

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield large[:60_000]

    for body in (large, pieces()):
        answer = await asked.send(TEXTS, body)
        assert (answer.status, answer.problem["status"]) == (413, 413)
    assert await starts(asked) == 0


# Sent again.


async def test_a_key_starts_one_run(asked: Desk) -> None:
    answers = await asyncio.gather(*(asked.start(CALLS, **{KEY: "order 17"}) for _ in range(8)))
    assert {(answer.status, answer.json["run"]) for answer in answers} == {(202, answers[0].json["run"])}
    assert await starts(asked) == 1
    form = "OrderId=A-17&ANI=%2B15551234567"
    again = await asked.send(CALLS, form, "application/x-www-form-urlencoded", **{KEY: "order 17"})
    assert again.json["run"] == answers[0].json["run"]


async def test_a_key_of_a_run_that_is_over_tells_how_it_stands(asked: Desk) -> None:
    first = await asked.start(TEXTS, **{KEY: "k"})
    await over(asked, first)
    again = await asked.start(TEXTS, **{KEY: "k"})
    assert (first.json["run"], again.json) == (again.json["run"], {"run": first.json["run"], "status": "completed"})


@pytest.mark.parametrize(
    "other", [(CALLS, {**BODY, "OrderId": "A-18"}), (TEXTS, BODY), (CALLS, {**BODY, "DNIS": LINE})]
)
async def test_a_key_with_another_request_is_refused(asked: Desk, other: tuple[str, Any]) -> None:
    await asked.start(CALLS, **{KEY: "k"})
    answer = await asked.start(*other, **{KEY: "k"})
    assert answer.status == 409
    assert "another request" in answer.problem["detail"]
    assert await starts(asked) == 1


async def test_keys_of_two_tokens_have_nothing_to_do_with_each_other(asked: Desk) -> None:
    token = await asked.store.tokens.new("shop")
    one = await asked.start(CALLS, **{KEY: "k"})
    other = await asked.start(CALLS, {**BODY, "OrderId": 2}, Authorization=f"Bearer {token}", **{KEY: "k"})
    assert (other.status, other.json["run"] == one.json["run"]) == (202, False)


@pytest.mark.parametrize("key", ["", " ", "x" * 201, "ñ"])
async def test_odd_keys(asked: Desk, key: str) -> None:
    assert (await asked.start(CALLS, **{KEY: key})).status == 400
    assert await starts(asked) == 0


# How many.


async def test_a_queue_that_is_full(tmp_path: Path) -> None:
    async with desk(tmp_path, IVR_LONGEST_QUEUE="2") as made:
        answers = [await made.start(CALLS, **{KEY: f"k{n}"}) for n in range(6)]
        assert answers[-1].status == 429
        assert int(answers[-1].headers["Retry-After"]) > 0
        assert "starts are waiting already" in answers[-1].problem["detail"]
        assert (await made.start(CALLS, **{KEY: "k0"})).status == 202
        assert (await made.start(TEXTS)).status == 429


async def test_without_a_number_there_is_nothing_to_show(tmp_path: Path) -> None:
    async with desk(tmp_path / "one") as made:
        await made.store.flows.unassign(LINE)
        answer = await made.start(CALLS)
        assert [each["code"] for each in answer.problem["problems"]] == ["missing"]
    async with desk(tmp_path / "other", IVR_SMS_FROM="+15550003333") as made:
        await made.store.flows.unassign(LINE)
        start = await made.store.starts.get((await made.start(CALLS)).json["run"])
        assert start is not None
        assert start.dialled == "+15550003333"


async def test_the_api_tells_of_itself(asked: Desk) -> None:
    await asked.browser.enter(asked.store)
    paths = (await asked.browser.get("/api/openapi.json")).json["paths"]
    assert "429" in paths["/api/flows/{id}/start"]["post"]["responses"]
    assert "get" in paths["/api/runs/{id}"]
