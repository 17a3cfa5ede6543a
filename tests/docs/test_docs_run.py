"""Every command, flow, scenario and program in the documentation does what a reader expects: it works."""

import contextlib
import re
from pathlib import Path

import click
import pytest

from ivr.flow.read import read as read_flow
from ivr.testing import Line
from ivr.testing.scenario import read_scenarios
from tests.docs.reader import NUMBER, Reader
from tests.docs.reading import PAGES, Code, Given, pieces, read

pytestmark = pytest.mark.process

SHOWN = {"text", "ini", "toml", ""}
"""Kinds of code that are only looked at."""
RUN = {"sh", "json", "yaml", "python"}
CODE = {page: [each for each in pieces(read(page)) if isinstance(each, Code)] for page in PAGES}


WALKED = "a test of its own runs all steps of this walk"
"""It is tests/operation/test_walk.py."""
OF_A_USED_FOLDER = {"backup-and-upgrade"}
"""Pages for readers who have stored something already."""


def commands(text: str) -> list[str]:
    """The commands of a block for a shell, one for each line; a line that ends in a backslash goes on."""
    return [line for line in text.replace("\\\n", " ").splitlines() if line.strip()]


def follow(reader: Reader, each: Code | Given) -> None:
    """Do what a piece of a page is there for."""
    if isinstance(each, Given):
        reader.has(each)
    elif each.not_run or each.is_block or each.kind in SHOWN:
        return
    elif each.kind == "sh":
        for command in commands(each.text):
            reader.types(command)
    elif each.kind == "json":
        flow, problems = read_flow(each.text)
        assert flow is not None
        assert problems == []
        (reader.folder / each.file).write_text(reader.here(each.text), "utf-8")
    elif each.kind == "yaml":
        assert read_scenarios(each.text)
        (reader.folder / each.file).write_text(each.text, "utf-8")
    else:
        program(reader.folder, each.text)


def program(folder: Path, text: str) -> None:
    """Run a program, and the test functions in it."""
    names: dict[str, object] = {}
    with contextlib.chdir(folder), contextlib.ExitStack() as lines:
        exec(compile(text, "a page", "exec"), names)
        for name, test in names.items():
            if name.startswith("test_") and callable(test):
                test(lambda flow: lines.enter_context(Line.of(flow)))


@pytest.mark.parametrize("page", [page for page, code in CODE.items() if any(each.kind in RUN for each in code)])
def test_a_reader_can_follow_the_page(page: str, tmp_path: Path) -> None:
    with Reader(tmp_path).at_work() as reader:
        if page in OF_A_USED_FOLDER:
            reader.types("ivr flow new kept --template menu")
        for each in pieces(read(page)):
            follow(reader, each)
        if "ivr call" in reader.said:
            assert "Tuesday, March 3" in reader.said["ivr call"]
        if "curl" in reader.said:
            assert '"status":"queued"' in reader.said["curl"].replace(" ", "")
        if f"ivr twilio connect {NUMBER}" in reader.said:
            assert reader.account.numbers[NUMBER].voice_url.startswith("https://your-name.ngrok.app/voice/answer#")


def test_what_is_not_run_says_why() -> None:
    """Nothing is left out in silence: these are all, and a new one has to be added here."""
    left_out = {
        (page, commands(each.text)[0]): each.not_run
        for page, code in CODE.items()
        for each in code
        if each.not_run and not each.not_run.startswith(WALKED)
    }
    assert set(left_out) == {
        ("README", "python3 -m venv .venv && .venv/bin/pip install -q . && .venv/bin/ivr demo"),
        ("README", "python3 -m venv .venv && .venv/bin/pip install -q -e '.[test]' && .venv/bin/pytest"),
        ("README", "ngrok start ivr --config ngrok.yml --config ~/.config/ngrok/ngrok.yml"),
        ("a-real-number", "ngrok start ivr --config ngrok.yml --config ~/.config/ngrok/ngrok.yml"),
        ("deploying", "pip install '.[postgres]'"),
        ("backup-and-upgrade", "ivr restore ivr-backup.zip --force"),
        ("blocks-of-your-own", "from pathlib import Path"),
        ("contributing", "ruff check . && ruff format --check ."),
        ("external-web-call", "ivr webcall from-openapi https://api.example.com/openapi.json --search order"),
        ("contributing", "from tests.api.board import Browser"),
        ("contributing", "IVR_GOLDEN=write pytest tests/actions/test_honest.py"),
    }
    assert all(len(why) > 20 for why in left_out.values())


def test_every_kind_of_code_is_known_and_files_have_names() -> None:
    for page, code in CODE.items():
        for each in code:
            assert each.kind in SHOWN | RUN, (page, each.kind)
            assert each.file or each.kind not in {"json", "yaml"}, (page, each.text)
        assert read(page).count("```") == 2 * len(code), f"{page} has code that the test does not see"


def test_commands_within_sentences_exist_too() -> None:
    from ivr.cli import ivr

    seen = 0
    for page in PAGES:
        for command in re.findall(r"`(ivr [^`]+)`", re.sub(r"^ *```.*?^ *```$", "", read(page), flags=re.M | re.S)):
            words = command.split()[1:]
            found: click.Command = ivr
            while words and isinstance(found, click.Group):
                inner = found.get_command(click.Context(found), words[0])
                if inner is None:
                    break
                found = inner
                words.pop(0)
            assert found is not ivr or words[0].startswith("-"), (page, command)
            known = {option for each in found.params for option in each.opts} | {"--help"}
            assert {word for word in words if word.startswith("-")} <= known, (page, command)
            seen += 1
    assert seen > 30
