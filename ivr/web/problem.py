"""Errors as data: `application/problem+json`, each with a sentence for people and nothing of our insides."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from aiohttp import web

from ivr.core.problem import Level, Problem
from ivr.core.values import to_json

MEDIA = "application/problem+json"


class Shown(msgspec.Struct, frozen=True):
    """An author's mistake, all of its members always there. `block` 0 is the flow itself; `fix` the text that the field
    should have, where that is known."""

    code: str
    level: Level
    block: int
    path: str
    message: str
    hint: str
    fix: str = ""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """The body of every answer that is an error. `detail` is for people; some have further members."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    problems: list[Shown] = []


class Refused(Exception):
    """A request that is answered with an error: its status, a sentence, and further members of the answer."""

    def __init__(self, status: int, sentence: str, **more: Any) -> None:
        super().__init__(sentence)
        self.status = status
        self.more = more
        self.headers: Mapping[str, str] = {}


def shown(problems: Iterable[Problem]) -> list[Shown]:
    """Mistakes as an answer holds them."""
    return [Shown(each.code, each.level, each.block, each.path, each.message, each.hint, each.fix) for each in problems]


def answered(error: Refused) -> web.Response:
    """The answer to a refused request."""
    told = {"type": "about:blank", "title": HTTPStatus(error.status).phrase, "status": error.status}
    body = to_json({**told, "detail": str(error), **error.more})
    return web.Response(status=error.status, text=body, content_type=MEDIA, headers=error.headers)
