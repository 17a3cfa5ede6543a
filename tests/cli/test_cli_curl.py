"""`ivr webcall from-curl` and `to-curl`: a command in, a block out, and back."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from ivr.cli import ivr


def test_a_command_on_standard_input_becomes_a_block() -> None:
    done = CliRunner().invoke(ivr, ["webcall", "from-curl"], input="curl -k -X PUT https://a.test/$x -d 'a=1'\n")
    assert done.exit_code == 0
    assert json.loads(done.stdout) == {
        "type": "external_web_call",
        "method": "PUT",
        "url": "https://a.test/$$x",
        "content_type": "application/x-www-form-urlencoded",
        "form": [{"name": "a", "value": "1"}],
        "follow_redirects": False,
    }
    assert "! -k was left out" in done.stderr


def test_what_is_no_command_ends_with_a_sentence() -> None:
    done = CliRunner().invoke(ivr, ["webcall", "from-curl"], input="wget https://a.test")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "should begin with curl" in done.stderr


@pytest.mark.parametrize("password", ["hunter2222", "$SECRET.crm"])
def test_a_block_of_a_file_becomes_a_command_without_its_password(tmp_path: Path, password: str) -> None:
    call = {
        "type": "external_web_call",
        "url": "https://a.test/x?phone=$ANI",
        "authentication": {"type": "basic", "user": "ada", "password": password},
    }
    blocks = [
        {"number": 1, "action": {"type": "inbound_call"}, "exits": {"next": 2}},
        {"number": 2, "action": call, "exits": {"success": 3, "failure": 3}},
        {"number": 3, "action": {"type": "end_call"}},
    ]
    file = tmp_path / "flow.json"
    file.write_text(json.dumps({"id": "t", "name": "t", "blocks": blocks}))
    done = CliRunner().invoke(ivr, ["webcall", "to-curl", str(file), "2", "--set", "ANI=a b"])
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("curl 'https://a.test/x?phone=a%20b' \\\n  --user 'ada:•••'")
    assert password not in done.output
