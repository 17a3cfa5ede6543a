"""What stands in the fields of blocks: secrets, markup, the length of texts, and what the actions find themselves."""

from collections.abc import Iterator

from msgspec.structs import replace

from ivr.actions.ask_by_sms import AskBySms
from ivr.actions.send_sms import SendSms
from ivr.core import ssml
from ivr.core.binding import binding_fault, secret_name
from ivr.core.fields import Secret
from ivr.core.origin import is_variable, written_origin
from ivr.core.problem import Problem
from ivr.core.segments import beyond_gsm7, segments
from ivr.core.template import Reference
from ivr.flow.binding import bound_at
from ivr.flow.model import Block, Flow

MOST_CHARACTERS = 1600
"""What carriers take as one message."""
MOST_SEGMENTS = 10


def secrets(flow: Flow) -> Iterator[Problem]:
    for block in flow.blocks:
        for path, secret in block.action.secrets():
            if secret.missing:
                hint = "Type it in; exported flows do not hold secrets."
                yield Problem("secret_missing", "This secret is not set.", block.number, f"action.{path}", hint)
            elif secret.name is None and (found := _unbound(flow, block, path, secret)) is not None:
                yield replace(found, block=block.number, path=f"action.{path}")


def _unbound(flow: Flow, block: Block, path: str, secret: Secret) -> Problem | None:
    """What is wrong with where a typed secret would be sent."""
    at, urls = bound_at(flow, block, path)
    secret = secret if secret.at else replace(secret, at=at)
    if any(map(is_variable, urls)):
        hint = "Write out the host, or use a named secret and say to which hosts it may go."
        sentence = (
            f"A {secret_name(secret)} that is typed in goes to one host only, and this address may lead anywhere."
        )
        return Problem("secret_anywhere", sentence, hint=hint)
    origins = tuple(written_origin(url) for url in urls)
    typed_for = secret.origins if secret.sealed is not None else tuple(map(str, origins))
    for index, to in enumerate(origins):
        if to is not None:
            earlier = typed_for[index] if len(typed_for) == len(origins) and secret.at == at else ""
            if (fault := binding_fault(secret, earlier, to)) is not None:
                return Problem(fault.code, fault.message, hint=fault.hint)
    return None


def markup(flow: Flow) -> Iterator[Problem]:
    for block in flow.blocks:
        for path, text in block.action.spoken():
            for fault in ssml.faults(text.text) if ssml.is_markup(text.text) else ():
                yield Problem("bad_markup", fault.message, block.number, f"action.{path}", fault.hint)


def texts(flow: Flow) -> Iterator[Problem]:
    """Messages that are too long by their author's own words; what variables add is not known here."""
    for block in flow.blocks:
        if isinstance(block.action, SendSms | AskBySms):
            own = "".join(part for part in block.action.message.parts if not isinstance(part, Reference))
            if (found := _length(own)) is not None:
                yield replace(found, block=block.number, path="action.message", level="warning")


def _length(words: str) -> Problem | None:
    if len(words) > MOST_CHARACTERS:
        message = f"The message has {len(words)} characters; carriers refuse more than {MOST_CHARACTERS}."
        return Problem("message_too_long", message, hint="Shorten it, or send two.")
    count = segments(words).count
    if count <= MOST_SEGMENTS:
        return None
    strange = beyond_gsm7(words)
    hint = f"Without {' '.join(strange[:5])} each part would hold twice as much." if strange else "Shorten it."
    return Problem("many_segments", f"The message is sent in {count} parts, and each is paid for.", hint=hint)


def own(flow: Flow) -> Iterator[Problem]:
    """What the actions themselves find."""
    for block in flow.blocks:
        for problem in block.action.problems():
            yield replace(problem, block=block.number, path=f"action.{problem.path}")
