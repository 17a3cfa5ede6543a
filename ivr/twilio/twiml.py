"""Pages as TwiML: the carrier's own documents.

Every document ends in a redirect or a hang-up, and every address in it is absolute. Whatever a caller or an API put
into the words is escaped here, and characters that XML can't hold are left out: one of them would break the call.
"""

import re
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from ivr.core.effects import AnyVerb, Dial, Gather, HandOver, Hangup, Pause, Play, Prompt, Question, Record, Say
from ivr.core.mailbox import Page
from ivr.core.ssml import written
from ivr.core.twiml import BACK

HEAD = '<?xml version="1.0" encoding="UTF-8"?><Response>'
TAIL = "</Response>"
KNOCKED = "knock"
RETRIES = "#rc=2&rp=ct,rt,5xx"
"""Put behind an address: ask up to twice more where there was no connection, where it was cut before an answer came, or
where a proxy before us answered with an error. That does no harm, since a request that is repeated is answered the
same; and after a read that took all of the carrier's 15 s there is no time to ask again. A carrier neither sends nor
signs this part of an address."""
_unfit = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Addresses:
    """The URLs that a carrier is given, all below the public address of this server."""

    def __init__(self, public_url: str) -> None:
        self.public_url = public_url
        self.answer = f"{public_url}/voice/answer"
        self.fallback = f"{public_url}/voice/fallback"
        self.status = f"{public_url}/voice/status"
        self.texts = f"{public_url}/sms/inbound"

    def page(self, number: int) -> str:
        return f"{self.public_url}/voice/page/{number}"

    def knocked(self, number: int) -> str:
        """The same page, asked for because of a knock."""
        return f"{self.page(number)}?{KNOCKED}"

    def reply(self, number: int, question: Question) -> str:
        """Where the answer to a question is posted; it is answered with page `number`."""
        return f"{self.public_url}/voice/{question.kind}/{number}/{question.token}"

    def whisper(self, token: str) -> str:
        return f"{self.public_url}/voice/whisper/{token}"

    def started(self, run: str) -> str:
        """Where a call that we place is answered."""
        return f"{self.public_url}/voice/started/{run}"

    def started_fallback(self, run: str) -> str:
        """Who is asked where a document of a call that we place could not be fetched or used."""
        return f"{self.started(run)}/fallback"

    def started_status(self, run: str) -> str:
        """Who hears how a call that we place goes on, and how it ends."""
        return f"{self.public_url}/voice/started/{run}/status"

    def sms_status(self, call_id: str, token: str) -> str:
        return f"{self.public_url}/sms/status/{call_id}/{token}"

    def audio(self, name: str) -> str:
        return f"{self.public_url}/audio/{name}"


def document(page: Page, addresses: Addresses) -> str:
    """A page as a TwiML document."""
    last = page.verbs[-1] if page.verbs else None
    if isinstance(last, Question) and page.next is not None:
        words = "".join(_verb(verb, addresses) for verb in page.verbs[:-1])
        words += _question(last, addresses, addresses.reply(page.next, last))
        # Behind a question that the carrier ends without asking us, such as a recording of nothing.
        words += f'<Redirect method="POST">{escape(addresses.reply(page.next, last))}</Redirect>'
        return f"{HEAD}{words}{TAIL}"
    words = "".join(_verb(verb, addresses) for verb in page.verbs)
    if page.next is not None:
        words += f'<Redirect method="POST">{escape(addresses.page(page.next))}</Redirect>'
    elif not (page.verbs and isinstance(page.verbs[-1], Hangup)):
        words += "<Hangup/>"
    return f"{HEAD}{words}{TAIL}"


def again(url: str, seconds: int) -> str:
    """A document that brings the caller back to an address after some seconds of silence."""
    return f'{HEAD}<Pause length="{seconds}"/><Redirect method="POST">{escape(url)}</Redirect>{TAIL}'


def _verb(verb: AnyVerb, addresses: Addresses) -> str:
    match verb:
        case Say(text, voice, language, markup):
            attributes = (f" voice={_attribute(voice)}" if voice else "") + (
                f" language={_attribute(language)}" if language else ""
            )
            words = written(_unfit.sub(" ", text)) if markup else escape(_unfit.sub(" ", text))
            return f"<Say{attributes}>{words}</Say>"
        case Play(audio, loop):
            return f'<Play loop="{loop}">{escape(addresses.audio(audio))}</Play>'
        case Pause(seconds):
            return f'<Pause length="{seconds}"/>'
        case Hangup():
            return "<Hangup/>"
        case _:
            raise TypeError(f"{type(verb).__name__} can only be the last on its page")


def whispered(prompts: tuple[Prompt, ...], addresses: Addresses) -> str:
    """What the called party hears before the two are connected."""
    return f"{HEAD}{''.join(_verb(prompt, addresses) for prompt in prompts)}{TAIL}"


def _question(question: Question, addresses: Addresses, back: str) -> str:
    """A question; `back` is the address where its answer is posted."""
    action = _attribute(back)
    match question:
        case Gather():
            return _gather(question, addresses, action)
        case Dial():
            return _dial(question, addresses, action)
        case Record():
            beep = str(question.beep).lower()
            return (
                f'<Record action={action} method="POST" playBeep="{beep}" maxLength="{question.longest}"'
                f' timeout="{question.silence}" finishOnKey={_attribute(question.finish_keys)} trim="do-not-trim"/>'
            )
        case HandOver():
            return _hand_over(question, back)
    raise TypeError(f"{type(question).__name__} is no question")


def _gather(gather: Gather, addresses: Addresses, action: str) -> str:
    kinds = " ".join(kind for kind, wanted in (("dtmf", gather.keys), ("speech", gather.speech)) if wanted)
    attributes = f' timeout="{gather.timeout}" finishOnKey={_attribute(gather.finish_key)}'
    if gather.digits is not None:
        attributes += f' numDigits="{gather.digits}"'
    if gather.speech:
        hints = ",".join(gather.hints)
        attributes += f' speechTimeout="auto"{f" hints={_attribute(hints)}" if hints else ""}'
        attributes += f" language={_attribute(gather.language)}" if gather.language else ""
    if not gather.interruptible:
        attributes += ' bargeIn="false"'
    prompts = "".join(_verb(prompt, addresses) for prompt in gather.prompts)
    head = f'<Gather action={action} method="POST" actionOnEmptyResult="true" input="{kinds}"{attributes}>'
    return f"{head}{prompts}</Gather>"


def _dial(dial: Dial, addresses: Addresses, action: str) -> str:
    caller_id = f" callerId={_attribute(dial.caller_id)}" if dial.caller_id else ""
    in_turn = ' sequential="true"' if dial.in_turn else ""
    whisper = f' url={_attribute(addresses.whisper(dial.token))} method="POST"' if dial.whisper else ""
    keys = f" sendDigits={_attribute(dial.keys)}" if dial.keys else ""
    numbers = "".join(f"<Number{whisper}{keys}>{escape(_unfit.sub('', number))}</Number>" for number in dial.numbers)
    return (
        f'<Dial action={action} method="POST" timeout="{dial.timeout}" timeLimit="{dial.longest}"'
        f' answerOnBridge="true"{caller_id}{in_turn}>{numbers}</Dial>'
    )


def _hand_over(given: HandOver, back: str) -> str:
    """The author's own verbs, or the way to the address that has them: it is told where the call comes back to."""
    if not given.url:
        return _unfit.sub("", given.document.replace(BACK, escape(back, {'"': "&quot;"})))
    url, mark, fragment = _unfit.sub("", given.url).partition("#")
    url += f"{'&' if '?' in url else '?'}back={quote(back, safe='')}"
    return f'<Redirect method="POST">{escape(url + mark + fragment)}</Redirect>'


def _attribute(text: str) -> str:
    return quoteattr(_unfit.sub("", text))
