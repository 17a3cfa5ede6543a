"""Test HTTP Request: one block's request sent with sample values, by the executor that serves live calls."""

import asyncio
from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ivr.actions.external_web_call import ExternalWebCall
from ivr.actions.parts.callback import RESUME_URL
from ivr.core import query
from ivr.core.action import Leave, Start, Visit, Wait, WaitOn
from ivr.core.call import Call
from ivr.core.credentials import ApiKey, Basic, Bearer, OAuth2
from ivr.core.effects import Fetch
from ivr.core.events import Fetched
from ivr.core.fields import DOTS
from ivr.core.grammar import steps
from ivr.core.polling import ACCEPTED, Poll
from ivr.core.template import SECRET, Unset, masked
from ivr.core.values import Value
from ivr.flow.model import Block, Flow
from ivr.runtime.ports import Clock, RunningJob
from ivr.webcall.client import WebCalls
from ivr.webcall.polling import final
from ivr.webcall.request import preview


class NotAWebCall(LookupError):
    """There is no such block, or it sends nothing."""


class Taken(Struct, frozen=True):
    """What a response variable takes from the answer. `found` is False when nothing: then `value` is its default, and
    `near` has labels like it."""

    name: str
    query: str
    found: bool
    value: Value = None
    near: tuple[str, ...] = ()


class Trial(Struct, frozen=True):
    """A test request and all there is to know of it. `request` is what was sent, secrets as dots; `unset` the
    variables that it refers to and that got no sample value; `port` and `why` how the call would go on; without a port
    only a later answer counts, and nothing is taken from this one."""

    request: dict[str, Value]
    unset: tuple[str, ...]
    reply: Fetched
    port: str
    why: str
    taken: tuple[Taken, ...]

    @property
    def size(self) -> int:
        """Bytes of the answer's body."""
        return len(self.reply.body.encode("utf-8", "replace"))


class Prepared(Struct, frozen=True):
    """A block's request before it is sent, its secrets sealed. `unset` are variables that have no sample value."""

    action: ExternalWebCall
    visit: Visit
    fetch: Fetch
    unset: tuple[str, ...]


def prepare(flow: Flow, number: int, values: dict[str, Value], now: int) -> Prepared:
    """Fill in the request of a block with sample values. Raises NotAWebCall."""
    block = _block(flow, number)
    action = block.action
    if not isinstance(action, ExternalWebCall):
        raise NotAWebCall(f"Block {number} is “{action.card.title}”; only an External Web Call can be tested.")
    call = Call("test", flow.id, 0, block=number, attempt=1, turn=1, variables=nested(values))
    visit = Visit(call, number, now, flow.time_zone, flow.language)
    asked = action.enter(visit)
    fetch = asked.effect if isinstance(asked, Wait) else asked.job if isinstance(asked, Start) else None
    if not isinstance(fetch, Fetch):
        raise TypeError("an External Web Call asks for an answer")
    return Prepared(action, visit, fetch, _unset(visit, block))


async def try_request(calls: WebCalls, flow: Flow, number: int, values: dict[str, Value], clock: Clock) -> Trial:
    """Send the request of a block with sample values, once, also where a call asks again. Raises NotAWebCall."""
    ready = prepare(flow, number, values, clock.now())
    once = ready.fetch if ready.fetch.poll is None else replace(ready.fetch, timeout=ready.fetch.poll.each, poll=None)
    reply = await calls(RunningJob(ready.visit.call.id, f"1.{number}", once, started_at=ready.visit.at), anew=True)
    if not isinstance(reply, Fetched):
        raise TypeError("a web call ends in an answer")
    sent = _sent(ready.fetch, reply)
    reply, later = await _later(ready.fetch.poll, reply)
    outcome = ready.action.resume(ready.visit, reply)
    if isinstance(outcome, WaitOn):
        name = f"${ready.action.card.prefix}_{number}.{RESUME_URL}"
        later = f"The API has taken the request, and posts its answer to {name}."
    if later or not isinstance(outcome, Leave):
        return Trial(sent, ready.unset, reply, "", later, ())
    why = str(outcome.set.get("error") or f"status {reply.status} is a success by the rule “{ready.action.success}”")
    taken = await asyncio.to_thread(_taken, ready.action, reply, outcome)
    return Trial(sent, ready.unset, reply, outcome.port, why, taken)


async def _later(poll: Poll | None, reply: Fetched) -> tuple[Fetched, str]:
    """The reply, and why a call asks again for another; nothing where it does not."""
    try:
        if poll is None or await final(poll, reply, first=True):
            return reply, ""
    except query.TooMuchWork as much:
        return replace(reply, cause="too_large", error=str(much), taken={}), ""
    if reply.status == ACCEPTED:
        return reply, f"The answer is not final: its status is {ACCEPTED}."
    return reply, "The answer is not final: what must hold of the final one does not hold of it."


def nested(values: Mapping[str, Value]) -> dict[str, Value]:
    """Variables by their written names, such as `EXTCALL_2.token` or `EXTCALL_2.response.lines[0]`, as the call keeps
    them. A row of a list is kept under its number, which references find all the same; where something is told as a
    whole and in parts, the parts count."""
    variables: dict[str, Any] = {}
    for name, value in values.items():
        *objects, last = steps(name) or ("",)
        place = variables
        for each in objects:
            if not isinstance(place.get(each), dict):
                place[each] = {}
            place = place[each]
        if not isinstance(place.get(last), dict):
            place[last] = value
    return variables


def _sent(fetch: Fetch, reply: Fetched) -> dict[str, Value]:
    """The request as it goes out, every header line included, secrets as dots. What signs it is made when it is sent:
    of that the last request to its address tells."""
    shown = _declared(fetch)
    if (outgoing := preview(fetch)) is not None:
        lines = outgoing.shown
        signed = next((each.sent for each in reversed(reply.tries) if each.sent), {})
        shown = {**shown, "headers": {**lines, **{name: signed[name] for name in signed if name not in lines}}}
    return shown


def _declared(fetch: Fetch) -> dict[str, Value]:
    """What the block says of the request."""
    shown = {name: value for name, value in fetch.summary.items() if name != "job"}
    if fetch.form:
        shown["form"] = {name: masked(value) for name, value in fetch.form}
    headers = dict(fetch.headers)
    match fetch.auth:
        case None:
            return shown
        case ApiKey(name=name, place="header"):
            headers[name] = DOTS
        case ApiKey(name=name, place=place):
            shown[f"api key in the {place}"] = f"{name}={DOTS}"
        case Basic():
            headers["Authorization"] = f"Basic {DOTS}"
        case Bearer() | OAuth2():
            headers["Authorization"] = f"Bearer {DOTS}"
    return {**shown, "headers": {name: masked(value) for name, value in headers.items()}}


def _block(flow: Flow, number: int) -> Block:
    block = flow.by_number.get(number)
    if block is None:
        calls = [str(each.number) for each in flow.blocks if isinstance(each.action, ExternalWebCall)]
        there = f"Its External Web Calls are: {', '.join(calls)}." if calls else "It has no External Web Call."
        raise NotAWebCall(f"Flow “{flow.id}” has no block {number}. {there}")
    return block


def _unset(visit: Visit, block: Block) -> tuple[str, ...]:
    references = (each for _, template in block.action.templates for each in template.references)
    missing = (each for each in references if not each.startswith(SECRET) and isinstance(visit.lookup(each), Unset))
    return tuple(dict.fromkeys(missing))


def _taken(action: ExternalWebCall, reply: Fetched, left: Leave) -> tuple[Taken, ...]:
    """What the call itself takes, and where that is nothing, what could have been meant: some work, not for the event
    loop."""
    values = reply.taken or {}
    labels = query.Nearest(reply.value)
    rows = []
    for each in action.response_variables:
        value = values.get(each.name)
        if each.name in values and (value is not None or each.default is None):
            rows.append(Taken(each.name, each.query, found=True, value=left.share[each.name]))
        else:
            near = () if each.name in values else tuple(labels.to(each.query))
            rows.append(Taken(each.name, each.query, found=False, value=left.share.get(each.name), near=near))
    return tuple(rows)
