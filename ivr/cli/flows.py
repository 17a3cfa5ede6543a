"""Commands around flows. They work on the store directly, whether a server runs or not."""

import json
from pathlib import Path
from typing import Any

import click
import msgspec

from ivr.authoring.beginning import begin
from ivr.authoring.deleting import delete as delete_flow
from ivr.cli.files import read_text, text_in
from ivr.cli.outline import outline
from ivr.cli.saying import confirm, say, say_json
from ivr.cli.versions import VERSIONS
from ivr.cli.work import publish_draft, with_store
from ivr.flow.read import readable, unreadable
from ivr.flow.schema import schema as flow_schema
from ivr.flow.templates import UnknownTemplate
from ivr.flow.templates import templates as all_templates
from ivr.store import BadDraft, FlowInUse, Store


@click.group()
def flow() -> None:
    """Make flows, bring them in and out, publish them, look back.

    Authors change the draft of a flow. Publishing makes a revision of it, which never changes, and lets new calls
    take it; calls that are under way end on the revision they began on.

    \b
    From a template to a number:
      ivr flow templates
      ivr flow new front-desk --template menu
      ivr flow show front-desk
      ivr flow publish front-desk --note "First version."
      ivr numbers assign +15550100 front-desk

    \b
    When something went wrong:
      ivr flow versions front-desk       what went live when
      ivr flow diff front-desk 2 3       what was changed
      ivr flow roll-back front-desk 2    let revision 2 be live again
    """


@flow.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--as", "flow_id", metavar="ID", help="Save it under this id instead of its own.")
@click.option("--unfinished", is_flag=True, help="Save it even with mistakes; they stop it from being published.")
@click.option("--publish", is_flag=True, help="Publish it at once; new calls take it from then on.")
def import_(file: Path, flow_id: str | None, unfinished: bool, publish: bool) -> None:
    """Save the flow in FILE as a draft, in place of the draft with the same id.

    Passwords in it are stored encrypted. One that the file only marks as set is kept from the former draft.
    """
    document = _document(file, flow_id, unfinished=unfinished)

    async def work(store: Store) -> int | None:
        draft = await store.flows.save_draft(document)
        return await publish_draft(store, document["id"], draft.version) if publish else None

    try:
        revision = with_store(work)
    except BadDraft as error:
        raise click.ClickException(str(error)) from None
    if revision is None:
        say(f"Saved the draft of {document['id']}. Publish it with: ivr flow publish {document['id']}")
    else:
        say(f"Published {document['id']} as revision {revision}.")


def _document(file: Path, flow_id: str | None, *, unfinished: bool) -> dict[str, Any]:
    """The flow file as JSON. Mistakes end the command, unless it may be unfinished."""
    text = text_in(file)
    try:
        document = msgspec.json.decode(text, type=dict[str, Any])
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        read_text(file, text)
        raise
    if flow_id is not None:
        document["id"] = flow_id
    if not unfinished:
        read_text(file, msgspec.json.encode(document), forgiven="secret_missing")
    return document


@flow.command()
@click.argument("flow_id", metavar="FLOW")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="A file to write; without it, to the screen.")
@click.option("--revision", type=int, metavar="N", help="Take revision N instead of the draft.")
def export(flow_id: str, output: Path | None, revision: int | None) -> None:
    """Write the draft of FLOW as a flow file. Secrets are left out; their places say that they are set."""

    async def work(store: Store) -> dict[str, Any]:
        if revision is not None:
            return await store.flows.revision_document(flow_id, revision)
        return (await store.flows.draft(flow_id)).shown

    document = json.dumps(with_store(work), indent=2, ensure_ascii=False)
    if output is None:
        say_json(document)
    else:
        output.write_text(document + "\n", encoding="utf-8")
        say(f"Wrote {output}.")


@flow.command("list")
def list_() -> None:
    """List the flows: id, live revision, numbers, name."""
    rows = with_store(lambda store: store.flows.list())
    if not rows:
        say("There are no flows yet. Make one with: ivr flow new ID --template menu")
    for row in rows:
        live = f"revision {row.revision}" if row.revision else "draft only"
        say(f"{row.id:<24} {live:<14} {', '.join(row.numbers) or '-':<18} {row.name}")


@flow.command()
@click.argument("flow_id", metavar="FLOW")
@click.option("--revision", type=int, metavar="N", help="Show revision N instead of the draft.")
def show(flow_id: str, revision: int | None) -> None:
    """Show the draft of FLOW as text: its blocks, and where each port leads."""

    async def work(store: Store) -> dict[str, Any]:
        if revision is not None:
            return await store.flows.revision_document(flow_id, revision)
        return (await store.flows.draft(flow_id)).shown

    document = with_store(work)
    drawn = readable(document)
    say(f"{document.get('name') or flow_id} ({flow_id}), {f'revision {revision}' if revision else 'draft'}")
    for line in outline(drawn):
        say(line)
    if broken := len(unreadable(document)):
        say(f"{broken} more can't be read; `ivr flow publish {flow_id}` tells why.", err=True)


@flow.command()
@click.argument("flow_id", metavar="ID")
@click.option("--template", "begins_as", default="empty", show_default=True, metavar="NAME", help="What it begins as.")
@click.option("--name", default="", help="What people call it. Without one it is called like its id.")
def new(flow_id: str, begins_as: str, name: str) -> None:
    """Make a new flow under ID, such as front-desk, from a template."""
    try:
        with_store(lambda store: begin(store, flow_id, name=name, begins_as=begins_as))
    except (UnknownTemplate, BadDraft) as error:
        raise click.ClickException(str(error)) from None
    say(f"Made {flow_id}. Look at it with: ivr flow show {flow_id}")


@flow.command()
def templates() -> None:
    """List the templates that a new flow can begin as."""
    for each in all_templates():
        say(f"{each.id:<18} {each.description}")


@flow.command()
@click.option("-o", "--output", type=click.Path(path_type=Path), help="A file to write; without it, to the screen.")
def schema(output: Path | None) -> None:
    """Write the JSON Schema of flow files, for editors and for programs that write flows.

    It knows every action and every field. What it lets pass may still have a mistake: `ivr check` finds it.
    """
    text = json.dumps(flow_schema(), indent=2, ensure_ascii=False)
    if output is None:
        say_json(text)
    else:
        output.write_text(text + "\n", encoding="utf-8")
        say(f"Wrote {output}.")


@flow.command()
@click.argument("flow_id", metavar="FLOW")
@click.argument("name")
def rename(flow_id: str, name: str) -> None:
    """Call the draft of FLOW by another NAME. Its id stays."""
    try:
        with_store(lambda store: store.flows.rename(flow_id, name))
    except BadDraft as error:
        raise click.ClickException(str(error)) from None
    say(f"{flow_id} is called “{name.strip()}” now.")


@flow.command()
@click.argument("flow_id", metavar="FLOW")
@click.option("--yes", is_flag=True, help="Do not ask.")
def delete(flow_id: str, yes: bool) -> None:
    """Delete FLOW with its draft. One that still answers a number stays, and one that a live flow goes on in.

    Calls that are under way end on the revision they began on.
    """
    if not yes:
        confirm(f"Delete the flow {flow_id}, its draft and its versions?")
    try:
        with_store(lambda store: delete_flow(store.flows, flow_id))
    except FlowInUse as error:
        raise click.ClickException(str(error)) from None
    say(f"Deleted {flow_id}.")


for _command in VERSIONS:
    flow.add_command(_command)
