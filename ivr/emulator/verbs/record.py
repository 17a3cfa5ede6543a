"""Record: the caller speaks after the beep. Only the length is reported, no sound is kept."""

from ivr.emulator.call.keypad import Ear
from ivr.emulator.call.moves import By, Goto, Move
from ivr.emulator.clock.clock import within
from ivr.emulator.setup.sids import new_sid
from ivr.emulator.stage.stage import Stage
from ivr.emulator.twiml.grammar import Spec, Verb


async def run(stage: Stage, verb: Verb) -> Move | None:
    """Record until a key, silence or the longest length; a caller who hangs up leaves one more request."""
    action = stage.goto(verb)
    began, url = stage.clock.now(), stage.recording_url(new_sid("RE"))
    most = stage.whole(verb, "maxLength", least=1)
    length = min(most, stage.timing.caller_talks + stage.whole(verb, "timeout"))

    def result(key: str) -> Goto:
        spoken = min(stage.clock.now() - began, stage.timing.caller_talks, most)
        recorded = (("RecordingUrl", url), ("RecordingDuration", str(round(spoken))), ("Digits", key))
        return Goto(action.url, action.method, recorded)

    def last_request(by: By) -> Goto | None:
        return result("hangup") if by == "hangup" else None

    stage.call.happen("record", max_length=most, beep=verb["playBeep"] == "true")
    listening = stage.call.keypad.listening(frozenset({"dtmf"}))
    with listening as ear, stage.parting(last_request), stage.running("Record"):
        try:
            key = await within(stage.clock, length, _finishing_key(ear, verb["finishOnKey"]))
        except TimeoutError:
            key = ""
    return result(key)


async def _finishing_key(ear: Ear, keys: str) -> str:
    while (key := (await ear.next()).key) not in keys:
        pass
    return key


SPEC = Spec(
    "Record",
    {
        "action": "",
        "method": "POST",
        "timeout": "5",
        "finishOnKey": "1234567890*#",
        "maxLength": "3600",
        "playBeep": "true",
        "trim": "trim-silence",
        "recordingStatusCallback": "",
        "recordingStatusCallbackMethod": "POST",
        "recordingStatusCallbackEvent": "completed",
        "transcribe": "false",
        "transcribeCallback": "",
    },
)
