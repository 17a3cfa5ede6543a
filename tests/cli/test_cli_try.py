"""`ivr try`: scenarios at the command line, and calls that were really made as scenarios."""

import asyncio
import os
import stat
from pathlib import Path

from ivr.app import stored
from ivr.core.call import Call
from ivr.flow.templates import template
from ivr.runtime.ports import CallRecord, Change
from ivr.settings import load
from ivr.testing import Line
from tests.cli.process import Ran, run

SCENARIO = "name: Hours\nsteps: [{presses: '1'}]\nexpect: {heard: [We are open], ended_by: flow}\n"


def tried(folder: Path, *arguments: str) -> Ran:
    return asyncio.run(run(folder, "try", *arguments))


def written(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return name


def test_a_scenario_that_passes_is_one_line(tmp_path: Path) -> None:
    ran = tried(tmp_path, "menu", written(tmp_path, "a.yaml", SCENARIO))
    assert ran.code == 0
    assert len(ran.out.splitlines()) == 1
    assert "✓ Hours" in ran.out


def test_one_that_fails_tells_what_differs_and_the_whole_call(tmp_path: Path) -> None:
    ran = tried(tmp_path, "menu", written(tmp_path, "a.yaml", SCENARIO.replace("We are open", "We are shut")))
    assert ran.code == 1
    assert "✗ Hours" in ran.out
    assert "expected to hear “We are shut”" in ran.out
    assert "“We are open from Monday to Friday" in ran.out


def test_without_a_scenario_the_call_is_told(tmp_path: Path) -> None:
    flow = written(tmp_path, "flow.json", template("appointment").text)
    ran = tried(tmp_path, flow)
    assert ran.code == 0
    assert "→ GET https://api.example.com/appointments?phone=%2B15550100001" in ran.out
    assert "had no answer prepared" in ran.out


def test_mistakes_are_told_with_their_lines(tmp_path: Path) -> None:
    ran = tried(tmp_path, "menu", written(tmp_path, "a.yaml", "name: a\nsteps: [{presss: '1'}]\n"))
    assert ran.code == 1
    assert "a.yaml: line 2: steps[0].presss: there is no such field. Did you mean “presses”?" in ran.said


def test_a_broken_flow_and_a_missing_one(tmp_path: Path) -> None:
    assert (
        "There is no action “play”"
        in tried(
            tmp_path,
            written(tmp_path, "f.json", '{"id":"a","name":"a","blocks":[{"number":1,"action":{"type":"play"}}]}'),
        ).said
    )
    missing = tried(tmp_path, "nowhere.json")
    assert (missing.code, "nowhere.json can't be read" in missing.said) == (1, True)
    assert tried(tmp_path, "menu", "nowhere.yaml").code == 1


def test_a_call_that_was_made_becomes_a_scenario(tmp_path: Path) -> None:
    flow = written(tmp_path, "flow.json", template("appointment").text)
    with Line.of(tmp_path / flow) as line:
        line.api("Look up the appointment", json={"DateText": "May 4"}, after=2).rings("+15551234567", "+15557654321")
        trace = tuple(line.trace)
        call = Call("CA7", "appointment", 1, status="ended")
    keep(tmp_path, Change(CallRecord(call), trace=trace))
    ran = tried(tmp_path, flow, "--record", "CA7", "-o", "made.yaml")
    assert ran.code == 0
    assert os.name == "nt" or stat.S_IMODE((tmp_path / "made.yaml").stat().st_mode) == 0o600  # it has what was said
    assert "5551234567" not in (tmp_path / "made.yaml").read_text("utf-8")
    again = tried(tmp_path, flow, "made.yaml")
    assert again.code == 0
    assert "✓ Call CA7" in again.out
    assert "There is no call CA8." in tried(tmp_path, flow, "--record", "CA8").said


def keep(folder: Path, change: Change) -> None:
    """Store a call where the command looks for it."""

    async def save() -> None:
        async with stored(load(env_file=None, environ={"IVR_DATA": str(folder / "data")})) as store:
            assert await store.calls.save(change, 1)

    asyncio.run(save())
