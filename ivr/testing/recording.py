"""From the trace of a call to a scenario of it: what the caller did and what APIs answered, with masked numbers.

The trace holds no secrets and no hidden values; the two phone numbers of the call are replaced by made-up ones here.
"""

from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import Any

import yaml
from msgspec import structs

from ivr.core.call import Entry
from ivr.core.events import CAUSES
from ivr.core.fields import DOTS
from ivr.core.moments import local
from ivr.core.values import NotJson, parse_json, to_text
from ivr.flow.model import Flow
from ivr.testing.seen import CALLER, DIALLED

UNANSWERED = 300
"""Seconds until an API answers whose answer the caller did not wait for: later than any block waits."""
CUT = "… ("
"""How the trace marks a text that it has cut."""


class NotACall(ValueError):
    """A trace that no scenario can be made of."""


def record(flow: Flow, trace: Sequence[Entry], name: str) -> str:
    """The scenario, as YAML. Behind the trace of the call may stand those of the runs that went on without its caller:
    what APIs answered them, and what they sent. Raises NotACall when it did not begin with a caller who rang."""
    first = next((entry for entry in trace if entry.kind == "answered"), None)
    if first is None:
        raise NotACall("Only a call that a caller made can be recorded: this one began otherwise.")
    own = list(takewhile(lambda entry: not (entry.kind == "parted" and "of" in entry.data), trace))
    scenario = {
        "name": name,
        "caller": first.data["caller"],
        "dialled": first.data["dialled"],
        "at": local(first.at, flow.time_zone).strftime("%Y-%m-%d %H:%M:%S"),
        "api": [*_apis(flow, trace)],
        "usual": {prefix.rpartition("_")[2]: found / 1000 for prefix, found in first.data.get("usual", {}).items()},
        "refused_texts": [_refusal(entry) for entry in trace if entry.data.get("accepted") is False],
        "transfers": [*_transfers(trace)],
        "comes_back": [*_comes_back(trace)],
        **_recording(trace),
        "steps": [*_steps(own)],
        "expect": {
            "sent": [*_sent(trace)],
            "path": [entry.block for entry in own if entry.kind in {"answered", "entered"}],
        },
    }
    kept = {key: value for key, value in scenario.items() if value not in ([], {})}
    masked = _masked(kept, {first.data["caller"]: CALLER, first.data["dialled"]: DIALLED})
    return yaml.safe_dump(masked, sort_keys=False, allow_unicode=True, width=100)


def _apis(flow: Flow, trace: Sequence[Entry]) -> Iterator[dict[str, Any]]:
    for asked in trace:
        if asked.kind != "asked" or asked.data.get("job") != "fetch":
            continue
        block = flow.by_number.get(asked.block)
        title = block.title if block is not None and block.title else str(asked.block)
        token = asked.data["token"]
        index = next((at for at, each in enumerate(trace) if _answers(each, token)), None)
        if index is None:
            yield {"block": title, "after": UNANSWERED}
            continue
        data = trace[index].data
        answer: dict[str, Any] = {"block": title, "after": data["milliseconds"] / 1000}
        if data["status"] is None:
            yield {**answer, "fails": data["cause"] if data["cause"] in CAUSES else "unknown"}
        else:
            yield {**answer, "status": data["status"], **_body(trace[index:], asked.block)}


def _answers(entry: Entry, token: str) -> bool:
    return entry.kind == "replied" and entry.data["token"] == token


def _body(rest: Sequence[Entry], number: int) -> dict[str, Any]:
    """The answer's body, which the trace tells of where it is set as a variable."""
    for entry in rest:
        if entry.kind == "set" and entry.block == number:
            found = [value for name, value in entry.data.items() if name.endswith(".responsebody")]
            text = to_text(found[0]) if found else ""
            if CUT in text[-40:]:
                return {"text": text}
            try:
                return {"json": _plain(parse_json(text))} if text.lstrip().startswith(("{", "[")) else {"text": text}
            except NotJson:
                return {"text": text}
    return {}


def _plain(value: Any) -> Any:
    """JSON as YAML writes it: decimals as numbers."""
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value if isinstance(value, str | int | bool) or value is None else float(value)


def _refusal(entry: Entry) -> dict[str, Any]:
    return {"error": entry.data["error"], **({"code": entry.data["code"]} if entry.data.get("code") else {})}


def _transfers(trace: Sequence[Entry]) -> Iterator[dict[str, Any]]:
    for entry in trace:
        status = entry.data.get("status")
        if entry.kind == "replied" and isinstance(status, str):
            yield {"status": status, **({"talks": entry.data["seconds"]} if entry.data["seconds"] else {})}


def _comes_back(trace: Sequence[Entry]) -> Iterator[dict[str, Any]]:
    for entry in trace:
        if entry.kind == "replied" and isinstance(entry.data.get("fields"), dict):
            error, code = entry.data.get("error"), entry.data.get("code")
            yield {"error": error, **({"code": code} if code else {})} if error else {"answer": entry.data["fields"]}


def _recording(trace: Sequence[Entry]) -> dict[str, Any]:
    for entry in trace:
        if entry.kind == "replied" and "hung_up" in entry.data:
            return {"recording": {"seconds": entry.data["seconds"] if entry.data["url"] else 0}}
    return {}


def _steps(trace: Sequence[Entry]) -> Iterator[Any]:
    """What was heard, and what the caller did about it. Who hung up, pressed a key or spoke while a request ran did so
    after the time since it began, whatever was being said then."""
    said: list[Any] = []
    asked: Entry | None = None
    for entry in trace:
        if entry.kind == "ended":
            break
        if entry.kind == "said" and entry.data["words"]:
            said.append({"hears": entry.data["words"].replace("*", "")})
        elif entry.kind == "asked" and "beside" not in entry.data:
            asked = entry
        elif entry.kind == "replied" and "beside" not in entry.data:
            did = _did(entry.data, trace)
            meanwhile = _meanwhile(entry, asked) if did else []
            if did:
                yield from (*(meanwhile or said), did)
                said = []
            asked = structs.replace(asked, at=entry.at) if asked is not None and meanwhile else None
        elif entry.kind == "hung_up" and not entry.data.get("parting"):
            waited = _since(asked, entry) if asked is not None else []
            yield from (*(() if waited else said), *waited, "hangs up")
            said = []
    yield from said


def _meanwhile(entry: Entry, asked: Entry | None) -> list[dict[str, float]]:
    """The time after which a caller did something while a job ran; nothing, where they were asked."""
    by_caller = "digits" in entry.data or "confidence" in entry.data
    return _since(asked, entry) if asked is not None and by_caller and "job" in asked.data else []


def _since(asked: Entry, entry: Entry) -> list[dict[str, float]]:
    return [{"waits": round((entry.at - asked.at) / 1000, 1)}]


def _did(data: dict[str, Any], trace: Sequence[Entry]) -> Any:
    """What the caller did, in answer to a question; None for what was no answer of theirs."""
    if data.get("hidden"):
        return {"presses": DOTS}
    if "came" in data:
        return {"replies": data["text"]} if data["came"] else {"waits": _time_for_a_reply(data["token"], trace)}
    if "digits" in data:
        keys = data["digits"] + data["finished_by"]
        return {"presses": keys} if keys else "is silent"
    return {"says": data["text"]} if "confidence" in data else None


def _time_for_a_reply(token: str, trace: Sequence[Entry]) -> int:
    """Seconds from a question by text until the time for its reply was over, and one more."""
    asked = next(entry.data for entry in trace if entry.kind == "asked" and entry.data["token"] == token)
    return int(asked["reply_within"]) + 1


def _sent(trace: Sequence[Entry]) -> Iterator[dict[str, str]]:
    for entry in trace:
        if entry.kind == "asked" and entry.data.get("job") in {"text", "ask"}:
            yield {"to": entry.data["to"], "contains": entry.data["body"]}


def _masked(value: Any, instead: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _masked(inner, instead) for name, inner in value.items()}
    if isinstance(value, list):
        return [_masked(inner, instead) for inner in value]
    if isinstance(value, str):
        for number, other in instead.items():
            if number:
                value = value.replace(number, other).replace(number.removeprefix("+"), other.removeprefix("+"))
    return value
