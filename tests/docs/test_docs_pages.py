"""The pages hang together: links lead somewhere, made parts are fresh, and what they say about the code is so."""

import ast
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp.test_utils import make_mocked_request
from click.testing import CliRunner
from pydantic import TypeAdapter

from ivr.actions import BUILT_IN
from ivr.cli import ivr
from ivr.cli.docs import MAKERS, renew
from ivr.core.action import Action, Visit
from ivr.core.call import Call
from ivr.core.values import parse_json
from ivr.docs.pages import NAMES, pages
from ivr.docs.render import anchor_of, render
from tests.api.board import served
from tests.docs.reading import PAGES, ROOT, Code, pieces, read

FOLDER = ROOT / "ivr/docs"
FORGE = sorted((ROOT / ".github").glob("*.md"))
LONGEST_TOUR = 900
_link = re.compile(r"\]\(([^()\s]+)\)")
_heading = re.compile(r"^#+ (.+)$", re.MULTILINE)


def links(path: Path) -> list[str]:
    """What a page links to, pictures included, without the code in it."""
    return _link.findall(re.sub(r"^ *```.*?^ *```$", "", path.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL))


def anchors(path: Path) -> set[str]:
    for page in pages():
        if FOLDER / f"{page.name}.md" == path:
            return {each.anchor for each in render(page).sections}
    return {anchor_of(title) for title in _heading.findall(path.read_text("utf-8"))}


@pytest.mark.parametrize("path", [*PAGES.values(), *FORGE], ids=lambda path: path.name)
def test_every_link_leads_somewhere(path: Path) -> None:
    for link in links(path):
        if link.startswith("https://"):
            continue
        file, _, anchor = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        assert target.is_file() or target.is_dir(), link
        assert not anchor or anchor in anchors(target), link


def test_links_are_there_to_be_checked() -> None:
    assert sum(len(links(path)) for path in PAGES.values()) > 100
    assert {path.name for path in FORGE} == {"CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"}
    assert all(links(path) for path in FORGE)


def test_every_file_is_a_page_and_linked_from_the_first() -> None:
    assert {path.stem for path in FOLDER.glob("*.md")} == set(NAMES)
    assert {link.removesuffix(".md") for link in links(FOLDER / "start.md")} == set(NAMES) - {"start"}


def test_what_is_made_from_the_code_is_fresh() -> None:
    for page in pages():
        assert renew(page.text) == page.text, f"{page.name}.md is stale: ivr docs"
    made = {name for page in pages() for name in re.findall(r"made by `ivr docs`: (\w+)", page.text)}
    assert made == set(MAKERS)


def test_the_command_renews_what_is_stale(tmp_path: Path) -> None:
    for page in pages():
        (tmp_path / f"{page.name}.md").write_text(page.text, "utf-8")
    stale = tmp_path / "causes.md"
    stale.write_text(re.sub(r"\| `timeout`.*\n", "", stale.read_text("utf-8")), "utf-8")
    ran = CliRunner().invoke(ivr, ["docs", str(tmp_path)])
    assert (ran.exit_code, ran.output) == (0, "Renewed causes.md.\n")
    assert stale.read_text("utf-8") == (FOLDER / "causes.md").read_text("utf-8")
    assert CliRunner().invoke(ivr, ["docs", str(tmp_path)]).output == ""


def test_every_action_has_its_place() -> None:
    (page,) = (each for each in pages() if each.name == "actions")
    assert [each.title for each in render(page).sections if each.level == 2] == [each.card.title for each in BUILT_IN]


def test_the_tour_is_as_long_as_it_says() -> None:
    """Each line of the table names a file and perhaps parts of it; they are there, and short enough to be read."""
    stops = re.findall(r"^\| \[[^]]+\]\(\.\./([^)]+)\) \| (.+?) \| (\d+) \|", read("how-it-works"), re.MULTILINE)
    assert len(stops) > 8
    total = 0
    for file, parts, said in stops:
        lines = length(ROOT / "ivr" / file, parts)
        assert abs(lines - int(said)) <= 15, f"{file} ({parts}) has {lines} lines to read, the tour says {said}"
        total += lines
    assert total <= LONGEST_TOUR


def length(path: Path, parts: str) -> int:
    """Lines of a file, or of the classes, functions and methods that are named."""
    text = path.read_text("utf-8")
    if parts == "all":
        return len(text.splitlines())
    where: Any = ast.parse(text)
    lines = 0
    for part in re.findall(r"`([^`]+)`", parts):
        owner, dot, name = part.rpartition(".")
        if owner or not dot:
            where = named(ast.parse(text), owner) if owner else ast.parse(text)
        found = named(where, name)
        lines += found.end_lineno - found.lineno + 1
    return lines


def named(tree: Any, name: str) -> Any:
    (found,) = (each for each in tree.body if getattr(each, "name", "") == name)
    return found


def test_the_block_of_the_five_minutes_is_one() -> None:
    """The class on the page is an action as it stands, and decides as its golden file lets one expect."""
    code = [each for each in pieces(read("contributing")) if isinstance(each, Code)]
    block, _ = (each for each in code if each.is_block)
    (golden,) = (parse_json(each.text) for each in code if each.kind == "text")
    names: dict[str, Any] = {}
    exec(compile(block.text, "number_prefix.py", "exec"), names)
    (made,) = (
        each
        for each in names.values()
        if isinstance(each, type) and issubclass(each, Action) and each.__module__ != "ivr.core.action"
    )
    ports = []
    for case in golden:
        action = TypeAdapter(made).validate_python(case["action"])
        decided = action.enter(Visit(Call("CA1", "a-flow", 1, block=3, variables=case["variables"]), 3, at=0))
        ports.append((decided.port, decided.set["found"]))
    assert ports == [("match", "+49"), ("no_match", "")]
    assert {port for port, _ in ports} == {port.id for port in made.card.ports}


async def test_the_endpoint_of_the_page_is_one(tmp_path: Path) -> None:
    """The module on the page declares a route as it stands, and its handler counts the blocks of a real draft."""
    code = [each for each in pieces(read("contributing")) if isinstance(each, Code)]
    _, endpoint = (each for each in code if each.is_block)
    names: dict[str, Any] = {}
    exec(compile(endpoint.text, "sizes.py", "exec"), names)
    async with served(tmp_path) as server:
        board = await server.board()
        await board.post("/api/flows", {"name": "Desk", "template": "menu"})
        (route,) = names["routes"](SimpleNamespace(store=server.store))
        request = make_mocked_request(route.method, "/api/flows/desk/size", match_info={"id": "desk"})
        answer = await route.handle(request)
    assert (route.path, route.role, set(route.errors)) == ("/api/flows/{id}/size", "viewer", {404})
    assert answer.status == 200
    assert parse_json(answer.body.decode()) == {"blocks": 7}
