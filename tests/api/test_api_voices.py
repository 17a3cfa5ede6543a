"""The table of voices that the board offers."""

import re

from tests.api.board import Browser

_polly = re.compile(r"Polly\.\w+(-Neural|-Generative)?")
_google = re.compile(r"Google\.([a-z]{2,3}-[A-Za-z]{2})-(Standard|Wavenet|Neural2|Chirp3-HD)-\w+")


async def test_voices_stand_at_their_languages(board: Browser) -> None:
    table = (await board.get("/api/voices")).json
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", table["as_of"])
    assert {"Polly.Joanna", "Polly.Joanna-Neural"} <= set(table["by_language"]["en-US"])
    for language, names in table["by_language"].items():
        assert len(names) == len(set(names)) > 0
        for name in names:
            google = _google.fullmatch(name)
            assert (google[1].lower() == language.lower()) if google else _polly.fullmatch(name), name
