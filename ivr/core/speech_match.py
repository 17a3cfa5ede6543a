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
from collections.abc import Iterator, Sequence
from functools import lru_cache

from ivr.core import digit_words

_DOTLESS = ("tr", "az")
_I = str.maketrans({"I": "ı", "İ": "i"})
_letters = str.maketrans(
    {
        **dict.fromkeys("أإآٱ", "ا"),
        "ى": "ي",
        "ی": "ي",
        "ک": "ك",
        "\u0640": None,
        "\u0307": None,
        **dict.fromkeys("\u02bc\u2019\u2018\u02bb", "'"),
    }
)
"""Letters that are typed one way and heard the same: forms of alef, the yeh and kaf of Persian, a stretched line, the
dot that is left of a capital İ, and apostrophes."""
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
_framed = re.compile(r"(?:番目|番|号|號|ですね|です|を?お願いします|でお願いします|にします|ครับ|ค่ะ|คะ)*")
"""What stands behind it there."""
_number = re.compile(r"[0-9]+")


Spot = tuple[int, int]
"""Where a choice begins and ends in what was said."""


def normal(text: str, language: str = "") -> str:
    """A text in the one form in which texts are compared: words with one blank between them, nothing else."""
    code = digit_words.language_of(language)
    if code in _DOTLESS:
        text = unicodedata.normalize("NFC", text).translate(_I)
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    folded = _vowel_signs.sub("", _invisible.sub("", folded)).translate(_letters)
    words = "".join(_character(each) for each in folded)
    return " ".join(_closed(words.split(" ")))


def chosen(said: str, choices: Sequence[Sequence[str]], language: str = "") -> int | None:
    """The place of the choice that was said, each known by several texts; None: none was, or more than one."""
    text = normal(said, language)
    spots = [
        (spot, length, place)
        for place, texts in enumerate(choices)
        for spot, length in _spots(text, [normal(each, language) for each in texts])
    ]
    outer = _outer({spot for spot, _, _ in spots})
    longest = max((length for spot, length, _ in spots if spot in outer), default=0)
    best = {place for spot, length, place in spots if length == longest and spot in outer}
    return best.pop() if len(best) == 1 else None


def meant(said: str, rows: Sequence[tuple[str, Sequence[str]]], language: str = "") -> str:
    """Of keys, each with the words that stand for it, the one whose words were said or, without any words, the one that
    was said itself; nothing: none, or more than one."""
    place = chosen(said, [words for _, words in rows], language)
    if place is not None:
        return rows[place][0]
    if any(chosen(said, [words], language) is not None for _, words in rows):
        return ""
    return key_said(said, [key for key, _ in rows], language)


def key_said(said: str, keys: Sequence[str], language: str = "") -> str:
    """The key that was said, as a digit or by its name in the language or in English; nothing: none, or two."""
    text = normal(said, language)
    code = digit_words.language_of(language)
    found = {key for key in keys if any(_is_said(name, text, code) for name in (key, *_named(code).get(key, ())))}
    return found.pop() if len(found) == 1 else ""


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


def _spots(text: str, choices: Sequence[str]) -> Iterator[tuple[Spot, int]]:
    """Where a choice was said, and of how many words it is."""
    for choice in choices:
        at = text.find(choice) if choice else -1
        while at >= 0:
            end = at + len(choice)
            if _begins(text, at, choice) and _ends(text, end):
                yield (at, end), choice.count(" ") + 1
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
    only_hiragana = all(_hiragana.match(each) for each in choice)
    return not _leads.match(before) and not (only_hiragana and _hiragana.match(before))


def _ends(text: str, end: int) -> bool:
    """Whether a word can end here."""
    last, after = text[end - 1], text[end : end + 1]
    if not after or after == " ":
        return True
    if _hangul.match(last) and _hangul.match(after):
        return text[end:].split(" ", 1)[0] in _PARTICLES
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
    if _number.fullmatch(name):
        return any(_spots(text, [name]))
    for place, word in enumerate(words):
        if word == name and (name not in _wordlike(language) or _alone(words, place, language)):
            return True
    return " " in name and f" {name} " in f" {text} "


@lru_cache(maxsize=64)
def _wordlike(language: str) -> frozenset[str]:
    return frozenset(normal(each, language) for each in digit_words.means_more(language))


def _alone(words: Sequence[str], place: int, language: str) -> bool:
    """Whether a word is all that was said, but for other keys, a `please` behind it and a `number` before it."""
    if place and words[place - 1] in _BEFORE:
        return True
    keys = {name for said in _named(language).values() for name in said}
    return all(word in keys or (at > place and word in _AFTER) for at, word in enumerate(words))
