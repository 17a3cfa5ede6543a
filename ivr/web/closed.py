"""The page for a visitor who opens the board without users, and without a link that opens it."""

from html import escape

from aiohttp import web

POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"
PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>The board is closed</title>
<style>
body {{ max-width: 34em; margin: 12vh auto; padding: 0 24px; font: 16px/1.5 system-ui, sans-serif }}
code {{ padding: 2px 6px; border: 1px solid; border-radius: 5px }}
</style>
<main id="main">
<h1>The board is closed</h1>
<p>{why}</p>
<p>A link opens it once. For another one, run <code>ivr board open</code> on the machine of the server. To sign in with
a name and a password instead, add a user with <code>ivr user add</code>.</p>
</main>
</html>
"""


def closed(why: str) -> web.Response:
    """401, with what to do."""
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
    return web.Response(status=401, text=PAGE.format(why=escape(why)), content_type="text/html", headers=headers)
