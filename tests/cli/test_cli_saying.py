"""What commands print of what others wrote: to a terminal it is letters, and nothing else."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

import ivr.cli
from ivr.core.call import Entry
from ivr.printable import in_json, in_line
from ivr.runtime.ports import Change
from tests.cli.process import environment, run
from tests.cli.test_cli_calls import a_call, keep
from tests.story.flows import says, starts

EVIL = "\x1b[31m\x1b[2J\x1b]0;owned\x07\u202e\x9b31m\x7f\r"
"""Colours, an emptied screen, another title of the window, letters from right to left, the same with one sign, a line
that is written over."""
COMMANDS = Path(ivr.cli.__file__).parent
PRINTS = {
    "print",
    *(f"click.{name}" for name in ("echo", "secho", "echo_via_pager", "prompt", "confirm", "pause", "progressbar")),
    *(f"sys.{stream}.{name}" for stream in ("stdout", "stderr") for name in ("write", "buffer")),
}


def printed(module: Path) -> list[str]:
    """Where a module prints by itself, or could under another name."""
    return [
        f"{module.name}:{node.lineno}"
        for node in ast.walk(ast.parse(module.read_text()))
        if (isinstance(node, ast.Name | ast.Attribute) and ast.unparse(node) in PRINTS)
        or (isinstance(node, ast.ImportFrom) and node.module == "click")
    ]


def test_commands_print_by_the_one_function() -> None:
    modules = [path for path in COMMANDS.rglob("*.py") if path.name != "saying.py"]
    assert [where for path in modules for where in printed(path)] == []
    assert printed(COMMANDS / "saying.py")


def in_terminal(folder: Path, *commands: tuple[str, ...]) -> str:
    """What a terminal gets of these commands, one after the other."""
    each = [[sys.executable, "-m", "ivr", *words] for words in commands]
    terminal = f"import pty\nfor each in {each!r}: pty.spawn(each)"
    ran = subprocess.run(
        [sys.executable, "-c", terminal],
        cwd=folder,
        env=environment(folder, {}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
    )
    return ran.stdout.decode().replace("\r\n", "\n")


async def test_a_terminal_gets_letters_only(tmp_path: Path) -> None:
    blocks = [{"number": 1, **starts()}, {"number": 2, "title": f"T{EVIL}", **says(f"Hi {EVIL}.")}]
    document = {"id": "evil", "name": f"N{EVIL}", "blocks": blocks}
    (tmp_path / "evil.json").write_text(json.dumps(document))
    blocks[1]["action"]["type"] = EVIL
    (tmp_path / "bad.json").write_text(json.dumps(document))
    made = a_call("CA1", 1_767_600_000_000)
    call = replace(made.record.call, variables={"ANI": f"sip:x{EVIL}@h", "DNIS": "+15550001111"})
    said = Entry(made.trace[0].at, "said", 3, {"words": f"It is {EVIL}."})
    await keep(tmp_path, Change(replace(made.record, call=call), (*made.trace, said)))
    assert (await run(tmp_path, "flow", "import", "evil.json", "--unfinished")).code == 0
    shown = in_terminal(
        tmp_path,
        ("check", "evil.json", "bad.json"),
        ("flow", "list"),
        ("flow", "show", "evil"),
        ("calls", "list"),
        ("calls", "show", "CA1"),
        ("calls", "export", "CA1"),
        ("calls", "show", EVIL.replace("\x7f", "")),
        ("no", "such", EVIL),
        ("calls", "list", "--result", EVIL),
    )
    assert {each for each in shown if not each.isprintable()} == {"\n"}
    assert r"N\x1b[31m\x1b[2J\x1b]0;owned\x07\u202e\x9b31m\x7f\r" in shown
    assert shown.count(r"\u202e") >= 9


@pytest.mark.parametrize(
    "text", [EVIL, "\u2028\u2066\ud800\U000e0001", "\x00\n\t", "Grüße, 漢字\u3000👩\u200d🚒\u00a0!"]
)
def test_json_says_the_same_and_shows_as_it_is(text: str) -> None:
    shown = in_json(json.dumps({"a": [text]}, indent=2, ensure_ascii=False))
    assert json.loads(shown) == {"a": [text]}
    assert in_line(shown, "\n") == shown


def test_words_of_any_language_stay_as_they_are() -> None:
    text = "Grüße, 漢字\u3000👩\u200d🚒 10\u202f000\u00a0€ می\u200cخواهم"
    assert in_line(text) == text
