"""What is wrong with a Collect Digits before anybody is asked: found while editing."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ivr.actions.parts.prompts import never_said
from ivr.core.problem import Problem

if TYPE_CHECKING:
    from ivr.actions.collect_digits import CollectDigits


def problems(action: "CollectDigits") -> Iterator[Problem]:
    """Mistakes in how the fields go together, at paths of the action's fields."""
    if not action.prompt.text.strip() and not action.clip:
        hint = "Write what the caller is to enter, or pick a clip."
        yield Problem("no_prompt", "The caller hears nothing before the wait.", path="prompt", hint=hint)
    yield from _lengths(action)
    yield from _rule(action)
    if action.sensitive and action.confirm:
        hint = "Whoever stands by can hear it: don't read it back, or don't call it sensitive."
        yield Problem("read_aloud", "What is private is read aloud.", path="confirm", hint=hint, level="warning")
    words = {"no_input_words": action.no_input_words, "invalid_words": action.invalid_words}
    yield from never_said(action.attempts, action.prompts_again, words)


def _lengths(action: "CollectDigits") -> Iterator[Problem]:
    if action.accepts == "digits" and action.length is None and action.shortest > action.longest:
        hint = "Make the shortest no longer than the longest."
        yield Problem("never_valid", "No entry can be valid.", path="shortest", hint=hint)
    if action.accepts != "digits" and action.length not in {None, action.lengths[1]}:
        hint = f"A {action.accepts} has its own length: leave this empty."
        yield Problem("length_unused", "This length does not count.", path="length", hint=hint, level="warning")
    least, most = action.lengths
    if not action.finish_key and least < most:
        hint = "Choose a finish key, or an exact length."
        message = "A short entry ends only when the time is up."
        yield Problem("slow_end", message, path="finish_key", hint=hint, level="warning")


def _rule(action: "CollectDigits") -> Iterator[Problem]:
    if action.accepts == "pattern" and not action.pattern:
        hint = "Write one, such as ##-####, or accept any digits."
        yield Problem("no_pattern", "There is no pattern to compare with.", path="pattern", hint=hint)
    if action.accepts != "pattern" and action.pattern:
        hint = "Let it accept “pattern”, or remove it."
        yield Problem("pattern_unused", "The pattern does not count.", path="pattern", hint=hint, level="warning")
