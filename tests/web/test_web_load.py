"""A server with too much to do turns new calls away with words, and goes on with those it has."""

from pathlib import Path

from ivr.web.carrier.load import BEAT, Load
from tests.web.test_web_budget import place


class Hands:
    """A clock that is moved by hand, in seconds."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def beats(load: Load, hands: Hands, *late: float) -> None:
    for each in late:
        hands.now += BEAT + each
        load.beat()


def test_a_hiccup_is_no_load_and_going_on_late_is() -> None:
    hands = Hands()
    load = Load(0.2, now=hands, few=0)
    beats(load, hands, 0.0, 0.0, 30.0)
    assert load.has_room()
    beats(load, hands, *[0.0] * 5)
    beats(load, hands, *[0.3] * 5)
    assert not load.has_room()
    beats(load, hands, *[0.0] * 4)
    assert load.has_room()
    taking_all = Load(now=hands, few=0)
    beats(taking_all, hands, *[9.0] * 5)
    assert taking_all.has_room()


def test_few_calls_are_taken_however_late_the_machine_is() -> None:
    hands = Hands()
    load = Load(0.2, now=hands, few=3)
    beats(load, hands, *[0.3] * 5)
    assert [load.has_room() for _ in range(5)] == [True, True, True, False, False]
    hands.now += 1
    assert load.has_room()


def test_saves_that_wait_for_long_are_load_too() -> None:
    hands, waited = Hands(), [1.1]
    load = Load(0.2, now=hands, few=2, behind=lambda: waited[0])
    assert [load.has_room() for _ in range(3)] == [True, True, False]
    waited = [0.9]
    assert load.has_room()
    waited = [60.0]
    assert not load.has_room()
    assert Load(now=hands, few=0, behind=lambda: waited[0]).has_room()


async def test_who_was_sent_back_as_the_store_hung_is_not_turned_away(tmp_path: Path) -> None:
    waited = 0.0
    load = Load(0.2, now=Hands(), few=0, behind=lambda: waited)
    async with place(tmp_path, load=load) as made:
        made.database.mode = "writes late"
        back = await made.carrier.post("/voice/answer", "CA1")
        waited = 9.0
        again = await made.carrier.post(made.carrier.way_back(back), "CA1")
        assert made.carrier.way_back(again) == "/voice/answer?round=2"
        assert "Hangup" in (await made.carrier.post("/voice/answer", "CA2")).verbs
        made.database.let_go.set()
        assert "Gather" in (await made.until_heard(again)).verbs


async def test_new_calls_are_turned_away_with_words_and_those_on_the_line_go_on(tmp_path: Path) -> None:
    hands, away = Hands(), list[None]()
    load = Load(0.2, lambda: away.append(None), hands, few=0)
    async with place(tmp_path, load=load) as made:
        first = await made.carrier.post("/voice/answer", "CA1")
        assert "Gather" in first.verbs
        beats(load, hands, *[1.0] * 5)
        busy = await made.carrier.post("/voice/answer", "CA2")
        assert (busy.verbs, busy.words[0][:22]) == (["Say", "Hangup"], "All our lines are busy")
        assert (await made.carrier.post("/voice/answer", "CA1")).body == first.body  # sent again
        await made.carrier.post("/voice/status", "CA2", CallStatus="completed")
        assert not await made.database.inner.fetch("SELECT id FROM calls WHERE id = 'CA2'", {})
        beats(load, hands, *[0.0] * 20)
        assert "Gather" in (await made.carrier.post("/voice/answer", "CA3")).verbs
        assert len(away) == 1
