"""The command that makes the calls of a scenario, without a phone."""

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.cli.files import text_in, write_closed
from ivr.cli.saying import Styled, say, say_exactly
from ivr.flow.model import Flow
from ivr.flow.read import read
from ivr.flow.templates import UnknownTemplate, template, templates
from ivr.testing.recording import NotACall, record
from ivr.testing.scenario import BrokenScenario, Scenario, read_scenarios
from ivr.testing.trying import Tried, attempt

if TYPE_CHECKING:
    from ivr.store import Store


@click.command("try")
@click.argument("flow_file", metavar="FLOW")
@click.argument("scenarios", nargs=-1, metavar="[SCENARIO.yaml]...", type=click.Path(path_type=Path))
@click.option("-v", "--verbose", is_flag=True, help="Print what happened in every call, not only in those that fail.")
@click.option("--record", "call_id", metavar="CALL", help="Write a scenario of a call that was really made, masked.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="With --record: the file to write.")
def try_(flow_file: str, scenarios: tuple[Path, ...], verbose: bool, call_id: str | None, output: Path | None) -> None:
    """Try FLOW without a phone: make the calls of scenarios in virtual time, in milliseconds, with no network.

    FLOW is a flow file, or the name of a template. Without a scenario a caller rings who presses nothing,
    and every API answers 200 and {}. A scenario says who calls, what they do, what APIs answer, and what must come
    of it; a file may hold several, parted by lines of three hyphens:

    \b
      name: A caller learns their date
      api:
        - block: Look up the appointment
          after: 3
          json: {DateText: January 5}
      steps:
        - hears: Thank you for calling
        - presses: "1"
      expect:
        heard: ["Your appointment is on January 5."]
        sent: [{contains: January 5}]
        ended_by: flow

    \b
    Other steps:   says: words · waits: 5 · is silent · hangs up
    APIs may also: fails: timeout · status: 500 · text: words · url: "https://*"
    And: usual: {Look up the appointment: 20}, how many seconds it usually takes
    Expect also:   not_heard · set · path · longest_silence_below

    Exit code 1 when something is not as expected.
    """
    flow = _flow(flow_file)
    if call_id is not None:
        _record(flow, call_id, output)
        return
    failed = 0
    for path in scenarios:
        failed += sum(_tell(flow, scenario, verbose=verbose) for scenario in _scenarios(path))
    if not scenarios:
        failed += _tell(flow, Scenario(name="A caller rings and presses nothing", steps=()), verbose=True)
    if failed:
        raise click.exceptions.Exit(1)


def _flow(name: str) -> Flow:
    known = {each.id for each in templates()}
    path = Path(name)
    try:
        text = template(name).text if name in known and not path.exists() else text_in(path)
    except UnknownTemplate as error:
        raise click.ClickException(str(error)) from None
    flow, problems = read(text)
    errors = [problem for problem in problems if problem.level == "error"]
    for problem in errors:
        say(f"{name}: {problem}", err=True)
    if flow is None or errors:
        raise click.exceptions.Exit(1)
    return flow


def _scenarios(path: Path) -> list[Scenario]:
    try:
        return read_scenarios(text_in(path).decode("utf-8"))
    except (BrokenScenario, UnicodeDecodeError) as error:
        for mistake in str(error).splitlines():
            say(f"{path}: {mistake}", err=True)
        raise click.exceptions.Exit(1) from None


def _tell(flow: Flow, scenario: Scenario, *, verbose: bool) -> bool:
    """Try one and say what came of it. True: it failed."""
    began = time.perf_counter()
    tried = attempt(flow, scenario)
    took = (time.perf_counter() - began) * 1000
    mark = Styled("✗", "red") if tried.failures else Styled("✓", "green")
    say(mark, f" {tried.name}  ({tried.seconds:.1f} s of call in {took:.0f} ms)")
    _details(tried, verbose=verbose or bool(tried.failures))
    return bool(tried.failures)


def _details(tried: Tried, *, verbose: bool) -> None:
    for failure in tried.failures:
        say(f"    {failure}")
    for note in tried.notes if verbose else ():
        say(f"    note: {note}")
    for line in tried.timeline if verbose else ():
        say(f"  {line}")


def _record(flow: Flow, call_id: str, output: Path | None) -> None:
    from ivr.cli.work import with_store  # noqa: PLC0415 - nothing else here needs a store

    async def read_trace(store: "Store") -> str:
        trace = await store.calls.trace(call_id)
        if not trace:
            raise click.ClickException(f"There is no call {call_id}.")
        runs = [f"{call_id}.{entry.data['token']}" for entry in trace if entry.kind == "parted"]
        apart = [entry for run in runs for entry in await store.calls.trace(run)]
        return record(flow, [*trace, *apart], f"Call {call_id}")

    try:
        text = with_store(read_trace)
    except NotACall as error:
        raise click.ClickException(str(error)) from None
    if output is None:
        say_exactly(text.removesuffix("\n"))
    else:
        write_closed(output, text)
        say(f"Wrote {output}. Try it with: ivr try {json.dumps(str(output))[1:-1]}".replace("try ", "try FLOW "))
