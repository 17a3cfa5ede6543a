"""Changing a live call from outside: what is accepted, and what it does."""

from collections.abc import Mapping

from ivr.emulator.call.moves import End, Goto, Inline
from ivr.emulator.errors.api_error import ApiError
from ivr.emulator.errors.carrier_error import CarrierError
from ivr.emulator.lifecycle.line import Line
from ivr.emulator.stage.exchange import Exchange
from ivr.emulator.twiml.document import inline
from ivr.emulator.twiml.grammar import Verb
from ivr.emulator.wire.urls import usable

MOST_TWIML = 4000
Form = Mapping[str, str]


def target(form: Form) -> Goto | Inline | None:
    """Where `Url` or `Twiml` send a call, None without either. Raises ApiError 20001, 21205 or 32018."""
    url, twiml = form.get("Url", ""), form.get("Twiml", "")
    if url and twiml:
        raise ApiError(20001, "Url and Twiml exclude each other")
    if len(twiml) > MOST_TWIML:
        raise ApiError(32018)
    if url and not usable(url):
        raise ApiError(21205)
    if url:
        return hook(form, "Url", "Method")
    return Inline(twiml) if twiml else None


def hook(form: Form, url: str, method: str) -> Goto | None:
    """The URL and method in two fields of a form; None when there is no usable URL."""
    if not usable(form.get(url, "")):
        return None
    return Goto(form[url], "GET" if form.get(method, "").upper() == "GET" else "POST")


def update(line: Line, exchange: Exchange, form: Form) -> None:
    """Apply an update to a live call. Raises ApiError, 21220 above all when the call is not in progress."""
    move, status = target(form), form.get("Status", "")
    if status not in {"", "completed", "canceled"}:
        raise ApiError(20001, "Status must be completed or canceled")
    if status:
        _stop(line, status)
    elif move is not None:
        if not in_progress(line, exchange):
            raise ApiError(21220)
        _redirect(line, exchange, move, form)
    limit = form.get("TimeLimit", "")
    if limit.isascii() and limit.isdigit() and not line.call.over:
        line.limit(int(limit[:6]) - line.call.duration)


def in_progress(line: Line, exchange: Exchange) -> bool:
    """Whether the REST API already (and still) sees the call in progress."""
    return not line.call.over and exchange.clock.now() >= line.call.visible_at


def _stop(line: Line, status: str) -> None:
    call = line.call
    if call.over or (status == "canceled" and call.answered_at is not None):
        raise ApiError(21220)
    call.happen("updated", status=status)
    call.interrupt("hangup", End("hangup", "canceled" if status == "canceled" else "completed"))


def _redirect(line: Line, exchange: Exchange, move: Goto | Inline, form: Form) -> None:
    call = line.call
    if exchange.faults.strikes(exchange.faults.lose_updates):
        return
    if isinstance(move, Goto):
        call.happen("updated", url=move.url, method=move.method)
        call.fallback = hook(form, "FallbackUrl", "FallbackMethod") or call.fallback
        call.status_hook = hook(form, "StatusCallback", "StatusCallbackMethod") or call.status_hook
    else:
        call.happen("updated", twiml=move.twiml)
        _warn_of_relative(line, exchange, move)
    call.interrupt("update", move)


def _warn_of_relative(line: Line, exchange: Exchange, move: Inline) -> None:
    """An inline document has no URL of its own, so that its relative URLs lead nowhere."""
    try:
        verbs = inline(move.twiml, exchange.grammar).verbs
    except CarrierError:
        return  # it is reported when the document is performed
    for verb in verbs:
        place = _place(verb)
        if place is not None and not usable(place):
            exchange.report(line.call, 15004, f"<{verb.name}> in an inline document needs an absolute URL")


def _place(verb: Verb) -> str | None:
    """The URL a verb goes to; None when it goes nowhere."""
    if verb.name in {"Redirect", "Play"}:
        return verb.text or None
    action = verb.attributes.get("action")
    return None if verb.name == "Dial" and not action else action
