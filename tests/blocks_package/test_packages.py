"""Actions of packages: a real package, installed by pip, in a server's menu, panel, checks, schema and reference."""

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from ivr.cli import ivr
from ivr.core.declared import type_of
from ivr.core.problem import Problem
from ivr.flow.needs import missing, with_needs
from ivr.flow.read import read, read_document
from ivr.registry import ACTIONS, GROUP, LeftOut, collect
from tests.cli.process import ROOT, running

EXAMPLE = Path(__file__).parent / "example"
FLOW: dict[str, Any] = {
    "id": "acme",
    "name": "Acme",
    "blocks": [
        {"number": 1, "action": {"type": "inbound_call"}, "exits": {"next": 4}},
        {"number": 4, "action": {"type": "acme_lookup"}, "exits": {"found": 5, "failure": 6}},
        {"number": 5, "action": {"type": "play_message", "message": "Hello $ACME_4.name."}, "exits": {"next": 6}},
        {"number": 6, "action": {"type": "end_call"}},
    ],
}
NEEDS = {"acme_lookup": "acme-ivr-blocks"}
LACKING = (
    "error: block 4, action: Block 4 needs the action `acme_lookup` from the package `acme-ivr-blocks`. "
    "Install it with pip install acme-ivr-blocks, and start the server again. Do so only if you trust the package."
)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a process that has the example package; nothing is fetched to install it."""
    target = tmp_path_factory.mktemp("packages")
    offline = ["--no-index", "--no-deps", "--no-build-isolation", "--disable-pip-version-check", "--no-cache-dir"]
    command = [sys.executable, "-m", "pip", "install", "-q", *offline, "--target", str(target), str(EXAMPLE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0, done.stderr
    return {"PYTHONPATH": os.pathsep.join((str(target), str(ROOT)))}


SHOWN = """
import json
from ivr.flow.catalogue import reference
from ivr.flow.needs import missing, with_needs
from ivr.flow.read import read_document
from ivr.flow.schema import schema
from ivr.registry import ACTIONS, LEFT_OUT, PACKAGES
from ivr.web.api.bootstrap import actions
from ivr.core.values import to_json

flow = json.loads(input())
found, problems = read_document(flow)
(row,) = [row for row in actions() if row.type == "acme_lookup"]
print(json.dumps({
    "last": ACTIONS[-1].__name__, "left_out": len(LEFT_OUT), "packages": PACKAGES,
    "row": json.loads(to_json(row)),
    "problems": [str(problem) for problem in problems], "needs": with_needs(flow).get("needs"),
    "titles": [each.get("title") for each in schema()["$defs"].values()],
    "reference": reference().rpartition("## ")[2].splitlines()[:3], "read": found is not None,
}))
"""


def test_an_installed_block_is_there_like_any_other(installed: dict[str, str]) -> None:
    environ = {**os.environ, **installed}
    command = [sys.executable, "-c", SHOWN]
    done = subprocess.run(command, input=json.dumps(FLOW), env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    row = told["row"]
    assert (told["last"], told["left_out"], told["packages"]) == ("Lookup", 0, NEEDS)
    assert (row["title"], row["group"], row["summary"]) == ("Acme Lookup", "Data", "{customer}")
    assert row["icon"].startswith("M"), "the page draws what it is sent"
    assert [port["id"] for port in row["ports"]] == ["found", "failure"]
    assert row["schema"]["properties"]["customer"]["description"] == "The number of the customer."
    assert (told["read"], told["problems"], told["needs"]) == (True, [], NEEDS)
    assert "Acme Lookup" in told["titles"]
    about = "Look up a customer of Acme while the caller hears hold music."
    assert told["reference"] == ["Acme Lookup", "", f"`acme_lookup`. {about} From the package `acme-ivr-blocks`."]


CALLED = """
import json, sys
from ivr.testing import Line

for answer in ({"json": {"name": "Ada"}, "after": 3}, {"fails": "timeout"}):
    with Line.of(sys.argv[1]) as line:
        line.api("4", **answer).rings()
        print(json.dumps({"heard": line.heard, "path": line.path, "asked": [each.url for each in line.requests]}))
"""


def test_a_call_goes_through_it(installed: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "flow.json").write_text(json.dumps(FLOW))
    command = [sys.executable, "-c", CALLED, str(tmp_path / "flow.json")]
    done = subprocess.run(command, env={**os.environ, **installed}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found, failed = map(json.loads, done.stdout.splitlines())
    assert found["heard"][-1] == "Hello Ada."
    assert (found["path"], failed["path"]) == ([1, 4, 5, 6], [1, 4, 6])
    (address,) = {*found["asked"], *failed["asked"]}
    assert address.startswith("https://api.acme.test/customers/%2B")


MOVED = """
from click.testing import CliRunner
from ivr.cli import ivr

for words in ("flow import flow.json", "flow export acme -o exported.json", "check exported.json"):
    ran = CliRunner().invoke(ivr, words.split())
    assert ran.exit_code == 0, ran.output
"""


def test_a_flow_says_on_another_machine_which_package_it_needs(installed: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "flow.json").write_text(json.dumps(FLOW))
    environ = {**os.environ, **installed, "IVR_DATA": str(tmp_path / "here")}
    done = subprocess.run([sys.executable, "-c", MOVED], cwd=tmp_path, env=environ, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    exported = tmp_path / "exported.json"
    assert json.loads(exported.read_bytes())["needs"] == NEEDS
    there = CliRunner(env={"IVR_DATA": str(tmp_path / "there")})
    refused = there.invoke(ivr, ["check", str(exported)])
    assert (refused.exit_code, refused.output.strip()) == (1, f"{exported}: {LACKING}")
    assert LACKING in there.invoke(ivr, ["flow", "import", str(exported)]).output
    assert there.invoke(ivr, ["flow", "import", str(exported), "--unfinished"]).exit_code == 0
    again = json.loads(there.invoke(ivr, ["flow", "export", "acme"]).output)
    assert again["needs"] == NEEDS, "a draft keeps the package of a block that can't be read"


async def test_a_server_with_a_broken_package_starts_and_says_which(tmp_path: Path) -> None:
    target = tmp_path / "packages"
    info = target / "broken_blocks-2.0.dist-info"
    info.mkdir(parents=True)
    (target / "broken_blocks.py").write_text("import a_module_that_is_not_there\n")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: broken-blocks\nVersion: 2.0\n")
    (info / "entry_points.txt").write_text("[ivr.blocks]\nacme_lookup = broken_blocks:Lookup\n")
    env = {"PYTHONPATH": os.pathsep.join((str(target), str(ROOT)))}
    ports = ("--carrier-port", "0", "--api-port", "0")
    said = "The block “acme_lookup” of the package “broken-blocks” is left out: broken_blocks:Lookup can't be imported"
    async with running(tmp_path, "serve", "--demo", *ports, env=env | {"IVR_LISTEN": "127.0.0.1:0"}) as server:
        while "Stop with Ctrl-C." not in server.log:  # a busy machine may take long; the test's own limit ends it
            assert server.process.returncode is None, server.log
            await asyncio.sleep(0.05)
        assert f"{said}: ModuleNotFoundError: No module named 'a_module_that_is_not_there'" in server.log


def test_a_package_that_is_not_known_is_not_made_up() -> None:
    _, problems = read(json.dumps(FLOW))
    assert [(each.code, each.block) for each in problems if each.level == "error"] == [("union_tag_invalid", 4)]
    _, problems = read_document({**FLOW, "needs": {"acme_lookup": "a; rm -rf ~"}})
    assert [(each.code, each.path) for each in problems] == [
        ("string_pattern_mismatch", "needs.acme_lookup"),
        ("union_tag_invalid", "action"),
    ]


def test_only_what_a_flow_uses_is_needed() -> None:
    others = {"someone_elses": "another-package"}
    assert with_needs({**FLOW, "needs": NEEDS | others})["needs"] == NEEDS
    assert "needs" not in with_needs({**FLOW, "blocks": FLOW["blocks"][:1], "needs": NEEDS})
    for strange in (
        [],
        {"blocks": 1},
        {"blocks": [None, {"action": []}, {"action": {"type": 1}}]},
        {**FLOW, "needs": 1},
    ):
        assert with_needs(strange) == strange


BROKEN = {
    "raises": ("raise SystemExit(3)", "can't be imported: SystemExit: 3"),
    "absent": ("", "can't be imported: AttributeError"),
    "no_class": ("Block = 3", "It is not a subclass of ivr.blocks.Action."),
    "no_type": ("class Block(Action[Event]):\n    'Help.'\n    card = CARD\n    enter = enter", "It has no type"),
    "other_type": ("class Block(Action[Event]):\n    'Help.'\n    type: Literal['x'] = 'x'", "It has no method enter"),
    "bad_card": (
        "class Block(Action[Event]):\n    'Help.'\n    type: Literal['bad_card'] = 'bad_card'\n"
        "    card: ClassVar = Card('T', 'G', '', 'lower', ports=(Port('a', 'A'), Port('a', 'B')))\n    enter = enter",
        "Its card has no icon. The prefix of its card must be letters and digits, the first a capital, not “lower”. "
        "It declares the port “a” twice.",
    ),
    "menu": ("raise AssertionError", "There is already an action “menu” that comes with the server."),
}
HEAD = """
from typing import ClassVar, Literal
from ivr.blocks import Action, Card, Event, Leave, Port
CARD: ClassVar = Card("T", "G", "globe", "X")
def enter(self, visit):
    return Leave("next")
"""


@pytest.fixture
def modules(tmp_path: Path) -> Iterator[Path]:
    """A folder that modules are imported from, until the end of the test."""
    sys.path.insert(0, str(tmp_path))
    yield tmp_path
    sys.path.remove(str(tmp_path))


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_block_is_left_out_with_the_reason(name: str, modules: Path) -> None:
    text, why = BROKEN[name]
    (modules / f"broken_{name}.py").write_text(f"{HEAD}\n{text}\n")
    found = collect([EntryPoint(name, f"broken_{name}:Block", GROUP)])
    assert found.actions == ACTIONS
    assert found.packages == {}
    (left_out,) = found.left_out
    assert left_out.name == name
    assert why in left_out.why


def test_a_flow_with_a_block_that_was_left_out_says_why() -> None:
    unknown = Problem("union_tag_invalid", "There is no action “acme_lookup”.", 4, "action")
    left_out = LeftOut("acme_lookup", "broken-blocks", "It has no card.")
    found = missing(unknown, FLOW["blocks"][1], NEEDS, (left_out,))
    assert found is not None
    assert str(found) == (
        "error: block 4, action: The block “acme_lookup” of the package “broken-blocks” is left out: It has no card. "
        "Mend or update the package."
    )


def test_of_two_packages_with_one_type_the_first_by_name_has_it(modules: Path) -> None:
    (modules / "twice.py").write_text((EXAMPLE / "acme_ivr_blocks.py").read_text())
    found = collect([EntryPoint("acme_lookup", "twice:Lookup", GROUP)] * 2)
    assert [type_of(action) for action in found.actions[len(ACTIONS) :]] == ["acme_lookup"]
    assert [each.why for each in found.left_out] == [
        "There is already an action “acme_lookup” of the package “unknown”."
    ]


def test_the_page_of_the_docs_shows_the_example() -> None:
    page = (ROOT / "ivr" / "docs" / "blocks-of-your-own.md").read_text("utf-8")
    code, project, tested = re.findall(r"```\w+\n(.*?)```", page, re.DOTALL)
    assert code == (EXAMPLE / "acme_ivr_blocks.py").read_text("utf-8")
    assert tested == (EXAMPLE / "test_acme.py").read_text("utf-8")
    assert project in (EXAMPLE / "pyproject.toml").read_text("utf-8")
    assert len(page.splitlines()) <= 80
