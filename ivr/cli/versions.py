"""Commands around the versions of a flow: publish, compare, go back."""

import click

from ivr.cli.moments import minute
from ivr.cli.saying import say
from ivr.cli.work import publish_draft, with_store
from ivr.core.counted import counted
from ivr.store import Publication, RevisionRow, Store
from ivr.store.flow_rows import Version


class VersionName(click.ParamType[Version]):
    """`draft`, `live`, or the number of a revision."""

    name = "version"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> Version:
        match value:
            case "draft" | "live":
                return value
            case _ if value.isdecimal() and value.isascii() and len(value) < 10:
                return int(value)
            case _:
                raise click.BadParameter(
                    f"“{value}” is none: write draft, live, or the number of a revision.", ctx, param
                )


@click.command()
@click.argument("flow_id", metavar="FLOW")
@click.option("--note", default="", help="What changed, for later readers.")
def publish(flow_id: str, note: str) -> None:
    """Make the draft of FLOW live. Calls that are under way end on the revision they began on."""
    revision = with_store(lambda store: publish_draft(store, flow_id, note=note))
    say(f"Published {flow_id} as revision {revision}.")


@click.command()
@click.argument("flow_id", metavar="FLOW")
def versions(flow_id: str) -> None:
    """List the revisions of FLOW, the last first, and what went live when. An asterisk marks the live one."""

    async def work(store: Store) -> tuple[list[RevisionRow], list[Publication]]:
        return await store.flows.revisions(flow_id), await store.flows.publications(flow_id)

    rows, history = with_store(work)
    if not rows:
        say(f"{flow_id} has never been published. Publish it with: ivr flow publish {flow_id}")
    for row in rows:
        mark = "*" if row.live else " "
        about = " – ".join(words for words in (row.name, row.note) if words)
        calls = counted(row.calls, "call")
        line = f"{mark}{row.number:>4}  {minute(row.created_at)}  {row.author or '-':<16} {calls:<12} {about}"
        say(line.rstrip())
    for each in history:
        if each.kind == "rolled_back":
            by = f" by {each.author}" if each.author else ""
            say(f"       {minute(each.at)}  rolled back to {each.revision}{by}")


@click.command()
@click.argument("flow_id", metavar="FLOW")
@click.argument("old", metavar="[A]", type=VersionName(), default="live")
@click.argument("new", metavar="[B]", type=VersionName(), default="draft")
def diff(flow_id: str, old: Version, new: Version) -> None:
    """Tell what is different in FLOW from version A to version B: revisions by their numbers, or live, or draft.

    Without them: what publishing the draft would change. Of a secret it only says that it changed.
    """
    changes = with_store(lambda store: store.flows.diff(flow_id, old, new))
    if not changes:
        say("Nothing is different.")
    for change in changes:
        say(change.words)


@click.command("roll-back")
@click.argument("flow_id", metavar="FLOW")
@click.argument("number", metavar="N", type=int)
def roll_back(flow_id: str, number: int) -> None:
    """Let revision N of FLOW be live again. The draft stays as it is; `restore` copies a revision there."""
    with_store(lambda store: store.flows.roll_back(flow_id, number))
    say(f"Revision {number} of {flow_id} is live again.")


@click.command()
@click.argument("flow_id", metavar="FLOW")
@click.argument("number", metavar="N", type=int)
def restore(flow_id: str, number: int) -> None:
    """Copy revision N of FLOW into its draft, in place of what is there. What is live stays live."""
    with_store(lambda store: store.flows.restore(flow_id, number))
    say(f"The draft of {flow_id} is revision {number} again. Publish it with: ivr flow publish {flow_id}")


VERSIONS = (publish, versions, diff, roll_back, restore)
"""They belong to the group `ivr flow`."""
