"""What callers say for a digit, by language: the names of 0 to 9 as carriers write down speech.

A digit may have several names, as `zwo` beside `zwei`, and the inflected forms that people use when they count. There
is a package that spells numbers out, but it has one form of each, and neither Hindi, Chinese nor Greek. A language
that is not here has digits only, and the English names, which everybody's menus use.
"""

from collections.abc import Mapping
from functools import lru_cache

_NAMES = {
    "en": "zero/oh/o|one|two|three|four|five|six|seven|eight|nine",
    "ar": "صفر|واحد/واحدة|اثنان/اثنين/إثنين|ثلاثة/ثلاث|أربعة/أربع|خمسة/خمس|ستة/ست|سبعة/سبع|ثمانية/ثماني|تسعة/تسع",
    "az": "sıfır|bir|iki|üç|dörd|beş|altı|yeddi|səkkiz|doqquz",
    "bg": "нула|едно/един/една|две/два|три|четири|пет|шест|седем|осем|девет",
    "bn": "শূন্য|এক|দুই|তিন|চার|পাঁচ|ছয়|সাত|আট|নয়",
    "ca": "zero|u/un|dos/dues|tres|quatre|cinc|sis|set|vuit|nou",
    "cs": "nula|jedna/jeden/jedno/jednička|dva/dvě/dvojka|tři/trojka|čtyři/čtyřka|pět/pětka|šest/šestka|sedm/sedmička"
    "|osm/osmička|devět/devítka",
    "da": "nul|en/et|to|tre|fire|fem|seks|syv|otte|ni",
    "de": "null|eins|zwei/zwo|drei|vier|fünf|sechs|sieben|acht|neun",
    "el": "μηδέν|ένα/ένας/μία|δύο/δυο|τρία/τρεις|τέσσερα/τέσσερις|πέντε|έξι|επτά/εφτά|οκτώ/οχτώ|εννέα/εννιά",
    "es": "cero|uno/una/un|dos|tres|cuatro|cinco|seis|siete|ocho|nueve",
    "fa": "صفر|یک|دو|سه|چهار|پنج|شش/شیش|هفت|هشت|نه",
    "fi": "nolla|yksi/ykkönen|kaksi/kakkonen|kolme/kolmonen|neljä/nelonen|viisi/viitonen|kuusi/kuutonen"
    "|seitsemän/seiska|kahdeksan/kasi|yhdeksän/ysi",
    "fr": "zéro|un/une|deux|trois|quatre|cinq|six|sept|huit|neuf",
    "he": "אפס|אחת/אחד|שתיים/שניים|שלוש/שלושה|ארבע/ארבעה|חמש/חמישה|שש/שישה|שבע/שבעה|שמונה|תשע/תשעה",
    "hi": "शून्य/ज़ीरो/जीरो|एक|दो|तीन|चार|पाँच/पांच|छह/छः/छे|सात|आठ|नौ",
    "hr": "nula|jedan/jedna/jedno|dva/dvije|tri|četiri|pet|šest|sedam|osam|devet",
    "hu": "nulla|egy/egyes|kettő/két/kettes|három/hármas|négy/négyes|öt/ötös|hat/hatos|hét/hetes"
    "|nyolc/nyolcas|kilenc/kilences",
    "id": "nol/kosong|satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan",
    "it": "zero|uno/una/un|due|tre|quattro|cinque|sei|sette|otto|nove",
    "ja": "零/ゼロ/れい|一/いち/一つ/ひとつ/イチ|二/に/二つ/ふたつ|三/さん/三つ/みっつ|四/よん/し/四つ/よっつ"
    "|五/ご/五つ/いつつ|六/ろく/六つ/むっつ|七/なな/しち/七つ/ななつ|八/はち/八つ/やっつ|九/きゅう/く/九つ/ここのつ",
    "ko": "영/공|일/하나|이/둘|삼/셋|사/넷|오/다섯|육/여섯|칠/일곱|팔/여덟|구/아홉",
    "ms": "kosong/sifar|satu|dua|tiga|empat|lima|enam|tujuh|lapan|sembilan",
    "nb": "null|en/ett/ein/éin|to|tre|fire|fem|seks|sju/syv|åtte|ni",
    "nl": "nul|een/één|twee|drie|vier|vijf|zes|zeven|acht|negen",
    "pl": "zero|jeden/jedynka|dwa/dwójka|trzy/trójka|cztery/czwórka|pięć/piątka|sześć/szóstka|siedem/siódemka"
    "|osiem/ósemka|dziewięć/dziewiątka",
    "pt": "zero|um/uma|dois/duas|três|quatro|cinco|seis/meia|sete|oito|nove",
    "ro": "zero|unu/una|doi/două|trei|patru|cinci|șase|șapte|opt|nouă",
    "ru": "ноль/нуль|один/одна|два/две|три|четыре|пять|шесть|семь|восемь|девять",
    "sk": "nula|jeden/jedna/jedno/jednotka|dva/dve/dvojka|tri/trojka|štyri/štvorka|päť/päťka|šesť/šestka"
    "|sedem/sedmička|osem/osmička|deväť/deviatka",
    "sl": "nič/nula|ena/en|dva/dve|tri|štiri|pet|šest|sedem|osem|devet",
    "sr": "нула/nula|један/једна/jedan/jedna|два/две/dva/dve|три/tri|четири/četiri|пет/pet|шест/šest|седам/sedam"
    "|осам/osam|девет/devet",
    "sv": "noll|ett/en/ettan|två/tvåan|tre/trean|fyra/fyran|fem/femman|sex/sexan|sju/sjuan|åtta/åttan|nio/nian",
    "ta": "பூஜ்யம்|ஒன்று|இரண்டு|மூன்று|நான்கு|ஐந்து|ஆறு|ஏழு|எட்டு|ஒன்பது",
    "th": "ศูนย์|หนึ่ง|สอง|สาม|สี่|ห้า|หก|เจ็ด|แปด|เก้า",
    "tr": "sıfır|bir|iki|üç|dört|beş|altı|yedi|sekiz|dokuz",
    "uk": "нуль|один/одна|два/дві|три|чотири|п'ять|шість|сім|вісім|дев'ять",
    "ur": "صفر|ایک|دو|تین|چار|پانچ|چھ|سات|آٹھ|نو",
    "vi": "không|một|hai|ba|bốn|năm|sáu|bảy|tám|chín",
    "af": "nul|een|twee|drie|vier|vyf|ses|sewe|agt|nege",
    "cy": "dim|un|dau/dwy|tri/tair|pedwar/pedair|pump|chwech|saith|wyth|naw",
    "et": "null|üks|kaks|kolm|neli|viis|kuus|seitse|kaheksa|üheksa",
    "eu": "zero|bat|bi|hiru|lau|bost|sei|zazpi|zortzi|bederatzi",
    "fil": "sero/wala|isa|dalawa|tatlo|apat|lima|anim|pito|walo|siyam",
    "gl": "cero|un/unha|dous/dúas|tres|catro|cinco|seis|sete|oito|nove",
    "gu": "શૂન્ય|એક|બે|ત્રણ|ચાર|પાંચ|છ|સાત|આઠ|નવ",
    "hy": "զրո|մեկ|երկու|երեք|չորս|հինգ|վեց|յոթ|ութ|ինը",
    "is": "núll|einn/ein/eitt|tveir/tvær/tvö|þrír/þrjár/þrjú|fjórir/fjórar/fjögur|fimm|sex|sjö|átta|níu",
    "ka": "ნული|ერთი|ორი|სამი|ოთხი|ხუთი|ექვსი|შვიდი|რვა|ცხრა",
    "kn": "ಸೊನ್ನೆ|ಒಂದು|ಎರಡು|ಮೂರು|ನಾಲ್ಕು|ಐದು|ಆರು|ಏಳು|ಎಂಟು|ಒಂಬತ್ತು",
    "lt": "nulis|vienas/viena|du/dvi|trys|keturi/keturios|penki/penkios|šeši/šešios|septyni/septynios"
    "|aštuoni/aštuonios|devyni/devynios",
    "lv": "nulle|viens/viena|divi/divas|trīs|četri/četras|pieci/piecas|seši/sešas|septiņi/septiņas|astoņi/astoņas"
    "|deviņi/deviņas",
    "mk": "нула|еден/една/едно|два/две|три|четири|пет|шест|седум|осум|девет",
    "ml": "പൂജ്യം|ഒന്ന്|രണ്ട്|മൂന്ന്|നാല്|അഞ്ച്|ആറ്|ഏഴ്|എട്ട്|ഒമ്പത്/ഒൻപത്",
    "mr": "शून्य|एक|दोन|तीन|चार|पाच|सहा|सात|आठ|नऊ",
    "ne": "शून्य|एक|दुई|तीन|चार|पाँच|छ|सात|आठ|नौ",
    "pa": "ਸਿਫ਼ਰ|ਇੱਕ|ਦੋ|ਤਿੰਨ|ਚਾਰ|ਪੰਜ|ਛੇ|ਸੱਤ|ਅੱਠ|ਨੌਂ",
    "sq": "zero|një|dy|tre/tri|katër|pesë|gjashtë|shtatë|tetë|nëntë",
    "sw": "sifuri|moja|mbili|tatu|nne|tano|sita|saba|nane|tisa",
    "te": "సున్నా|ఒకటి|రెండు|మూడు|నాలుగు|ఐదు|ఆరు|ఏడు|ఎనిమిది|తొమ్మిది",
    "zh": "零/〇|一/幺/壹|二/两/兩|三|四|五|六|七|八|九",
}
_STAR = {
    "en": "star/asterisk",
    "de": "stern/sternchen",
    "fr": "étoile",
    "es": "asterisco",
    "it": "asterisco",
    "pt": "asterisco",
    "nl": "ster",
}
_POUND = {
    "en": "pound/hash/hashtag/number sign/square",
    "de": "raute/rautetaste",
    "fr": "dièse",
    "es": "almohadilla/numeral/gato/michi",
    "it": "cancelletto",
    "pt": "cardinal",
    "nl": "hekje",
}
_SAME = {
    "cmn": "zh",
    "yue": "zh",
    "wuu": "zh",
    "arb": "ar",
    "no": "nb",
    "nn": "nb",
    "iw": "he",
    "in": "id",
    "bs": "hr",
    "tl": "fil",
}
_WORDLIKE = {
    "en": "one oh o",
    "ca": "u un dos set sis nou",
    "da": "en et to",
    "es": "uno una un",
    "fr": "un une neuf",
    "fa": "نه",
    "hu": "egy hét",
    "it": "uno una un sei",
    "nb": "en ett ein null to",
    "nl": "een één",
    "pt": "um uma meia",
    "ro": "una",
    "ru": "один одна",
    "sl": "en nič",
    "sv": "en ett sex",
    "az": "bir",
    "tr": "bir",
    "hi": "एक दो",
    "ur": "ایک دو نو",
    "bn": "এক",
    "vi": "không năm ba một",
    "af": "een ses",
    "cy": "un naw",
    "eu": "bat bi",
    "fil": "isa wala",
    "gl": "un unha sete",
    "gu": "એક",
    "is": "ein einn eitt sex",
    "mk": "еден една едно",
    "mr": "एक",
    "ne": "एक",
    "pa": "ਇੱਕ",
    "sq": "një",
    "bg": "един една едно",
    "el": "ένα ένας μία",
    "he": "אחד אחת",
    "ar": "واحد واحدة ست",
}
"""Names that mean something else in a sentence, most often an article: `un problème` chooses no key."""


def language_of(tag: str) -> str:
    """The language of a tag such as `de-AT`, under the name that tables here have it by."""
    code = tag.replace("_", "-").split("-", 1)[0].lower()
    return _SAME.get(code, code)


@lru_cache(maxsize=64)
def names(language: str) -> Mapping[str, tuple[str, ...]]:
    """What is said for each key, in a language and in English: `1` has `eins` and `one`."""
    found: dict[str, tuple[str, ...]] = {}
    for each in dict.fromkeys((language, "en")):
        for digit, said in enumerate(_NAMES.get(each, "").split("|")):
            if said:
                found[str(digit)] = (*found.get(str(digit), ()), *said.split("/"))
        for key, table in (("*", _STAR), ("#", _POUND)):
            if each in table:
                found[key] = (*found.get(key, ()), *table[each].split("/"))
    return found


def means_more(language: str) -> frozenset[str]:
    """The names of digits that are common words of the language as well."""
    return frozenset(f"{_WORDLIKE.get(language, '')} {_WORDLIKE['en']}".split())
