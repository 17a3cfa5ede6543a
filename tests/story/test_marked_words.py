"""A call whose texts have markup in them: the author's tags reach the carrier, a value's never do."""

from ivr.core.effects import Hold, Line, Say
from tests.story.flows import asks, drawn, ends, says, starts, takes
from tests.story.line import HANGS_UP
from tests.story.line import Line as Phone

FLOW = drawn(
    starts(2),
    says('<speak>Hello, $CallerName.<break time="500ms"/> One moment.</speak>', 3),
    asks(
        4,
        5,
        play_hold_music=True,
        hold_audio={"type": "speech", "text": "<p>Please hold, $CallerName.</p>", "language": "en-GB"},
        opening_line="Tom & Jerry < 3",
        timed_lines=[{"text": "Still <emphasis>looking</emphasis>.", "after": 8}],
        response_variables=takes(Code="code"),
    ),
    says('Your code is <say-as interpret-as="digits">$Code</say-as>.', 6),
    says("Sorry.", 6),
    ends(),
    voice="Polly.Amy",
    language="en-US",
)


def test_the_caller_hears_the_words() -> None:
    phone = Phone(FLOW).rings(name="<Ada> & Co").api_answers({"code": '12</say-as><break time="9s"/>'})
    assert phone.heard == [
        "Hello, <Ada> & Co. One moment.",
        'Your code is 12</say-as><break time="9s"/>.',
        HANGS_UP,
    ]
    assert phone.voices == [("Polly.Amy", "en-US")] * 2
    assert phone.mailbox.current[0] == Say(
        'Your code is <say-as interpret-as="digits">12&lt;/say-as&gt;&lt;break time=&quot;9s&quot;/&gt;</say-as>.',
        "Polly.Amy",
        "en-US",
        markup=True,
    )


def test_and_while_waiting() -> None:
    phone = Phone(FLOW).rings(name="<Ada>")
    assert phone.call.waiting is not None
    assert phone.call.waiting.hold == Hold(
        words=(Say("<p>Please hold, &lt;Ada&gt;.</p>", "Polly.Amy", "en-GB", markup=True),),
        opening=(Say("Tom & Jerry < 3", "Polly.Amy", "en-US"),),
        lines=(Line(Say("Still <emphasis>looking</emphasis>.", "Polly.Amy", "en-US", markup=True), after=8),),
    )
