import os
import subprocess
import sys
from pathlib import Path

import pytest

from ivr.store import OpenSecret

from .conftest import Shell

VALUE = "s3cret-v4lue"


def test_a_value_is_read_from_standard_input(shell: Shell) -> None:
    done = shell.run("secret", "set", "crm", "--host", "API.example.com", "--host", "*.example.org", typed=f"{VALUE}\n")
    assert done.exit_code == 0, done.output
    assert "Stored $SECRET.crm" in done.output
    assert VALUE not in done.output
    secret = shell.with_store(lambda store: store.secrets.open("crm"))
    assert secret == OpenSecret(VALUE, ("api.example.com", "*.example.org"))


@pytest.mark.parametrize(
    ("typed", "value"), [("a\r\n", "a"), ("a", "a"), ("a\nb\n\n", "a\nb\n"), (" a ", " a "), ("ü\n", "ü")]
)
def test_only_the_line_break_at_the_end_does_not_count(shell: Shell, typed: str, value: str) -> None:
    shell.run("secret", "set", "crm", "--host", "api.example.com", typed=typed.encode())
    assert shell.with_store(lambda store: store.secrets.open("crm")).value == value


@pytest.mark.parametrize(
    ("words", "typed", "told"),
    [
        (["crm", "--host", "api.example.com"], b"\n", "The value of the secret is empty."),
        (["crm", "--host", "api.example.com"], b"s3cret\xff", "no text in UTF-8"),
        (["crm", "--host", "https://x"], b"s3cret", "“https://x” must be a host alone"),
        (["c-m", "--host", "api.example.com"], b"s3cret", "letters, digits and underscores"),
    ],
)
def test_what_is_wrong_is_told_without_the_value(shell: Shell, words: list[str], typed: bytes, told: str) -> None:
    done = shell.run("secret", "set", *words, typed=typed)
    assert done.exit_code == 1
    assert told in done.output
    assert "s3cret" not in done.output
    assert shell.with_store(lambda store: store.secrets.list()) == []


def test_a_value_can_not_be_given_as_an_argument(shell: Shell) -> None:
    done = shell.run("secret", "set", "crm", VALUE, "--host", "api.example.com")
    assert done.exit_code == 2
    assert shell.run("secret", "set", "crm").exit_code == 2, "without a host"


def test_the_list_shows_names_and_hosts(shell: Shell) -> None:
    assert "There are no secrets yet" in shell.run("secret", "list").output
    shell.run("secret", "set", "crm", "--host", "api.example.com", "--host", "*.example.org:8443", typed=VALUE)
    done = shell.run("secret", "list")
    assert done.output.split() == ["crm", "api.example.com,", "*.example.org:8443"]


def test_a_secret_in_use_is_removed_by_force_only(shell: Shell) -> None:
    shell.run("secret", "set", "crm", "--host", "api.example.com", typed=VALUE)
    say = {"type": "play_message", "message": "$SECRET.crm"}
    flow = {"id": "orders", "name": "Orders", "blocks": [{"number": 1, "action": say}]}
    shell.with_store(lambda store: store.flows.save_draft(flow))
    refused = shell.run("secret", "remove", "crm")
    assert refused.exit_code == 1
    assert "Secret “crm” is used by orders (draft)." in refused.output
    assert "--force" in refused.output
    assert shell.run("secret", "remove", "crm", "--force").exit_code == 0
    again = shell.run("secret", "remove", "crm")
    assert again.exit_code == 1
    assert "There is no secret “crm”. There is: none yet." in again.output


@pytest.mark.process
def test_in_a_terminal_the_value_is_asked_for_and_not_shown(shell: Shell) -> None:
    """A terminal of its own for the command; what is typed goes in once it has asked."""
    command = [sys.executable, "-m", "ivr", "secret", "set", "crm", "--host", "api.example.com"]
    terminal = f"import pty, sys; sys.exit(pty.spawn({command!r}) >> 8)"
    pipe = subprocess.PIPE
    environ = os.environ | shell.environ
    here = Path(__file__).parents[2]
    with subprocess.Popen([sys.executable, "-c", terminal], stdin=pipe, stdout=pipe, cwd=here, env=environ) as asked:
        assert asked.stdin
        assert asked.stdout
        shown = b""
        while b"not shown" not in shown:
            more = asked.stdout.read1()
            assert more, shown
            shown += more
        asked.stdin.write(f"{VALUE}\n".encode())
        asked.stdin.flush()
        while more := asked.stdout.read1():
            shown += more
    assert asked.returncode == 0, shown
    assert VALUE.encode() not in shown
    assert "Stored $SECRET.crm" in shown.decode()
    assert shell.with_store(lambda store: store.secrets.open("crm")).value == VALUE
