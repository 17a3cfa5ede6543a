"""Flows by the command line: checked, brought in and out, published, put on numbers."""

import asyncio
import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from ivr.app import stored
from ivr.flow.model import Flow
from ivr.settings import load
from tests.cli.process import Ran, run

DEMO = files("ivr.demo").joinpath("appointment.json").read_text("utf-8")
PASSWORD = "correct-horse-battery"


def a_flow(**auth: Any) -> dict[str, Any]:
    """The demo's flow with a password."""
    document: dict[str, Any] = json.loads(DEMO)
    document["blocks"][2]["action"]["authentication"] = {"type": "basic", "user": "anna", "password": PASSWORD, **auth}
    return document


def write(folder: Path, name: str, content: object) -> str:
    """A file in the folder; its name."""
    text = content if isinstance(content, bytes | str) else json.dumps(content)
    (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
    return name


def password_in(flow: Flow) -> Any:
    return flow.by_number[3].action.authentication.password  # type: ignore[union-attr]


async def test_a_sound_flow_is_found_sound(tmp_path: Path) -> None:
    ran = await run(tmp_path, "check", write(tmp_path, "good.json", DEMO))
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        "good.json: “When is my appointment?”, 8 blocks, can be published.",
        "good.json: longest silence 5 s at 5 “Text it”; longest wait 15 s: 3 “Look up the appointment” → 5 “Text it”.",
    ]


async def test_every_mistake_in_every_file_is_told(tmp_path: Path) -> None:
    broken = json.loads(DEMO)
    broken["nmae"] = "x"
    broken["blocks"][1]["action"]["type"] = "play_mesage"
    broken["blocks"][2]["action"]["tiemout"] = 3
    broken["blocks"][2]["action"]["timeout"] = 1000
    broken["blocks"][3]["exits"]["next"] = 99
    broken["blocks"][4]["exits"]["sucess"] = 6
    names = [
        write(tmp_path, "broken.json", broken),
        write(tmp_path, "empty.json", ""),
        write(tmp_path, "half.json", DEMO[:200]),
        write(tmp_path, "list.json", []),
        write(tmp_path, "nobody.json", {"id": "x", "name": "X", "blocks": []}),
        write(tmp_path, "deep.json", "[" * 100_000),
        write(tmp_path, "latin.json", DEMO.replace("When", "Wänn").encode("latin-1")),
        write(tmp_path, "bytes.json", b"\x00\xff\xfe"),
        "none.json",
        ".",
        write(tmp_path, "good.json", DEMO),
    ]
    ran, alone = await asyncio.gather(run(tmp_path, "check", *names), run(tmp_path, "check", "broken.json"))
    told = ran.said
    assert (ran.code, alone.code) == (1, 1)
    for words in ("nmae", "play_mesage", "tiemout", "less than or equal to 200", "no block 99", "no port “sucess”"):
        assert words in told, words
    assert "Did you mean “play_message”?" in told
    for name in names:
        assert f"{name}" in told, name
    assert "good.json: “When is my appointment?”, 8 blocks, can be published." in ran.out


async def test_a_flow_goes_in_is_published_put_on_a_number_and_listed(tmp_path: Path) -> None:
    assert "no flows yet" in (await run(tmp_path, "flow", "list")).said
    steps = [
        ["flow", "import", write(tmp_path, "flow.json", DEMO)],
        ["flow", "publish", "appointment", "--note", "First."],
        ["flow", "import", "flow.json", "--publish"],
        ["numbers", "assign", "+15550100", "appointment"],
    ]
    for step in steps:
        ran = await run(tmp_path, *step)
        assert ran.code == 0, ran.said
    listed = (await run(tmp_path, "flow", "list")).out
    assert [word for word in ("appointment", "revision 2", "+15550100", "When is my") if word not in listed] == []


@pytest.fixture
async def exported(tmp_path: Path) -> Ran:
    """What comes out of a flow that went in with a password."""
    await run(tmp_path, "flow", "import", write(tmp_path, "flow.json", a_flow()), "--publish")
    (tmp_path / "flow.json").unlink()
    return await run(tmp_path, "flow", "export", "appointment")


async def test_a_password_never_comes_out_again(tmp_path: Path, exported: Ran) -> None:
    assert exported.code == 0
    assert PASSWORD not in exported.said
    assert json.loads(exported.out)["blocks"][2]["action"]["authentication"] == {
        "type": "basic",
        "user": "anna",
        "password": {"set": True},
    }
    for file in (tmp_path / "data").rglob("*"):
        assert not file.is_file() or PASSWORD.encode() not in file.read_bytes(), file


async def test_what_came_out_goes_in_again_and_keeps_the_password(tmp_path: Path, exported: Ran) -> None:
    changed = exported.out.replace("One moment.", "Just a moment.")
    ran = await run(tmp_path, "flow", "import", write(tmp_path, "again.json", changed), "--publish")
    assert ran.code == 0, ran.said
    async with stored(load(env_file=None, environ={"IVR_DATA": str(tmp_path / "data")})) as store:
        flow = await store.flows.revision("appointment", 2)
        assert store.vault.open_secret(password_in(flow)) == PASSWORD
        assert "Just a moment." in flow.model_dump_json()


async def test_a_flow_whose_password_is_nowhere_is_not_published(tmp_path: Path) -> None:
    ran = await run(tmp_path, "flow", "import", write(tmp_path, "x.json", a_flow(password={"set": True})), "--publish")
    assert ran.code == 1
    assert "This secret is not set." in ran.said


UNKNOWN = [
    ["numbers", "assign", "+15550100", "apointment"],
    ["flow", "publish", "apointment"],
    ["flow", "export", "apointment"],
]


async def test_a_flow_that_is_not_there_may_be_another(tmp_path: Path) -> None:
    await run(tmp_path, "flow", "import", write(tmp_path, "flow.json", DEMO), "--publish")
    for ran in await asyncio.gather(*(run(tmp_path, *words) for words in UNKNOWN)):
        assert (ran.code, ran.said) == (1, "Error: There is no flow “apointment”. Did you mean “appointment”?\n")


async def test_a_place_that_can_not_be_written_to(tmp_path: Path) -> None:
    await run(tmp_path, "flow", "import", write(tmp_path, "flow.json", DEMO))
    ran = await run(tmp_path, "flow", "export", "appointment", "-o", "nowhere/flow.json")
    assert ran.code == 1
    assert "nowhere/flow.json" in ran.said


async def test_data_that_can_not_be_used(tmp_path: Path) -> None:
    """Each in one sentence: a folder that is a file, a database that is none, a key that is none, or another one."""
    write(tmp_path, "file", "x")
    (tmp_path / "bad").mkdir()
    write(tmp_path / "bad", "ivr.sqlite", "this is no database" * 1000)
    (tmp_path / "keyless").mkdir()
    write(tmp_path / "keyless", "key", "not a key")
    await run(tmp_path, "flow", "import", write(tmp_path, "flow.json", DEMO))
    places = [
        {"IVR_DATA": "file"},
        {"IVR_DATA": "bad"},
        {"IVR_DATA": "keyless"},
        {"IVR_KEY": "x"},
        {"IVR_KEY": "A" * 43 + "="},
        {"IVR_DATABASE_URL": "mysql://x"},
        {"IVR_DATABASE_URL": "postgresql://127.0.0.1:9/x"},
    ]
    ran_there = await asyncio.gather(*(run(tmp_path, "flow", "list", env=env) for env in places))
    for env, ran in zip(places, ran_there, strict=True):
        assert ran.code == 1, env
        assert "Traceback" not in ran.err, (env, ran.err[-300:])


async def test_a_number_can_be_taken_back(tmp_path: Path) -> None:
    flow = tmp_path / "flow.json"
    flow.write_text('{"id": "a", "name": "A", "blocks": [{"number": 1, "action": {"type": "inbound_call"}}]}')
    assert (await run(tmp_path, "flow", "import", str(flow))).code == 0
    assert (await run(tmp_path, "numbers", "assign", "+15550100", "a")).code == 0
    assert "+15550100" in (await run(tmp_path, "flow", "list")).out
    assert (await run(tmp_path, "numbers", "unassign", "+15550100")).code == 0
    assert "+15550100" not in (await run(tmp_path, "flow", "list")).out
    again = await run(tmp_path, "numbers", "unassign", "+15550100")
    assert again.code == 1
    assert "No flow answers +15550100" in again.err
