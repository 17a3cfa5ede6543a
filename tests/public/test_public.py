"""The public API: what it names, what it gives, what it costs to import, and its types."""

import subprocess
import sys
from pathlib import Path

import pytest

import ivr
import ivr.testing
from ivr.flow.templates import template
from ivr.testing import BrokenFlow, BrokenScenario, Scenario

pytestmark = pytest.mark.process

HERE = Path(__file__).parent
TEMPLATES = Path(ivr.__file__).parent / "flow" / "templates"
MENU, SCENARIO = TEMPLATES / "menu.json", TEMPLATES / "menu.scenario.yaml"
WRONG = """
import ivr
from ivr import load
ivr.chek
load(3)
load("flow.json").blocks[0].numbr
"""


def test_all_that_is_public_is_there_and_says_what_it_does() -> None:
    assert ivr.__all__ == ["Flow", "check", "load", "try_"]
    for module in (ivr, ivr.testing):
        assert set(module.__all__) <= set(dir(module))
        assert all((getattr(module, name).__doc__ or "").strip() for name in module.__all__)
        with pytest.raises(AttributeError, match=f"module '{module.__name__}' has no attribute 'nonsense'"):
            module.nonsense  # noqa: B018


def test_what_is_imported_costs_nothing_until_it_is_used() -> None:
    code = "import sys, ivr, ivr.testing, ivr.testing.plugin; print(*[each for each in sys.modules if '.' in each])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    own = [each for each in ran.stdout.split() if each.startswith("ivr.")]
    assert sorted(own) == ["ivr.on_demand", "ivr.testing", "ivr.testing.plugin", "ivr.version"]


def test_a_flow_is_loaded_checked_and_tried(tmp_path: Path) -> None:
    flow = ivr.load(MENU)
    assert isinstance(flow, ivr.Flow)
    assert [each for each in ivr.check(flow) if each.level == "error"] == []
    assert ivr.check(flow) == ivr.check(str(MENU))
    assert [each.failures for each in ivr.try_(flow, SCENARIO)] == [each.failures for each in ivr.try_(MENU, SCENARIO)]
    assert all(not each.failures for each in ivr.try_(MENU, SCENARIO))
    [silent] = ivr.try_(MENU)
    assert (silent.name, silent.failures) == ("A caller presses nothing", ())
    assert silent.timeline
    [named] = ivr.try_(flow, Scenario(name="Mine", steps=()))
    assert named.name == "Mine"


def test_what_is_broken_comes_with_every_mistake(tmp_path: Path) -> None:
    broken, lonely, odd = (tmp_path / name for name in ("broken.json", "lonely.json", "odd.yaml"))
    broken.write_text('{"id": "a", "name": "A", "blocks": [{"number": 1, "action": {"type": "fly"}}]}')
    lonely.write_text('{"id": "a", "name": "A", "blocks": []}')
    odd.write_text("steps: 3")
    with pytest.raises(BrokenFlow, match="There is no action “fly”") as caught:
        ivr.load(broken)
    assert list(caught.value.problems) == ivr.check(broken)
    assert [each.code for each in ivr.check(ivr.load(lonely))] == ["no_start"], "it can be read"
    for flow in (lonely, ivr.load(lonely)):
        with pytest.raises(BrokenFlow, match="No call can come in"):
            ivr.try_(flow)
    with pytest.raises(BrokenScenario):
        ivr.try_(MENU, odd)
    with pytest.raises(FileNotFoundError):
        ivr.load(tmp_path / "none.json")
    assert issubclass(BrokenFlow, ValueError)
    assert issubclass(BrokenScenario, ValueError)


def test_a_program_of_others_runs() -> None:
    program = [sys.executable, str(HERE / "sample.py"), str(MENU), str(SCENARIO)]
    out = subprocess.run(program, capture_output=True, text=True, check=True).stdout.splitlines()
    flow = template("menu")
    assert out[0].startswith(f"{ivr.__version__} {flow.name} ")
    assert out[1].startswith("[] ")
    assert "('Nothing', ())" in out[2]


def test_its_types_are_those_of_the_package(tmp_path: Path) -> None:
    """A program of others passes the strictest check; one with mistakes does not: so the types have come with it."""
    wrong = tmp_path / "wrong.py"
    wrong.write_text(WRONG, "utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--cache-dir", str(tmp_path / "cache")]
    files = [str(HERE / "sample.py"), str(wrong)]
    ran = subprocess.run([*command, *files], cwd=tmp_path, capture_output=True, text=True, check=False)
    found = [line.partition("wrong.py:")[2] for line in ran.stdout.splitlines()[:-1]]
    assert [line.split(":")[0] for line in found] == ["4", "5", "6"], ran.stdout + ran.stderr
    assert 'has no attribute "chek"' in found[0]
    assert 'incompatible type "int"' in found[1]
    assert 'has no attribute "numbr"' in found[2]
