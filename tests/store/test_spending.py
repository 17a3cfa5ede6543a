"""The gate and its counts, on both databases: what is called and texted, once each, and never too much."""

import asyncio

import pytest

from ivr.core.destinations import Destinations
from ivr.runtime.gate import DAY, Caps, Guarded, Rules, Verdict, Wish
from ivr.store import Store
from ivr.store.figures import figures

from .conftest import Place

OURS, CALLER, OTHER = "+15550001111", "+15551234567", "+15557654321"


class Time:
    """The place's own time."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def now(self) -> int:
        return self._place.time

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("the gate never waits")


async def gate(place: Place, store: Store | None = None, **caps: int) -> Guarded:
    none = dict.fromkeys(("destination", "caller", "token", "flow", "day"), 0)

    async def own() -> list[str]:
        return [OURS, "MG" + "0" * 32]

    rules = Rules(Destinations(), Caps(**{**none, **caps}))
    return Guarded(rules, own, (store or await place.open()).spending, Time(place))


def wish(number: int = 0, to: str = CALLER, **more: object) -> Wish:
    fields = {"id": f"CA1 {number}", "kind": "text", "to": to, "flow": "f", "caller": OTHER, **more}
    return Wish(**fields)  # type: ignore[arg-type]


async def admitted(guard: Guarded, *wishes: Wish) -> list[str]:
    """The cause of each refusal, in order; empty where there is none."""
    return [(await guard.admit(each)).cause for each in wishes]


async def test_a_number_passes_as_the_carrier_takes_it(place: Place) -> None:
    guard = await gate(place)
    chat = f"whatsapp:{CALLER}"
    for to, number in (("+1 (555) 123-4567", CALLER), ("555 123 4567", CALLER), (chat, chat)):
        assert await guard.admit(wish(to=to)) == Verdict(number)


@pytest.mark.parametrize("to", ["anonymous", "", "+266696687", "Restricted", "client:alice", "sip:+15551234567@x.test"])
async def test_what_is_no_number_never_reaches_a_carrier(place: Place, to: str) -> None:
    verdict = await (await gate(place)).admit(wish(to=to))
    assert (verdict.number, verdict.cause) == ("", "not_a_number")


async def test_a_number_elsewhere_is_not_allowed_unless_one_of_ours_is_there(place: Place) -> None:
    guard = await gate(place)
    assert await admitted(guard, wish(1, "+442079460000"), wish(2, "+442079460000", ours="+442079460001")) == [
        "not_allowed",
        "",
    ]


@pytest.mark.parametrize(
    ("cap", "same", "other"),
    [
        ("destination", {}, {"to": "+15550000001"}),
        ("caller", {}, {"caller": CALLER}),
        ("token", {"token": "crm"}, {"token": "shop"}),
        ("flow", {}, {"flow": "g"}),
    ],
)
async def test_each_cap_counts_its_own(place: Place, cap: str, same: dict[str, str], other: dict[str, str]) -> None:
    guard = await gate(place, **{cap: 3})
    wishes = [wish(number, **same) for number in range(5)]
    assert await admitted(guard, *wishes) == ["", "", "", "too_many", "too_many"]
    assert await admitted(guard, wish(9, **{**same, **other})) == [""], "somebody else is not to suffer"
    place.time += DAY
    assert await admitted(guard, wishes[4]) == [""], "a day later it counts no more"


async def test_all_together_are_capped(place: Place) -> None:
    guard = await gate(place, day=2)
    wishes = [wish(number, f"+1555000000{number}", flow=f"f{number}") for number in range(3)]
    assert await admitted(guard, *wishes) == ["", "", "too_many"]


async def test_a_repeat_counts_once(place: Place) -> None:
    guard = await gate(place, destination=1)
    assert await admitted(guard, wish(), wish(), wish(), wish(2)) == ["", "", "", "too_many"]


async def test_a_number_that_the_author_wrote_may_be_called_all_day(place: Place) -> None:
    guard = await gate(place, destination=1)
    assert await admitted(guard, *(wish(number, fixed=True) for number in range(4))) == [""] * 4


async def test_callers_who_withhold_their_number_are_not_taken_for_one(place: Place) -> None:
    guard = await gate(place, caller=1)
    assert await admitted(guard, *(wish(number, caller="anonymous") for number in range(3))) == [""] * 3


async def test_processes_share_the_counts(place: Place) -> None:
    one, other = await gate(place, destination=5), await gate(place, destination=5)
    wishes = [wish(number) for number in range(20)]
    found = await asyncio.gather(*((one, other)[n % 2].admit(each) for n, each in enumerate(wishes)))
    assert sum(not verdict.cause for verdict in found) <= 5
    assert await admitted(one, wish(99)) in (["too_many"], [""])
    rows = await (await place.open()).database.fetch("SELECT id FROM spending", {})
    assert len(rows) <= 5


async def test_what_is_counted_is_forgotten_and_tells_nobody_numbers(place: Place) -> None:
    store = await place.open()
    guard = await gate(place, store)
    await admitted(guard, *(wish(number) for number in range(3)))
    rows = await store.database.fetch("SELECT * FROM spending", {})
    written = str([[row[name] for name in ("id", "destination", "caller")] for row in rows])
    assert CALLER[1:] not in written
    assert OTHER[1:] not in written
    place.time += DAY
    await admitted(guard, wish(7))
    assert [row["id"] for row in await store.database.fetch("SELECT id FROM spending", {})] == ["CA1 7"]


async def test_refusals_are_counted_for_the_metrics(place: Place) -> None:
    store = await place.open()
    guard = await gate(place, store, destination=1)
    await admitted(guard, wish(1), wish(2), wish(3, "anonymous"), wish(4, "+19005550100", kind="transfer"), wish(5))
    found = {key: count for key, count in (await figures(store.database)).refused.items() if count}
    assert found == {("text", "too_many"): 2, ("text", "not_a_number"): 1, ("transfer", "not_allowed"): 1}
