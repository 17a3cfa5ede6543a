"""Golden cases of a block: what it decides when a call enters it or a reply comes, kept in a JSON file.

A file is a list of cases. Each has a name (`case`), the `action` as it stands in a flow file and, where they matter,
the `variables` of the call, what its blocks know of their last visits (`memories`), the requests that it has `started`,
the `language` of the flow, the `attempt` and the `reply`, such as `{"event": "Fetched", "cause": "timeout"}`. With
`IVR_GOLDEN=write` in the environment the outcomes are written into the file; read them before you keep them.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from ivr.core import events
from ivr.core.action import Action, Outcome, Visit
from ivr.core.call import Call, Memory, Started
from ivr.core.values import parse_json, to_json

BLOCK = 3
"""The number of the block in every case."""
Row = dict[str, Any]


class Case(Struct, frozen=True):
    """One case: the filled-in action, the visit, the reply that comes (None: the call enters), and what is decided."""

    name: str
    action: Action[Any]
    visit: Visit
    reply: events.Event | None
    outcome: Outcome


def reply_of(fields: Row) -> events.Event:
    """A reply as cases write it, with the token of the open question."""
    kind = getattr(events, fields["event"])
    given = {name: value for name, value in fields.items() if name != "event"}
    reply: events.Event = msgspec.convert({"at": 0, "token": f"1.{BLOCK}", **given}, kind)
    return reply


def case_of(action: type[Action[Any]], row: Row) -> Case:
    """A row of the file, and what the action decides. Raises what the action raises."""
    filled = action.model_validate(row["action"])
    beside = [{"token": f"1.{each['block']}", "since": 0, **each} for each in row.get("started", ())]
    started = msgspec.convert(beside, tuple[Started, ...])
    variables, attempt = row.get("variables", {}), row.get("attempt", 1)
    call = Call("CA1", "a-flow", 1, block=BLOCK, attempt=attempt, variables=variables, started=started)
    call = replace(call, memories=msgspec.convert(row.get("memories", {}), dict[str, Memory]))
    visit = Visit(call, BLOCK, at=0, language=row.get("language", "en-US"))
    reply = reply_of(row["reply"]) if "reply" in row else None
    outcome = filled.enter(visit) if reply is None else filled.resume(visit, reply)
    return Case(row["case"], filled, visit, reply, outcome)


def rows_in(path: Path) -> list[Row]:
    """The cases in a file."""
    rows: list[Row] = parse_json(path.read_bytes())
    return rows


def decided(outcome: Outcome) -> Row:
    """An outcome as a golden file keeps it, without what the engine puts into the job."""
    told: Row = {"decides": type(outcome).__name__, **parse_json(to_json(outcome))}
    for job in (told.get("effect"), told.get("job")):
        if isinstance(job, dict):
            job.pop("private", None)
    return told


def differences(action: type[Action[Any]], path: Path) -> Iterator[str]:
    """The cases of a file whose outcome is not the one that the file keeps. With `IVR_GOLDEN=write` the file is
    written instead."""
    rows = rows_in(path)
    now = [{**row, "outcome": decided(case_of(action, row).outcome)} for row in rows]
    if os.environ.get("IVR_GOLDEN") == "write":
        path.write_bytes(msgspec.json.format(to_json(now).encode(), indent=2) + b"\n")
        return
    yield from _unlike(rows, now)


def _unlike(rows: Sequence[Row], now: Sequence[Row]) -> Iterator[str]:
    for row, new in zip(rows, now, strict=True):
        if row.get("outcome") != new["outcome"]:
            yield f"{row['case']}: decides {to_json(new['outcome'])}, and the file keeps {to_json(row.get('outcome'))}"
