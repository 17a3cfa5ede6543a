import io
import signal
from contextlib import redirect_stderr, redirect_stdout

import click
import pytest

from ivr.cli import ivr
from ivr.cli.keys import EVERY
from ivr.core.call import Call
from ivr.runtime.ports import CallRecord, Change
from ivr.store import Store, Vault, key_id, load_keys
from ivr.store.database import Statement

from .conftest import NOW, Shell, written

OLD, NEW, LOST = b"o" * 32, b"n" * 32, b"l" * 32
OLD_ID, NEW_ID, LOST_ID = (key_id(key).hex() for key in (OLD, NEW, LOST))
BOTH = f"{written(NEW)},{written(OLD)}"


async def a_secret_and_a_call(store: Store) -> None:
    await store.secrets.set("crm", "s3cret", ["api.example.com"])
    await store.calls.save(Change(CallRecord(Call(id=f"CA{NOW}", flow="orders", revision=1))), NOW)


async def the_secret(store: Store) -> str:
    return (await store.secrets.open("crm")).value


def test_a_new_key_can_be_configured(shell: Shell) -> None:
    done = shell.run("key", "new")
    assert len(load_keys(done.output, shell.data)) == 1
    assert done.output != shell.run("key", "new").output


def test_the_list_tells_ids_and_rows_and_no_keys(shell: Shell) -> None:
    shell.with_store(a_secret_and_a_call, [OLD])
    call = Change(CallRecord(Call(id="CB1", flow="orders", revision=1)))
    shell.with_store(lambda store: store.calls.save(call, NOW), [LOST, OLD])
    done = shell.run("key", "list", key=BOTH)
    assert [line.split() for line in done.output.splitlines()] == [
        [NEW_ID, "seals", "0", "rows", "need", "it"],
        [OLD_ID, "opens", "4", "rows", "need", "it"],
        [LOST_ID, "is", "not", "here", "1", "rows", "need", "it"],
    ]


def test_a_missing_key_is_named(shell: Shell) -> None:
    shell.with_store(a_secret_and_a_call, [OLD])
    for words in (["key", "list"], ["secret", "list"]):
        done = shell.run(*words, key=written(NEW))
        assert done.exit_code == 1
        assert f"sealed with key {OLD_ID}, which is not here; here: {NEW_ID}" in done.output


def test_a_bad_key_file_is_explained(shell: Shell) -> None:
    shell.data.mkdir()
    (shell.data / "key").write_text("hello")
    for words in (["key", "list"], ["key", "rotate"], ["secret", "list"]):
        done = shell.run(*words)
        assert done.exit_code == 1
        assert "key 1 is not base64 text" in done.output
        assert "hello" not in done.output


def test_with_ivr_key_everything_is_sealed_with_its_first_key(shell: Shell) -> None:
    shell.with_store(a_secret_and_a_call, [OLD])
    done = shell.run("key", "rotate", key=BOTH)
    assert done.exit_code == 0, done.output
    assert f"4 rows were sealed anew with {NEW_ID}." in done.output
    assert f"Nothing stored needs {OLD_ID} any more. The old key may be removed once all servers" in done.output
    assert written(NEW) not in done.output
    assert not (shell.data / "key").exists()
    assert shell.with_store(the_secret, [NEW]) == "s3cret"


def test_a_second_run_finds_nothing_and_says_that_the_old_key_may_go(shell: Shell) -> None:
    shell.with_store(a_secret_and_a_call, [OLD])
    shell.run("key", "rotate", key=BOTH)
    done = shell.run("key", "rotate", key=BOTH)
    assert f"0 rows were sealed anew with {NEW_ID}." in done.output
    assert f"Nothing stored needs {OLD_ID}: an old key may be removed" in done.output


def test_with_one_key_in_ivr_key_there_is_nothing_to_change(shell: Shell) -> None:
    done = shell.run("key", "rotate", key=written(OLD))
    assert done.exit_code == 1
    assert f"IVR_KEY has only one key, {OLD_ID}. How to bring in a new one: ivr key rotate --help" in done.output


def test_with_a_key_file_the_new_key_comes_first_and_a_server_is_restarted_before(shell: Shell) -> None:
    shell.with_store(a_secret_and_a_call)
    [old] = load_keys(None, shell.data)
    first = shell.run("key", "rotate")
    assert first.exit_code == 0, first.output
    assert f"Put a new key into {shell.data / 'key'}, before the old one." in first.output
    assert "Now restart the server" in first.output
    new, *others = load_keys(None, shell.data)
    assert others == [old]
    assert shell.with_store(the_secret, [old]) == "s3cret", "a server that was not restarted goes on working"

    second = shell.run("key", "rotate")
    assert f"4 rows were sealed anew with {key_id(new).hex()}." in second.output
    assert load_keys(None, shell.data) == [new, old], "no further key is made"
    assert shell.with_store(the_secret, [new]) == "s3cret"


def test_without_a_server_it_is_done_at_once(shell: Shell) -> None:
    shell.with_store(a_secret_and_a_call)
    [old] = load_keys(None, shell.data)
    done = shell.run("key", "rotate", "--no-server")
    new, *_ = load_keys(None, shell.data)
    assert f"4 rows were sealed anew with {key_id(new).hex()}." in done.output
    assert f"Nothing stored needs {key_id(old).hex()}: an old key may be removed" in done.output
    assert "restart" not in done.output
    assert shell.with_store(the_secret, [new]) == "s3cret"


def test_what_can_not_be_opened_is_told(shell: Shell) -> None:
    shell.with_store(a_secret_and_a_call, [OLD])
    call = Change(CallRecord(Call(id="CB1", flow="orders", revision=1)))
    shell.with_store(lambda store: store.calls.save(call, NOW), [LOST, OLD])
    done = shell.run("key", "rotate", key=BOTH)
    assert done.exit_code == 0
    assert f"Left as it is: call:CB1: Stored data is sealed with key {LOST_ID}" in done.output


class Terminal(io.StringIO):
    """A screen before which somebody presses Ctrl-C when the first word of progress appears."""

    def write(self, text: str) -> int:
        if "rows looked at" in text:
            signal.raise_signal(signal.SIGINT)
        return super().write(text)


def test_it_can_be_stopped_and_goes_on(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    async def many(store: Store) -> None:
        vault = Vault([OLD])
        insert = "INSERT INTO trace (call, n, at, entries) VALUES ('CA1', :n, 0, :entries)"
        rows = [{"n": n, "entries": vault.seal(b"[]", f"trace:CA1:{n}".encode())} for n in range(2 * EVERY)]
        await store.database.write([Statement(insert, row) for row in rows])

    shell.with_store(many, [OLD])
    for name, value in (shell.environ | {"IVR_KEY": BOTH}).items():
        monkeypatch.setenv(name, value)
    screen = Terminal()
    with redirect_stderr(screen), redirect_stdout(screen), pytest.raises(click.Abort):
        ivr.main(["key", "rotate"], standalone_mode=False)
    assert f"Stopped; {EVERY:,} rows were sealed anew. Run it again to go on." in screen.getvalue()
    done = shell.run("key", "rotate", key=BOTH)
    assert f"{EVERY:,} rows looked at" in done.output
    assert f"\n{EVERY:,} rows were sealed anew with {NEW_ID}." in done.output
    listed = shell.run("key", "list", key=written(NEW))
    assert f"{2 * EVERY + 2:,} rows need it" in listed.output, "the audit trail tells of it, and has a new end"
