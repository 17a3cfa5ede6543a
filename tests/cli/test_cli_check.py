"""What is wrong with a flow, by the command line: for people, for programs, and before it goes live."""

import json
from pathlib import Path
from typing import Any

from tests.cli.process import run
from tests.story.flows import Row, asks, drawn, ends, says, starts


def write(folder: Path, name: str, *rows: Row, **flow: Any) -> str:
    """A flow file of these rows in the folder; its name."""
    (folder / name).write_text(drawn(*rows, **flow).model_dump_json(), encoding="utf-8")
    return name


async def test_how_long_callers_wait_is_told(tmp_path: Path) -> None:
    looks_up = {**asks(4, 4, timeout=12), "title": "Look up"}
    waits = write(tmp_path, "waits.json", starts(), says("Hi.", 3), looks_up, asks(5, 5, timeout=3), ends())
    music = write(tmp_path, "music.json", starts(), asks(3, 3, play_hold_music=True, hold_delay=0), ends())
    plain = write(tmp_path, "plain.json", starts(), says("Hi.", 3), ends())
    many = (asks(number + 1, number + 1, timeout=1) for number in range(3, 13))
    long = write(tmp_path, "long.json", starts(), says("Hi.", 3), *many, ends())
    ran = await run(tmp_path, "check", waits, music, plain, long)
    assert ran.code == 0
    web = "“External Web Call”"
    assert [line for line in ran.out.splitlines() if "can be published" not in line] == [
        f"waits.json: longest silence 15 s at 4 {web}; longest wait 15 s: 3 “Look up” → 4 {web}.",
        f"music.json: no silence; longest wait 10 s: 2 {web}.",
        "plain.json: callers never wait for anything but their own answers.",
        f"long.json: longest silence 10 s at 12 {web}; longest wait 10 s: "
        + " → ".join([*(f"{number} {web}" for number in range(3, 9)), "… (3 more)", f"12 {web}."]),
    ]
    assert "warning: block 3, action.play_hold_music: From “Look up” (block 3) to" in ran.err


async def test_mistakes_end_it_and_the_wait_is_told_all_the_same(tmp_path: Path) -> None:
    name = write(tmp_path, "round.json", starts(), says("Again.", 2))
    ran = await run(tmp_path, "check", name)
    assert ran.code == 1
    assert "round.json: error: block 2: A call that goes round here does so for ever: 2 → 2." in ran.err
    assert ran.out == "round.json: callers never wait for anything but their own answers.\n"


async def test_programs_get_it_as_json(tmp_path: Path) -> None:
    (tmp_path / "half.json").write_text('{"id": ', encoding="utf-8")
    silent = write(tmp_path, "silent.json", starts(), says("Hi.", 3), asks(4, 4), ends())
    ran = await run(tmp_path, "check", "--json", silent, "half.json")
    assert (ran.code, ran.err) == (1, "")
    first, second = json.loads(ran.out)
    assert first == {
        "file": "silent.json",
        "problems": [
            {
                "code": "long_silence",
                "message": "Here the caller may hear nothing for 10 s.",
                "block": 3,
                "path": "action.play_hold_music",
                "hint": "Switch hold music on, or add a line that is said meanwhile.",
                "level": "warning",
                "fix": "",
            }
        ],
        "audit": {
            "longest_silence": 10.0,
            "at_block": 3,
            "longest_wait": 10.0,
            "path": [3],
            "silences": [{"seconds": 10.0, "path": [3]}],
        },
    }
    assert (second["file"], second["audit"], second["problems"][0]["code"]) == ("half.json", None, "not_json")


async def test_one_file_of_several_that_is_not_there(tmp_path: Path) -> None:
    good = write(tmp_path, "good.json", starts(), says("Hi.", 3), ends())
    ran = await run(tmp_path, "check", "--json", "none.json", good)
    assert ran.code == 1
    assert "none.json can't be read" in ran.err
    assert [row["file"] for row in json.loads(ran.out)] == ["good.json"]


async def test_publishing_looks_for_what_the_flow_needs(tmp_path: Path) -> None:
    goes_on = {"action": {"type": "jump_to", "flow": "other"}}
    web_call = asks(4, 4, timeout=5, headers=[{"name": "X", "value": "$SECRET.crm"}])
    rows = (starts(), says("", 3, clip="welcome.wav"), web_call, goes_on)
    assert (await run(tmp_path, "check", write(tmp_path, "needy.json", *rows, id="needy"))).code == 0
    assert (await run(tmp_path, "flow", "import", "needy.json")).code == 0
    ran = await run(tmp_path, "flow", "publish", "needy")
    assert ran.code == 1
    for words in ("no “welcome.wav” in the audio library", "no secret “crm”", "no flow “other”"):
        assert words in ran.said
    assert "draft only" in (await run(tmp_path, "flow", "list")).out


async def test_flows_that_go_on_to_each_other_can_be_published(tmp_path: Path) -> None:
    """Whichever is first: one that is not live yet is no error. One without a way in is."""
    comes_in = {"action": {"type": "jump_from"}, "exits": {"next": 2}}
    for own, other in (("here", "there"), ("there", "here")):
        write(tmp_path, f"{own}.json", comes_in, {"action": {"type": "jump_to", "flow": other}}, id=own)
        assert (await run(tmp_path, "flow", "import", f"{own}.json")).code == 0
    for own in ("here", "there"):
        ran = await run(tmp_path, "flow", "publish", own)
        assert ran.code == 0, ran.said
    write(tmp_path, "here.json", starts(), ends(), id="here")
    ran = await run(tmp_path, "flow", "import", "here.json", "--publish")
    assert ran.code == 0, ran.said
    ran = await run(tmp_path, "flow", "publish", "there")
    assert ran.code == 1
    assert "The flow “here” has no Jump From block." in ran.said
