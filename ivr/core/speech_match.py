"""Which of several things a caller said, in any language.

Texts are compared as people read them, whatever the bytes: composed or not, full-width or not, in any digits, with or
without vowel signs in Arabic and Hebrew, capitals aside by the rules of the language. Whole words count: a vowel sign
belongs to its word, so `बिल` is not `बोल`. Scripts without blanks between words have none to go by: there a choice
counts wherever it stands, unless what stands beside it shows that a word goes on. Of two choices that were said the one
that is part of the other does not count, then the one with more words does; when two are left there is no match, since
no answer is better than a wrong one.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate, islice
from typing import TypeVar

from ivr.core import digit_words
from ivr.core.ordinal_words import ARTICLES, NOUNS, ordinals, written

_DOTLESS = ("tr", "az")
_I = str.maketrans({"I": "ı", "İ": "i"})
_letters = str.maketrans(
    {
        **dict.fromkeys("أإآٱ", "ا"),
        "ى": "ي",
        "ی": "ي",
        "ک": "ك",
        "ة": "ه",
        "ё": "е",
        "\u0640": None,
        "\u0307": None,
        "\u093c": None,
        **dict.fromkeys("\u02bc\u2019\u2018\u02bb", "'"),
    }
)
"""Letters that are typed one way and heard the same: forms of alef, the yeh and kaf of Persian, a stretched line, the
dot that is left of a capital İ, the one below letters of Devanagari, and apostrophes; `ё` is most often written `е`."""
_vowel_signs = re.compile(
    "[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed]"
)
_invisible = re.compile("[\u00ad\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff\u061c]")
_unspaced = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003fffd]"
)
"""Characters of scripts that write no blanks: Thai, Lao, Burmese, Khmer, Japanese, Chinese."""
_katakana = re.compile("[\u30a1-\u30fa\u30fc]")
_hiragana = re.compile("[\u3041-\u309f]")
_only_hiragana = re.compile("[\u3041-\u309f]*")
_goes_on = re.compile(
    "[\u0e30\u0e32\u0e33\u0e45\u0e46\u0eb0\u0eb2\u0eb3ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶーゝゞ]"
)
"""What never begins a word: vowels that follow their consonant, small kana, the sign of a long vowel."""
_leads = re.compile("[\u0e40-\u0e44\u0ec0-\u0ec4]")
"""What never ends a word: vowels written before their consonant."""
_hangul = re.compile("[\uac00-\ud7a3]")
_words = re.compile(r"\S+").findall
_PARTICLES = frozenset(
    _words(
        "을 를 이 가 은 는 에 의 로 으로 와 과 도 만 요 이요 이에요 예요 입니다 으로요 로요 하고 에서 부터 까지 랑 이랑"
    )
)
"""What Korean adds to a word without a blank."""
LONGEST_PARTICLE = max(map(len, _PARTICLES))
_BEFORE = frozenset(
    _words(
        "number option choice press key digit nummer taste numéro touche choix opción número tecla numero tasto opzione"
        " opção toets knop optie keuze tast tal valg val alternativ knapp numer opcja klawisz номер цифра кнопка"
        " вариант номера numara tuş seçenek numărul tasta szám opció nomor tombol số phím رقم الرقم מספר नंबर"
    )
)
"""What stands before a key in a sentence."""
_AFTER = frozenset(_words("please bitte por favor per favore s il vous plaît alstublieft tack пожалуйста lütfen برجاء"))
_FRAME = ("", *_words("第 番号 按 选 選 选择 請按 请按 กด เลข หมายเลข ข้อ เบอร์"))
"""What stands before a key where no blanks do."""
_framed = re.compile(
    r"(?:番目|番|号|號|个|個|项|項|选项|ですね|です|を?お願いします|でお願いします|にします|ครับ|ค่ะ|คะ)*"
)
"""What stands behind it there."""
_number = re.compile(r"[0-9]+")
_AND = {
    "en": "and", "de": "und", "fr": "et", "es": "y", "it": "e", "pt": "e", "nl": "en", "sv": "och", "da": "og",
    "nb": "og", "pl": "i", "ru": "и", "tr": "ve",
}  # fmt: skip
"""How `&` is said."""
_article = re.compile(r"\b(?:و|ف)?(?:ال|بال|كال|لل)(?=\w{2})")
"""The article of Arabic, which is written with its word, and what is written with it."""
_tone = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_beon = re.compile(r"번(?:이요|요|으로(?:요|할게요)?|이에요|입니다|주세요|부탁해요|부탁합니다|할게요|선택)?")
"""What follows a key in Korean: `number two, please`."""


T = TypeVar("T")
Spot = tuple[int, int]
"""Where a choice begins and ends in what was said."""
Found = tuple[Spot, int, int]
"""A spot, of how many words the choice is, and the place of the choice."""
MOST_SPOTS = 5_000
"""Spots that are looked at. Only who says the same again and again gets there, and says nothing by that."""


def normal(text: str, language: str = "") -> str:
    """A text in the one form in which texts are compared: words with one blank between them, nothing else."""
    code = digit_words.language_of(language)
    if code in _DOTLESS:
        text = unicodedata.normalize("NFC", text).translate(_I)
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    folded = folded.replace("&", f" {_AND.get(code, '')} ").replace("+", " plus ") if code in _AND else folded
    if code == "vi":
        folded = " ".join(map(_tone_last, folded.split(" ")))
    folded = _vowel_signs.sub("", _invisible.sub("", folded)).translate(_letters)
    words = "".join(_character(each) for each in folded)
    return " ".join(_closed(words.split(" ")))


def chosen(said: str, choices: Sequence[Sequence[str]], language: str = "") -> int | None:
    """The place of the choice that was said, each known by several texts; None: none was, or more than one, or too many
    to look at. Where none was, blanks and marks between letters, numbers in words, and the article of Arabic make no
    difference."""
    found = _found(said, choices, language)
    return None if found is None else _chosen(*found)


def _found(said: str, choices: Sequence[Sequence[str]], language: str) -> tuple[list[Found], list[Found]] | None:
    """Where choices were said: word by word, and but for how their words are parted. None: at too many places."""
    text, code = normal(said, language), digit_words.language_of(language)
    known: dict[str, set[int]] = {}
    for place, texts in enumerate(choices):
        for each in texts:
            known.setdefault(_known(each, language), set()).add(place)
    heard = _plainer(text, code)
    alike: dict[tuple[str, ...], set[int]] = {}
    for choice, places in known.items():
        alike.setdefault(_plain(choice, code), set()).update(places)
    joined = {words: "".join(words) for words in alike}
    exact = _hits(text, {choice: choice for choice in known})
    parted = _hits("".join(heard), {words: choice for words, choice in joined.items() if len(choice) > 1})
    hits, others = list(islice(exact, MOST_SPOTS + 1)), list(islice(parted, MOST_SPOTS + 1))
    if max(len(hits), len(others)) > MOST_SPOTS:
        return None
    edges = {0, *accumulate(map(len, heard))}
    return (
        [
            ((at, end), choice.count(" ") + 1, place)
            for choice, at, end in hits
            if _begins(text, at, choice) and _ends(text, end)
            for place in known[choice]
        ],
        [
            ((at, end), len(words), place)
            for words, at, end in others
            if at in edges and end in edges
            for place in alike[words]
        ],
    )


def _chosen(spots: list[Found], alike: list[Found]) -> int | None:
    exact = {place for _, _, place in spots}
    if exact and any(place not in exact for place in _outermost(alike)):
        return None
    return _best(spots or alike)


def _outermost(spots: Sequence[Found]) -> set[int]:
    """The choices that were said, but for those that are part of another."""
    outer = _outer({spot for spot, _, _ in spots})
    return {place for spot, _, place in spots if spot in outer}


def _best(spots: Sequence[Found]) -> int | None:
    outer = _outer({spot for spot, _, _ in spots})
    longest = max((length for spot, length, _ in spots if spot in outer), default=0)
    best = {place for spot, length, place in spots if length == longest and spot in outer}
    return best.pop() if len(best) == 1 else None


def meant(said: str, rows: Sequence[tuple[str, Sequence[str]]], language: str = "") -> str:
    """Of keys, each with the words that stand for it, the one whose words were said or, without any words, the one that
    was said itself; nothing: none, or more than one."""
    found = _found(said, [words for _, words in rows], language)
    if found is None:
        return ""
    place = _chosen(*found)
    if place is not None:
        return rows[place][0]
    return "" if any(found) else key_said(said, [key for key, _ in rows], language)


@lru_cache(maxsize=4096)
def _known(text: str, language: str) -> str:
    """A text of an author, of which there are few, in the form in which texts are compared."""
    return normal(text, language)


@lru_cache(maxsize=4096)
def _plain(text: str, code: str) -> tuple[str, ...]:
    return tuple(_plainer(text, code))


def _plainer(text: str, code: str) -> list[str]:
    digits = _digits_of(code)
    words = (_article.sub("", word) if code == "ar" else word.replace("'", "") for word in text.split(" "))
    return [digits.get(word, word) for word in words if word]


@lru_cache(maxsize=64)
def _digits_of(language: str) -> dict[str, str]:
    return {name: key for key, names in _named(language).items() if key.isdecimal() for name in names if len(name) > 1}


def _tone_last(word: str) -> str:
    """A syllable of Vietnamese, whose tone is written on one of two vowels, with its tone at the end."""
    apart = unicodedata.normalize("NFD", word)
    return unicodedata.normalize("NFC", _tone.sub("", apart)) + "".join(_tone.findall(apart))


def key_said(said: str, keys: Sequence[str], language: str = "") -> str:
    """The key that was said, as a digit or by its name in the language or in English; nothing: none, or two."""
    text = normal(said, language)
    code = digit_words.language_of(language)
    found = {key for key in keys if any(_is_said(name, text, code) for name in (key, *_named(code).get(key, ())))}
    place = _place_said(text, code)
    if place in keys:
        return place if found <= {place, "1"} else ""
    return found.pop() if len(found) == 1 else ""


def _place_said(text: str, language: str) -> str:
    """The key whose place in the menu was said, and nothing besides: `the second one`, `2nd`."""
    words = text.split(" ")
    while len(words) > 1 and words[0] in ARTICLES:
        words = words[1:]
    while len(words) > 1 and (words[-1] in _AFTER or words[-1] in _BEFORE or words[-1] in NOUNS):
        words = words[:-1]
    said = " ".join(words)
    places = _places(language)
    return places.get(said) or places.get(said.replace(" ", "")) or written(said)


@lru_cache(maxsize=64)
def _places(language: str) -> dict[str, str]:
    return {normal(form, language): key for form, key in ordinals(language).items()}


def fold(text: str, language: str = "") -> str:
    """A text without the difference of capital and small letters, and of ways to write one letter."""
    text = unicodedata.normalize("NFC", text)
    if digit_words.language_of(language) in _DOTLESS:
        text = text.translate(_I)
    return unicodedata.normalize("NFC", text.casefold()).replace("i\u0307", "i")


@lru_cache(maxsize=64)
def _named(language: str) -> dict[str, tuple[str, ...]]:
    return {key: tuple(normal(each, language) for each in said) for key, said in digit_words.names(language).items()}


def _character(each: str) -> str:
    """A letter or a mark as it is, digits of every script as 0 to 9, a blank for blanks, and a line for the rest."""
    category = unicodedata.category(each)
    if category == "Nd":
        return str(unicodedata.decimal(each))
    if category[0] in "LMN":
        return each
    return " " if each.isspace() else " | "


def _closed(words: Sequence[str]) -> Iterator[str]:
    """Words, those of scripts without blanks as one where only a blank was between them; punctuation apart."""
    before = ""
    for word in words:
        if not word:
            continue
        if word == "|":
            if before:
                yield before
            before = ""
        elif before and _unspaced.match(before[-1]) and _unspaced.match(word[0]):
            before += word
        else:
            if before:
                yield before
            before = word
    if before:
        yield before


def _hits(text: str, choices: Mapping[T, str]) -> Iterator[tuple[T, int, int]]:
    """Where the letters of choices begin and end in a text, each under its key."""
    for key, choice in choices.items():
        at = text.find(choice) if choice else -1
        while at >= 0:
            yield key, at, at + len(choice)
            at = text.find(choice, at + 1)


def _outer(spots: set[Spot]) -> set[Spot]:
    """The spots that are no part of another. Callers may say a word a hundred times: this looks at each spot once."""
    outer = set()
    furthest = -1
    for spot in sorted(spots, key=lambda each: (each[0], -each[1])):
        if spot[1] > furthest:
            outer.add(spot)
            furthest = spot[1]
    return outer


def _begins(text: str, at: int, choice: str) -> bool:
    """Whether a word can begin here."""
    before, first = text[at - 1 : at], text[at]
    if not before or before == " ":
        return True
    if not (_unspaced.match(before) or _unspaced.match(first)):
        return False
    if _katakana.match(before) and _katakana.match(first):
        return False
    return not _leads.match(before) and not (_hiragana.match(before) and _only_hiragana.fullmatch(choice))


def _ends(text: str, end: int) -> bool:
    """Whether a word can end here."""
    last, after = text[end - 1], text[end : end + 1]
    if not after or after == " ":
        return True
    if _hangul.match(last) and _hangul.match(after):
        return text[end : end + LONGEST_PARTICLE + 1].split(" ", 1)[0] in _PARTICLES
    if not (_unspaced.match(last) or _unspaced.match(after)) or unicodedata.category(after)[0] == "M":
        return False
    return not _goes_on.match(after) and not (_katakana.match(last) and _katakana.match(after))


def _is_said(name: str, text: str, language: str) -> bool:
    """Whether a key's name was said, and meant the key."""
    if not name.strip() or not text:
        return False
    if _unspaced.match(name[0]):
        joined = text.replace(" ", "")
        ends = (len(before) + len(name) for before in _FRAME if joined.startswith(before + name))
        return any(_framed.fullmatch(joined, end) for end in ends)
    words = text.split(" ")
    if language == "ko" and _is_said_in_korean(name, text.replace(" ", "")):
        return True
    if _number.fullmatch(name):
        return any(_begins(text, at, name) and _ends(text, end) for _, at, end in _hits(text, {name: name}))
    for place, word in enumerate(words):
        if word == name and (name not in _wordlike(language) or _alone(words, place, language)):
            return True
    return " " in name and f" {name} " in f" {text} "


def _is_said_in_korean(name: str, joined: str) -> bool:
    return joined.startswith(name) and _beon.fullmatch(joined, len(name)) is not None


@lru_cache(maxsize=64)
def _wordlike(language: str) -> frozenset[str]:
    return frozenset(normal(each, language) for each in digit_words.means_more(language))


@lru_cache(maxsize=64)
def _names(language: str) -> frozenset[str]:
    return frozenset(name for said in _named(language).values() for name in said)


def _alone(words: Sequence[str], place: int, language: str) -> bool:
    """Whether a word is all that was said, but for other keys, a `please` or a `number` behind it and a `number` or an
    article before it."""
    if place and words[place - 1] in _BEFORE:
        return True
    keys = _names(language)
    behind, before = _AFTER | _BEFORE, ARTICLES
    return all(word in keys or word in (behind if at > place else before) for at, word in enumerate(words))
