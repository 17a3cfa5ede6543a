"""External Web Calls with the fields that a test wants, and what becomes of them."""

import json
from typing import Any

from ivr.actions.external_web_call import ExternalWebCall
from ivr.core.action import Leave, Visit, Wait
from ivr.core.call import Call
from ivr.core.effects import Fetch
from ivr.core.events import Fetched
from ivr.core.values import Value
from ivr.flow.read import read

BLOCK = 3
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
TYPED = "correct horse"


def visit(turn: int = 1, call: str = "CA1", **variables: Value) -> Visit:
    return Visit(Call(call, "a-flow", 1, block=BLOCK, turn=turn, variables=variables), BLOCK, at=0)


def made(**fields: Any) -> ExternalWebCall:
    return ExternalWebCall.model_validate({"url": "https://api.test/", **fields})


def sent(at: Visit | None = None, /, **fields: Any) -> Fetch:
    outcome = made(**fields).enter(at or visit())
    assert isinstance(outcome, Wait)
    assert isinstance(outcome.effect, Fetch)
    return outcome.effect


def left(reply: dict[str, Any], /, **fields: Any) -> Leave:
    outcome = made(**fields).resume(visit(), Fetched(at=0, token="1.3", **{"cause": "ok", "status": 200, **reply}))
    assert isinstance(outcome, Leave)
    return outcome


def found(**fields: Any) -> list[tuple[str, str]]:
    """Code and path of every problem there is with a flow whose web call has these fields; warnings of wires aside."""
    action = {"type": "external_web_call", "url": "https://api.test/", **fields}
    start = {"number": 1, "action": {"type": "inbound_call"}, "exits": {"next": BLOCK}}
    block = {"number": BLOCK, "action": action, "exits": {"success": 4, "failure": 4}}
    blocks = [start, block, {"number": 4, "action": {"type": "end_call"}}]
    _, problems = read(json.dumps({"id": "a-flow", "name": "A flow", "blocks": blocks}))
    assert all(problem.block == BLOCK for problem in problems), "every problem tells its block"
    return [(problem.code, problem.path) for problem in problems]


def basic(password: Any) -> dict[str, Any]:
    return {"type": "basic", "user": "ada", "password": password}
