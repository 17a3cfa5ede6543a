import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from defusedxml.ElementTree import fromstring
from msgspec.structs import replace

from ivr.app import WallClock
from ivr.core.call import Call, Entry
from ivr.core.events import Answered
from ivr.runtime.gate import Open
from ivr.runtime.memory import MemoryFlows
from ivr.runtime.ports import CallRecord, Change
from ivr.runtime.turning import Turning, closed
from ivr.store import Store
from ivr.web.api.spreadsheet import Xlsx
from tests.api.board import Browser, Served, flow

NOW = 1_767_600_000_000
"""January 5, 2026, 8:00 UTC."""
DAY = 86_400_000
EPOCH_OF_SHEETS = -25_569 * DAY
"""Spreadsheets count days from the end of 1899."""
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
CALLER, OTHER = "+15551230000", "+15559990000"


async def no_clip(_: str) -> None:
    return None


async def publish(store: Store, document: dict[str, Any]) -> None:
    await store.flows.save_draft(document)
    await store.flows.publish(document["id"])


async def rings(store: Store, call_id: str, caller: str = CALLER, at: int = NOW, over: bool = True) -> None:
    """A call as the runtime saves it: the flow's first turn, and the carrier's word that it is over."""
    published = await store.flows.revision("line", 1)
    turning = Turning(MemoryFlows(published), no_clip, Open())
    event = Answered(at=at, caller=caller, dialled="+15550001111")
    change = await turning.change(CallRecord(Call(call_id, "line", 1)), event)
    assert await store.calls.save(change, at)
    if over:
        record = await store.calls.load(call_id)
        assert record is not None
        assert await store.calls.save(Change(closed(record, at + 7_000)), at + 7_000)


@pytest.fixture
async def store(server: Served) -> Store:
    await publish(server.store, flow())
    return server.store


def read(folder: Path) -> list[bytes]:
    """What the database's files hold."""
    return [file.read_bytes() for file in folder.rglob("ivr.sqlite*")]


async def ids(board: Browser, query: str = "") -> list[str]:
    answer = await board.get(f"/api/calls{query}")
    assert answer.status == 200, answer.body
    return [row["id"] for row in answer.json["calls"]]


async def test_no_calls_yet(board: Browser) -> None:
    assert (await board.get("/api/calls")).json == {"calls": [], "more": False}


async def test_a_call_in_the_list(board: Browser, store: Store) -> None:
    await rings(store, "CA1")
    [row] = (await board.get("/api/calls")).json["calls"]
    assert row == {
        "id": "CA1",
        "flow": "line",
        "flow_name": "Line",
        "revision": 1,
        "caller": CALLER,
        "started_at": NOW,
        "ended_at": NOW + 7_000,
        "result": "completed",
        "seconds": 7,
        "web_calls": {"count": 0, "failed": 0, "slowest_ms": 0},
        "last_block": 3,
    }


async def test_a_live_call_is_in_the_list(board: Browser, store: Store) -> None:
    await rings(store, "CA1", over=False)
    await rings(store, "CA2")
    [row] = (await board.get("/api/calls?result=live")).json["calls"]
    assert (row["id"], row["ended_at"], row["result"]) == ("CA1", None, "live")


async def test_what_is_asked_for(board: Browser, store: Store) -> None:
    await rings(store, "CA1", at=NOW)
    await rings(store, "CA2", at=NOW + 1000, caller=OTHER)
    await rings(store, "CA3", at=NOW + DAY, over=False)
    assert await ids(board) == ["CA3", "CA2", "CA1"]
    assert await ids(board, "?flow=line") == ["CA3", "CA2", "CA1"]
    assert await ids(board, "?flow=other") == []
    assert await ids(board, "?result=completed") == ["CA2", "CA1"]
    assert await ids(board, "?result=live") == ["CA3"]
    assert await ids(board, f"?number=%2B{OTHER[1:]}") == ["CA2"]
    assert await ids(board, f"?number={OTHER}") == ["CA2"], "a plus that became a space"
    assert await ids(board, "?number=%2B1%20(555)%20123-0000") == ["CA3", "CA1"]
    assert await ids(board, "?number=%2B1555") == []
    assert await ids(board, "?number=30000") == await ids(board, "?number=12-3.0000") == ["CA3", "CA1"]
    assert await ids(board, "?number=5551230000&result=live") == ["CA3"], "with a country that is not typed"
    assert await ids(board, "?number=1555") == [], "only from the end"
    assert await ids(board, "?dialled=%2B1%20555%20000%201111") == ["CA3", "CA2", "CA1"]
    assert await ids(board, "?dialled=%2B15550002222") == []
    assert await ids(board, "?from=2026-01-05") == await ids(board, "?to=2026-01-05") == ["CA2", "CA1"]
    assert await ids(board, "?from=2026-01-05&to=2026-01-06") == ["CA3", "CA2", "CA1"]
    assert await ids(board, "?from=2026-01-06") == ["CA3"]
    assert await ids(board, "?from=2026-01-04&zone=Pacific/Honolulu") == ["CA2", "CA1"], "8:00 UTC is 22:00 there"
    totals = (await board.get("/api/call-totals?from=2026-01-05&to=2026-01-06")).json
    assert totals == {"calls": 3, "failure_path": 0, "live": 1, "average_seconds": 7, "seconds": 14}
    assert await ids(board, "?block=2") == ["CA3", "CA2", "CA1"]
    assert await ids(board, "?block=22") == []
    assert await ids(board, f"?from=2026-01-05&number=%2B{CALLER[1:]}&result=completed&block=3&flow=line") == ["CA1"]


async def test_calls_with_these_words(board: Browser, store: Store) -> None:
    for n, text in enumerate(("Where is my parcel", "Parcel 4711, Müller", "")):
        await rings(store, f"CA{n}", at=NOW + n, over=False)
        record = await store.calls.load(f"CA{n}")
        assert record is not None
        said = Entry(NOW, "replied", 2, {"text": text, "confidence": 1})
        over = replace(closed(record, NOW + 9000), call=replace(record.call, status="ended"))
        assert await store.calls.save(Change(over, (said,)), NOW + 9000)
    while await store.word_index.index():
        pass
    assert await ids(board, "?words=parcel") == ["CA1", "CA0"]
    assert await ids(board, "?words=PARCEL%20m%C3%BCller") == await ids(board, "?words=4711&flow=line") == ["CA1"]
    assert await ids(board, "?words=parc") == await ids(board, "?words=5551230000") == []
    assert (await board.get("/api/call-totals?words=parcel")).json["calls"] == 2
    assert (await board.get("/api/stats?from=2026-01-05&words=my")).json["lived"]["calls"] == 1
    lines = list(csv.reader(io.StringIO((await board.get("/api/calls.csv?words=my")).body.decode("utf-8-sig"))))
    assert len(lines) == 2
    for path in ("calls", "call-totals", "stats", "calls.csv", "calls.xlsx"):
        for words in ("%3F!", "a", "one+two+three+four+five+six", "x" * 41, "x+" * 300):
            problem = (await board.get(f"/api/{path}?words={words}")).problem
            assert (problem["status"], "Calls are found by" in problem["detail"]) == (422, True), (path, words)


async def test_the_list_of_flows_counts_the_calls_of_today(board: Browser, store: Store) -> None:
    day = WallClock().now() // DAY
    await rings(store, "CA1", at=(day - 1) * DAY)
    await rings(store, "CA2", at=day * DAY - 1)
    for number in (3, 4):
        await rings(store, f"CA{number}", at=day * DAY + number, over=number == 3)
    await rings(store, "CA5", at=(day + 1) * DAY)
    [row] = (await board.get("/api/flows")).json
    today = datetime.fromtimestamp(day * DAY / 1000, UTC).date()
    assert row["calls_today"] == len(await ids(board, f"?flow=line&from={today}")) == 2


async def test_pages(board: Browser, store: Store) -> None:
    for number in range(5):
        await rings(store, f"CA{number}", at=NOW + number // 2)
    first = (await board.get("/api/calls?limit=2")).json
    assert ([row["id"] for row in first["calls"]], first["more"]) == (["CA4", "CA3"], True)
    assert await ids(board, "?limit=2&before=CA3") == ["CA2", "CA1"]
    last = (await board.get("/api/calls?limit=2&before=CA1")).json
    assert ([row["id"] for row in last["calls"]], last["more"]) == (["CA0"], False)


async def test_a_call_and_what_happened_in_it(board: Browser, store: Store) -> None:
    await rings(store, "CA1")
    call = (await board.get("/api/calls/CA1")).json
    assert call["variables"]["ANI"] == CALLER
    assert call["path"] == [1, 2, 3]
    assert [block["number"] for block in call["document"]["blocks"]] == [1, 2, 3]
    events = (await board.get("/api/calls/CA1/trace")).json["events"]
    assert [(each["kind"], each["t"], each["block"], each["sentence"]) for each in events[:3]] == [
        ("ring", 0, 0, f"{CALLER} calls +15550001111"),
        ("enter", 0, 1, "Inbound Call"),
        ("set", 0, 1, f"$ANI = {CALLER}, $DNIS = +15550001111, $CallSid = CA1"),
    ]
    export = await board.get("/api/calls/CA1/export")
    entries = export.json["entries"]
    assert (entries[0]["kind"], entries[0]["at"], entries[0]["block"]) == ("answered", NOW, 1)
    assert {"words": f"Hello {CALLER}."} in [entry["data"] for entry in entries]
    assert export.headers["Content-Disposition"] == 'attachment; filename="call-CA1.json"'
    assert export.json == {"call": call, "entries": entries}


async def test_the_revision_that_ran_is_shown_though_the_draft_has_changed(board: Browser, store: Store) -> None:
    await rings(store, "CA1")
    await store.flows.save_draft({**flow(), "name": "Changed", "blocks": []})
    call = (await board.get("/api/calls/CA1")).json
    assert call["document"]["name"] == "Line"


async def test_hidden_values_are_dots_while_the_call_goes_on(board: Browser, store: Store) -> None:
    variables = {"ANI": CALLER, "COLLECT_2": {"digits": "8317"}}
    call = Call("CA1", "line", 1, variables=variables, hidden=("COLLECT_2.digits",))
    await store.calls.save(Change(CallRecord(call)), NOW)
    shown = await board.get("/api/calls/CA1")
    assert shown.json["variables"]["COLLECT_2"] == {"digits": "•••"}
    assert b"8317" not in shown.body


async def test_unknown_calls_and_nonsense(board: Browser, store: Store) -> None:
    await store.calls.save(Change(CallRecord(Call("never-taken", "", 0, status="ended"))), NOW)
    for call_id in ("CA1", "never-taken", "x" * 5000, "%27%3B--"):
        for rest in ("", "/trace", "/export"):
            assert (await board.get(f"/api/calls/{call_id}{rest}")).problem["status"] == 404
    assert await ids(board) == []
    for query in (
        "result=x",
        "from=2026-13-01",
        "to=x",
        "from=2026-01-05&to=2026-01-04",
        "from=2025-01-01&to=2026-01-02",
        "from=2026-01-05&zone=Nowhere/At-all",
        "from=2026-01-05&zone=../../etc/passwd",
        f"block={'9' * 40}",
        "number=555",
        "limit=-1",
        "block=1.5",
        "from=9999-12-31",
    ):
        assert (await board.get(f"/api/calls?{query}")).status == 422, query
    assert await ids(board, f"?before={'x' * 2000}&number={'9' * 2000}&flow={'x' * 500}&limit=0") == []


async def test_figures(board: Browser, store: Store) -> None:
    now = WallClock().now()
    hour = now // 3_600_000 * 3_600_000
    await rings(store, "CA1", at=hour)
    await rings(store, "CA2", at=hour - 3_600_000, over=False)
    await rings(store, "CA3", at=hour - 30 * 3_600_000)
    for number, milliseconds in enumerate((100, 200, 300, 4000)):
        cause = "timeout" if milliseconds == 4000 else "ok"
        replied = {"token": f"1.{number}", "cause": "ok", "status": 200, "error": "", "milliseconds": milliseconds}
        trace = (Entry(hour, "replied", 2, replied), Entry(hour, "set", 2, {"EXTCALL_2.cause": cause}))
        await store.calls.save(Change(CallRecord(Call(f"CB{number}", "line", 1)), trace), hour)
    failed = Entry(hour, "problem", 2, {"code": "no_exit", "message": "It leads nowhere."})
    record = CallRecord(Call("CC1", "line", 1, status="ended"), over_at=hour)
    await store.calls.save(Change(record, (failed,)), hour)
    stats = (await board.get("/api/stats")).json
    assert (stats["by"], len(stats["calls"])) == ("hour", 24)
    assert stats["calls"][-2:] == [
        {"at": hour - 3_600_000, "total": 1, "failed": 0, "failure_path": 0},
        {"at": hour, "total": 6, "failed": 1, "failure_path": 1},
    ]
    assert stats["outcomes"] == {"completed": 1, "live": 5, "failed": 1}
    assert stats["lived"] == {
        "calls": 7,
        "failure_path": 1,
        "hung_up": 0,
        "hung_up_waiting": 0,
        "waits": 4,
        "wait_p50": 200,
        "wait_p95": 4000,
        "seconds": 4,
    }
    [block] = stats["web_calls"]
    assert block == {
        "flow": "line",
        "block": 2,
        "title": "",
        "count": 4,
        "p50": 200,
        "p90": 4000,
        "p99": 4000,
        "causes": {"timeout": 1},
    }
    own = {"number": "+15550001111", "calls": 2, "failure_path": 0, "failed": 0, "hung_up": 0, "seconds": 7}
    assert stats["numbers"] == [own], "calls that nobody dialled count for no number"
    of_number = (await board.get("/api/stats?dialled=%2B15550001111")).json
    assert (of_number["lived"]["calls"], of_number["lived"]["waits"], of_number["web_calls"]) == (2, 0, [])
    assert (await board.get("/api/stats?number=0000")).json["lived"]["calls"] == 2
    assert (await board.get("/api/stats?flow=other&hours=1")).json["web_calls"] == []
    days = (await board.get("/api/stats?hours=100&zone=Europe/Berlin")).json
    assert (days["by"], len(days["calls"])) in {("day", 5), ("day", 6)}
    assert sum(day["total"] for day in days["calls"]) == 8
    for hours in ("0", "x", "9" * 30, "999999"):
        assert (await board.get(f"/api/stats?hours={hours}")).status == 422
    [row] = (await board.get("/api/calls?block=2&result=failed")).json["calls"] or [{"id": "none"}]
    assert row["id"] == "none", "a block counts as reached when it was entered"
    slow = next(row for row in (await board.get("/api/calls")).json["calls"] if row["id"] == "CB3")
    assert slow["web_calls"] == {"count": 1, "failed": 1, "slowest_ms": 4000}


async def test_a_hang_up_is_counted_where_it_was_and_a_run_without_a_caller_is_no_call(
    board: Browser, store: Store
) -> None:
    now = WallClock().now()
    first, *_ = trace = (Entry(now, "answered", 1, {"caller": CALLER}), Entry(now, "hung_up", 7))
    begun = Call("CA1", "line", 1, block=2)
    await store.calls.save(Change(CallRecord(begun), (first,)), now)
    gone = replace(begun, flow="other", revision=4, block=7, status="ended")
    await store.calls.save(Change(CallRecord(gone, version=1, over_at=now), trace[1:]), now)
    run = Call("CA1.ended", "line", 1, status="ended", on_phone=False)
    await store.calls.save(Change(CallRecord(run, over_at=now), (Entry(now, "ended", 9),)), now)
    stats = (await board.get("/api/stats")).json
    assert stats["left"] == [{"flow": "other", "block": 7, "title": "", "count": 1, "waiting": False}]
    assert (stats["lived"]["calls"], stats["calls"][-1]["total"], stats["outcomes"]) == (1, 1, {"hung_up": 1})
    assert (await board.get("/api/call-totals")).json["calls"] == 2, "as many as are in the list"


async def test_why_web_calls_failed_hour_by_hour(board: Browser, store: Store) -> None:
    hour = WallClock().now() // 3_600_000 * 3_600_000
    ended = [(0, "timeout"), (0, "timeout"), (0, "status"), (0, "ok"), (2, "dns"), (2, "ok"), (30, "tls")]
    for number, (ago, cause) in enumerate(ended):
        at = hour - ago * 3_600_000 + 59 * 60_000 * (ago > 0)
        replied = {"token": f"1.{number}", "cause": cause, "status": 0, "error": "", "milliseconds": 5}
        change = Change(CallRecord(Call(f"CW{number}", "line", 1)), (Entry(at, "replied", 2, replied),))
        await store.calls.save(change, at)
    stats = (await board.get("/api/stats")).json
    failures = stats["failures"]
    assert [each["at"] for each in failures] == [each["at"] for each in stats["calls"]]
    assert {(hour - each["at"]) // 3_600_000: each["causes"] for each in failures if each["causes"]} == {
        0: {"timeout": 2, "status": 1},
        2: {"dns": 1},
    }, "with those that went well, and those before that time, left out"
    long = (await board.get("/api/stats?hours=48&flow=line")).json["failures"]
    assert (len(long), long[-31]) == (48, {"at": hour - 30 * 3_600_000, "causes": {"tls": 1}})
    other = (await board.get("/api/stats?flow=other&hours=3")).json["failures"]
    assert [each["causes"] for each in other] == [{}, {}, {}]


async def test_where_callers_hang_up_and_whether_they_waited(board: Browser, store: Store) -> None:
    ask = {"type": "external_web_call", "url": "https://api.example.com/x"}
    blocks = [*flow()["blocks"][:1], {"number": 2, "title": "Look up", "action": ask, "exits": {}}]
    await publish(store, {**flow(), "id": "asks", "blocks": blocks, "last_number": 2})
    for number, (flow_id, block) in enumerate((("asks", 2), ("asks", 2), ("asks", 1), ("line", 2), ("gone", 7))):
        call = Call(f"CH{number}", flow_id, 1, block=block)
        trace = (Entry(NOW, "entered", block), Entry(NOW, "hung_up", block))
        await store.calls.save(Change(CallRecord(call, over_at=NOW + 1000), trace), NOW)
    stats = (await board.get("/api/stats?from=2026-01-01&to=2026-01-31&zone=Asia/Kathmandu")).json
    assert [(each["flow"], each["block"], each["title"], each["count"], each["waiting"]) for each in stats["left"]] == [
        ("asks", 2, "Look up", 2, True),
        ("asks", 1, "", 1, False),
        ("gone", 7, "", 1, False),
        ("line", 2, "", 1, False),
    ]
    assert (stats["lived"]["hung_up"], stats["lived"]["hung_up_waiting"]) == (5, 2)
    assert (stats["by"], len(stats["calls"]), stats["calls"][4]["total"]) == ("day", 31, 5)
    assert stats["calls"][0]["at"] % DAY == DAY - (5 * 60 + 45) * 60_000, "midnight in Nepal"


async def test_a_file_for_spreadsheets(board: Browser, store: Store) -> None:
    await store.flows.save_draft({**flow(), "name": '=HYPERLINK("x")'})
    await rings(store, "CA1", caller="0049301234")
    await rings(store, "CA2", at=NOW + 1000)
    await rings(store, "CA3", at=NOW + 2000, caller="anonymous")
    answer = await board.get("/api/calls.csv?zone=Europe/Berlin")
    assert answer.body.startswith(b"\xef\xbb\xbfCall,Began,Flow,")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="calls.csv"'
    rows = list(csv.reader(answer.body.decode("utf-8-sig").splitlines()))[1:]
    assert [row[:6] for row in rows] == [
        ["CA3", "2026-01-05 09:00:02", '\'=HYPERLINK("x")', "1", "anonymous", "completed"],
        ["CA2", "2026-01-05 09:00:01", '\'=HYPERLINK("x")', "1", f'="{CALLER}"', "completed"],
        ["CA1", "2026-01-05 09:00:00", '\'=HYPERLINK("x")', "1", '="0049301234"', "completed"],
    ]
    assert [len(row) for row in rows] == [11] * 3
    assert (await board.get("/api/calls.csv?result=live")).body.count(b"\r\n") == 1


async def test_a_workbook(board: Browser, store: Store) -> None:
    """The file's own parts, as an office program reads them: texts are strings, no cell is a formula."""
    await store.flows.save_draft({**flow(), "name": '=HYPERLINK("x")'})
    await rings(store, "CA1", caller="0049301234")
    await rings(store, "CA2", at=NOW + 1000)
    answer = await board.get("/api/calls.xlsx?zone=Europe/Berlin")
    assert answer.headers["Content-Type"] == Xlsx.media
    assert answer.headers["Content-Disposition"] == 'attachment; filename="calls.xlsx"'
    with ZipFile(io.BytesIO(answer.body)) as book:
        sheet, styles = fromstring(book.read("xl/worksheets/sheet1.xml")), book.read("xl/styles.xml")
    assert not [*sheet.iter(f"{SHEET}f")], "nothing is computed"
    rows = [
        [("".join(cell.itertext()), cell.get("t")) for cell in row.iter(f"{SHEET}c")]
        for row in sheet.iter(f"{SHEET}row")
    ]
    days = (NOW - EPOCH_OF_SHEETS + 3_600_000) / DAY
    first, last = rows[1], rows[2]
    assert (first[0], first[4], first[6]) == (("CA2", "inlineStr"), (CALLER, "inlineStr"), ("7", None))
    assert (last[2], last[4]) == (('=HYPERLINK("x")', "inlineStr"), ("0049301234", "inlineStr"))
    assert (float(last[1][0]), last[1][1]) == (pytest.approx(days), None)
    assert b"yyyy-mm-dd hh:mm:ss" in styles
    assert (len(rows), {len(row) for row in rows}) == (3, {11})


async def test_a_number_can_not_be_read_in_the_file(tmp_path: Path, board: Browser, store: Store) -> None:
    await rings(store, "CA1")
    raw = b"".join(read(tmp_path))
    assert b"what became of calls" in raw
    assert CALLER[1:].encode() not in raw
