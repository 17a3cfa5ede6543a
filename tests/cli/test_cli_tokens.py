"""Tokens on the command line: shown once, listed without themselves, gone when removed."""

import re
from pathlib import Path

from tests.cli.process import run

FLOW = (
    '{"id": "reminder", "name": "Reminder", "blocks": [{"number": 1, "action": {"type": "inbound_api"}, '
    '"exits": {"next": 2}}, {"number": 2, "action": {"type": "end_call"}}]}'
)


async def test_a_token_is_made_listed_and_removed(tmp_path: Path) -> None:
    empty = await run(tmp_path, "token", "list")
    assert (empty.code, empty.out) == (0, "There are no tokens yet. Make one with: ivr token new NAME\n")
    (tmp_path / "flow.json").write_text(FLOW)
    assert (await run(tmp_path, "flow", "import", "flow.json")).code == 0
    made = await run(tmp_path, "token", "new", "crm", "--flow", "reminder")
    assert made.code == 0
    assert re.fullmatch(r"ivr_[\w-]{43}\n", made.out)
    assert "POST /api/flows/reminder/start" in made.err
    assert made.out.strip() not in made.err
    listed = await run(tmp_path, "token", "list")
    assert " ".join(listed.out.split()) == "crm start reminder never ends never used"
    assert made.out.strip() not in listed.said
    database = b"".join(file.read_bytes() for file in (tmp_path / "data").glob("*.sqlite*"))
    assert made.out.strip().encode() not in database
    assert (await run(tmp_path, "token", "remove", "crm")).out == "Removed the token crm.\n"


async def test_mistakes_are_told_in_a_sentence(tmp_path: Path) -> None:
    assert (await run(tmp_path, "token", "new", "crm")).code == 0
    for words, sentence in (
        (("new", "crm"), "There is a token “crm” already."),
        (("new", "a b"), "A token can't be called “a b”"),
        (("new", "other", "--flow", "nowhere"), "There is no flow “nowhere”."),
        (("remove", "cmr"), "There is no token “cmr”. Did you mean “crm”?"),
    ):
        ran = await run(tmp_path, "token", *words)
        assert ran.code == 1
        assert sentence in ran.said
