"""A document with spoken markup, as the server writes it, and what the emulator's caller hears of it."""

import pytest

from ivr.core.effects import Hangup, Say
from ivr.core.mailbox import Page
from ivr.emulator import Response
from ivr.twilio.twiml import Addresses, document
from tests.emulator.world import SERVER, World, heard

SPOKEN = [
    'Your code is <say-as interpret-as="digits">12</say-as>. <break time="1s"/>Thank you.',
    "<p>Dear &lt;Tom&gt; &amp; Jerry, <s>hello <emphasis level='strong'>again</emphasis>.</s></p>",
    '<lang xml:lang="fr-FR">Bonjour</lang>, <w role="x">read</w> <prosody rate="slow">this</prosody>',
    "<p>Fish & chips",
]


@pytest.mark.parametrize("text", SPOKEN)
async def test_what_is_heard_is_the_words(world: World, text: str) -> None:
    say = Say(text, "Polly.Amy", markup=True)
    page = document(Page((say, Hangup()), None), Addresses(SERVER)).encode()
    world.pages["/voice"] = Response(200, (("Content-Type", "text/xml"),), page)
    call = await world.whole_call()
    assert heard(call) == [say.words]
    assert world.codes() == []
