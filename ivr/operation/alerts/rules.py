"""The rules of alerts, as a file of the operator's says them. `read_rules` reads it."""

from collections import Counter
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ivr.core.phone_numbers import is_number

LARGEST = 100_000
"""Characters of the file."""
MOST = 100
"""Rules in it: each costs a count every time."""


class BrokenRules(ValueError):
    """A file that has no rules of alerts; says where and why, in a part of a sentence."""


class _Rule(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
    """What the alert is called: small letters, digits and hyphens."""
    webhook: Annotated[str, Field(pattern=r"^https?://\S+$", max_length=2000)] | None = None
    """Where it is posted as JSON. The egress guard says which addresses may be reached."""
    text: str | None = None
    """Which number it is texted to, like +15550100200. It must be allowed by `IVR_DESTINATIONS`."""
    quiet_minutes: float = Field(60, ge=1, le=10_080)
    """How long it is not told again."""

    @model_validator(mode="after")
    def _can_be_told(self) -> "_Rule":
        if self.text is not None and not is_number(self.text):
            raise ValueError("“text” must be a phone number with its country's code, such as +15550100200")
        return self


class _OfFlow(_Rule):
    flow: str = ""
    """The id of a flow; without it, all of them together."""


class _OfWebCalls(_OfFlow):
    block: int = Field(0, ge=0)
    """The number of a block of that flow; without it, all of them together."""
    minutes: float = Field(10, ge=1, le=10_080)
    """How far back web calls count."""

    @model_validator(mode="after")
    def _block_has_flow(self) -> "_OfWebCalls":
        if self.block and not self.flow:
            raise ValueError("“block” needs “flow”: each flow has a block of that number")
        return self


class WebCallsFail(_OfWebCalls):
    """More than a share of web calls fail."""

    when: Literal["web_calls_fail"]
    share: float = Field(0.1, ge=0, lt=1)
    """Such as 0.1 for a tenth."""
    at_least: int = Field(20, ge=1)
    """With fewer web calls nothing is said: one of two is no half."""


class WebCallsSlow(_OfWebCalls):
    """More than a share of web calls take longer than so many seconds: with 0.05, their p95 is longer."""

    when: Literal["web_calls_slow"]
    seconds: float = Field(gt=0, le=900)
    share: float = Field(0.05, ge=0, lt=1)
    at_least: int = Field(20, ge=1)


class BreakerOpen(_OfWebCalls):
    """A web call was not sent, because its API had failed so often that it is paused."""

    when: Literal["breaker_open"]
    minutes: float = Field(2, ge=1, le=10_080)


class QueueLong(_Rule):
    """More than so many starts by the API wait."""

    when: Literal["queue_long"]
    starts: int = Field(ge=0)


class NoCalls(_OfFlow):
    """No call came for so many hours."""

    when: Literal["no_calls"]
    hours: float = Field(gt=0, le=720)


class CallsFail(_OfFlow):
    """More than a share of the calls that are over have failed: their flow, or the server, has a mistake."""

    when: Literal["calls_fail"]
    minutes: float = Field(10, ge=1, le=10_080)
    """How far back calls that are over count."""
    share: float = Field(0.0, ge=0, lt=1)
    """Such as 0.1 for a tenth; by default one is enough."""
    at_least: int = Field(1, ge=1)
    """With fewer calls nothing is said."""


Rule = WebCallsFail | WebCallsSlow | BreakerOpen | QueueLong | NoCalls | CallsFail


class ServiceLevel(BaseModel):
    """What a web call is to keep: that share of them succeeds within so many seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    flow: str = ""
    block: int = Field(0, ge=0)
    seconds: float = Field(gt=0, le=900)
    share: float = Field(gt=0, lt=1)
    """Such as 0.99: of a hundred, one may fail or take longer."""
    days: float = Field(7, gt=0, le=90)
    """How far back web calls count."""


class Rules(BaseModel):
    """The whole file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    alerts: tuple[Annotated[Rule, Field(discriminator="when")], ...] = Field((), max_length=MOST)
    service_levels: tuple[ServiceLevel, ...] = Field((), max_length=MOST)

    @model_validator(mode="after")
    def _names_differ(self) -> "Rules":
        twice = [name for name, count in Counter(rule.name for rule in self.alerts).items() if count > 1]
        if twice:
            raise ValueError(f"two alerts are called “{twice[0]}”")
        return self


def read_rules(path: Path | None) -> Rules:
    """The rules of a file; none without a file. Raises BrokenRules."""
    if path is None:
        return Rules()
    try:
        text = path.read_text("utf-8-sig")
        if len(text) > LARGEST:
            raise BrokenRules(f"names a file of more than {LARGEST} characters")
        return Rules.model_validate(yaml.safe_load(text) or {})
    except (OSError, UnicodeError):
        raise BrokenRules("names a file that can't be read as text") from None
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        raise BrokenRules(f"names a file that is no YAML{f' (line {mark.line + 1})' if mark else ''}") from None
    except ValidationError as error:
        raise BrokenRules("names a file with mistakes: " + "; ".join(_mistakes(error))) from None


def _mistakes(error: ValidationError) -> list[str]:
    """The first few, each with its place and no value: a webhook's address may be secret."""
    told = []
    for found in error.errors(include_url=False, include_input=False, include_context=True)[:5]:
        reason = found.get("ctx", {}).get("error")
        words = str(reason) if isinstance(reason, ValueError) else found["msg"]
        told.append(" ".join([".".join(map(str, found["loc"])), words]).strip())
    return told
