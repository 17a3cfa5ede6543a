"""Whether an answer is a success: by its status, by conditions on its body, and by what it must have."""

import re

from msgspec import Struct

from ivr.actions.parts.web_call import AnswerRule
from ivr.core.action import Visit
from ivr.core.compare import judge_value
from ivr.core.cutting import cut
from ivr.core.events import Cause, Fetched
from ivr.core.template import UNSET, Unset
from ivr.core.values import Value, to_text

SHOWN = 100
"""Characters of a value in a sentence."""
_header_name = re.compile(r"\W+", re.ASCII)
_span = re.compile(r"(\d{3})(?:-(\d{3}))?", re.ASCII)


def known_rule(text: str) -> str:
    """A rule for statuses, without blanks. Raises ValueError for one that is none."""
    rule = "".join(text.split())
    spans = [_span.fullmatch(span) for span in rule.split(",")]
    if rule not in {"2xx", "any"} and not all(span and span[1] <= (span[2] or span[1]) for span in spans):
        raise ValueError("must be 2xx, any, or a list of statuses such as 200-299,404")
    return rule


class Rules(Struct, frozen=True):
    """What an answer must be: its status by `success`, its body by `conditions`, one of which is enough for `any_of`;
    what is `required` has values."""

    success: str
    conditions: tuple[AnswerRule, ...]
    required: tuple[str, ...]
    any_of: bool = False

    def judge(self, visit: Visit, reply: Fetched, taken: dict[str, Value]) -> tuple[Cause, str]:
        """Whether the answer is a success, and if not, why. `taken` is what its queries found."""
        if reply.cause not in ("ok", "unreadable") or (reply.status is None and not reply.called_back):
            return reply.cause, reply.error
        if reply.status is not None and not reply.called_back and not accepts(self.success, reply.status):
            # An error page in place of JSON is an error first.
            return "status", " ".join(filter(None, (f"The API answered with status {reply.status}.", reply.error)))
        if reply.cause != "ok":
            return reply.cause, reply.error
        if (broken := self._broken(visit, taken)) is not None:
            wanted = " or ".join(rule.words for rule in self.conditions) if self.any_of else broken.words
            found = _told(broken, taken.get(f"?{broken.query}", UNSET))
            return "body", f"The answer has {found}, and the success rule is: {wanted}."
        absent = [name for name in self.required if taken.get(name) is None]
        if absent:
            return "missing", f"The answer does not have what is required: {', '.join(absent)}."
        return "ok", ""

    def _broken(self, visit: Visit, taken: dict[str, Value]) -> AnswerRule | None:
        """The first condition that does not hold; None where the body is as it must be."""
        values = ((rule, taken.get(f"?{rule.query}", UNSET)) for rule in self.conditions)
        broken = [rule for rule, value in values if not judge_value(rule, value, visit, visit.language).holds]
        if not broken or (self.any_of and len(broken) < len(self.conditions)):
            return None
        return broken[0]


def answered(reply: Fetched) -> dict[str, Value]:
    """What the block sets of an answer, whatever it says."""
    headers: dict[str, str] = {}
    for line, value in reply.headers:  # several lines of a name are one list (RFC 9110, 5.3)
        name = _header_name.sub("_", line)
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return {"statuscode": reply.status, "responsebody": reply.body, "response": reply.value, "headers": headers}


def _told(rule: AnswerRule, value: Value | Unset) -> str:
    """What stands where a condition looks."""
    if isinstance(value, Unset):
        return f"no “{rule.query}”"
    text = "null" if value is None else to_text(value) or "nothing"
    return f"“{cut(text, SHOWN)}” as “{rule.query}”"


def accepts(rule: str, status: int) -> bool:
    """Whether a status is a success by the rule."""
    if rule == "any":
        return True
    spans = "200-299" if rule == "2xx" else rule
    for span in spans.split(","):
        low, _, high = span.strip().partition("-")
        if int(low) <= status <= int(high or low):
            return True
    return False
