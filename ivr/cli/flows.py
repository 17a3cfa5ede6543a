"""Commands around flows and numbers. They work on the store directly, whether a server runs or not."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import click

from ivr.app import stored
from ivr.core.problem import Problem
from ivr.flow.check import check as find_problems
from ivr.flow.model import Flow
from ivr.flow.read import read
from ivr.settings import load
from ivr.store import Store

T = TypeVar("T")


def with_store(work: Callable[[Store], Awaitable[T]]) -> T:
    """Do some work on the store that the settings name."""

    async def whole() -> T:
        async with stored(load()) as store:
            return await work(store)

    return asyncio.run(whole())


def read_file(path: Path, forgiven: str = "") -> Flow:
    """The flow in a file. Its problems are printed; errors end the command, but those whose code is `forgiven`."""
    try:
        flow, problems = read(path.read_bytes())
    except OSError as error:
        click.echo(f"Error: {path} can't be read: {error.strerror}.", err=True)
        raise click.exceptions.Exit(1) from None
    report(path, [problem for problem in problems if problem.code != forgiven], also=flow is None)
    if flow is None:
        raise click.exceptions.Exit(1)
    return flow


def report(source: Path | str, problems: list[Problem], *, also: bool = False) -> None:
    """Print problems; errors among them end the command, or `also` does."""
    for problem in problems:
        click.echo(f"{source}: {problem}", err=True)
    if also or any(problem.level == "error" for problem in problems):
        raise click.exceptions.Exit(1)


async def publish_draft(store: Store, flow_id: str, note: str = "") -> int:
    """Publish a draft that is without errors; print what is wrong with one that is not."""
    report(
        flow_id, [problem for problem in find_problems(await store.flows.draft(flow_id)) if problem.level == "error"]
    )
    return await store.flows.publish(flow_id, note)


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def check(files: tuple[Path, ...]) -> None:
    """Tell every mistake in flow FILES: the block, the field, and what to do."""
    sound = True
    for path in files:
        try:
            flow = read_file(path)
            click.echo(f"{path}: “{flow.name}”, {len(flow.blocks)} blocks, can be published.")
        except click.exceptions.Exit:
            sound = False
    if not sound:
        raise click.exceptions.Exit(1)


@click.group()
def flow() -> None:
    """Bring flows in and out, list and publish them."""


@flow.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--publish", is_flag=True, help="Publish it at once; new calls take it from then on.")
def import_(file: Path, publish: bool) -> None:
    """Save the flow in FILE as a draft, in place of the draft with the same id.

    Passwords in it are stored encrypted. One that the file only marks as set is kept from the former draft.
    """
    imported = read_file(file, forgiven="secret_missing")

    async def work(store: Store) -> int | None:
        await store.flows.save_draft(imported)
        return await publish_draft(store, imported.id) if publish else None

    revision = with_store(work)
    if revision is None:
        click.echo(f"Saved the draft of {imported.id}. Publish it with: ivr flow publish {imported.id}")
    else:
        click.echo(f"Published {imported.id} as revision {revision}.")


@flow.command()
@click.argument("flow_id", metavar="FLOW")
@click.option("--note", default="", help="What changed, for whoever looks back.")
def publish(flow_id: str, note: str) -> None:
    """Make the draft of FLOW live. Calls that are under way end on the revision they began on."""
    revision = with_store(lambda store: publish_draft(store, flow_id, note))
    click.echo(f"Published {flow_id} as revision {revision}.")


@flow.command()
@click.argument("flow_id", metavar="FLOW")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="A file to write; without it, to the screen.")
def export(flow_id: str, output: Path | None) -> None:
    """Write the draft of FLOW as a flow file. Secrets are left out; their places say that they are set."""
    document = with_store(lambda store: store.flows.draft(flow_id)).model_dump_json(indent=2, exclude_defaults=False)
    if output is None:
        click.echo(document)
    else:
        output.write_text(document + "\n", encoding="utf-8")
        click.echo(f"Wrote {output}.")


@flow.command("list")
def list_() -> None:
    """List the flows: id, live revision, numbers, name."""
    rows = with_store(lambda store: store.flows.list())
    if not rows:
        click.echo("There are no flows yet. Bring one in with: ivr flow import FILE")
    for row in rows:
        live = f"revision {row.revision}" if row.revision else "draft only"
        click.echo(f"{row.id:<24} {live:<14} {', '.join(row.numbers) or '-':<18} {row.name}")


@click.group()
def numbers() -> None:
    """Say which flow answers which number."""


@numbers.command()
@click.argument("number")
@click.argument("flow_id", metavar="FLOW")
def assign(number: str, flow_id: str) -> None:
    """Let FLOW answer the calls to NUMBER, such as +15550100."""
    with_store(lambda store: store.flows.assign(number, flow_id))
    click.echo(f"{number} is answered by {flow_id} from now on.")


@numbers.command()
@click.argument("number")
def unassign(number: str) -> None:
    """Let no flow answer NUMBER any more: who calls it is told that it is not in use."""
    if not with_store(lambda store: store.flows.unassign(number)):
        raise click.ClickException(f"No flow answers {number}; `ivr flow list` tells which numbers are answered.")
    click.echo(f"{number} is answered by no flow any more.")
