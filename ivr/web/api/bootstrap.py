"""What the board has to know before it draws anything: the actions, made from their own declarations."""

import asyncio
import gzip
import hashlib
from collections.abc import Sequence
from functools import cache
from typing import Any, Literal, NamedTuple

from aiohttp import web

from ivr.core import moments
from ivr.core.action import Action, Port
from ivr.core.filters import FILTERS
from ivr.core.grammar import REFERENCE
from ivr.core.values import to_json
from ivr.flow.narration.words import CAUSES
from ivr.flow.templates import templates
from ivr.language import Language
from ivr.registry import ACTIONS
from ivr.settings import Settings
from ivr.translations import saying
from ivr.version import __version__
from ivr.web.api.context import Context
from ivr.web.api.declared import ActionRow, Bootstrap, Kind, PortRow, TemplateRow, VariableRow
from ivr.web.api.icons import drawn, table
from ivr.web.api.translated import translated
from ivr.web.asked import asked_in
from ivr.web.route import Route

KINDS: dict[str, Kind] = {
    "success": "success",
    "started": "success",
    "answered": "success",
    "true": "success",
    "open": "success",
    "failure": "failure",
    "failed": "failure",
    "no_match": "failure",
    "invalid": "failure",
    "closed": "failure",
    "false": "failure",
    "no_input": "timeout",
    "no_answer": "timeout",
    "busy": "timeout",
    "timeout": "timeout",
}
"""How a port is drawn, by its id; the keys of a menu by how their id begins."""
LANGUAGES = (
    "ar-AE",
    "ca-ES",
    "cs-CZ",
    "cy-GB",
    "da-DK",
    "de-AT",
    "de-CH",
    "de-DE",
    "en-AU",
    "en-GB",
    "en-IE",
    "en-IN",
    "en-NZ",
    "en-US",
    "en-ZA",
    "es-ES",
    "es-MX",
    "es-US",
    "fi-FI",
    "fr-BE",
    "fr-CA",
    "fr-FR",
    "hi-IN",
    "is-IS",
    "it-IT",
    "ja-JP",
    "ko-KR",
    "nb-NO",
    "nl-BE",
    "nl-NL",
    "pl-PL",
    "pt-BR",
    "pt-PT",
    "ro-RO",
    "ru-RU",
    "sv-SE",
    "tr-TR",
    "yue-CN",
    "zh-CN",
)
"""Languages that the carrier has voices for; an author may write any other."""


ACRONYMS = {"url": "URL", "id": "ID", "sms": "SMS", "api": "API", "http": "HTTP"}


class Told(NamedTuple):
    """The answer as it goes out, as it is and packed, and the tag that names it."""

    text: bytes
    packed: bytes
    tag: str


def routes(context: Context) -> Sequence[Route]:
    settings = context.settings

    @cache
    def told(language: Language) -> Told:
        return _told(translated(bootstrap(settings), saying(language)))

    async def show(request: web.Request) -> web.Response:
        # In a thread, as the schemas of all actions take a tenth of a second to make: the event loop serves callers.
        known = await asyncio.to_thread(told, asked_in(request, settings.language))
        headers = {
            "Cache-Control": "private, no-cache",
            "ETag": f'W/"{known.tag}"',
            "Vary": "Accept-Encoding, Accept-Language",
        }
        if any(known.tag == seen.value for seen in request.if_none_match or ()):
            return web.Response(status=304, headers=headers)
        if "gzip" not in request.headers.get("Accept-Encoding", ""):
            return web.Response(body=known.text, content_type="application/json", charset="utf-8", headers=headers)
        headers["Content-Encoding"] = "gzip"
        return web.Response(body=known.packed, content_type="application/json", charset="utf-8", headers=headers)

    return (
        Route(
            method="GET",
            path="/api/bootstrap",
            role="viewer",
            summary="What the board has to know before it draws anything",
            handle=show,
            answer=Bootstrap,
            headers={"If-None-Match": "The ETag of what is known: 304 when nothing has changed."},
        ),
    )


def bootstrap(settings: Settings) -> Bootstrap:
    """What the board has to know of a server with these settings."""
    carrier: Literal["twilio", "emulator"] | None = "twilio" if settings.account_sid else None
    return Bootstrap(
        version=__version__,
        reference=script_pattern(REFERENCE),
        system_variables=[VariableRow(moments.OBJECT + name, about) for name, (about, _) in moments.SYSTEM.items()],
        filters=[VariableRow(each.name, each.help) for each in FILTERS.values()],
        time_zones=moments.zone_names(),
        templates=[TemplateRow(each.id, each.name, each.description) for each in templates()],
        languages=LANGUAGES,
        causes=CAUSES,
        actions=actions(),
        public_url=settings.public_url,
        demo=settings.demo,
        read_only=settings.read_only,
        carrier="emulator" if settings.demo else carrier,
    )


def _told(value: Bootstrap) -> Told:
    text = to_json(value).encode()
    return Told(text, gzip.compress(text, mtime=0), hashlib.sha256(text).hexdigest()[:16])


@cache
def actions() -> list[ActionRow]:
    """Every action, in the order of the menu."""
    return [_action(action) for action in ACTIONS]


def port_rows(ports: Sequence[Port]) -> list[PortRow]:
    """Ports, each with how it is drawn."""
    return [PortRow(port.id, port.label, kind(port.id)) for port in ports]


def kind(port: str) -> Kind:
    """How a port is drawn."""
    return "digit" if port.startswith("key_") else KINDS.get(port, "next")


def script_pattern(pattern: str) -> str:
    """A pattern as a browser writes it: its named groups have no P."""
    return pattern.replace("(?P<", "(?<")


def _action(action: type[Action[Any]]) -> ActionRow:
    card = action.card
    return ActionRow(
        type=action.model_fields["type"].default,
        title=card.title,
        group=card.group,
        icon=drawn(card.icon, table()),
        prefix=card.prefix,
        help=" ".join((action.__doc__ or "").split()),
        keywords=card.keywords,
        trigger=card.trigger,
        summary=card.summary,
        ports=port_rows(card.ports),
        ports_from=card.ports_from,
        variables=[VariableRow(each.name if each.shared else f"#.{each.name}", each.help) for each in card.sets],
        schema=_schema(action),
    )


def _schema(action: type[Action[Any]]) -> dict[str, Any]:
    """The schema of the fields; which action it is, is known already."""
    schema: dict[str, Any] = _readable(action.model_json_schema())
    schema["properties"].pop("type")
    schema.pop("description", None)
    return schema


def _readable(schema: Any) -> Any:
    """A schema with each description in one line, and labels in sentence case where the field has none of its own."""
    if isinstance(schema, list):
        return [_readable(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    read = {name: _readable(value) for name, value in schema.items()}
    if isinstance(read.get("description"), str):
        read["description"] = " ".join(read["description"].split())
    for name, field in schema.get("properties", {}).items():
        if isinstance(field, dict) and field.get("title") == name.replace("_", " ").title():
            read["properties"][name]["title"] = _label(name)
    return read


def _label(name: str) -> str:
    """What a field is called on the screen: `token_url` is “Token URL”."""
    words = [ACRONYMS.get(word, word) for word in name.split("_")]
    return " ".join([words[0][0].upper() + words[0][1:], *words[1:]])
