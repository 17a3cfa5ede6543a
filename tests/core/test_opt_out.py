"""Which texts are a word for no more texts, for texts again, and for help: by Twilio's rules."""

import pytest

from ivr.core.opt_out import said


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("STOP", "stop"), (" stop \n", "stop"), ("Unsubscribe", "stop"), ("STOPALL", "stop"), ("cancel", "stop"),
        ("END", "stop"), ("quit", "stop"), ("revoke", "stop"), ("OptOut", "stop"), ("START", "start"), ("yes", "start"),
        ("unstop", "start"), ("HELP", "help"), ("info", "help"), ("stop it", ""), ("Please stop", ""), ("STOP.", ""),
        ("", ""), ("s t o p", ""), ("стоп", ""), ("stop" * 10_000, ""), (" " * 10_000 + "stop", ""),
    ],
)  # fmt: skip
def test_only_the_word_alone_counts(text: str, means: str) -> None:
    assert said(text) == means
