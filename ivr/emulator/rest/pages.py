"""Lists, one page at a time."""

from collections.abc import Sequence
from urllib.parse import urlencode

from aiohttp import web

MOST_PER_PAGE = 1000


def page(request: web.Request, name: str, items: Sequence[dict[str, object]]) -> web.Response:
    """The page of `items` that the request asks for (`Page` from 0, `PageSize`), with links to its neighbours."""
    size = min(max(_whole(request, "PageSize", 50), 1), MOST_PER_PAGE)
    number = _whole(request, "Page", 0)
    start = number * size
    shown = items[start : start + size]
    more = start + size < len(items)
    return web.json_response(
        {
            name: shown,
            "page": number,
            "page_size": size,
            "start": start,
            "end": start + len(shown) - 1 if shown else start,
            "uri": str(request.rel_url),
            "first_page_uri": _link(request, 0, size),
            "next_page_uri": _link(request, number + 1, size) if more else None,
            "previous_page_uri": _link(request, number - 1, size) if number else None,
        }
    )


def _whole(request: web.Request, name: str, default: int) -> int:
    text = request.query.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else default


def _link(request: web.Request, number: int, size: int) -> str:
    query = [(name, value) for name, value in request.query.items() if name not in {"Page", "PageSize"}]
    return request.path + "?" + urlencode([*query, ("PageSize", size), ("Page", number)])
