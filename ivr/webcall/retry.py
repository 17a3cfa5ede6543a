"""When a try is worth another one. Pure: attempts and answers in, seconds to wait out."""

from email.utils import parsedate_to_datetime

from ivr.core.effects import Fetch
from ivr.core.events import Cause

LONGEST_PAUSE = 60.0
_faults: frozenset[Cause] = frozenset({"dns", "connect", "tls"})
_statuses = frozenset({429, 503})


def pause(job: Fetch, tries: int, cause: Cause, status: int | None, retry_after: float | None) -> float | None:
    """Seconds to wait before the next try, or None when there should be none.

    `tries` counts those already made; `retry_after` is what the answer asked for, in seconds. Only what may pass by
    itself is tried again, and only where doing it twice is harmless: by the method, or by an idempotency key.
    """
    if tries > job.retries or not job.repeatable:
        return None
    if cause not in _faults and status not in _statuses:
        return None
    own = min(job.backoff * 2.0 ** (tries - 1), LONGEST_PAUSE)
    return own if retry_after is None else max(own, retry_after)


def retry_after(header: str | None, now: float) -> float | None:
    """What a Retry-After header asks for, in seconds from `now` (seconds since 1970); None when it says nothing."""
    if not header:
        return None
    if header.strip().isdecimal():
        return float(header.strip()[:6])
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - now)
    except (ValueError, OverflowError):
        return None
