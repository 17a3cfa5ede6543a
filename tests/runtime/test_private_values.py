"""Digits that must not be seen stand in no line of a trace, whoever writes it and whenever: those of jobs that outlive
what their call knows, too."""

import ast
import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import ivr
from ivr.core.events import Fetched, Pressed, Texted, Try
from ivr.core.fields import DOTS
from ivr.runtime.recovery import cancel_over
from tests.runtime.conftest import NewWorld
from tests.runtime.imagined import CALL, World
from tests.story.asking import block, collects
from tests.story.flows import Row, asks, awaits, begins, drawn, ends, starts, texts

CANARY = "8362947105"
MAKER = Path("flow/noting.py")
"""Where lines of a trace are made."""


def asked(new_world: NewWorld, row: Row, **more: Any) -> World:
    entry = collects({"success": 3, "no_input": 4, "invalid": 4}, sensitive=True, variable="pin")
    return new_world(drawn(starts(), entry, row, ends()), **more)


async def entered(world: World, digits: str = CANARY) -> None:
    """The digits are entered, and the job runs."""
    await world.now(world.rings())
    reply = Pressed(at=world.clock.now(), token="1.2", digits=digits)
    await asyncio.gather(world.runner.reply(CALL, 2, reply), world.clock.advance(1))


def lines(world: World, kind: str) -> list[dict[str, Any]]:
    """The lines of this kind, of a trace that nowhere shows the digits."""
    assert CANARY not in str(world.calls.traces)
    return world.traced(kind)


@pytest.mark.parametrize("cause", ["ok", "connect"])
async def test_a_late_answer_that_names_them(new_world: NewWorld, cause: Any) -> None:
    world = asked(new_world, asks(4, 4, method="POST", url="http://api.test/?pin=$pin"))
    await entered(world)
    await world.hangs_up()
    tried = Try(f"http://api.test/?pin={CANARY}", cause, 503, f"No {CANARY}.", {}, {"x-pin": CANARY})
    told: dict[str, Any] = {"error": f"No {CANARY}.", "notes": (CANARY,), "tries": (tried,), "taken": {"Echo": CANARY}}
    now = world.clock.now()
    world.api.ends(lambda token: Fetched(at=now, token=token, cause=cause, **told))
    await world.clock.settle()
    (late,) = lines(world, "late")
    assert (late["error"], late["notes"], late["tries"][0]["url"]) == (
        f"No {DOTS}.",
        [DOTS],
        f"http://api.test/?pin={DOTS}",
    )
    assert "taken" not in late


async def test_a_request_that_another_process_cancels(new_world: NewWorld) -> None:
    row = asks(4, 4, url="http://api.test/?pin=$pin")
    first = asked(new_world, row)
    second = asked(new_world, row, calls=first.calls)
    await entered(first)
    await second.hangs_up()
    await cancel_over(first.ports, first.runner)
    await first.clock.settle()
    (cancelled,) = lines(first, "cancelled")
    assert (cancelled["token"], cancelled["url"]) == ("2.3", f"http://api.test/?pin={DOTS}")


async def test_a_text_that_ends_after_the_call(new_world: NewWorld) -> None:
    world = asked(new_world, texts("Your code is $pin.", 4, 4))
    await entered(world)
    await world.hangs_up()
    now, error = world.clock.now(), f"+{CANARY} is no number."
    world.carrier.ends(lambda token: Texted(at=now, token=token, accepted=False, error=error, to=f"+{CANARY}"))
    await world.clock.settle()
    (late,) = lines(world, "late")
    assert (late["error"], late["to"]) == (f"+{DOTS} is no number.", f"+{DOTS}")


async def test_a_question_by_text_that_the_carrier_has_taken(new_world: NewWorld) -> None:
    exits = {"reply": 4, "no_reply": 4, "failed": 4}
    world = asked(new_world, block("ask_by_sms", exits, message="Is it $pin?", wait=1))
    await entered(world)
    now = world.clock.now()
    world.carrier.ends(lambda token: Texted(at=now, token=token, accepted=True, sid="SM1", to=f"+{CANARY}"))
    await world.clock.settle()
    assert [each["to"] for each in lines(world, "replied") if "to" in each] == [f"+{DOTS}"]
    await world.hangs_up()
    assert [each["body"] for each in lines(world, "asked") if "body" in each] == [f"Is it {DOTS}?"]


async def test_an_answer_about_a_number_in_whose_place_another_stands_by_now(new_world: NewWorld) -> None:
    world = new_world(
        drawn(
            starts(),
            collects({"success": 3, "no_input": 8, "invalid": 8}, sensitive=True, variable="pin"),
            block("counter", {"next": 4}, name="n"),
            block("compute", {"success": 5, "failure": 8}, first="$pin", second="$n", name="sum"),
            block("condition", {"true": 6, "false": 7}, rows=[{"variable": "$n", "value": "1"}]),
            begins(3, 8, url="http://api.test/?sum=$sum"),
            awaits(8, 8, 8),
            ends(),
        )
    )
    await entered(world, str(int(CANARY) - 1))
    assert f"http://api.test/?sum={CANARY}" in str(world.api.started)
    now, tried = world.clock.now(), Try(f"http://api.test/?sum={CANARY}", "connect")
    error = f"No {CANARY}."
    world.api.ends(lambda token: Fetched(at=now, token=token, cause="connect", error=error, tries=(tried,)))
    await world.clock.settle()
    (replied,) = (each for each in lines(world, "replied") if "tries" in each)
    assert replied["tries"][0]["url"] == f"http://api.test/?sum={DOTS}"
    assert world.call.variables["EXTCALL_6"]["error"] == f"No {DOTS}."


def made(path: Path) -> Iterator[str]:
    """The lines of a trace that a module makes."""
    calls = (each.func for each in ast.walk(ast.parse(path.read_text())) if isinstance(each, ast.Call))
    return (path.name for each in calls if isinstance(each, ast.Name) and each.id == "Entry")


def test_all_lines_are_made_in_one_place() -> None:
    root = Path(ivr.__file__).parent
    writers = [path for folder in ("flow", "runtime", "actions") for path in (root / folder).glob("*.py")]
    assert [*made(root / MAKER)] == ["noting.py"]
    assert [name for path in writers if path != root / MAKER for name in made(path)] == []
