"""Commands import what they need and no more: whoever checks a file does not wait for a server's parts."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import ivr
from tests.cli.process import environment

pytestmark = pytest.mark.process

FLOW = Path(ivr.__file__).parent / "demo" / "appointment.json"
CALLS = {"aiohttp", "av", "twilio", "asyncpg", "argon2", "ivr.app", "ivr.web", "ivr.board", "ivr.emulator"}
"""What only a server needs."""
SERVERS = CALLS | {"httpx", "pydub", "cryptography", "sqlite3", "holidays", "yaml"}
PARTS = {"ivr.store", "ivr.authoring", "ivr.testing", "ivr.sound", "ivr.settings"}
IMPORTED = """
import json, sys
from ivr.cli import main
sys.argv[0] = "ivr"
try:
    main()
except SystemExit as ended:
    assert not ended.code, ended.code
print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""


def imported(folder: Path, *words: str) -> set[str]:
    """Every module that a command has imported by its end."""
    ran = subprocess.run(
        [sys.executable, "-c", IMPORTED, *words],
        cwd=folder,
        env=environment(folder, {}),
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(ran.stderr.splitlines()[-1]))


@pytest.mark.parametrize(
    ("words", "without"),
    [
        (("--version",), SERVERS | PARTS | {"pydantic", "asyncio", "ivr.core.template", "ivr.actions"}),
        (("check", str(FLOW)), SERVERS | PARTS),
        (
            ("flow", "list"),
            {"aiohttp", "httpx", "av", "twilio", "asyncpg", "argon2", "ivr.app", "ivr.web", "ivr.emulator"},
        ),
        (("try", "menu"), CALLS | {"httpx", "cryptography", "sqlite3", "ivr.store", "ivr.settings"}),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_a_command_imports_no_more_than_it_needs(tmp_path: Path, words: tuple[str, ...], without: set[str]) -> None:
    found = imported(tmp_path, *words)
    assert "ivr.cli" in found
    assert found & without == set()


def test_a_module_that_is_needed_would_be_seen(tmp_path: Path) -> None:
    assert {"aiohttp", "argon2", "av", "ivr.web", "ivr.store"} <= imported(tmp_path, "serve", "--help")
