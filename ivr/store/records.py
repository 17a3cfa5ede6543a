"""Calls, jobs and traces as bytes and back, without losses: numbers keep every digit."""

import msgspec
from msgspec import Struct

from ivr.core.call import Call, Entry
from ivr.core.effects import AnyJob
from ivr.core.mailbox import Mailbox
from ivr.core.values import decimal, written


class State(Struct, frozen=True, array_like=True):
    """What a row of a call holds sealed."""

    call: Call
    mailbox: Mailbox


_encoder = msgspec.json.Encoder(decimal_format="number", enc_hook=written)
_states = msgspec.json.Decoder(State, float_hook=decimal)
_jobs: msgspec.json.Decoder[AnyJob] = msgspec.json.Decoder(AnyJob, float_hook=decimal)
_traces = msgspec.json.Decoder(tuple[Entry, ...], float_hook=decimal)


def write(value: State | AnyJob | tuple[Entry, ...]) -> bytes:
    """JSON. Raises ValueError for text with half a character (a lone surrogate) in it."""
    return _encoder.encode(value)


def read_state(raw: bytes) -> State:
    return _states.decode(raw)


def read_job(raw: bytes) -> AnyJob:
    return _jobs.decode(raw)


def read_trace(raw: bytes) -> tuple[Entry, ...]:
    return _traces.decode(raw)
