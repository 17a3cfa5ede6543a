"""Flows with the blocks that talk to the caller, for whole calls."""

from tests.story.asking import collects, menu, records, transfers
from tests.story.flows import drawn, ends, says, starts, texts

ANN, BOB, CHIEF = "+15550100200", "+15550100201", "+15550100300"

MENU = drawn(
    starts(2),
    menu(
        {"key_1": 3, "key_0": 4, "no_input": 5, "no_match": 5},
        attempts=3,
        timeout=1,
        speech=True,
        clip="long.wav",
        prompts_again=[{"text": "Press 1 or 0."}],
        no_match_words="Sorry?",
        no_input_words="Are you there?",
    ),
    says("Orders:$MENU_2.said $MENU_2.attempts.", 6),
    says("A person.", 6),
    says("Goodbye.", 6),
    ends(),
)
COLLECT = drawn(
    starts(2),
    collects({"success": 3, "no_input": 4, "invalid": 4}, length=4, timeout=1, confirm=True, sensitive=True),
    texts("PIN $COLLECT_2.digits", 5, 5, to=CHIEF),
    says("Not valid.", 5),
    ends(),
)
TRANSFER = drawn(
    starts(2),
    transfers(
        {"answered": 3, "no_answer": 4, "busy": 4, "failed": 4},
        numbers=[ANN, BOB],
        in_turn=True,
        keys=",1#",
        whisper="A call from $CallerName.",
        whisper_clip="gone.wav",
        message="One moment.",
    ),
    says("Talked with $TRANSFER_2.status.", 5),
    says("Nobody: $TRANSFER_2.status.", 5),
    ends(),
)
ALONE = drawn(
    starts(2),
    transfers({"answered": 3, "no_answer": 3, "busy": 3, "failed": 3}, numbers=[ANN]),
    says("It was $TRANSFER_2.status.", 4),
    ends(),
)
VOICEMAIL = drawn(
    starts(2),
    records({"recorded": 3, "nothing": 4}),
    texts("$ANI said for $RECORD_2.seconds s: $RECORD_2.url ($RECORD_2.finished_by)", 5, 5, to=CHIEF),
    texts("$ANI left nothing.", 5, 5, to=CHIEF),
    says("Thank you.", 6),
    ends(),
)
CLIPS = drawn(
    starts(2),
    {"action": {"type": "play_message", "clip": "gone.wav", "message": "First.", "repeat": 2}, "exits": {"next": 3}},
    {"action": {"type": "play_message", "clip": "short.wav"}, "exits": {"next": 4}},
    ends(),
)
