"""What callers say for the place of a choice, by language: `the second one`, as menus are numbered when they are heard.

For each of the places 1 to 9 its forms, parted by slashes. A language that is not here has numbers only.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

_ORDINALS = {
    "en": "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth",
    "ar": "الأول/الأولى|الثاني/الثانية|الثالث/الثالثة|الرابع/الرابعة|الخامس/الخامسة|السادس/السادسة|السابع/السابعة"
    "|الثامن/الثامنة|التاسع/التاسعة",
    "cs": "první|druhý/druhá/druhé|třetí|čtvrtý/čtvrtá/čtvrté|pátý/pátá/páté|šestý/šestá/šesté|sedmý/sedmá/sedmé"
    "|osmý/osmá/osmé|devátý/devátá/deváté",
    "da": "første|anden/andet|tredje|fjerde|femte|sjette|syvende|ottende|niende",
    "de": "erste/ersten/erstes/erster/erstens|zweite/zweiten/zweites/zweiter/zweitens"
    "|dritte/dritten/drittes/dritter/drittens|vierte/vierten/viertes/vierter/viertens"
    "|fünfte/fünften/fünftes/fünfter/fünftens|sechste/sechsten/sechstes/sechster/sechstens"
    "|siebte/siebten/siebtes/siebter/siebtens|achte/achten/achtes/achter/achtens"
    "|neunte/neunten/neuntes/neunter/neuntens",
    "el": "πρώτο/πρώτη/πρώτος|δεύτερο/δεύτερη/δεύτερος|τρίτο/τρίτη/τρίτος|τέταρτο/τέταρτη|πέμπτο/πέμπτη|έκτο/έκτη"
    "|έβδομο/έβδομη|όγδοο/όγδοη|ένατο/ένατη",
    "es": "primero/primera/primer|segundo/segunda|tercero/tercera/tercer|cuarto/cuarta|quinto/quinta|sexto/sexta"
    "|séptimo/séptima|octavo/octava|noveno/novena",
    "fi": "ensimmäinen|toinen|kolmas|neljäs|viides|kuudes|seitsemäs|kahdeksas|yhdeksäs",
    "fr": "premier/première|deuxième/second/seconde|troisième|quatrième|cinquième|sixième|septième|huitième|neuvième",
    "he": "ראשון/ראשונה|שני/שנייה/שניה|שלישי/שלישית|רביעי/רביעית|חמישי/חמישית|שישי/שישית|שביעי/שביעית|שמיני/שמינית"
    "|תשיעי/תשיעית",
    "hi": "पहला/पहली/पहले|दूसरा/दूसरी/दूसरे|तीसरा/तीसरी/तीसरे|चौथा/चौथी/चौथे|पाँचवाँ/पांचवां/पाँचवीं/पांचवीं"
    "|छठा/छठी|सातवाँ/सातवां/सातवीं|आठवाँ/आठवां/आठवीं|नौवाँ/नौवां/नौवीं",
    "hu": "első|második|harmadik|negyedik|ötödik|hatodik|hetedik|nyolcadik|kilencedik",
    "it": "primo/prima|secondo/seconda|terzo/terza|quarto/quarta|quinto/quinta|sesto/sesta|settimo/settima"
    "|ottavo/ottava|nono/nona",
    "ko": "첫번째/첫째|두번째/둘째|세번째/셋째|네번째/넷째|다섯번째|여섯번째|일곱번째|여덟번째|아홉번째",
    "nb": "første|andre|tredje|fjerde|femte|sjette|sjuende/syvende|åttende|niende",
    "nl": "eerste|tweede|derde|vierde|vijfde|zesde|zevende|achtste|negende",
    "pl": "pierwszy/pierwsza/pierwsze|drugi/druga/drugie|trzeci/trzecia/trzecie|czwarty/czwarta/czwarte"
    "|piąty/piąta/piąte|szósty/szósta/szóste|siódmy/siódma/siódme|ósmy/ósma/ósme|dziewiąty/dziewiąta/dziewiąte",
    "pt": "primeiro/primeira|segundo/segunda|terceiro/terceira|quarto/quarta|quinto/quinta|sexto/sexta"
    "|sétimo/sétima|oitavo/oitava|nono/nona",
    "ro": "primul/prima|al doilea/a doua|al treilea/a treia|al patrulea/a patra|al cincilea/a cincea"
    "|al șaselea/a șasea|al șaptelea/a șaptea|al optulea/a opta|al nouălea/a noua",
    "ru": "первый/первая/первое|второй/вторая/второе|третий/третья/третье|четвёртый/четвёртая/четвёртое"
    "|пятый/пятая/пятое|шестой/шестая/шестое|седьмой/седьмая/седьмое|восьмой/восьмая/восьмое|девятый/девятая/девятое",
    "sv": "första/förste|andra/andre|tredje|fjärde|femte|sjätte|sjunde|åttonde|nionde",
    "tr": "birinci|ikinci|üçüncü|dördüncü|beşinci|altıncı|yedinci|sekizinci|dokuzuncu",
    "uk": "перший/перша/перше|другий/друга/друге|третій/третя/третє|четвертий/четверта|п'ятий/п'ята|шостий/шоста"
    "|сьомий/сьома|восьмий/восьма|дев'ятий/дев'ята",
}
ARTICLES = frozenset(
    {
        "the", "le", "la", "l", "les", "der", "die", "das", "den", "dem", "el", "los", "il", "lo", "o", "a", "os", "as",
        "de", "het", "det", "ال", "τη", "το", "την", "τον",
    }
)  # fmt: skip
"""What stands before the place, and before a number."""
NOUNS = frozenset({"one", "option", "choice"})
"""What stands behind it, besides what stands before a number too."""
_written = re.compile(r"([1-9])(?:st|nd|rd|th|er|re|ère|e|ème|eme|de|o|a|te|ste|º|ª)")


@lru_cache(maxsize=64)
def ordinals(language: str) -> Mapping[str, str]:
    """The key for each form, in a language and in English."""
    found = {}
    for each in ("en", language):
        for place, forms in enumerate(_ORDINALS.get(each, "").split("|"), 1):
            found.update(dict.fromkeys(filter(None, forms.split("/")), str(place)))
    return found


def written(word: str) -> str:
    """The key of a place that is written with a digit, such as `2nd`; nothing for any other word."""
    found = _written.fullmatch(word)
    return found[1] if found else ""
