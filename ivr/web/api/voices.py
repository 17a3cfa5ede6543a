"""Voices of the carrier, by language: what the board offers. An author may write any other name.

`voices.json` has the names that Twilio's own client library declared at its date, of Amazon Polly and Google; those of
Polly stand at the languages that Amazon lists them for. Voices whose name tells no language are left out.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from aiohttp import web
from msgspec import Struct, json

from ivr.web.api.context import Context
from ivr.web.route import Route, ok

TABLE = Path(__file__).with_suffix(".json")


class Voices(Struct, frozen=True):
    """The voices that Twilio had on the day `as_of`: those of each language, and those that speak `everywhere`, if
    worse."""

    as_of: str
    everywhere: list[str]
    by_language: dict[str, list[str]]


@cache
def voices() -> Voices:
    """The table; it is read when it is first asked for."""
    return json.decode(TABLE.read_bytes(), type=Voices)


def routes(context: Context) -> Sequence[Route]:
    async def show(request: web.Request) -> web.Response:
        return ok(voices())

    return (
        Route(
            method="GET",
            path="/api/voices",
            role="viewer",
            summary="The voices of Twilio by language, with the date of the table",
            handle=show,
            answer=Voices,
        ),
    )
