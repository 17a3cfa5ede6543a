"""The life of a flow by the command line: made, changed, published, compared, rolled back, deleted."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ivr.cli import ivr
from ivr.flow.templates import templates

WORD = "correct-horse-battery"


class Folder:
    """Commands on a data folder of their own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._environ = {"IVR_DATA": str(folder / "data"), "IVR_KEY": "", "IVR_DATABASE_URL": ""}

    def tries(self, *words: str, typed: str = "") -> Result:
        return CliRunner().invoke(ivr, words, input=typed, env=self._environ)

    def runs(self, *words: str, typed: str = "") -> str:
        """What a command that goes well prints."""
        done = self.tries(*words, typed=typed)
        assert done.exit_code == 0, done.output
        return done.output

    def fails(self, *words: str) -> str:
        """What a command that goes wrong prints, or what `main` prints in its place."""
        done = self.tries(*words)
        assert done.exit_code == 1, done.output
        return done.output or str(done.exception)

    def writes(self, name: str, document: dict[str, Any]) -> str:
        path = self._folder / name
        path.write_text(json.dumps(document), encoding="utf-8")
        return str(path)

    def exported(self, *words: str) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.runs("flow", "export", *words))
        return document


@pytest.fixture
def ran(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.fixture
def desk(ran: Folder) -> Folder:
    """A folder with a flow that was published twice."""
    ran.runs("flow", "new", "desk", "--template", "appointment", "--name", "Front desk")
    ran.runs("--as", "anna", "flow", "publish", "desk", "--note", "First.")
    changed = ran.exported("desk")
    changed["blocks"][2]["action"]["timeout"] = 20
    ran.runs("flow", "import", ran.writes("changed.json", changed))
    ran.runs("--as", "ben", "flow", "publish", "desk", "--note", "Slow API.")
    return ran


@pytest.mark.parametrize("name", [each.id for each in templates()])
def test_a_template_becomes_a_number_that_is_answered(ran: Folder, name: str) -> None:
    assert name in ran.runs("flow", "templates")
    assert "Made my-desk." in ran.runs("flow", "new", "my-desk", "--template", name)
    assert ran.exported("my-desk")["name"] == "My desk"
    assert "Published my-desk as revision 1." in ran.runs("flow", "publish", "my-desk")
    assert "is answered by my-desk from now on." in ran.runs("numbers", "assign", "+15550100", "my-desk")
    assert ran.runs("numbers", "list").split() == ["+1", "5550100", "my-desk", "revision", "1", "My", "desk"]


def test_a_new_flow_takes_no_others_place(desk: Folder) -> None:
    assert "There is a flow “desk” already" in desk.fails("flow", "new", "desk")
    assert "Did you mean “menu”?" in desk.fails("flow", "new", "other", "--template", "manu")
    assert "A flow needs an id" in desk.fails("flow", "new", "Not An Id")
    assert len(desk.runs("flow", "list").splitlines()) == 1


def test_the_numbers_tell_that_there_are_none(ran: Folder) -> None:
    assert "No flow answers a number yet." in ran.runs("numbers", "list")
    ran.runs("flow", "new", "desk")
    told = ran.runs("numbers", "assign", "+15550100", "desk")
    assert "is assigned to desk." in told
    assert "has never been published, so callers hear that the number is not in use" in told
    assert "ivr flow publish desk" in told
    assert "is answered by" not in told
    assert "draft only" in ran.runs("numbers", "list")


def test_a_flow_is_shown_with_its_wires(desk: Folder) -> None:
    shown = desk.runs("flow", "show", "desk")
    assert "Front desk (desk), draft" in shown
    assert "   3  Look up the appointment (External Web Call)" in shown
    assert "        On Failure → 8 Apologise" in shown
    assert "Front desk (desk), revision 1" in desk.runs("flow", "show", "desk", "--revision", "1")
    broken = desk.exported("desk")
    broken["blocks"][2]["action"]["timeout"] = "long"
    broken["blocks"][3]["exits"] = {}
    desk.runs("flow", "import", desk.writes("broken.json", broken), "--unfinished")
    shown = desk.runs("flow", "show", "desk")
    assert "        Next → 3, which is not there" in shown
    assert "        Next → not connected" in shown
    assert "1 more can't be read" in shown


def test_unfinished_work_is_saved_when_it_is_said_to_be(ran: Folder) -> None:
    half = {"id": "half", "name": "Half", "blocks": [{"number": 1, "action": {"type": "inbound_cal"}}]}
    file = ran.writes("half.json", half)
    refused = ran.fails("flow", "import", file)
    assert "Did you mean “inbound_call”?" in refused
    ran.runs("flow", "import", file, "--unfinished")
    assert ran.exported("half") == half
    assert "Did you mean “inbound_call”?" in ran.fails("flow", "publish", "half")
    assert "A flow needs an id" in ran.fails("flow", "import", ran.writes("none.json", {}), "--unfinished")
    (Path(file).parent / "list.json").write_text("[]")
    assert "A flow is a JSON object." in ran.fails(
        "flow", "import", str(Path(file).parent / "list.json"), "--unfinished"
    )


def test_a_flow_can_be_brought_in_under_another_id(desk: Folder) -> None:
    file = desk.writes("again.json", desk.exported("desk"))
    assert "Saved the draft of copy." in desk.runs("flow", "import", file, "--as", "copy")
    assert desk.exported("copy") == {**desk.exported("desk"), "id": "copy"}
    assert "error: flow, id: " in desk.fails("flow", "import", file, "--as", "No Id")
    assert len(desk.runs("flow", "list").splitlines()) == 2


def test_no_export_holds_a_secret(desk: Folder) -> None:
    document = desk.exported("desk")
    document["blocks"][2]["action"]["authentication"] = {"type": "bearer", "token": WORD}
    desk.runs("flow", "import", desk.writes("secret.json", document), "--publish")
    for words in (["desk"], ["desk", "--revision", "3"]):
        exported = desk.exported(*words)
        assert exported["blocks"][2]["action"]["authentication"] == {"type": "bearer", "token": {"set": True}}
    told = desk.runs("flow", "diff", "desk", "2", "3") + desk.runs("flow", "show", "desk")
    assert WORD not in told
    assert "“bearer”" in told


def test_the_versions_tell_who_and_why(desk: Folder) -> None:
    second, first = desk.runs("flow", "versions", "desk").splitlines()
    assert second.startswith("*   2  ")
    assert second.endswith("ben              0 calls      Slow API.")
    assert first.startswith("    1  ")
    assert "anna" in first
    desk.runs("--as", "cleo", "flow", "roll-back", "desk", "1")
    lines = desk.runs("flow", "versions", "desk").splitlines()
    assert [line[0] for line in lines] == [" ", "*", " "]
    assert lines[2].endswith("rolled back to 1 by cleo")


def test_a_flow_that_was_never_published_says_so(ran: Folder) -> None:
    ran.runs("flow", "new", "desk")
    assert "desk has never been published." in ran.runs("flow", "versions", "desk")
    assert ran.runs("flow", "diff", "desk").splitlines() == [
        "Inbound Call (block 1): added",
        "End Call (block 2): added",
    ]
    assert "it has never been published" in ran.fails("flow", "roll-back", "desk", "1")
    assert "it has never been published" in ran.fails("flow", "restore", "desk", "1")


def test_the_difference_is_told_in_words(desk: Folder) -> None:
    assert desk.runs("flow", "diff", "desk") == "Nothing is different.\n"
    assert desk.runs("flow", "diff", "desk", "1") == "Look up the appointment (block 3): Timeout 10 → 20\n"
    assert desk.runs("flow", "diff", "desk", "live", "1") == "Look up the appointment (block 3): Timeout 20 → 10\n"
    assert "has no revision 9; the last one is 2" in desk.fails("flow", "diff", "desk", "9")
    for word in ("last", "-1", "1.5", "١", "9" * 30):
        assert desk.tries("flow", "diff", "desk", "--", word).exit_code == 2, word


def test_an_older_version_goes_live_or_into_the_draft(desk: Folder) -> None:
    desk.runs("numbers", "assign", "+15550100", "desk")
    assert "Revision 1 of desk is live again." in desk.runs("flow", "roll-back", "desk", "1")
    assert "revision 1" in desk.runs("numbers", "list")
    assert "is live already" in desk.fails("flow", "roll-back", "desk", "1")
    assert desk.exported("desk")["blocks"][2]["action"]["timeout"] == 20
    assert "The draft of desk is revision 1 again." in desk.runs("flow", "restore", "desk", "1")
    assert desk.exported("desk")["blocks"][2]["action"]["timeout"] == 10
    assert desk.runs("flow", "diff", "desk") == "Nothing is different.\n"
    assert "Published desk as revision 3." in desk.runs("flow", "publish", "desk")
    assert "is live already, as revision 3" in desk.fails("flow", "publish", "desk")


def test_a_flow_is_renamed(desk: Folder) -> None:
    assert "desk is called “Reception” now." in desk.runs("flow", "rename", "desk", "Reception")
    assert desk.exported("desk")["name"] == "Reception"
    assert "needs a name" in desk.fails("flow", "rename", "desk", "")


def test_a_flow_is_deleted_once_nobody_calls_it(desk: Folder) -> None:
    desk.runs("numbers", "assign", "+15550100", "desk")
    assert "answers +15550100" in desk.fails("flow", "delete", "desk", "--yes")
    desk.runs("numbers", "unassign", "+15550100")
    assert desk.tries("flow", "delete", "desk", typed="n\n").exit_code == 1
    assert "desk" in desk.runs("flow", "list")
    assert "Deleted desk." in desk.runs("flow", "delete", "desk", typed="y\n")
    assert "There are no flows yet." in desk.runs("flow", "list")
    assert "There is no flow “desk”" in desk.fails("flow", "export", "desk")


def test_the_schema_is_for_editors(desk: Folder, tmp_path: Path) -> None:
    schema = json.loads(desk.runs("flow", "schema"))
    from jsonschema import Draft202012Validator  # seconds to import: not when tests are collected

    assert Draft202012Validator(schema).is_valid(desk.exported("desk"))
    desk.runs("flow", "schema", "-o", str(tmp_path / "schema.json"))
    assert json.loads((tmp_path / "schema.json").read_text("utf-8")) == schema


UNKNOWN = [["show"], ["versions"], ["diff"], ["publish"], ["roll-back", "1"], ["restore", "1"], ["delete", "--yes"]]


@pytest.mark.parametrize("words", UNKNOWN, ids=lambda words: words[0])
def test_a_flow_that_is_not_there_may_be_another(desk: Folder, words: list[str]) -> None:
    command, *more = words
    assert "There is no flow “dsek”. Did you mean “desk”?" in desk.fails("flow", command, "dsek", *more)
