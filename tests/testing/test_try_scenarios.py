"""Reading scenarios: what is written, and every mistake in it with its line."""

import pytest

from ivr.flow.model import Flow
from ivr.testing.line import Line
from ivr.testing.recording import NotACall, record
from ivr.testing.scenario import BrokenScenario, read_scenarios
from ivr.testing.trying import attempt
from tests.story.flows import asks, drawn, ends, says, starts, takes, texts

FLOW = drawn(
    starts(2),
    says("Hello.", 3),
    asks(4, 5, url="https://api.test/?who=$ANI", response_variables=takes(x="x"), play_hold_music=True),
    texts("It is $x.", 6, 6),
    says("Sorry.", 6),
    ends(),
)


def mistakes(text: str) -> list[str]:
    with pytest.raises(BrokenScenario) as caught:
        read_scenarios(text)
    return str(caught.value).splitlines()


def tried(text: str, flow: Flow = FLOW) -> tuple[str, ...]:
    (scenario,) = read_scenarios(text)
    return attempt(flow, scenario).failures


def test_several_in_a_file_and_in_a_list() -> None:
    assert [each.name for each in read_scenarios("name: a\n---\nname: b\n")] == ["a", "b"]
    assert [each.name for each in read_scenarios("- name: a\n- name: b\n")] == ["a", "b"]


def test_numbers_that_yaml_takes_for_integers() -> None:
    (scenario,) = read_scenarios("caller: +15551230001\nsteps:\n  - presses: 1\n")
    assert scenario.caller == "+15551230001"
    assert scenario.steps[0].presses == "1"


def test_every_mistake_at_once_with_its_line() -> None:
    text = "name: a\nstepps: []\nsteps:\n  - hears: x\n  - presess: 1\n  - hang up\napi:\n  - {after: 3}\n"
    assert mistakes(text) == [
        "line 8: api[0]: say whose answer it is: block or url.",
        "line 5: steps[1].presess: there is no such field. Did you mean “presses”?",
        "line 6: steps[2].does: there is no such step. Did you mean “hangs up”?",
        "line 2: stepps: there is no such field. Did you mean “steps”?",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("steps: [", "line 1:"),
        ("a: &x [1]\nb: *x\n", "line 2: write it out, aliases (*) are not read here."),
        ("!!python/object/apply:os.system ['true']", "could not determine a constructor"),
        ("", "There is no scenario in it."),
        ("just words", "scenario"),
        ("steps:\n  - {hears: a, presses: b}\n", "a step does one thing"),
        ("x" * 1_000_001, "larger than"),
        ("[" * 5000, "This is not YAML"),
    ],
)
def test_what_is_no_scenario(text: str, told: str) -> None:
    assert told in "\n".join(mistakes(text))


@pytest.mark.parametrize(
    ("expect", "told"),
    [
        ("heard: [Bye]", "expected to hear “Bye”"),
        ("heard: [Sorry, Hello]", "expected to hear “Sorry”"),
        ("not_heard: [hello]", "expected not to hear “hello”, but: Hello."),
        ("sent: []", "expected 0 texts, but 1 were sent"),
        ('sent: [{to: "+1"}]', "text 1: expected it to go to +1, but it went to +15550100001"),
        ("sent: [{contains: eight}]", "text 1: expected “eight” in it, but it says: It is 7."),
        ("set: {x: 8}", "expected $x = '8', but it is '7'"),
        ("ended_by: caller", "expected the call to be ended by the caller, but: flow"),
        ("path: [1, 2]", "expected the way 1 → 2, but it was 1 → 2 → 3 → 4 → 6"),
        ("longest_silence_below: 0.1", "expected less than 0.1 s of silence"),
    ],
)
def test_what_differs_is_told(expect: str, told: str) -> None:
    (failure,) = tried(f"api: [{{block: '3', after: 0.9, json: {{x: 7}}}}]\nexpect: {{{expect}}}\n")
    assert told in failure


def test_what_is_as_expected_is_not() -> None:
    expect = (
        'heard: [hel*o], set: {$x: 7, EXTCALL_3.statuscode: 200}, sent: [{contains: "IT IS"}], path: [1, 2, 3, 4, 6]'
    )
    assert tried(f"api: [{{url: 'https://api.test/*', json: {{x: 7}}}}]\nexpect: {{{expect}}}\n") == ()


def test_how_long_requests_usually_take_is_said_and_recorded() -> None:
    said = {"play_hold_music": True, "opening_line": "It takes ${EXTCALL_2.usual|or a moment}."}
    flow = drawn(starts(), asks(3, 3, **said) | {"title": "Look up"}, ends())
    for line in ("", "usual: {2: 12.3}", "usual: {Look up: 12.3}"):
        expect = "expect: {heard: [It takes " + ("10 seconds" if line else "a moment") + ".]}"
        (scenario,) = read_scenarios(f"name: a\napi: [{{block: '2', after: 3}}]\n{line}\n{expect}\n")
        assert attempt(flow, scenario).failures == ()
    with Line(flow) as call:
        call.usually_takes("2", 12.3).api("2", json={}, after=3).rings()
        (again,) = read_scenarios(record(flow, call.trace, "Again"))
    assert again.usual == {"2": 12.3}
    assert attempt(flow, again).failures == ()


def test_a_step_that_can_not_be_taken() -> None:
    assert "step 2: expected to hear “Bye”; heard so far: Hello." in tried("steps: [{hears: Hello}, {hears: Bye}]")[0]
    assert tried("steps: [{presses: '1'}]")[0] == "step 1: the call was over already."


def test_a_request_without_a_prepared_answer_is_noted() -> None:
    (scenario,) = read_scenarios("name: a")
    (note,) = attempt(FLOW, scenario).notes
    assert note.startswith("GET https://api.test/?who=%2B15550100001 had no answer prepared")


@pytest.mark.parametrize("ending", ["flow", "caller"])
def test_a_recorded_call_passes_against_its_own_flow_and_holds_no_number(ending: str) -> None:
    with Line(FLOW) as line:
        line.api("3", json={"x": 7.5, "phone": "+15551234567"}, after=4)
        line.rings("+15551234567", "+15557654321", on=ending == "flow")
        if ending == "caller":
            line.waits(2).hangs_up()
        text = record(FLOW, line.trace, "As it was")
    assert "5551234567" not in text
    assert "5557654321" not in text
    (scenario,) = read_scenarios(text)
    assert len(scenario.steps) == (1 if ending == "flow" else 2)
    again = attempt(FLOW, scenario)
    assert again.failures == ()
    assert again.notes == ()


def test_keys_and_hidden_keys_are_recorded() -> None:
    collect = {"type": "collect_digits", "prompt": "Your PIN?", "sensitive": True, "timeout": 5}
    menu = {"type": "menu", "prompt": "Press 1.", "choices": [{"key": "1", "label": "One"}]}
    flow = drawn(
        starts(2),
        {"action": menu, "exits": {"key_1": 3}},
        {"action": collect, "exits": {"success": 4}},
        says("Thanks."),
    )
    with Line(flow) as line:
        line.rings().presses("1").presses("4711#")
        text = record(flow, line.trace, "Keys")
    assert "4711" not in text
    (scenario,) = read_scenarios(text)
    assert [step.presses for step in scenario.steps if step.presses] == ["1", "•••"]


@pytest.mark.parametrize("way", ["presses", "says"])
@pytest.mark.parametrize("then", ["cancel", "go on"])
def test_what_the_caller_does_while_a_request_runs_is_recorded(way: str, then: str) -> None:
    keys = [
        {"key": "1", "label": "Text me", "words": ["by text"], "then": then, "late": True},
        {"key": "2", "label": "How long", "then": "wait", "says": "A minute."},
    ]
    soft = {"soft_limit": 8, "soft_limit_line": "Press 1.", "while_waiting": keys, "timeout": 60}
    rows = asks(3, 3, play_hold_music=True, **soft)
    rows["exits"]["key_1"] = 4
    flow = drawn(starts(), rows, texts("Found.", 5, 5), says("We text you.", 5), ends())
    with Line(flow) as line:
        line.api("2", json={}, after=30).rings(on=False)
        line.waits(4).presses("2", on=False).waits(8)
        _ = line.presses("1") if way == "presses" else line.says("Please, by text.")
        text = record(flow, line.trace, "While waiting")
        sent = [each.body for each in line.sent]
    (scenario,) = read_scenarios(text)
    again = attempt(flow, scenario)
    assert again.failures == (), again.timeline
    assert sent == (["Found."] if then == "go on" else [])
    assert [each.waits for each in scenario.steps if each.waits] == [
        pytest.approx(4, abs=0.2),
        pytest.approx(8, abs=0.2),
    ]


def test_a_run_that_nobody_rang_for_is_no_call() -> None:
    flow = drawn({"action": {"type": "inbound_sms"}, "exits": {"next": 2}}, ends())
    with Line(flow) as line:
        line.sends_text("Hi")
        with pytest.raises(NotACall):
            record(flow, line.trace, "x")
