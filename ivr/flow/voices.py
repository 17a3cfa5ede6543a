"""Words in the flow's own voice, and as the trace tells them."""

from msgspec.structs import replace

from ivr.core.effects import AnyVerb, Dial, Gather, Hold, Play, Prompt, Say
from ivr.flow.model import Flow


def in_voice(flow: Flow, verbs: tuple[AnyVerb, ...]) -> tuple[AnyVerb, ...]:
    """The verbs, spoken in the flow's voice and language where they name none."""
    return tuple(_voiced(flow, verb) for verb in verbs)


def held_in_voice(flow: Flow, hold: Hold) -> Hold:
    """What is heard while a job runs, likewise."""
    return replace(
        hold,
        words=tuple(_say(flow, say) for say in hold.words),
        opening=tuple(_say(flow, say) for say in hold.opening),
        lines=tuple(replace(line, say=_say(flow, line.say)) for line in hold.lines),
        language=flow.language if hold.speech else "",
    )


def words_of(verb: AnyVerb) -> str:
    """What the caller hears of a verb, in words; a clip is its name in brackets, silence is nothing."""
    match verb:
        case Say():
            return verb.words
        case Play(audio):
            return f"({audio})"
        case Gather(prompts=prompts):
            return " ".join(filter(None, (words_of(prompt) for prompt in prompts)))
    return ""


def _voiced(flow: Flow, verb: AnyVerb) -> AnyVerb:
    match verb:
        case Say():
            return _say(flow, verb)
        case Gather():
            prompts = _prompts(flow, verb.prompts)
            return replace(verb, prompts=prompts, language=verb.language or (flow.language if verb.speech else ""))
        case Dial():
            return replace(verb, whisper=_prompts(flow, verb.whisper))
    return verb


def _prompts(flow: Flow, prompts: tuple[Prompt, ...]) -> tuple[Prompt, ...]:
    return tuple(_say(flow, prompt) if isinstance(prompt, Say) else prompt for prompt in prompts)


def _say(flow: Flow, say: Say) -> Say:
    return replace(say, voice=say.voice or flow.voice, language=say.language or flow.language)
