"""The audit trail on the command line."""

import json

import click
import msgspec

from ivr.cli.moments import minute
from ivr.cli.saying import say, say_json
from ivr.cli.work import with_store
from ivr.core.counted import counted
from ivr.store.audit_trail import KINDS, AuditEntry

MOST = 200


@click.command()
@click.option("--by", "author", default="", metavar="NAME", help="Of one person only.")
@click.option("--kind", type=click.Choice(KINDS), default=None, help="Of one kind only.")
@click.option("--last", default=50, show_default=True, type=click.IntRange(1, MOST), help="How many entries.")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON for each entry.")
@click.option(
    "--verify",
    is_flag=False,
    flag_value="",
    default=None,
    metavar="[MARK]",
    help="Check the whole trail instead. MARK: an earlier mark, which must be in it.",
)
def audit(*, author: str, kind: str | None, last: int, as_json: bool, verify: str | None) -> None:
    """Show who changed what, and when: on the board, by the command line, with a token. The last comes last.

    No edit of the trail goes unnoticed: each entry is sealed with the key, and holds the digest of the one before.
    --verify finds entries that were changed, made up, left out or cut off. Only a database that was put back as a
    whole looks right: keep the mark that --verify prints in another place, and give it to --verify the next time.
    """
    if verify is not None:
        _verify(verify)
        return
    entries = with_store(lambda store: store.audit_trail.entries(author, kind or ""))
    if not entries and not as_json:
        say("The audit trail has no entries" + (" like that." if author or kind else " yet."))
    for entry in reversed(entries[:last]):
        if as_json:
            say_json(json.dumps(msgspec.to_builtins(entry), ensure_ascii=False))
        else:
            _tell(entry)


def _verify(mark: str) -> None:
    found = with_store(lambda store: store.audit_trail.verify(mark))
    for fault in found.faults:
        say(fault, err=True)
    if found.faults:
        raise click.ClickException("The audit trail was changed later. See who can write to the database.")
    say(f"As they were written: {counted(found.entries, 'entry', 'entries')}. The mark of the last one: {found.mark}")


def _tell(entry: AuditEntry) -> None:
    who = entry.author or "-"
    say(f"{minute(entry.at)}  {who:<16} {entry.words}  ({entry.via})")
    for change in entry.changes:
        say(f"{'':<18}· {change}")
