"""The page of the board, as a browser gets it."""

import gzip
import logging
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from pytest_aiohttp import AiohttpClient

from ivr.board.web import routes
from ivr.language import Setting

HTML = {"Accept": "text/html,application/xhtml+xml"}
SCRIPT = b"console.log(1);" * 100
Client = TestClient[web.Request, web.Application]


def built(folder: Path) -> Path:
    """A folder with a page in it, as after a build."""
    assets = folder / "static" / "assets"
    assets.mkdir(parents=True)
    (assets / "index-a1_B.js").write_bytes(SCRIPT)
    (assets / "index-a1_B.js.gz").write_bytes(gzip.compress(SCRIPT))
    (assets / "font.woff2").write_bytes(b"wOF2")
    (folder / "static" / "index.html").write_text("<title>Flows</title>")
    (folder / "static" / "index.de.html").write_text("<title>Abläufe</title>", "utf-8")
    (folder / "static" / "favicon.svg").write_text("<svg/>")
    (folder / "static" / "THIRD-PARTY-LICENSES.md").write_text("MIT")
    (folder / "static" / ".stamp").write_text("any")
    (folder / "secret.txt").write_text("secret")
    return folder


async def serve(aiohttp_client: AiohttpClient, here: Path, language: Setting = "auto") -> Client:
    async def known(_: web.Request) -> web.Response:
        return web.json_response({"known": True})

    app = web.Application()
    app.add_routes([web.get("/api/known", known), web.post("/api/known", known), *routes(here, language)])
    return await aiohttp_client(app)


@pytest.fixture
async def browser(aiohttp_client: AiohttpClient, tmp_path: Path) -> Client:
    return await serve(aiohttp_client, built(tmp_path))


@pytest.mark.parametrize("path", ["/", "/flows/main", "/flows/main/versions", "/calls/CA1?x=1", "/nowhere", "/apis"])
async def test_every_page_is_the_one_page(browser: Client, path: str) -> None:
    async with browser.get(path, headers=HTML) as answer:
        assert answer.status == 200
        assert answer.content_type == "text/html"
        assert "<title>Flows</title>" in await answer.text()
        assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("accepted", "title"), [("de-AT,de;q=0.9,en;q=0.5", "Abläufe"), ("en-GB, de;q=0.5", "Flows"), ("", "Flows")]
)
async def test_the_page_has_the_language_that_the_browser_prefers(browser: Client, accepted: str, title: str) -> None:
    async with browser.get("/", headers=HTML | {"Accept-Language": accepted}) as answer:
        assert f"<title>{title}</title>" in await answer.text()
        assert answer.headers["Vary"] == "Accept-Language"


async def test_the_page_has_the_language_that_the_server_is_set_to(
    aiohttp_client: AiohttpClient, tmp_path: Path
) -> None:
    browser = await serve(aiohttp_client, built(tmp_path), "de")
    async with browser.get("/", headers=HTML | {"Accept-Language": "en"}) as answer:
        assert "<title>Abläufe</title>" in await answer.text()


async def test_the_page_may_load_from_nowhere_else(browser: Client) -> None:
    async with browser.get("/") as answer:
        policy = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
        assert policy["default-src"] == "'self'"
        assert policy["style-src"] == "'self' 'unsafe-inline'"
        assert policy["frame-ancestors"] == policy["base-uri"] == policy["object-src"] == "'none'"
        assert "script-src" not in policy
        assert not any("http" in sources or "*" in sources for sources in policy.values())
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_page_that_did_not_change_is_not_sent_again(browser: Client) -> None:
    async with browser.get("/") as first, browser.get("/", headers={"If-None-Match": first.headers["ETag"]}) as again:
        assert again.status == 304


async def test_assets_are_kept_for_ever_and_come_packed(browser: Client) -> None:
    async with browser.get("/assets/index-a1_B.js", auto_decompress=False) as packed:
        assert packed.headers["Content-Encoding"] == "gzip"
        assert packed.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert packed.content_type == "text/javascript"
        assert gzip.decompress(await packed.read()) == SCRIPT
    async with browser.get("/assets/index-a1_B.js", headers={"Accept-Encoding": "identity"}) as plain:
        assert "Content-Encoding" not in plain.headers
        assert await plain.read() == SCRIPT


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/assets/font.woff2", "font/woff2"),
        ("/favicon.svg", "image/svg+xml"),
        ("/THIRD-PARTY-LICENSES.md", "text/plain"),
    ],
)
async def test_what_else_belongs_to_it(browser: Client, path: str, kind: str) -> None:
    async with browser.get(path) as answer:
        assert (answer.status, answer.content_type) == (200, kind)


@pytest.mark.parametrize(
    "path",
    [
        "/assets/gone-1.js",
        "/assets/..%2f..%2fsecret.txt",
        "/assets/%2e%2e",
        "/assets/..",
        "/assets/.stamp",
        "/assets/",
        "/api/unknown",
        "/api/",
    ],
)
async def test_nothing_else_is_there(browser: Client, path: str) -> None:
    url = browser.make_url("/").with_path(path, encoded=True)
    async with browser.session.get(url, headers=HTML) as answer:
        assert answer.status == 404
        assert "immutable" not in answer.headers.get("Cache-Control", "")


async def test_only_who_reads_pages_gets_one(browser: Client) -> None:
    async with browser.get("/flows/main", headers={"Accept": "application/json"}) as answer:
        assert answer.status == 404


async def test_the_interface_comes_first(browser: Client) -> None:
    async with browser.get("/api/known", headers=HTML) as answer:
        assert await answer.json() == {"known": True}


async def test_without_a_page_it_says_what_to_run(
    aiohttp_client: AiohttpClient, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        browser = await serve(aiohttp_client, tmp_path)
    assert "page is missing" in caplog.text
    for path in ("/", "/flows/main"):
        async with browser.get(path, headers=HTML) as answer:
            assert answer.status == 503
            assert answer.content_type == "text/html"
            assert "python -m ivr.board.build" in await answer.text()
    async with browser.get("/api/known") as answer:
        assert answer.status == 200
