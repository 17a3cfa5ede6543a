"""What happens in a call, whatever its flow: short flows, each with one point."""

from decimal import Decimal
from typing import ClassVar, Literal

import pytest

from ivr.core.action import Action, Card, End, Leave, Outcome, Port, Visit, Wait
from ivr.core.credentials import Basic
from ivr.core.effects import Fetch, Text
from ivr.core.events import Answered, Event, Fetched, HungUp
from ivr.flow.model import Block, Flow
from tests.story.flows import asks, drawn, ends, says, starts, takes, texts
from tests.story.line import CALLER, DIALLED, HANGS_UP, SID, Line

APOLOGY = "We are sorry, something went wrong. Please call again later."


def answer(token: str, **fields: object) -> Fetched:
    return Fetched(at=9_000, token=token, **{"cause": "ok", "status": 200, **fields})


def before_and_after(line: Line) -> tuple[object, ...]:
    return line.call, list(line.heard), len(line.jobs), len(line.trace)


class TestVariables:
    def test_a_text_may_come_from_elsewhere(self) -> None:
        line = Line(drawn(starts(), texts("Hello.", to="+1 (555) $ANI", sender="MG$DNIS"))).rings("7", "8")
        assert line.texts == [("+1 (555) 7", "MG8", "Hello.")]

    def test_the_caller_is_known_from_the_start(self) -> None:
        line = Line(drawn(starts(), says("$ANI rang $DNIS: $CallerName, $CallSid.", 3), ends()))
        line.rings(caller="+1", dialled="+2", name="Ada")
        assert line.heard == [f"+1 rang +2: Ada, {SID}.", HANGS_UP]

    def test_later_blocks_see_what_earlier_ones_took(self) -> None:
        line = Line(
            drawn(
                starts(),
                asks(3, None, response_variables=takes(AppointmentDate="DateText")),
                texts("On $AppointmentDate, that is $EXTCALL_2.AppointmentDate", 4),
                asks(5, None, url="http://api.test/$EXTCALL_2.statuscode?sid=$SMS_3.sid"),
                ends(),
            )
        )
        line.rings().api_answers({"DateText": "May 1"}).text_is_taken("SM7")
        assert line.texts == [(CALLER, DIALLED, "On May 1, that is May 1")]
        assert line.requests[-1] == ("GET", "http://api.test/200?sid=SM7")

    def test_numbers_keep_their_digits_on_the_way(self) -> None:
        price = Decimal("12.50")
        variables = takes(Id="id", Price="price")
        line = Line(drawn(starts(), asks(3, None, response_variables=variables), says("$Id costs $Price"))).rings()
        line.happens(answer(line.token, value={"id": 2**70, "price": price}))
        assert line.variable("Price") == price
        assert line.heard[0] == f"{2**70} costs 12.50"

    @pytest.mark.parametrize("name", ["kind", "self", "data", "at", "port", "EXTCALL_2"])
    def test_an_author_may_choose_any_name(self, name: str) -> None:
        line = Line(drawn(starts(), asks(3, None, response_variables=takes(**{name: "x"})), says("Fine.", 4), ends()))
        line.rings().api_answers({"x": "y"})
        assert line.heard == ["Fine.", HANGS_UP]

    def test_a_second_answer_replaces_the_first_as_a_whole(self) -> None:
        line = Line(drawn(starts(), asks(2, 2, response_variables=takes(x="x"))))
        line.rings().api_answers({"x": 1}).api_fails("timeout", "Too slow.")
        failed = {"cause": "timeout", "error": "Too slow.", "duration": 0, "attempts": 0}
        assert line.variable("EXTCALL_2") == failed
        assert "x" not in line.call.variables

    def test_what_an_api_says_when_it_refuses_can_be_told_to_the_caller(self) -> None:
        line = Line(drawn(starts(), asks(None, 3, response_variables=takes(x="reason")), says("Sorry: $x.")))
        line.rings().api_answers({"reason": "no such customer"}, status=404)
        assert line.heard[0] == "Sorry: no such customer."

    def test_a_call_without_an_answer_takes_nothing(self) -> None:
        line = Line(drawn(starts(), asks(None, 3, response_variables=takes(x="x")), says("x is “$x”")))
        line.rings().api_fails("timeout")
        assert line.heard[0] == "x is “”"

    def test_what_another_block_set_outlives_a_call_that_fails_but_what_the_call_set_before_does_not(self) -> None:
        variables = takes(Date="date", Doctor="doctor")
        flow = drawn(
            starts(),
            asks(3, None, response_variables=variables),
            asks(3, 4, response_variables=takes(Date="date")),
            says("$Date, $Doctor, $EXTCALL_2.Doctor, $EXTCALL_2.statuscode, $EXTCALL_3.statuscode"),
        )
        line = Line(flow).rings().api_answers({"date": "May 1", "doctor": "Okafor"})
        line.api_answers({"date": "May 2"}, 201).api_answers({}, 202).api_fails("timeout")
        assert line.heard[0] == ", Okafor, Okafor, 200,"

    def test_what_nothing_has_set_is_empty_and_traced(self) -> None:
        line = Line(drawn(starts(), says("Dear $Name of ${EXTCALL_9.town}!", 3), ends())).rings()
        assert line.heard[0] == "Dear  of !"
        assert [data["reference"] for data in line.traced("unset")] == ["$Name", "$EXTCALL_9.town"]

    def test_a_message_of_nothing_is_not_spoken(self) -> None:
        line = Line(drawn(starts(), says("$Nothing", 3), ends())).rings()
        assert line.heard == [HANGS_UP]


class TestVoices:
    def test_the_flow_has_one_and_a_block_may_have_its_own(self) -> None:
        flow = drawn(
            starts(),
            says("One.", 3),
            says("Two.", 4, voice="Polly.Amy", language="en-GB"),
            ends(),
            voice="Polly.Vicki",
            language="de-DE",
        )
        assert Line(flow).rings().voices == [("Polly.Vicki", "de-DE"), ("Polly.Amy", "en-GB")]

    def test_the_apology_is_in_the_flow_s_voice(self) -> None:
        line = Line(drawn(starts(None), voice="Polly.Vicki", language="de-DE", apology="Verzeihung.")).rings()
        assert (line.heard, line.voices) == (["Verzeihung.", HANGS_UP], [("Polly.Vicki", "de-DE")])


class TestRequests:
    def test_everything_is_filled_for_its_place(self) -> None:
        hostile = 'a"b\r\nX: y&<'
        flow = drawn(
            starts(),
            asks(
                method="POST",
                url="http://api.test/$CallerName?q=$CallerName",
                headers=[{"name": "X-Name", "value": "<$CallerName>"}],
                authentication={"type": "basic", "user": "$CallerName", "password": "hush"},
                content_type="application/json",
                body='{"name": "$CallerName"}',
                timeout=200,
            ),
        )
        line = Line(flow).rings(name=hostile)
        (job,) = line.jobs
        assert isinstance(job, Fetch)
        assert job.url == "http://api.test/a%22b%0D%0AX%3A%20y%26%3C?q=a%22b%0D%0AX%3A%20y%26%3C"
        assert job.headers == (("Content-Type", "application/json"), ("X-Name", '<a"b  X: y&<>'))
        assert job.body == '{"name": "a\\"b\\r\\nX: y&<"}'
        assert isinstance(job.auth, Basic)
        assert (job.auth.user, job.timeout) == (hostile, 200)

    @pytest.mark.parametrize(
        ("method", "chosen", "finish"),
        [
            ("GET", None, False),
            ("POST", None, True),
            ("DELETE", None, True),
            ("GET", "finish", True),
            ("POST", "cancel", False),
        ],
    )
    def test_a_hang_up_cancels_a_get_unless_told_otherwise(self, method: str, chosen: str | None, finish: bool) -> None:
        line = Line(drawn(starts(), asks(method=method, when_caller_hangs_up=chosen))).rings()
        assert line.job is not None
        assert line.job.finish is finish

    def test_a_text_goes_out_though_the_caller_has_hung_up(self) -> None:
        line = Line(drawn(starts(), texts("Hello."))).rings()
        assert isinstance(line.job, Text)
        assert line.job.finish

    def test_a_password_is_in_no_trace(self) -> None:
        auth = {"type": "basic", "user": "ada", "password": "correct horse"}
        line = Line(drawn(starts(), asks(3, None, authentication=auth), ends())).rings().api_answers({})
        assert "correct horse" not in repr(line.trace)
        assert "correct horse" not in repr(line.jobs)

    def test_a_long_body_is_cut_in_the_trace_only(self) -> None:
        flow = drawn(starts(), asks(3, None), ends(), says("$EXTCALL_2.responsebody"))
        line = Line(flow).rings().api_answers(body="x" * 100_000)
        assert len(line.variable("EXTCALL_2.responsebody")) == 100_000
        (shown,) = [data["EXTCALL_2.responsebody"] for data in line.traced("set") if "EXTCALL_2.responsebody" in data]
        assert shown.endswith("… (100000 characters)")
        assert len(shown) < 2_100


class TestEnds:
    @pytest.mark.parametrize("ported", ["success", "failure"])
    def test_a_port_that_leads_nowhere_ends_the_call_with_an_apology(self, ported: str) -> None:
        line = Line(drawn(starts(), asks())).rings()
        line = line.api_answers({}) if ported == "success" else line.api_fails("dns")
        assert line.heard == [APOLOGY, HANGS_UP]
        assert line.problems == ["no_exit"]
        assert f"“{ported}”" in line.traced("problem")[0]["message"]

    def test_after_words_there_is_no_apology(self) -> None:
        assert Line(drawn(starts(), says("Goodbye."))).rings().heard == ["Goodbye.", HANGS_UP]

    def test_a_port_may_lead_to_a_block_that_is_not_there(self) -> None:
        assert Line(drawn(starts(99))).rings().problems == ["no_exit"]

    def test_a_flow_that_nobody_can_enter_apologises(self) -> None:
        line = Line(drawn(says("Never heard."))).rings()
        assert (line.heard, line.problems) == ([APOLOGY, HANGS_UP], ["no_start"])

    def test_our_own_mistake_is_apologised_for(self) -> None:
        line = Line(drawn(starts(), asks(), apology="Oh dear.")).rings().breaks()
        assert line.heard == ["Oh dear.", HANGS_UP]
        assert (line.call.status, line.job, line.problems) == ("failed", None, ["failed"])

    @pytest.mark.parametrize("blocks", [1, 50, 99, 100])
    def test_a_hundred_blocks_may_follow_each_other(self, blocks: int) -> None:
        messages = [says(f"{number}.", number + 1) for number in range(2, blocks + 1)]
        line = Line(drawn(starts(), *messages, ends())).rings()
        assert len(line.heard) == blocks
        assert line.problems == []

    def test_more_than_a_hundred_is_a_circle(self) -> None:
        line = Line(drawn(starts(), says("Again.", 2))).rings()
        assert line.problems == ["endless_loop"]
        assert line.heard == ["Again."] * 100 + [HANGS_UP]
        assert line.call.status == "ended"

    def test_silent_circles_end_with_an_apology(self) -> None:
        assert Line(drawn(starts(), says("$Nothing", 2))).rings().heard == [APOLOGY, HANGS_UP]

    def test_a_wait_makes_a_circle_a_loop_but_not_for_ever(self) -> None:
        line = Line(drawn(starts(), asks(2, 2))).rings()
        rounds = 0
        while line.job is not None:
            line.api_answers({})
            rounds += 1
        assert (rounds, line.call.steps, line.problems) == (1_000, 1_000, ["too_many_steps"])
        assert line.heard == [APOLOGY, HANGS_UP]

    def test_an_ended_call_hears_nothing_more(self) -> None:
        line = Line(drawn(starts(), ends())).rings()
        before = before_and_after(line)
        line.rings().hangs_up().happens(answer("1.2"))
        assert before_and_after(line) == before


class TestRepeats:
    def test_a_call_is_taken_once(self) -> None:
        line = Line(drawn(starts(), says("Hello.", 3), asks())).rings()
        before = before_and_after(line)
        line.rings()
        assert before_and_after(line) == before

    def test_an_answer_counts_once(self) -> None:
        line = Line(drawn(starts(), asks(3), asks())).rings()
        first = answer(line.token)
        line.happens(first)
        before = before_and_after(line)
        line.happens(first)
        assert before_and_after(line) == before

    @pytest.mark.parametrize("token", ["", "1", "1.", "1.3", "2.2", "01.2", "1.2 ", "x.y", "1.2.3"])
    def test_an_answer_to_another_question_changes_nothing(self, token: str) -> None:
        line = Line(drawn(starts(), asks())).rings()
        assert line.token == "1.2"
        before = before_and_after(line)
        line.happens(answer(token))
        assert before_and_after(line) == before

    def test_each_round_of_a_loop_asks_a_new_question(self) -> None:
        line = Line(drawn(starts(), asks(2, 2))).rings()
        tokens = [line.token, line.api_answers({}).token, line.api_answers({}).token]
        assert len(set(tokens)) == 3

    def test_a_hang_up_closes_the_question(self) -> None:
        line = Line(drawn(starts(), asks(3), says("Too late."))).rings()
        question = line.token
        line.hangs_up().happens(answer(question))
        assert (line.heard, line.call.status) == ([], "ended")
        assert line.traced("hung_up") == [{"reason": "completed"}]

    def test_who_hangs_up_before_we_answer_is_gone(self) -> None:
        line = Line(drawn(starts(), says("Too late.")))
        line.happens(HungUp(at=1, reason="no-answer")).rings()
        assert (line.heard, line.call.status) == ([], "ended")


class Stubborn(Action[Fetched]):
    """Asks until it has been told yes three times."""

    card: ClassVar = Card("Stubborn", group="", icon="", prefix="STUB", ports=(Port("next", "Next"),))
    type: Literal["stubborn"] = "stubborn"

    def enter(self, visit: Visit) -> Outcome:
        return self._ask(visit)

    def resume(self, visit: Visit, reply: Fetched) -> Outcome:
        return End() if visit.attempt == 3 else self._ask(visit)

    def _ask(self, visit: Visit) -> Wait:
        return Wait(Fetch(method="GET", url=f"http://api.test/{visit.attempt}"))


def test_a_block_that_asks_again_knows_how_often_it_has_asked() -> None:
    drawing = drawn(starts())
    stubborn = Block.model_construct(number=2, title="", action=Stubborn(), exits={})
    line = Line(Flow.model_construct(**{**dict(drawing), "blocks": (*drawing.blocks, stubborn)})).rings()
    for attempt in (1, 2, 3):
        assert line.call.attempt == attempt
        line.api_answers({})
    assert line.call.status == "ended"


def test_an_action_that_waits_for_nothing_says_so_when_it_gets_a_reply() -> None:
    class Passing(Action[Event]):
        card: ClassVar = Card("Passing", group="", icon="", prefix="PASS", ports=(Port("next", "Next"),))

        def enter(self, visit: Visit) -> Outcome:
            return Leave("next")

    visit = Visit(Line(drawn(starts())).call, 2, 0)
    with pytest.raises(LookupError, match="Passing waits for nothing, and got Answered"):
        Passing().resume(visit, Answered(at=0, caller="", dialled=""))
