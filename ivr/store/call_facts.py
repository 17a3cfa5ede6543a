"""What a change tells of its call in the open: how it goes, where it was, how long APIs took. Nothing personal."""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from ivr.core.call import Call, Entry
from ivr.core.phone_numbers import is_withheld
from ivr.core.values import to_text
from ivr.flow.engine import LOST
from ivr.flow.narration.facts import path_of, web_causes
from ivr.runtime.ports import Change
from ivr.store.vault import Vault

LEAST_DIGITS, MOST_DIGITS = 4, 10
"""Last digits of a number that its calls are found by."""
_SHORT = 10
"""Characters of a print of last digits, 40 bits: enough that two numbers hardly ever share one."""
_LONGEST = 40
_digits = re.compile(r"(?:whatsapp:)?\+?(\d+)", re.ASCII)


class WebCall(Struct, frozen=True):
    """A web call that has ended."""

    token: str
    flow: str
    block: int
    at: int
    milliseconds: int
    cause: str


class Facts(Struct, frozen=True):
    """`result`: how the call ended, empty until that is known. `entered`: the blocks it came to, each with a
    comma behind it."""

    result: str = ""
    entered: str = ""
    web_calls: tuple[WebCall, ...] = ()

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
    entered = "".join(f"{block}," for block in path_of(trace))
    return Facts(_result(call, trace), entered, tuple(_web_calls(call, trace)))


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
                found = "lost" if entry.data.get("reason") == LOST else "hung_up"
    return found


def _web_calls(call: Call, trace: Sequence[Entry]) -> Iterator[WebCall]:
    ended = [(index, entry) for index, entry in enumerate(trace) if entry.kind == "replied" and _is_fetched(entry)]
    causes = web_causes(trace) if ended else {}
    for index, entry in ended:
        left = (each.data.get("from_flow") for each in trace[index:] if each.kind == "jumped")
        flow = next((each for each in left if each), call.flow)
        cause = causes.get(entry.block, {}).get("cause", entry.data["cause"])
        yield WebCall(str(entry.data["token"]), flow, entry.block, entry.at, entry.data["milliseconds"], to_text(cause))


def _is_fetched(entry: Entry) -> bool:
    return "cause" in entry.data and "milliseconds" in entry.data
