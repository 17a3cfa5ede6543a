"""The benchmarks must not rot: their smallest parts run in-process, and figures come out. No figure is judged."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ivr.app import serve
from ivr.board import build
from ivr.flow.model import Flow
from ivr.settings import load as load_settings
from ivr.store import new_key
from ivr.web.server import bind, port_of
from tests.bench import (
    board,
    checks,
    history,
    inline,
    overload,
    pages,
    pieces,
    replies,
    saving,
    servers,
    stalls,
    webcalls,
    workers,
)
from tests.bench.account import new_sid, webhook
from tests.bench.far import Outside
from tests.bench.flows import WORD, asking, parallel, prepare, talking
from tests.bench.machine import machine, others_cpu
from tests.bench.replies import Replies, Shape
from tests.bench.wire import load
from tests.board.browser import CHROMIUM
from tests.store.conftest import postgres  # noqa: F401 - a fixture

pytestmark = pytest.mark.process


async def test_pages_are_served_under_load(tmp_path: Path) -> None:
    key, waiting = new_key(), [new_sid() for _ in range(20)]
    await prepare(tmp_path, key, talking(), waiting)
    sock = bind("127.0.0.1", 0)
    port = port_of(sock)
    settings = load_settings(env_file=None, environ=servers.environment(port, tmp_path, key, servers.free_port()))
    url = f"http://127.0.0.1:{port}/voice"
    async with serve(settings, sock):
        answers = await load(port, [webhook(f"{url}/answer", new_sid()) for _ in range(20)], WORD, connections=4)
        following = await load(port, [webhook(f"{url}/page/2", sid) for sid in waiting], WORD, connections=4)
    rates = [[pages.Rate(20 / seconds, None)] for seconds in (answers, answers, following)]
    assert "next page" in pages.Pages(*rates).report()


def test_whole_calls_are_measured_beside_sixty_lines(tmp_path: Path) -> None:
    found = inline.measure(inline.Shape(3, 6, 1, 0.01), tmp_path)
    assert {name: len(rounds[0].taken) for name, rounds in found.rounds.items()} == {inline.OURS: 6, inline.TINKERED: 6}
    assert "ours is" in found.report()


def test_one_worker_and_two_are_measured_in_turns(tmp_path: Path, postgres: str) -> None:  # noqa: F811
    found = workers.measure(workers.Shape(1, 6), tmp_path, postgres)
    assert {count: len(rounds) for count, rounds in found.rounds.items()} == {1: 1, 2: 1}
    assert "of one" in found.report()


def test_more_calls_come_than_fit(tmp_path: Path) -> None:
    found = overload.measure(0.1, tmp_path)
    assert found.taken or found.away
    assert "Twice" in found.report()


@pytest.mark.parametrize(("flow", "requests", "name"), [(asking, 1, "2 held"), (parallel, 2, "2 x 2 held")])
async def test_a_held_call_moves_on_when_its_api_answers(
    tmp_path: Path, flow: Callable[[int], Flow], requests: int, name: str
) -> None:
    key, outside = new_key(), Outside(servers.free_port())
    await prepare(tmp_path, key, flow(outside.port))
    sock = bind("127.0.0.1", 0)
    port = port_of(sock)
    settings = load_settings(env_file=None, environ=servers.environment(port, tmp_path, key, outside.port))
    shape = Shape(2, 0.0, 1, requests)
    async with serve(settings, sock):
        times = await replies.once_each(f"http://127.0.0.1:{port}", outside, shape)
    assert len(times) == 2
    assert f"{name}, burst" in Replies({shape: times}, {shape: times}, {shape: None}).report()


def test_the_baseline_makes_the_same_round_trips() -> None:
    outside = Outside(servers.free_port())
    with servers.bare(outside.port) as bare:
        assert len(replies.run(bare, outside, Shape(3, 0.0, 1))) == 3


async def test_web_calls_are_made_at_once() -> None:
    with servers.slow(0.05) as api:
        rounds = [await webcalls.one_round(kind, api.port, 5) for kind in ("bare", "ours")]
    assert [len(each.late) for each in rounds] == [5, 5]
    assert "5 by executor" in webcalls.Found({5: rounds[:1]}, {5: rounds[1:]}).report()


def test_checks_are_timed() -> None:
    found = checks.measure(0.001, blocks=20)
    assert (found.blocks, found.wires) == (20, 68)
    assert "check" in found.report()


def test_saving_is_timed(tmp_path: Path) -> None:
    found = saving.measure(2, tmp_path, many=5)
    assert found.few.statements == found.many.statements > 0
    assert "times 3 flows" in found.report()


def test_calls_are_looked_at(tmp_path: Path) -> None:
    found = history.measure(40, tmp_path, few=20)
    assert (found.few.calls, found.many.calls) == (20, 40)
    assert found.many.times.keys() == history.QUESTIONS.keys()
    assert "statistics" in found.report()


def test_pieces_are_timed(tmp_path: Path) -> None:
    found = pieces.measure(0.001, tmp_path, saves=2)
    assert all(piece.ours > 0 and piece.other > 0 for piece in found)
    assert "VoiceResponse" in pieces.report(found)


def test_stalls_are_looked_for(tmp_path: Path) -> None:
    found = stalls.measure(0.05, tmp_path)
    assert [(each.listener, each.kind) for each in found][2:4] == [("public", "deflate"), ("board", "br")]
    assert all(each.bombs and each.quiet and each.under for each in found)
    assert "ratio" in stalls.report(found)


def test_the_board_is_measured(tmp_path: Path) -> None:
    if not board.is_possible():
        missing = f"{CHROMIUM} is missing (apt-get install chromium)"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    if build.state() != "fresh" and os.environ.get("IVR_BOARD") != "skip":
        build.build()
    found = board.measure(board.Size(1, (20,), 0.3, 1), tmp_path)
    assert [each.blocks for each in found.opened][1:] == [20]
    assert all(look.scripts > 0 and look.ready >= look.drawn for look in found.opened[0].looks)
    assert len(found.events) == board.WEB_CALLS
    assert "20 blocks" in found.report()


def test_the_machine_is_described(tmp_path: Path) -> None:
    assert "Python" in machine(tmp_path)
    assert others_cpu() != 0


def test_a_server_that_does_not_start_says_why(tmp_path: Path) -> None:
    with pytest.raises(servers.NotStarted, match="IVR_KEY"), servers.real(tmp_path, "not a key", 1):
        pass
