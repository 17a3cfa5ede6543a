"""Connection settings that travel in the fragment of a URL: `#ct=2000&rc=2&rp=ct,5xx`."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urldefrag

from ivr.emulator.errors.carrier_error import CarrierError

POLICIES = frozenset({"4xx", "5xx", "ct", "rt", "all"})


@dataclass(frozen=True, slots=True)
class Overrides:
    """How a webhook is delivered. Seconds to connect, to read and in total; retries, and after which failures."""

    connect: float = 5.0
    read: float = 15.0
    total: float = 15.0
    retries: int = 1
    retry_on: frozenset[str] = frozenset({"ct"})

    def retries_after(self, failure: str) -> bool:
        """Whether a failure (`4xx`, `5xx`, `ct`, `rt`) is worth another attempt."""
        return failure in self.retry_on or "all" in self.retry_on


def split(url: str) -> tuple[str, Overrides]:
    """The URL without its fragment, and what the fragment asks for.

    Values outside of their range and unknown keys are ignored; a wrong retry policy is CarrierError 11243.
    """
    bare, fragment = urldefrag(url)
    given = dict(parse_qsl(fragment))
    default = Overrides()
    return bare, Overrides(
        connect=_whole(given.get("ct"), 100, 10_000, default.connect * 1000) / 1000,
        read=_whole(given.get("rt"), 100, 15_000, default.read * 1000) / 1000,
        total=_whole(given.get("tt"), 100, 15_000, default.total * 1000) / 1000,
        retries=int(_whole(given.get("rc"), 0, 5, default.retries)),
        retry_on=_policy(given.get("rp"), url) or default.retry_on,
    )


def _whole(text: str | None, least: int, most: int, default: float) -> float:
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 5:
        return default
    return int(text) if least <= int(text) <= most else default


def _policy(text: str | None, url: str) -> frozenset[str]:
    asked = frozenset((text or "").split(",")) - {""}
    if asked - POLICIES:
        raise CarrierError(11243, f"retry policy {text!r} is not known", url)
    return asked
