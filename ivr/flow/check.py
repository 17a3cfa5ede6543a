"""What is wrong with a flow: every mistake at once, each with its block, its field, and what to do."""

from collections.abc import Iterable
from difflib import get_close_matches

from msgspec.structs import replace

from ivr.core.problem import Problem
from ivr.core.template import SECRET
from ivr.flow.model import Block, Flow


def check(flow: Flow) -> list[Problem]:
    """Mistakes in how a flow is put together; errors stop it from being published, warnings do not."""
    return [
        *_numbers(flow),
        *_triggers(flow),
        *_exits(flow),
        *_reach(flow),
        *_references(flow),
        *_secrets(flow),
        *_own(flow),
    ]


def _numbers(flow: Flow) -> Iterable[Problem]:
    seen: set[int] = set()
    for block in flow.blocks:
        if block.number in seen:
            yield Problem(
                "number_twice", "Two blocks have this number.", block.number, "number", "Give one a new number."
            )
        seen.add(block.number)


def _triggers(flow: Flow) -> Iterable[Problem]:
    triggers = [block for block in flow.blocks if block.action.card.trigger]
    if not triggers:
        yield Problem("no_start", "No call can come in.", path="blocks", hint="Add an Inbound Call block.")
    for extra in triggers[1:]:
        title = extra.action.card.title
        yield Problem("second_start", f"There is already an {title} block.", extra.number, hint="Remove one of them.")


def _exits(flow: Flow) -> Iterable[Problem]:
    for block in flow.blocks:
        ports = [port.id for port in block.action.card.ports]
        for port, target in block.exits.items():
            where = f"exits.{port}"
            if port not in ports:
                hint = f"It has: {', '.join(ports)}." if ports else "It has none."
                yield Problem(
                    "unknown_port", f"{block.action.card.title} has no port “{port}”.", block.number, where, hint
                )
            elif target not in flow.by_number:
                hint = "Lead it to a block that is there."
                yield Problem("no_such_block", f"There is no block {target}.", block.number, where, hint)
            elif flow.by_number[target].action.card.trigger:
                hint = "A trigger only starts a flow; lead it to the block after it."
                yield Problem("into_trigger", f"Block {target} is a trigger.", block.number, where, hint)
        for port in ports:
            if port not in block.exits:
                hint = "The call would end here. Connect it, or lead it to an End Call block."
                yield Problem(
                    "unwired", f"Port “{port}” is not connected.", block.number, f"exits.{port}", hint, "warning"
                )


def _reach(flow: Flow) -> Iterable[Problem]:
    reached = _from(flow, flow.start)
    for block in flow.blocks:
        if flow.start is not None and block.number not in reached and not block.action.card.trigger:
            yield Problem(
                "unreachable", "No call ever comes here.", block.number, "", "Connect it, or remove it.", "warning"
            )


def _references(flow: Flow) -> Iterable[Problem]:
    known = known_variables(flow)
    for block in flow.blocks:
        for path, template in block.action.templates:
            for reference in template.references:
                if reference.startswith(SECRET):
                    if not block.action.sends(path):
                        yield _not_sent(reference, block, path)
                    continue
                if _is_set(reference, known):
                    continue
                close = get_close_matches(reference, known, n=1, cutoff=0.6)
                hint = f"Did you mean ${close[0]}?" if close else "Set it in a block before, or correct its name."
                message = f"Nothing sets ${reference}, so it will be empty."
                yield Problem("unknown_variable", message, block.number, f"action.{path}", hint, "warning")


def _not_sent(reference: str, block: Block, path: str) -> Problem:
    message = f"${reference} is only filled in where a request is sent, so it will be empty here."
    hint = "Use it in an External Web Call: in the address, a header, the body, or a secret of authentication."
    return Problem("secret_not_sent", message, block.number, f"action.{path}", hint, "warning")


def _is_set(reference: str, known: Iterable[str]) -> bool:
    """Whether it is one of the known variables, something in one, or an object that has one."""
    return any(
        reference == name or reference.startswith((f"{name}.", f"{name}[")) or name.startswith(f"{reference}.")
        for name in known
    )


def _secrets(flow: Flow) -> Iterable[Problem]:
    for block in flow.blocks:
        for path, secret in block.action.secrets():
            if secret.missing:
                hint = "Type it in; exported flows do not hold secrets."
                yield Problem("secret_missing", "This secret is not set.", block.number, f"action.{path}", hint)


def _own(flow: Flow) -> Iterable[Problem]:
    """What the actions themselves find."""
    for block in flow.blocks:
        for problem in block.action.problems():
            yield replace(problem, block=block.number, path=f"action.{problem.path}")


def known_variables(flow: Flow) -> dict[str, str]:
    """Every variable that some block of the flow sets, with what it is."""
    known: dict[str, str] = {}
    for block in flow.blocks:
        for sets in block.action.variables():
            known[f"{block.prefix}.{sets.name}"] = sets.help
            if sets.shared:
                known[sets.name] = sets.help
    return known


def _from(flow: Flow, start: Block | None) -> set[int]:
    """Numbers of the blocks that a call can come to."""
    reached: set[int] = set()
    ahead = [start.number] if start is not None else []
    while ahead:
        number = ahead.pop()
        if number in flow.by_number and number not in reached:
            reached.add(number)
            ahead.extend(flow.by_number[number].exits.values())
    return reached
