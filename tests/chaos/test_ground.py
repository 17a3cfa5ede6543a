"""The checker of the chaos suite: what it counts as our fault, and what nobody can know."""

import pytest

from ivr.emulator import Carrier, PhoneCall, VirtualClock
from ivr.emulator.call.parameters import Parties
from tests.chaos.ground import BY_POST, Far, Row, judged
from tests.whole.stage import FOUND, GREETING, SORRY, TEXTED

START = 1_700_000_000.0
"""When calls begin, by a clock that does not start with them."""


class Broken:
    """A world in which servers have died, so many seconds after the calls began."""

    def __init__(self, *deaths: float) -> None:
        self.clock = VirtualClock(START)
        self.carrier = Carrier("AC" + "0" * 32, "not-a-secret", clock=self.clock)
        self.far = Far(0.0)
        self.calls: list[PhoneCall] = []
        self.deaths = [START + seconds for seconds in deaths]

    async def call(self, *words: str, to: str = BY_POST) -> None:
        """One that heard these words within ten seconds, and was hung up on by a page."""
        call = PhoneCall(Parties(f"CA{len(self.calls)}", "AC1", f"+1555000{len(self.calls)}", to), self.clock)
        self.calls.append(call)
        for text in words:
            call.happen("say", text=text)
        await self.clock.advance(10)
        call.happen("hangup")
        call.end("completed")


@pytest.mark.parametrize(("died_at", "counted"), [(5.0, "unknown"), (-1.0, "misjudged"), (11.0, "misjudged")])
async def test_a_request_that_died_with_its_server_in_the_call_is_unknown(died_at: float, counted: str) -> None:
    """Where no server died in the call, a caller who was told of a failure was told wrongly: the API never failed."""
    made = Broken(died_at)
    await made.call(GREETING, SORRY)
    assert judged("a fault", made) == Row("a fault", 1, **{counted: 1})


async def test_what_may_be_repeated_is_not_unknown() -> None:
    made = Broken(5.0)
    await made.call(GREETING, SORRY, to="+15550100201")
    assert judged("a fault", made) == Row("a fault", 1, misjudged=1)


@pytest.mark.parametrize(("died_at", "counted"), [(5.0, "unknown"), (-1.0, "hung_up_on")])
async def test_a_text_that_died_with_its_server_in_the_call_is_unknown(died_at: float, counted: str) -> None:
    made = Broken(died_at)
    await made.call(GREETING, FOUND)
    assert judged("a fault", made) == Row("a fault", 1, **{counted: 1})


async def test_a_text_that_was_told_and_never_sent_is_lost() -> None:
    made = Broken()
    await made.call(GREETING, FOUND, TEXTED)
    assert judged("a fault", made) == Row("a fault", 1, texts_lost=1)


async def test_a_caller_who_heard_nothing_of_the_outcome_was_hung_up_on() -> None:
    made = Broken(5.0)
    await made.call(GREETING)
    assert judged("a fault", made) == Row("a fault", 1, hung_up_on=1)
