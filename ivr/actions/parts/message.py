"""What the blocks that text have in common: the pictures, and the job."""

from collections.abc import Iterator
from typing import Any

from ivr.core.action import Visit
from ivr.core.problem import Problem
from ivr.core.template import PHONE, SMS, URL, Reference, Template, masked

_CALLED = Template("$DNIS")


def mistakes(message: Template, media: tuple[Template, ...]) -> Iterator[Problem]:
    """What is wrong with a message and its pictures."""
    if not message.text.strip() and not media:
        yield Problem("message_empty", "The message is empty.", path="message", hint="Write what it says.")
    for index, address in enumerate(media):
        first = address.parts[0] if address.parts else ""
        if not isinstance(first, Reference) and not first.lower().startswith(("http://", "https://")):
            hint = "Begin it with https:// or with a variable that holds an address."
            yield Problem("not_an_address", "This is not the address of a picture.", 0, f"media[{index}]", hint)


def filled(
    visit: Visit, to: Template, sender: Template, message: Template, media: tuple[Template, ...]
) -> dict[str, Any]:
    """The fields of the job that sends it."""
    addresses = (masked(address.fill(visit, URL)).strip() for address in media)
    return {
        "to": to.fill(visit, PHONE).strip(),
        "sender": sender.fill(visit, PHONE).strip(),
        "called": _CALLED.fill(visit, PHONE),
        "body": message.fill(visit, SMS),
        "media": tuple(address for address in addresses if address),
        "block": visit.block,
        "fixed": not to.references,
    }
