"""Moments as commands print them, in this machine's time zone."""

from datetime import datetime


def minute(milliseconds: int) -> str:
    """Such as 2026-01-05 14:30."""
    return datetime.fromtimestamp(milliseconds / 1000).astimezone().strftime("%Y-%m-%d %H:%M")


def day(milliseconds: int) -> str:
    """Such as 2026-01-05."""
    return minute(milliseconds)[:10]
