"""Measuring sound: how loud a recording is to a listener."""

from ivr.sound.loudness import integrated, short_term, short_term_range

__all__ = ["integrated", "short_term", "short_term_range"]
