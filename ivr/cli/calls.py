"""Commands around calls: which there were, what happened in each. They work on the store directly."""

import asyncio
import re
from datetime import UTC, datetime
from typing import Any

import click

from ivr.cli.recordings import deleting_recordings
from ivr.cli.saying import say, say_json
from ivr.cli.work import with_store
from ivr.core.call import Entry
from ivr.core.counted import counted
from ivr.core.phone_numbers import shown
from ivr.core.values import to_json
from ivr.flow.narration import line_of, narrated
from ivr.flow.narration.facts import path_of
from ivr.operation.old_recordings import NotDeleted, OldRecordings
from ivr.runtime.clock import WallClock
from ivr.runtime.retention import forget_older
from ivr.settings import Settings, load
from ivr.store import Store
from ivr.store.audit_trail import Act
from ivr.store.history import CallRow, Shown
from ivr.store.sought import NotFoundBy, Sought, caller_asked, number_asked, words_asked

RESULTS = ("live", "completed", "hung_up", "failed", "lost", "unknown")


@click.group()
def calls() -> None:
    """Look at calls: those that were, and those that are."""


@calls.command("list")
@click.option("--flow", default="", metavar="FLOW", help="Only calls of this flow.")
@click.option("--number", default="", metavar="NUMBER", help="Only calls from this number: whole, or its last digits.")
@click.option("--dialled", default="", metavar="NUMBER", help="Only calls to this number of ours.")
@click.option(
    "--words",
    default="",
    metavar="TEXT",
    help="Only calls that are over, in which all these whole words were said, texted or set.",
)
@click.option("--result", type=click.Choice(RESULTS), help="Only calls with this result.")
@click.option("--block", type=click.IntRange(1, 9999), default=None, metavar="N", help="Only calls that came to it.")
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many, the newest first."
)
def list_(number: str, dialled: str, result: str | None, block: int | None, **more: Any) -> None:
    """List calls, the newest first. Times are UTC."""
    flow, limit = more["flow"], more["limit"]
    try:
        whole, ending = caller_asked(number)
    except NotFoundBy as error:
        raise click.BadParameter(str(error), param_hint="--number") from None
    try:
        words = words_asked(more["words"])
    except NotFoundBy as error:
        raise click.BadParameter(str(error), param_hint="--words") from None
    sought = Sought(flow, result or "", whole, ending, number_asked(dialled), words, block or 0, most=limit)
    rows = with_store(lambda store: store.history.list(sought))
    if not rows:
        say("There are no such calls." if sought != Sought(most=limit) else "There are no calls yet.")
    for row in rows:
        say(_line(row))


@calls.command()
@click.argument("call")
def show(call: str) -> None:
    """Show what happened in CALL, as a timeline: seconds since it began, and what was said, asked and set."""
    shown, trace = with_store(lambda store: _load(store, call))
    say(_line(shown.row))
    for line in filter(None, map(line_of, narrated(trace))):
        say(line)


@calls.command()
@click.argument("call")
def export(call: str) -> None:
    """Print all that is kept of CALL as JSON."""
    shown, trace = with_store(lambda store: _load(store, call))
    kept = {"call": shown.row, "variables": shown.variables, "path": path_of(trace), "entries": trace}
    say_json(to_json(kept))


@calls.command()
@click.option("--older", required=True, metavar="DAYS", help="How old, such as 30d.")
@click.option("--recordings", is_flag=True, help="Delete their recordings at the carrier first.")
def purge(older: str, recordings: bool) -> None:
    """Delete calls that ended more than so many days ago, with all that is kept of them. There is no way back.

    Their recordings stay at the carrier unless you ask for them to go, or IVR_KEEP_RECORDINGS_DAYS is set; and nobody
    knows here which they are, once their call is deleted.
    """
    match = re.fullmatch(r"(\d{1,5})d?", older, re.ASCII)
    if match is None or not int(match[1]):
        raise click.BadParameter("it must be a number of days, such as 30d", param_hint="--older")
    days, settings = int(match[1]), load()
    if recordings or settings.keep_recordings_days:
        deleted = with_store(lambda store: _without_recordings(store, settings, days))
        say(f"Deleted {counted(deleted, 'recording')} at the carrier.")
    gone = with_store(lambda store: _purged(store, days))
    say(f"Deleted {counted(gone, 'call')}.")


async def _without_recordings(store: Store, settings: Settings, days: int) -> int:
    """How many recordings are gone. Those of calls that are older than so many days."""
    words = f"Deleted the recordings of the calls that ended more than {counted(days, 'day')} ago."
    await store.audit_trail.write([], Act("call", "", words))
    clock = WallClock()
    async with deleting_recordings(settings) as delete_recording:
        try:
            return await forget_older([OldRecordings(store.recorded, delete_recording, clock.now)], clock, days)
        except NotDeleted as error:
            raise click.ClickException(f"No call was deleted, as its recordings must go first: {error}") from None


async def _purged(store: Store, days: int) -> int:
    """How many calls are gone. The audit trail has it before the first of them goes."""
    await store.audit_trail.write(
        [], Act("call", "", f"Deleted the calls that ended more than {counted(days, 'day')} ago.")
    )
    return await forget_older(store.kept, WallClock(), days)


async def _load(store: Store, call_id: str) -> tuple[Shown, list[Entry]]:
    shown, trace = await asyncio.gather(store.history.get(call_id), store.calls.trace(call_id))
    if shown is None:
        raise click.ClickException(f"There is no call “{call_id}”. List them with: ivr calls list")
    return shown, trace


def _line(row: CallRow) -> str:
    began = datetime.fromtimestamp(row.started_at / 1000, UTC)
    seconds = f"{(row.over_at - row.started_at) // 1000} s" if row.over_at is not None else ""
    what = f"{row.id:<34} {shown(row.caller):<18} {row.flow:<20} {row.result:<10} {seconds}"
    return f"{began:%Y-%m-%d %H:%M:%S}  {what}".rstrip()
