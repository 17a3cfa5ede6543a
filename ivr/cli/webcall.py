"""Trying an External Web Call without a phone."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TextIO

import click
import msgspec

from ivr.app import open_web_calls
from ivr.authoring.curl import NotCurl, curl_command, read_curl
from ivr.authoring.curl.reading import LONGEST
from ivr.authoring.openapi import LONGEST as LARGEST
from ivr.authoring.openapi import NotOpenApi, Operations, as_block, operations, pick
from ivr.authoring.openapi import read_document as read_openapi
from ivr.cli.files import read_file, report
from ivr.cli.saying import say, say_exactly, say_json
from ivr.core.values import NotJson, Value, parse_json, to_json, to_text
from ivr.flow.model import Flow
from ivr.flow.read import read_document, readable
from ivr.flow.typed_secrets import seal_secrets
from ivr.runtime.clock import WallClock
from ivr.settings import load
from ivr.store import Store
from ivr.store.opening import stored
from ivr.webcall.fetching import NotFetched, fetch_text
from ivr.webcall.trial import NotAWebCall, Prepared, Taken, Trial, prepare, try_request

SHOWN = 4000
"""Characters of the answer that are shown."""


@click.group()
def webcall() -> None:
    """Try External Web Calls, and take them from curl commands and OpenAPI documents."""


@webcall.command()
@click.argument("flow", metavar="FLOW")
@click.argument("block", type=int)
@click.option("--set", "pairs", multiple=True, metavar="NAME=VALUE", help="A sample value, such as ANI=+15550123.")
def test(flow: str, block: int, pairs: tuple[str, ...]) -> None:
    """Send the request of BLOCK in FLOW with sample values, and show what came of it.

    FLOW is a flow file, or the id of a stored flow, whose draft is taken. It is a real request, sent by the executor
    that serves live calls; secrets show as dots. Ends with 0 when the call would go on by On Success.
    """
    trial = asyncio.run(_test(flow, block, dict(_pair(pair) for pair in pairs)))
    for line in lines(trial):
        say(line)
    if trial.port != "success":
        raise click.exceptions.Exit(1)


@webcall.command("from-curl")
@click.argument("command", type=click.File(encoding="utf-8"), default="-", metavar="[FILE]")
def from_curl(command: TextIO) -> None:
    """Print the External Web Call that sends what a curl command sends.

    The command is in FILE, or is read from standard input: paste it, and end with Ctrl D. It may be for bash,
    PowerShell or cmd. Nothing is sent, and no file that it names is read. The block is printed as JSON for a flow file,
    passwords included; what could not be taken over is said on standard error.
    """
    try:
        pasted = read_curl(command.read(LONGEST + 1))
    except NotCurl as error:
        raise click.ClickException(str(error)) from None
    say_json(json.dumps({"type": "external_web_call", **pasted.fields}, indent=2, ensure_ascii=False))
    for note in pasted.notes:
        say(f"! {note}", err=True)


@webcall.command("from-openapi")
@click.argument("source", metavar="DOCUMENT")
@click.argument("operation", default="")
@click.option("--search", default="", metavar="WORD", help="List only operations in which this stands.")
def from_openapi(source: str, operation: str, search: str) -> None:
    """Print the External Web Call that sends an OPERATION of an OpenAPI 3 document, such as "GET /pets/{petId}".

    DOCUMENT is a file, an address, or - for standard input; JSON or YAML. Without OPERATION the operations are listed.
    An address is asked under the rules of web calls, and nothing else is sent. The block is printed as JSON for a flow
    file, with a variable for each value; what is better looked at is said on standard error.
    """
    try:
        document = read_openapi(*_openapi_of(source))
        if not operation:
            return _list(operations(document), search)
        picked = pick(document, operation)
    except (NotOpenApi, NotFetched) as error:
        raise click.ClickException(str(error)) from None
    say_json(as_block(picked))
    for note in picked.notes:
        say(f"! {note}", err=True)
    return None


@webcall.command("to-curl")
@click.argument("flow", metavar="FLOW")
@click.argument("block", type=int)
@click.option("--set", "pairs", multiple=True, metavar="NAME=VALUE", help="A sample value, such as ANI=+15550123.")
def to_curl(flow: str, block: int, pairs: tuple[str, ...]) -> None:
    """Print the request of BLOCK in FLOW as a curl command for bash, with dots in place of secrets.

    FLOW is a flow file, or the id of a stored flow, whose draft is taken. Nothing is sent.
    """
    ready = asyncio.run(_prepared(flow, block, dict(_pair(pair) for pair in pairs)))
    say_exactly(curl_command(ready.fetch))
    for name in ready.unset:
        say(f"! ${name} has no value; give it one with --set {name}=…", err=True)


def _openapi_of(source: str) -> tuple[str, str]:
    """The text of a document, and its address if it has one."""
    if source.lower().startswith(("https://", "http://")):
        return asyncio.run(_fetched(source))
    try:
        with click.open_file(source, "rb") as file:
            return file.read(LARGEST + 1).decode("utf-8-sig", "replace"), ""
    except OSError as error:
        raise click.ClickException(f"{source} can't be read: {error.strerror}.") from None


async def _fetched(address: str) -> tuple[str, str]:
    settings, clock = load(), WallClock()
    async with stored(settings) as store, open_web_calls(settings, store, clock) as calls:
        return await fetch_text(calls, address, clock, LARGEST)


def _list(found: Operations, search: str) -> None:
    shown = [each for each in found.operations if search.lower() in f"{each.name} {each.summary} {each.tag}".lower()]
    if not shown:
        raise click.ClickException(f"No operation has “{search}” in it.")
    width = min(60, max(len(each.name) for each in shown))
    for each in shown:
        say(f"{each.name:{width}}  {each.summary}{' (deprecated)' if each.deprecated else ''}".rstrip())
    if found.cut:
        say(f"! There are more than {len(found.operations)} operations.", err=True)


async def _test(source: str, block: int, values: dict[str, Value]) -> Trial:
    settings, clock = load(), WallClock()
    unsealed = _of_file(source)
    async with stored(settings) as store, open_web_calls(settings, store, clock) as calls:
        with _explained():
            flow = await _flow(unsealed or source, store, block)
            return await try_request(calls, flow, block, values, clock)


async def _prepared(source: str, block: int, values: dict[str, Value]) -> Prepared:
    unsealed = _of_file(source)
    with _explained():
        if unsealed is not None:
            return prepare(unsealed, block, values, WallClock().now())
        async with stored(load()) as store:
            return prepare(await _flow(source, store, block), block, values, WallClock().now())


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except NotAWebCall as error:
        raise click.ClickException(str(error)) from None


def _of_file(source: str) -> Flow | None:
    return read_file(Path(source), forgiven="secret_missing") if Path(source).is_file() else None


async def _flow(source: str | Flow, store: Store, block: int) -> Flow:
    """Passwords in a file are sealed first, as they are when a flow is stored: the executor knows nothing else."""
    if isinstance(source, str):
        return _draft(source, (await store.flows.draft(source)).document, block)
    typed = source.model_dump(mode="json", context={"whole": True})
    return Flow.model_validate(seal_secrets(typed, store.vault))


def _draft(source: str, document: dict[str, Any], number: int) -> Flow:
    """What can be read of a draft; mistakes of the block in question end the command."""
    flow, problems = read_document(document)
    if flow is not None:
        return flow
    report(source, [problem for problem in problems if problem.block == number and problem.level == "error"])
    return readable(document)


def _pair(pair: str) -> tuple[str, Value]:
    name, equals, value = pair.partition("=")
    if not equals or not name.strip("$ "):
        raise click.BadParameter(f"“{pair}” should be NAME=VALUE.", param_hint="--set")
    return name.strip(), value


def lines(trial: Trial) -> list[str]:
    """A test request for reading."""
    reply = trial.reply
    shown = [f"→ {trial.request['method']} {trial.request['url']}"]
    shown += [f"  {name}: {value}" for name, value in (trial.request.get("headers") or {}).items()]
    shown += [f"  {line}" for line in str(trial.request.get("body", "")).splitlines()]
    shown += [f"  ! ${name} has no value; give it one with --set {name}=…" for name in trial.unset]
    shown += [
        _tried(number, each.url, each.error) for number, each in enumerate(reply.tries, 1) if len(reply.tries) > 1
    ]
    status = f"{reply.status}" if reply.status is not None else "no answer"
    shown.append(f"← {status} after {reply.milliseconds} ms, {trial.size} bytes{_timings(trial)}")
    shown += [f"  {name}: {value}" for name, value in reply.headers]
    shown += [f"  {line}" for line in _pretty(reply.body).splitlines()]
    shown += [f"  ! {note}" for note in reply.notes]
    shown.append(f"Port “{trial.port}”: {trial.why}" if trial.port else f"Only a later answer counts. {trial.why}")
    return shown + [_variable(taken) for taken in trial.taken if reply.status is not None]


def _tried(number: int, url: str, error: str) -> str:
    return f"  {number}. {url}" + (f": {error}" if error else "")


def _timings(trial: Trial) -> str:
    last = trial.reply.tries[-1].milliseconds if trial.reply.tries else {}
    spans = ", ".join(f"{name.replace('_', ' ')} {spent} ms" for name, spent in last.items() if name != "total")
    return f" ({spans})" if spans else ""


def _pretty(body: str) -> str:
    """The body, JSON set out in lines."""
    with suppress(NotJson):
        body = msgspec.json.format(to_json(parse_json(body)), indent=2)
    return body if len(body) <= SHOWN else f"{body[:SHOWN]}…"


def _variable(taken: Taken) -> str:
    if taken.found:
        return f"  ${taken.name} = {to_text(taken.value)}"
    hint = f"; there is {', '.join(taken.near)}" if taken.near else ""
    default = f"; its default is {taken.value}" if taken.value is not None else ""
    return f"  ${taken.name} is not set: the answer has no value for “{taken.query}”{hint}{default}"
