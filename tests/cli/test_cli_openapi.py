"""OpenAPI documents on the command line."""

import json
from pathlib import Path

from click.testing import CliRunner

from ivr.cli import ivr

PETS = str(Path(__file__).parents[1] / "authoring" / "pets.yaml")


def test_operations_are_listed_and_searched() -> None:
    listed = CliRunner().invoke(ivr, ["webcall", "from-openapi", PETS])
    assert listed.exit_code == 0
    assert listed.output.splitlines()[0].split("  ")[0] == "GET /pets/{pet-id}"
    found = CliRunner().invoke(ivr, ["webcall", "from-openapi", PETS, "--search", "FORM"])
    assert found.output.split() == ["POST", "/form", "sendForm"]
    none = CliRunner().invoke(ivr, ["webcall", "from-openapi", PETS, "--search", "no such"])
    assert (none.exit_code, "No operation" in none.output) == (1, True)


def test_one_becomes_a_block() -> None:
    picked = CliRunner().invoke(ivr, ["webcall", "from-openapi", PETS, "PUT /pets/{pet-id}"])
    block = json.loads(picked.stdout)
    assert (block["type"], block["method"]) == ("external_web_call", "PUT")
    assert "! Type in what the authentication needs." in picked.stderr


def test_it_may_come_by_standard_input() -> None:
    given = CliRunner().invoke(ivr, ["webcall", "from-openapi", "-"], input=Path(PETS).read_bytes())
    assert (given.exit_code, len(given.output.splitlines())) == (0, 3)


def test_what_cannot_be_read_is_said() -> None:
    for source, text in ((PETS + ".gone", "can't be read"), (__file__, "can't be read"), ("-", "no OpenAPI document")):
        failed = CliRunner().invoke(ivr, ["webcall", "from-openapi", source], input="[]")
        assert (failed.exit_code, text in failed.output) == (1, True), failed.output
