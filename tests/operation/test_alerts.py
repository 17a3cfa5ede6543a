"""Alerts: rules over what the database knows, told once by however many processes, over a real webhook and text."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from click.testing import CliRunner

from ivr.cli import ivr
from ivr.operation.alerts.judging import MINUTE, Told, Verdict, step
from ivr.operation.alerts.rules import BrokenRules, Rules, read_rules
from ivr.operation.alerts.telling import Telling
from ivr.operation.alerts.watch import FORGET, Alerts, Message
from ivr.runtime.gate import Verdict as Passed
from ivr.runtime.gate import Wish
from ivr.store import Store, open_store
from ivr.store.alerts import Standing
from ivr.store.database import Statement
from ivr.store.sql.calls import INSERT_WEB_CALL
from tests.api.board import Hands, served
from tests.docs.reading import read as page
from tests.webcall.peer import World, asker

RULES = """
alerts:
  - {name: crm-fails, when: web_calls_fail, flow: desk, block: 2, share: 0.5, at_least: 4,
     text: "+15550100", webhook: %s}
  - {name: crm-slow, when: web_calls_slow, seconds: 3}
  - {name: paused, when: breaker_open}
  - {name: queue, when: queue_long, starts: 0}
  - {name: silence, when: no_calls, hours: 2, flow: desk}
service_levels:
  - {flow: desk, seconds: 2, share: 0.8, days: 1}
"""
HOOK = "https://hooks.example.com/in"


class Heard:
    """Is told, and keeps what."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []

    async def __call__(self, message: Message) -> None:
        self.told.append((message.rule.name, message.state))

    def taken(self) -> list[tuple[str, str]]:
        told, self.told = self.told, []
        return told


def rules(folder: Path, text: str = RULES % HOOK) -> Rules:
    path = folder / "alerts.yaml"
    path.write_text(text)
    return read_rules(path)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await open_store(tmp_path, None, [b"k" * 32], Hands().now)
    yield store
    await store.close()


async def ended(store: Store, at: int, *calls: tuple[str, int], flow: str = "desk") -> None:
    """Web calls of block 2 end: why, and after how many milliseconds."""
    rows = [
        {"call": f"CA{at}", "token": f"{n}", "flow": flow, "block": 2, "at": at, "milliseconds": ms, "cause": cause}
        for n, (cause, ms) in enumerate(calls)
    ]
    await store.database.write([Statement(INSERT_WEB_CALL, row) for row in rows])


@pytest.mark.parametrize(
    ("looks", "told"),
    [
        ("0- 1+ 2+ 3-", ["", "firing", "", "over"]),
        ("0+ 1- 2+ 3- 4+", ["firing", "over", "", "", ""]),  # what comes and goes is not told again
        ("0+ 9+ 10+ 11+ 12-", ["firing", "", "firing", "", "over"]),  # what goes on is told again
        ("0+ 1- 9+ 12+ 13-", ["firing", "over", "", "firing", "over"]),
    ],
)
def test_an_alert_is_told_when_it_begins_when_it_lasts_and_when_it_ends(looks: str, told: list[Told]) -> None:
    """Minutes, and whether it holds then; told again after 10 minutes at the earliest."""
    standing, found = Standing(), []
    for look in looks.split():
        standing, now_told = step(standing, Verdict(look[-1] == "+", ""), int(look[:-1]) * MINUTE + FORGET, 10)
        found.append(now_told)
    assert found == told


async def test_each_rule_holds_by_what_the_database_knows(store: Store, tmp_path: Path) -> None:
    clock, heard = Hands(), Heard()
    alerts = Alerts(rules(tmp_path), store.alerts, store.starts, clock)
    now = clock.now()
    await ended(store, now - 11 * MINUTE, *[("timeout", 10_000)] * 50)  # before the window
    await ended(store, now - MINUTE, *[("ok", 100)] * 8, *[("cancelled", 9_000)] * 90, *[("status", 50)] * 8)
    await ended(store, now - 2, *[("timeout", 9_000)] * 90, flow="other")
    await alerts.look(heard)
    assert heard.taken() == [("crm-slow", "firing"), ("silence", "firing")], "8 of 16 are not more than a half"
    await ended(store, now - 1, ("skipped", 1))
    assert {each.rule.name for each in await alerts.all() if each.verdict.holds} == {
        "crm-fails", "crm-slow", "paused", "silence",
    }  # fmt: skip
    await alerts.look(heard)
    assert heard.taken() == [("crm-fails", "firing"), ("paused", "firing")]
    [level] = await alerts.levels()
    assert (level.web_calls, round(level.kept, 3), round(level.burn, 2)) == (67, 0.119, 4.4)
    clock.time += 30 * MINUTE
    await alerts.look(heard)
    assert heard.taken() == [("crm-fails", "over"), ("crm-slow", "over"), ("paused", "over")]


async def over(store: Store, at: int, *results: str, flow: str = "desk") -> None:
    """Calls end, each with its result."""
    made = """
        INSERT INTO calls (id, flow, revision, version, status, started_at, touched_at, over_at, state, result)
        VALUES (:id, :flow, 1, 1, 'ended', :at, :at, :at, '', :result)
    """
    rows = [{"id": f"{flow} {at} {n}", "flow": flow, "at": at, "result": each} for n, each in enumerate(results)]
    await store.database.write([Statement(made, row) for row in rows])


@pytest.mark.parametrize(
    ("rule", "says", "holds"),
    [
        ("", "1 of 4 calls that ended within 10 min failed.", True),
        ("flow: other", "0 of 1 call that ended within 10 min failed.", False),
        ("flow: desk, share: 0.5", "1 of 3 calls that ended within 10 min failed.", False),
        ("at_least: 5", "1 of 4 calls that ended within 10 min failed. That is too few to judge: less than 5.", False),
        ("minutes: 60, share: 0.4", "4 of 7 calls that ended within 60 min failed.", True),
    ],
)
async def test_failed_calls_are_told(store: Store, tmp_path: Path, rule: str, says: str, holds: bool) -> None:
    now = Hands().now()
    await over(store, now - 30 * MINUTE, "failed", "failed", "failed")
    await over(store, now - MINUTE, "completed", "hung_up", "failed")
    await over(store, now - MINUTE, "completed", flow="other")
    await over(store, now - MINUTE, "failed", flow="")  # it was over before it could be answered
    only = rules(tmp_path, f"alerts: [{{name: a, when: calls_fail, {rule}}}]")
    (alert,) = await Alerts(only, store.alerts, store.starts, Hands()).all()
    assert (alert.verdict.says, alert.verdict.holds) == (says, holds)


async def test_of_several_processes_one_tells_and_a_restart_tells_nothing_again(store: Store, tmp_path: Path) -> None:
    clock, heard = Hands(), Heard()
    await ended(store, clock.now(), *[("timeout", 9_000)] * 30)
    seen = await store.alerts.standings()
    assert await store.alerts.move("x", seen.get("x", Standing()), Standing(5, 5))
    assert not await store.alerts.move("x", seen.get("x", Standing()), Standing(6, 6)), "the other was first"
    for _ in range(3):  # each with a memory of its own
        await Alerts(rules(tmp_path), store.alerts, store.starts, clock).look(heard)
    assert sorted(heard.taken()) == [("crm-fails", "firing"), ("crm-slow", "firing"), ("silence", "firing")]


class Far:
    """A webhook that keeps what comes, the phone, and the gate that lets only one number pass."""

    def __init__(self) -> None:
        self.posted: list[dict[str, Any]] = []
        self.texted: list[tuple[str, str]] = []

    async def post(self, request: web.Request) -> web.Response:
        self.posted.append(await request.json())
        return web.Response(status=503 if len(self.posted) == 1 else 204, headers={"Retry-After": "0"})

    async def text(self, to: str, body: str) -> str:
        self.texted.append((to, body))
        return ""

    async def admit(self, wish: Wish) -> Passed:
        return Passed(wish.to) if wish.to == "+15550100" else Passed("", "not_allowed", "It may not be.")


async def test_it_is_posted_through_the_guard_and_texted_through_the_gate(
    store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock, far, app = Hands(), Far(), web.Application()
    app.router.add_post("/in", far.post)
    await ended(store, clock.now(), *[("timeout", 9_000)] * 30)
    async with AsyncExitStack() as stack:
        there = await stack.enter_async_context(TestServer(app))
        calls = await stack.enter_async_context(asker(World(clock=clock)))
        only = rules(tmp_path, RULES % there.make_url("/in"))
        await Alerts(only, store.alerts, store.starts, clock).look(Telling(calls.web_calls, far, far.text, clock))
        strict = await stack.enter_async_context(asker(World(clock=clock, allow="")))
        elsewhere = rules(tmp_path, (RULES % there.make_url("/in")).replace("+15550100", "+4420794600"))
        clock.time += 61 * MINUTE
        await ended(store, clock.now(), *[("timeout", 9_000)] * 30)
        await Alerts(elsewhere, store.alerts, store.starts, clock).look(Telling(strict.web_calls, far, far.text, clock))
    first, second = far.posted  # the second is the same once more, after a 503
    assert first == second
    assert first["text"] == "Alert: crm-fails. 30 of 30 web calls within 10 min failed."
    assert (first["alert"], first["state"], first["flow"], first["block"]) == ("crm-fails", "firing", "desk", 2)
    assert far.texted == [("+15550100", first["text"])]
    told = [record.__dict__.get("facts", {}) for record in caplog.records if record.msg == "alert not told"]
    assert [(each["way"], each["reason"]) for each in told] == [
        ("webhook", "no answer (blocked)"),
        ("text", "It may not be."),
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("alerts: [", "no YAML (line 1)"),
        ("alerts: [{name: a, when: web_calls_fail, block: 2}]", "“block” needs “flow”"),
        ("alerts: [{name: a, when: late}]", "alerts.0 Input tag 'late'"),
        (
            "alerts: [{name: a, when: queue_long, starts: 1}, {name: a, when: breaker_open}]",
            "two alerts are called “a”",
        ),
        ("alerts: [{name: a, when: breaker_open, webhook: 'ftp://secret@host'}]", "alerts.0.breaker_open.webhook"),
        ("alerts: [{name: a, when: breaker_open, text: 'home'}]", "must be a phone number"),
        ("[1]", "Input should be"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_place(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(BrokenRules) as caught:
        rules(tmp_path, text)
    assert says in str(caught.value)
    assert "secret" not in str(caught.value)


async def test_they_are_seen_by_the_api_and_on_the_command_line(tmp_path: Path) -> None:
    path = tmp_path / "alerts.yaml"
    path.write_text("alerts: [{name: silence, when: no_calls, hours: 2}]\nservice_levels: [{seconds: 1, share: 0.9}]")
    async with served(tmp_path / "data", IVR_ALERTS=str(path)) as server:
        answer = (await (await server.board()).get("/api/alerts")).json
    [alert], [level] = answer["alerts"], answer["service_levels"]
    assert (alert["name"], alert["when"], alert["holds"], alert["says"]) == (
        "silence", "no_calls", True, "0 calls came within 2 h.",
    )  # fmt: skip
    assert (level["web_calls"], level["kept"], level["burn"]) == (0, 1.0, 0.0)


def test_the_command_says_how_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "alerts.yaml"
    path.write_text("alerts: [{name: silence, when: no_calls, hours: 2}]\nservice_levels: [{seconds: 1, share: 0.9}]")
    environ = {"IVR_DATA": str(tmp_path / "data"), "IVR_ALERTS": str(path)}
    shown = CliRunner().invoke(ivr, ["alerts"], env=environ)
    assert shown.exit_code == 1, shown.output
    assert shown.output.startswith("ALERT  silence: 0 calls came within 2 h.")
    assert "kept   all flows: 100.00% of 0 web calls" in shown.output


def test_the_example_of_the_documentation_is_a_file_of_rules(tmp_path: Path) -> None:
    example = page("deploying").partition("```text\nalerts:")[2].partition("```")[0]
    found = rules(tmp_path, "alerts:" + example)
    assert [each.when for each in found.alerts] == [
        "web_calls_fail", "web_calls_slow", "breaker_open", "queue_long", "calls_fail", "no_calls",
    ]  # fmt: skip
    assert len(found.service_levels) == 1
