"""Flows drawn in a few words: rows of blocks, numbered from 1 in the order they stand."""

from typing import Any

from ivr.flow.model import Flow

Row = dict[str, Any]


def drawn(*rows: Row, **flow: Any) -> Flow:
    """A flow of these rows; `flow` holds fields of the flow itself."""
    blocks = [{"number": number, **row} for number, row in enumerate(rows, 1)]
    return Flow.model_validate({"id": "a-flow", "name": "A flow", **flow, "blocks": blocks})


def starts(to: int | None = 2) -> Row:
    return {"action": {"type": "inbound_call"}, "exits": _exits(next=to)}


def says(message: str, to: int | None = None, **fields: Any) -> Row:
    return {"action": {"type": "play_message", "message": message, **fields}, "exits": _exits(next=to)}


def asks(success: int | None = None, failure: int | None = None, /, **fields: Any) -> Row:
    """An External Web Call; `fields` are those of its action."""
    action = {"type": "external_web_call", "url": "http://api.test/", **fields}
    return {"action": action, "exits": _exits(success=success, failure=failure)}


def begins(to: int | None = None, failure: int | None = None, /, **fields: Any) -> Row:
    """An External Web Call that is started, and not waited for."""
    row = asks(None, failure, start="go on", **fields)
    return {**row, "exits": row["exits"] | _exits(started=to)}


def awaits(success: int | None = None, failure: int | None = None, timeout: int | None = None, /, **fields: Any) -> Row:
    exits = _exits(success=success, failure=failure, timeout=timeout)
    return {"action": {"type": "await", **fields}, "exits": exits}


def texts(message: str, success: int | None = None, failure: int | None = None, **fields: Any) -> Row:
    action = {"type": "send_sms", "message": message, **fields}
    return {"action": action, "exits": _exits(success=success, failure=failure)}


def ends() -> Row:
    return {"action": {"type": "end_call"}}


def takes(**queries: str) -> list[dict[str, str]]:
    """Response variables by name."""
    return [{"name": name, "query": query} for name, query in queries.items()]


def _exits(**exits: int | None) -> dict[str, int]:
    return {port: to for port, to in exits.items() if to is not None}
