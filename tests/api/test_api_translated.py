"""Declarations in German: every word of every block has its translation, and no translation is left over."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

import ivr.translations
from ivr.language import LANGUAGES, Language
from ivr.registry import ACTIONS, PACKAGES
from ivr.settings import Settings
from ivr.translations import saying, table
from ivr.web.api.bootstrap import bootstrap, port_rows
from ivr.web.api.declared import Bootstrap, PortRow
from ivr.web.api.translated import ports, translated
from tests.api.board import Browser

OWN = ("On Unknown", "Started", "On Failure", "One Succeeded", "None Succeeded", "Default", "If Any Condition True")
"""Ports that some blocks have by their settings."""
GERMAN = {"Accept-Language": "de-DE,de;q=0.9"}
FOLDER = Path(ivr.translations.__file__).parent
OTHERS: list[Language] = [language for language in LANGUAGES if language != "en"]


def ours() -> Bootstrap:
    """What this package declares, without the blocks of others."""
    told = bootstrap(Settings())
    return replace(told, actions=[row for row in told.actions if row.type not in PACKAGES])


def asked() -> set[tuple[str, str]]:
    """All words that are looked up when the board is told of declarations, each with the field that it belongs to."""
    words: set[tuple[str, str]] = {(label, "") for label in OWN}

    def say(text: str, field: str = "") -> str:
        if text.strip():
            words.add((text, field))
        return text

    translated(ours(), say)
    return words


@pytest.mark.parametrize("language", OTHERS)
def test_every_declared_word_is_translated(language: Language) -> None:
    known = table(language).keys()
    missing = sorted({f"{field}: “{text}”" for text, field in asked() if not {text, f"{field}: {text}"} & known})
    assert missing == [], f"Add these to a file in ivr/translations/{language}, keyed by their English words."


@pytest.mark.parametrize("language", OTHERS)
def test_no_translation_is_left_over(language: Language) -> None:
    known = {text for text, _ in asked()} | {f"{field}: {text}" for text, field in asked()}
    assert sorted(table(language).keys() - known) == [], f"Nothing says these any more: take them out of {language}."


def test_no_word_is_translated_twice() -> None:
    files = [json.loads(each.read_text("utf-8")) for each in FOLDER.glob("de/*.json")]
    assert sum(map(len, files)) == len(table("de"))


def test_what_stands_in_backticks_stays_as_it_is() -> None:
    code = re.compile(r"`[^`]+`")
    for words, said in table("de").items():
        assert set(code.findall(words)) <= set(code.findall(said)), words


def test_a_block_without_translations_keeps_its_own_words() -> None:
    say = saying("de")
    row = next(row for row in ours().actions if row.type == "menu")
    made = translated(replace(ours(), actions=[replace(row, title="Otter Pond")]), say)
    assert made.actions[0].title == "Otter Pond"
    assert made.actions[0].ports[0].label == "Keine Eingabe"


def test_english_is_what_the_declarations_say() -> None:
    assert translated(ours(), saying("en")) == ours()


def test_ports_that_an_author_has_named_keep_their_names() -> None:
    rows = port_rows(
        [each for action in ACTIONS if action.model_fields["type"].default == "menu" for each in action.card.ports]
    )
    written = PortRow("key_1", "Failed", "digit")
    said = ports([*rows, written], frozenset(row.id for row in rows), saying("de"))
    assert [row.label for row in said] == ["Keine Eingabe", "Keine Übereinstimmung", "Failed"]


def test_choices_have_labels_where_english_shows_their_names() -> None:
    rows = {row.type: row for row in translated(ours(), saying("de")).actions}
    fields = rows["condition"].schema["properties"]
    assert fields["match"]["x-ui"]["labels"] == {"all": "Alle", "any": "Eine"}
    days = rows["schedule"].schema["$defs"]["Hours"]["properties"]["days"]
    assert days["x-ui"]["labels"]["tuesday"] == "Dienstag"


async def test_the_board_is_told_in_the_language_that_it_asks_in(board: Browser) -> None:
    def title(told: Any) -> str:
        return next(row["title"] for row in told["actions"] if row["type"] == "external_web_call")

    english = await board.get("/api/bootstrap", headers={"Accept-Language": "en-GB"})
    german = await board.get("/api/bootstrap", headers=GERMAN)
    assert (title(english.json), title(german.json)) == ("External Web Call", "Externer Webaufruf")
    assert english.headers["ETag"] != german.headers["ETag"]
    assert "Accept-Language" in german.headers["Vary"]


async def test_ports_of_a_flow_are_told_in_that_language_too(board: Browser) -> None:
    await board.post("/api/flows", {"name": "Desk", "template": "menu"})
    document = (await board.get("/api/flows/desk/draft")).json
    answer = await board.post("/api/check", {"document": document}, headers=GERMAN)
    labels = {port["label"] for rows in answer.json["ports"].values() for port in rows}
    assert "Keine Eingabe" in labels
    assert "No Input" not in labels
