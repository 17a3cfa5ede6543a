"""What failed and is tried again, in the log: a store that is away is no riddle, so a sentence says it."""

import logging

from ivr.runtime.ports import Unavailable


def report(log: logging.Logger, error: Exception, sentence: str, *args: object) -> None:
    """Log it: with the reason where a port is away for now, and with a traceback where nobody expected it."""
    if isinstance(error, Unavailable):
        log.warning("%s: %s", sentence % args, error)
    else:
        log.error(sentence, *args, exc_info=error)
