"""What a flow needs that is kept elsewhere: audio, named secrets, other flows, numbers."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from ivr.actions.jump_to import JumpTo
from ivr.core.effects import DEFAULT_AUDIO
from ivr.core.hosts import hosts_allow
from ivr.core.origin import Origin, written_origin
from ivr.core.problem import Problem
from ivr.core.template import SECRET, secret_name
from ivr.flow.binding import bound_at
from ivr.flow.checks.closest import Closest
from ivr.flow.model import Block, Flow


class Known(Struct, frozen=True):
    """What is there, by name; None where that is not known. `secrets`: the hosts that each may be sent to. `flows`: the
    Jump From blocks of a flow's live revision, by the flow's id; None for one that has never been published. `numbers`:
    those that lead to the flow that is checked.
    """

    audio: frozenset[str] | None = None
    secrets: Mapping[str, tuple[str, ...]] | None = None
    flows: Mapping[str, frozenset[int] | None] | None = None
    numbers: frozenset[str] | None = None


def elsewhere(flow: Flow, known: Known) -> Iterator[Problem]:
    closest = Closest()
    yield from _audio(flow, known, closest)
    yield from _secrets(flow, known, closest)
    yield from _numbers(flow, known)
    for block in flow.blocks:
        if isinstance(block.action, JumpTo) and (found := _jump(flow, block.action, known, closest)) is not None:
            yield replace(found, block=block.number, path=f"action.{found.path}")


def _audio(flow: Flow, known: Known, closest: Closest) -> Iterator[Problem]:
    if known.audio is None:
        return
    for block in flow.blocks:
        for path, clip in block.action.audio():
            if clip and clip != DEFAULT_AUDIO and clip not in known.audio:
                hint = _meant(closest.to(clip, known.audio)) or "Add it with `ivr audio add`, or choose another."
                message = f"There is no “{clip}” in the audio library."
                yield Problem("no_such_audio", message, block.number, f"action.{path}", hint)


def _secrets(flow: Flow, known: Known, closest: Closest) -> Iterator[Problem]:
    if known.secrets is None:
        return
    for block in flow.blocks:
        for path, secret in _named(block):
            if secret not in known.secrets:
                hint = _meant(closest.to(secret, known.secrets)) or f"Set it with `ivr secret set {secret}`."
                message = f"There is no secret “{secret}”."
                yield Problem("no_such_secret", message, block.number, f"action.{path}", hint)
            elif (to := _readable(flow, block, path, known.secrets[secret])) is not None:
                message = f"The secret {secret} would be sent to {to} unencrypted."
                hint = f"Use https://; or let it go there by name: ivr secret set {secret} --host {to}"
                yield Problem("plain_http", message, block.number, f"action.{path}", hint)


def _readable(flow: Flow, block: Block, path: str, hosts: Sequence[str]) -> Origin | None:
    """Where a named secret would be sent unencrypted without being allowed to."""
    for url in bound_at(flow, block, path)[1]:
        to = written_origin(url)
        if to is not None and not to.private and not hosts_allow(hosts, to.host, to.port, openly=True):
            return to
    return None


def _numbers(flow: Flow, known: Known) -> Iterator[Problem]:
    if known.numbers is None or known.numbers:
        return
    for block in flow.triggers:
        if block.action.starts_at in {"call", "sms"}:
            hint = f"Assign one with `ivr numbers assign NUMBER {flow.id}`."
            yield Problem("no_number", "No number leads here yet.", block.number, "", hint, "warning")


def _named(block: Block) -> Iterator[tuple[str, str]]:
    """The named secrets that a block sends, with their fields."""
    action = block.action
    for path, text in action.templates:
        for reference in text.references if action.sends(path) else ():
            if reference.startswith(SECRET):
                yield path, secret_name(reference)
    yield from ((path, secret.name) for path, secret in action.secrets() if secret.name is not None)


def _jump(flow: Flow, action: JumpTo, known: Known, closest: Closest) -> Problem | None:
    """What is wrong with where it leads, at a path inside the action."""
    if action.flow == flow.id:
        there: frozenset[int] | None = entries(flow)
    elif known.flows is None:
        return None
    elif action.flow not in known.flows:
        hint = _meant(closest.to(action.flow, known.flows)) or "Save it first, or choose another."
        return Problem("no_such_flow", f"There is no flow “{action.flow}”.", 0, "flow", hint)
    else:
        there = known.flows[action.flow]
    if there is None:
        hint = "Publish it before calls come here."
        message = f"The flow “{action.flow}” has never been published."
        return Problem("unpublished_flow", message, 0, "flow", hint, "warning")
    if not there:
        return Problem("no_entry", f"The flow “{action.flow}” has no Jump From block.", 0, "flow", "Give it one.")
    if action.entry and action.entry not in there:
        hint = f"It has: {', '.join(map(str, sorted(there)))}."
        message = f"The flow “{action.flow}” has no Jump From block {action.entry}."
        return Problem("no_entry", message, 0, "entry", hint)
    return None


def entries(flow: Flow) -> frozenset[int]:
    """The numbers of a flow's Jump From blocks, for `Known.flows`."""
    return frozenset(block.number for block in flow.triggers if block.action.brings == "anything")


def _meant(name: str) -> str:
    return f"Did you mean “{name}”?" if name else ""
