"""The program as it is installed: what it says and how it ends is what other tests see within their own process."""

import re
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest

from tests.cli.process import Ran, run, spawn

COMMANDS = (
    ("check", "flow.json"),
    ("flow", "list"),
    ("calls", "list"),
    ("try", "menu"),
    ("text", "+15550100", "Hello.", "--carrier", "ws://127.0.0.1:9/phone"),
    ("token", "list"),
    ("secret", "list"),
    ("user", "list"),
    ("audit",),
)


@pytest.mark.process
@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
async def test_a_process_of_its_own_says_the_same(tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "flow.json").write_bytes(files("ivr.demo").joinpath("appointment.json").read_bytes())
    assert untimed(await spawn(tmp_path, *words)) == untimed(await run(tmp_path, *words))


def untimed(ran: Ran) -> Ran:
    """Without how long a scenario took on this machine, which each run says anew."""
    return replace(ran, out=re.sub(r" of call in [\d.]+ m?s\)", ")", ran.out))
