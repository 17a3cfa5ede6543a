"""What a change tells of its call in the open: how it goes, where it was, how long APIs took. Nothing personal."""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from ivr.core.call import Call, Entry
from ivr.core.phone_numbers import is_withheld
from ivr.core.values import to_text
from ivr.flow.narration.facts import Failure, broken_off, failure_of, is_unsent, unjudged, way_of, web_causes
from ivr.runtime.ports import Change
from ivr.store.vault import Vault

LEAST_DIGITS, MOST_DIGITS = 4, 10
"""Last digits of a number that its calls are found by."""
_SHORT = 10
"""Characters of a print of last digits, 40 bits: enough that two numbers hardly ever share one."""
_LONGEST = 40
ENDING = {"replied", "late"}
"""Entries that may tell of the end of a web call: in time, or after its block had been left."""
_digits = re.compile(r"(?:whatsapp:)?\+?(\d+)", re.ASCII)


class WebCall(Struct, frozen=True):
    """A web call that has ended. `error` is a sentence, which may have what the API sent, and is not stored."""

    token: str
    flow: str
    block: int
    at: int
    milliseconds: int
    cause: str
    error: str = ""


class Failed(Struct, frozen=True):
    """Something else that failed, and where."""

    flow: str
    block: int
    failure: Failure


class Facts(Struct, frozen=True):
    """`result`: how the call ended, empty until that is known. `entered`: the blocks it came to, and `@` and
    its id for a flow that it went on to, each with a comma behind it."""

    result: str = ""
    entered: str = ""
    web_calls: tuple[WebCall, ...] = ()
    failed: tuple[Failed, ...] = ()

    @property
    def slowest(self) -> int:
        """Milliseconds."""
        return max((each.milliseconds for each in self.web_calls), default=0)


NOTHING = Facts()


class Saved(Struct, frozen=True):
    """A change that is durable, and what it tells."""

    change: Change
    facts: Facts


def facts_of(change: Change) -> Facts:
    """What one change says in the open."""
    call, trace = change.record.call, change.trace
    if not trace and call.status != "failed":
        return NOTHING
    entered = "".join(f"{step}," for step in way_of(trace))
    return Facts(_result(call, trace), entered, tuple(_web_calls(call, trace)), tuple(_failed(call, trace)))


def caller_print(vault: Vault, call: Call) -> str:
    """By which the calls of a number are found again; empty where there is no number, or the caller withheld it."""
    number = call.variables.get("ANI")
    return vault.print(number) if isinstance(number, str) and not is_withheld(number) else ""


class Numbers(Struct, frozen=True):
    """By which the calls of a number are found again, without the number itself: `caller` by all of it, `endings` by
    its last digits, each with a comma on either side; empty where there is no number, or the caller withheld it.
    `dialled` is ours, in the open."""

    caller: str
    endings: str
    dialled: str


def numbers_of(vault: Vault, call: Call) -> Numbers:
    """The numbers of a call that begins."""
    number = call.variables.get("ANI")
    found = _digits.fullmatch(number) if isinstance(number, str) and not is_withheld(number) else None
    prints = [vault.print(_ending(found[1][-most:]))[:_SHORT] for most in _lengths(found[1])] if found else []
    endings = f",{','.join(prints)}," if prints else ""
    return Numbers(caller_print(vault, call), endings, to_text(call.variables.get("DNIS"))[:_LONGEST])


def ending_print(vault: Vault, digits: str) -> tuple[str, ...]:
    """By each key what stands for a number's last digits."""
    return tuple(each[:_SHORT] for each in vault.prints(_ending(digits)))


def _ending(digits: str) -> str:
    return f"ends with {digits}"


def _lengths(digits: str) -> range:
    return range(LEAST_DIGITS, min(MOST_DIGITS, len(digits)) + 1)


def _result(call: Call, trace: Sequence[Entry]) -> str:
    if call.status == "failed":
        return "failed"
    found = ""
    for entry in trace:
        match entry.kind:
            case "problem":
                return "failed"
            case "ended":
                found = found or "completed"
            case "hung_up":
                found = "lost" if broken_off(entry) else "hung_up"
    return found


def _web_calls(call: Call, trace: Sequence[Entry]) -> Iterator[WebCall]:
    ended = [(index, entry) for index, entry in enumerate(trace) if _is_fetched(entry) or is_unsent(entry)]
    found = web_causes(trace) if ended else {}
    for index, entry in ended:
        late = entry.kind == "late"
        known = unjudged(entry.data) if late else {**entry.data, **found.get(entry.block, {})}
        # One that was not sent has no token of its own, and the block may have one of the same turn.
        token = to_text(entry.data.get("token")) or f"{call.turn}.{entry.block}.unsent"
        yield WebCall(
            token,
            _flow_of_late(call, entry) if late else _flow_at(call, trace, index),
            _block_of(token) if late else entry.block,
            entry.at,
            entry.data.get("milliseconds", 0),
            to_text(known["cause"]),
            to_text(known.get("error")),
        )


def _flow_of_late(call: Call, entry: Entry) -> str:
    """The flow that had asked for what came too late."""
    token = entry.data["token"]
    left = (each.flow for each in call.closed if each.token == token)
    return to_text(entry.data.get("flow")) or next(left, "") or call.flow


def _block_of(token: str) -> int:
    """The block that had asked; the call may stand at another."""
    return int(token.split(".")[1])


def _failed(call: Call, trace: Sequence[Entry]) -> Iterator[Failed]:
    for index, entry in enumerate(trace):
        if (failure := failure_of(entry)) is not None:
            yield Failed(_flow_at(call, trace, index), entry.block, failure)


def _flow_at(call: Call, trace: Sequence[Entry], index: int) -> str:
    """The flow that an entry is of: a later one may have led to the flow that the call is in now."""
    left = (each.data.get("from_flow") for each in trace[index:] if each.kind == "jumped")
    return next((each for each in left if each), call.flow)


def _is_fetched(entry: Entry) -> bool:
    return entry.kind in ENDING and "cause" in entry.data and "milliseconds" in entry.data
