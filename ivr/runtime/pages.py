"""Pages that need no waiting: what a request gets whatever is going on in its call."""

from msgspec.structs import replace

from ivr.core.call import Call
from ivr.core.effects import Hangup, Pause
from ivr.core.mailbox import Page
from ivr.flow.discretion import veil
from ivr.runtime.ports import CallRecord


def spoken(page: Page, call: Call) -> Page:
    """A page as it leaves for the caller: what was kept out of it while it was stored is put in."""
    return replace(page, verbs=veil(call).lifted(page.verbs)) if call.hidden else page


def at_hand(record: CallRecord, number: int, token: str) -> Page | None:
    """The page that a request gets whatever is going on: one that was handed out before, or the end."""
    mailbox = record.mailbox
    if not record.call.on_phone:
        return Page((Hangup(),), None)
    if token and token == mailbox.held_for and record.held_at is not None:
        # The carrier repeats a request when the connection broke, and then either answer may be the one it plays. If it
        # has the first, this one is dropped, and words in it would be lost: so they wait for the knock. If the first
        # got lost, the caller hears a second of silence, and then asks for the page with the words.
        return Page((Pause(),), mailbox.page + 1)
    if number <= mailbox.page:
        return mailbox.read()
    if mailbox.unheard:
        return None
    waiting = record.call.waiting
    if waiting is not None and waiting.asks != "job":
        # A caller who comes past an open question is asked once more.
        return mailbox.read()
    return Page((Hangup(),), None) if waiting is None else None
