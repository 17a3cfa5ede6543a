"""What callers say, in the languages they say it in. Each row has siblings that must not be taken for it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.speech_match import chosen, fold, key_said, meant, normal
from tests.counting import lines_of


def nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def letters(text: str) -> str:
    return text.replace(" ", "").replace("'", "")


HINDI = ["बिल", "बोल", "बल", "बाल"]
GERMAN = ["Störung", "Rechnung", "Störungsmeldung", "Straße"]
ARABIC = ["فاتورة", "صيانة", "اشتراك", "أعطال"]
HEBREW = ["חשבון", "תקלה", "מנוי"]
JAPANESE = ["請求", "請求書", "修理", "カード", "はい", "いいえ", "バス"]
CITIES = ["東京", "京都", "大阪", "名古屋"]
CHINESE = ["账单", "账单查询", "维修", "人工"]
THAI = ["บิล", "มา", "ซ่อม", "ไม่", "ใบแจ้งหนี้"]
KOREAN = ["요금", "요금제", "수리", "상담"]
TURKISH = ["ISLAK", "İptal", "Kira", "sık"]
ENGLISH = ["orders", "order status", "bill", "billing"]
FRENCH = ["Facture", "Réclamation", "Résiliation", "à côté"]
VIETNAMESE = ["hóa đơn", "hoa", "hỗ trợ", "hồ sơ"]
RUSSIAN = ["счёт", "ремонт", "оператор", "счета"]


@pytest.mark.parametrize(
    ("language", "choices", "said", "choice"),
    [
        *(("hi-IN", HINDI, f"मुझे {word} चाहिए", word) for word in HINDI),
        ("hi-IN", HINDI, "बिलकुल", None),
        *(("de-DE", GERMAN, f"Ich habe eine {nfd(word)}.", word) for word in GERMAN),
        ("de-DE", [nfd(word) for word in GERMAN], "STÖRUNG", nfd("Störung")),
        ("de-DE", GERMAN, "STRASSE", "Straße"),
        ("de-DE", GERMAN, "Storung", None),
        ("de-DE", GERMAN, "Störungen", None),
        ("ar-EG", ARABIC, "أريد دفع فَاتُورَة", "فاتورة"),
        ("ar-EG", ARABIC, "صِيَانَة من فضلك", "صيانة"),
        ("ar-EG", ARABIC, "اشــتراك", "اشتراك"),
        ("ar-EG", ARABIC, "اعطال", "أعطال"),
        ("ar-EG", ARABIC, "فاتورتي", None),
        ("he-IL", HEBREW, "חֶשְׁבּוֹן", "חשבון"),
        ("ja-JP", JAPANESE, "請求について聞きたいです", "請求"),
        ("ja-JP", JAPANESE, "請求書をください", "請求書"),
        ("ja-JP", JAPANESE, "えっと、修理をお願いします", "修理"),
        ("ja-JP", JAPANESE, "ｶｰﾄﾞをなくしました", "カード"),
        ("ja-JP", JAPANESE, "はい、そうです", "はい"),
        ("ja-JP", JAPANESE, "いいえ", "いいえ"),
        ("ja-JP", JAPANESE, "バスケット", None),
        ("ja-JP", JAPANESE, "ではいります", None),
        ("ja-JP", JAPANESE, "請求と修理", None),
        ("ja-JP", CITIES, "東京都です", None),
        ("ja-JP", CITIES, "東京です", "東京"),
        ("ja-JP", CITIES, "京都 です", "京都"),
        ("cmn-CN", CHINESE, "我想查账单", "账单"),
        ("cmn-CN", CHINESE, "我要账单 查询。", "账单查询"),
        ("cmn-CN", CHINESE, "转人工服务", "人工"),
        ("cmn-CN", CHINESE, "账单，人工", None),
        ("th-TH", THAI, "อยากจ่ายบิลค่ะ", "บิล"),
        ("th-TH", THAI, "ขอซ่อมโทรศัพท์", "ซ่อม"),
        ("th-TH", THAI, "ขอใบแจ้งหนี้หน่อย", "ใบแจ้งหนี้"),
        ("th-TH", THAI, "เมา", None),
        ("th-TH", THAI, "มาก", "มา"),
        ("ko-KR", KOREAN, "요금을 알고 싶어요", "요금"),
        ("ko-KR", KOREAN, "요금제를 바꾸고 싶어요", "요금제"),
        ("ko-KR", KOREAN, "수리요", "수리"),
        ("ko-KR", KOREAN, "요금표", None),
        ("tr-TR", TURKISH, "ıslak", "ISLAK"),
        ("tr-TR", TURKISH, "islak", None),
        ("tr-TR", TURKISH, "iptal", "İptal"),
        ("tr-TR", TURKISH, "KİRA", "Kira"),
        ("tr-TR", TURKISH, "sik", None),
        ("az-AZ", TURKISH, "SIK", "sık"),
        ("en-US", TURKISH, "iptal", "İptal"),
        ("en-US", ENGLISH, "My ORDERS, please", "orders"),
        ("en-US", ENGLISH, "what is my order status", "order status"),
        ("en-US", ENGLISH, "billing", "billing"),
        ("en-US", ENGLISH, "orders or billing", None),
        ("en-US", ENGLISH, "bills", None),
        ("en-US", ENGLISH, "", None),
        ("fr-FR", FRENCH, nfd("une réclamation"), "Réclamation"),
        ("fr-FR", FRENCH, "c'est à côté", "à côté"),
        ("fr-FR", FRENCH, "A COTE", None),
        ("vi-VN", VIETNAMESE, nfd("tôi cần hóa đơn"), "hóa đơn"),
        ("vi-VN", VIETNAMESE, "hỗ trợ", "hỗ trợ"),
        ("vi-VN", VIETNAMESE, "hoa", "hoa"),
        ("ru-RU", RUSSIAN, nfd("СЧЁТ"), "счёт"),
        ("ru-RU", RUSSIAN, "оплатить счета", "счета"),
        ("ru-RU", RUSSIAN, "счетами", None),
    ],
)
def test_a_choice_is_heard_or_none_is(language: str, choices: list[str], said: str, choice: str | None) -> None:
    place = chosen(said, [[each] for each in choices], language)
    assert (None if place is None else choices[place]) == choice


@pytest.mark.parametrize(
    ("language", "said", "key"),
    [
        ("en-US", "one", "1"),
        ("en-US", "1", "1"),
        ("en-US", "number one please", "1"),
        ("en-US", "two", "2"),
        ("en-US", "I'll take three", "3"),
        ("en-US", "the other one", ""),
        ("en-US", "one two", ""),
        ("en-US", "10", ""),
        ("en-US", "star", "*"),
        ("de-DE", "eins", "1"),
        ("de-DE", "Zwo", "2"),
        ("de-DE", "die Fünf bitte", "5"),
        ("de-DE", nfd("fünf"), "5"),
        ("de-DE", "ein Problem", ""),
        ("de-DE", "einundzwanzig", ""),
        ("de-DE", "three", "3"),
        ("de-DE", "Raute", "#"),
        ("fr-FR", "deux", "2"),
        ("fr-FR", "un", "1"),
        ("fr-FR", "numéro un", "1"),
        ("fr-FR", "j'ai un problème", ""),
        ("fr-FR", "un téléphone neuf", ""),
        ("es-MX", "uno, por favor", "1"),
        ("es-MX", "tengo una pregunta", ""),
        ("it-IT", "tre", "3"),
        ("it-IT", "sei", "6"),
        ("it-IT", "chi sei", ""),
        ("pt-BR", "número três", "3"),
        ("pl-PL", "dwójka", "2"),
        ("tr-TR", "DÖRT", "4"),
        ("tr-TR", "ALTI", "6"),
        ("tr-TR", "bir sorum var", ""),
        ("ru-RU", "Четыре", "4"),
        ("uk-UA", "п’ять", "5"),
        ("ar-EG", "خَمْسَة", "5"),
        ("ar-EG", "اربعة", "4"),
        ("ar-EG", "٣", "3"),
        ("fa-IR", "۷", "7"),
        ("hi-IN", "तीन", "3"),
        ("hi-IN", "२", "2"),
        ("hi-IN", "एक सवाल है", ""),
        ("ja-JP", "三番", "3"),
        ("ja-JP", "２番をお願いします", "2"),
        ("ja-JP", "いち", "1"),
        ("ja-JP", "一般的な質問", ""),
        ("cmn-CN", "二", "2"),
        ("cmn-CN", "按三", "3"),
        ("cmn-CN", "一下", ""),
        ("th-TH", "กดหนึ่ง", "1"),
        ("th-TH", "ห้าครับ", "5"),
        ("th-TH", "ห้าม", ""),
        ("th-TH", "๔", "4"),
        ("ko-KR", "둘", "2"),
        ("ko-KR", "일", "1"),
        ("ko-KR", "일요일", ""),
        ("xx", "five", "5"),
    ],
)
def test_a_key_is_said_by_its_name(language: str, said: str, key: str) -> None:
    assert key_said(said, list("0123456789*#"), language) == key


@pytest.mark.parametrize("language", ["ja-JP", "cmn-CN", "th-TH", "ko-KR", "en-US"])
@pytest.mark.parametrize("said", ["番号", "です", "を", "ครับ", "가 ", "one ", "第"])
def test_a_word_that_is_said_ten_thousand_times_is_no_key(language: str, said: str) -> None:
    """That this ends is the point: looking for where a frame begins and ends anew at each word took minutes."""
    assert key_said(f"{said * 10_000}x", list("023456789*#"), language) == ""


@pytest.mark.parametrize(
    ("language", "one", "other", "same"),
    [
        ("tr", "DIŞ", "dış", True),
        ("tr", "DIŞ", "diş", False),
        ("tr", "İZMİR", "izmir", True),
        ("en", "İzmir", "IZMIR", True),
        ("en", "I", "i", True),
        ("de", "STRASSE", "straße", True),
        ("de", nfd("ÖL"), "öl", True),
        ("de", "Öl", "Ol", False),
        ("el", "ΟΔΟΣ", "οδος", True),
    ],
)
def test_capitals_are_small_letters_by_the_rules_of_the_language(
    language: str, one: str, other: str, *, same: bool
) -> None:
    assert (fold(one, language) == fold(other, language)) is same


PLANS = ["Plan A", "Plan B", "Plan 1", "Plan Two"]
PARTED = ["Wi-Fi", "E-Mail", "check in", "U.S.A.", "OK", "3 PM", "don't know", "AT&T", "C++"]


@pytest.mark.parametrize(
    ("language", "choices", "said", "choice"),
    [
        *(("en-US", PLANS, f"I would like {said}, please.", PLANS[1]) for said in ("plan B", "Plan-B", "PLAN B")),
        ("en-US", PLANS, "plan bee", None),
        ("en-US", PLANS, "plan one", "Plan 1"),
        ("en-US", PLANS, "plan 2", "Plan Two"),
        ("en-US", PLANS, "plan one or plan two", None),
        ("de-DE", ["Tarif 1", "Tarif zwei"], "Tarif eins", "Tarif 1"),
        ("de-DE", ["Tarif 1", "Tarif zwei"], "den Tarif 2", "Tarif zwei"),
        ("ar-EG", ["خطة 1", "خطة 2"], "خطة ٢", "خطة 2"),
        ("ar-EG", ["فاتورة", "صيانة"], "أريد الفاتورة", "فاتورة"),
        ("ar-EG", ["فاتورة", "صيانة"], "فاتوره", "فاتورة"),
        ("ar-EG", ["فاتورة", "صيانة"], "الفاتورة والصيانة", None),
        ("en-US", PARTED, "my wifi is down", "Wi-Fi"),
        ("en-US", PARTED, "wi fi", "Wi-Fi"),
        ("en-US", PARTED, "an email", "E-Mail"),
        ("en-US", PARTED, "e mail", "E-Mail"),
        ("en-US", PARTED, "check-in", "check in"),
        ("en-US", PARTED, "checkin", "check in"),
        ("en-US", PARTED, "checking", None),
        ("en-US", PARTED, "USA", "U.S.A."),
        ("en-US", PARTED, "O.K.", "OK"),
        ("en-US", PARTED, "three p.m.", "3 PM"),
        ("en-US", PARTED, "I dont know", "don't know"),
        ("en-US", PARTED, "AT and T", "AT&T"),
        ("en-US", PARTED, "C plus plus", "C++"),
        ("en-US", ["C++", "C"], "c", "C"),
        ("ru-RU", ["счет", "ремонт"], "счёт", "счет"),
        ("hi-IN", ["फ़ोन", "बिल"], "फोन", "फ़ोन"),
        ("vi-VN", ["hóa đơn", "hỗ trợ"], "hoá đơn", "hóa đơn"),
        ("vi-VN", ["hóa đơn", "hòa đơn"], "hoà đơn", "hòa đơn"),
        ("ko-KR", ["요금조회", "해지"], "요금 조회", "요금조회"),
        ("en-US", ["now here", "x"], "nowhere to go", "now here"),
        ("en-US", ["here", "x"], "nowhere", None),
    ],
)
def test_how_words_are_parted_and_numbers_written_makes_no_difference(
    language: str, choices: list[str], said: str, choice: str | None
) -> None:
    place = chosen(said, [[each] for each in choices], language)
    assert (None if place is None else choices[place]) == choice


@pytest.mark.parametrize(
    ("language", "said", "key"),
    [
        ("en-US", "the second one", "2"),
        ("en-US", "second", "2"),
        ("en-US", "the 2nd option, please", "2"),
        ("en-US", "just a second", ""),
        ("en-US", "the first time I called", ""),
        ("en-US", "O", "0"),
        ("en-US", "oh no", ""),
        ("en-US", "number sign", "#"),
        ("en-US", "hashtag", "#"),
        ("en-US", "asterisk", "*"),
        ("en-US", "to", ""),
        ("en-US", "for", ""),
        ("de-DE", "die zweite", "2"),
        ("de-DE", "zweitens", "2"),
        ("de-DE", "Sternchen", "*"),
        ("fr-FR", "la deuxième", "2"),
        ("fr-FR", "le un", "1"),
        ("fr-FR", "2ème", "2"),
        ("es-MX", "la segunda opción", "2"),
        ("es-MX", "gato", "#"),
        ("pt-BR", "primeira opção", "1"),
        ("it-IT", "il primo", "1"),
        ("nl-NL", "de derde", "3"),
        ("ru-RU", "второй", "2"),
        ("pl-PL", "druga", "2"),
        ("cs-CZ", "jednička", "1"),
        ("fi-FI", "kakkonen", "2"),
        ("hi-IN", "दो नंबर", "2"),
        ("hi-IN", "पहला", "1"),
        ("ko-KR", "2번", "2"),
        ("ko-KR", "이번이요", "2"),
        ("ko-KR", "일 번 부탁합니다", "1"),
        ("ko-KR", "이번 달 요금", ""),
        ("ko-KR", "두 번째", "2"),
        ("cmn-CN", "第一个", "1"),
        ("te-IN", "రెండు", "2"),
        ("sw-KE", "moja", "1"),
        ("et-EE", "üks", "1"),
        ("fil-PH", "isa", "1"),
    ],
)
def test_a_key_is_said_by_its_place_or_as_a_language_counts(language: str, said: str, key: str) -> None:
    assert key_said(said, list("0123456789*#"), language) == key


@given(
    st.text(max_size=60),
    st.lists(st.lists(st.text(max_size=12), max_size=3), max_size=4),
    st.sampled_from(["tr", "ja", "th", "en", "ar", "ko", "vi", "hi"]),
)
def test_anything_may_be_said(said: str, choices: list[list[str]], language: str) -> None:
    place = chosen(said, choices, language)
    if place is not None and language != "ar":
        heard = letters(normal(said, language))
        assert any(letters(normal(each, language)) in heard for each in choices[place])
    assert key_said(said, list("0123456789*#"), language) in {"", *"0123456789*#"}


@given(
    st.text(st.characters(categories=["L", "M", "N"]), min_size=1, max_size=20),
    st.sampled_from(["tr", "ja", "th", "en", "ar"]),
)
def test_what_is_said_alone_is_heard(text: str, language: str) -> None:
    if normal(text, language):
        assert chosen(f" {text}!", [[text], ["other"]], language) == (0 if normal(text, language) != "other" else None)


AGAIN_AND_AGAIN = {"ko-KR": "가", "ja-JP": "東", "en-US": "a ", "th-TH": "1"}


@pytest.mark.parametrize("language", AGAIN_AND_AGAIN)
def test_the_same_again_and_again_is_little_work_and_means_nothing(language: str) -> None:
    word = AGAIN_AND_AGAIN[language]
    rows = [(str(key), [word * (20 * key + more + 1) for more in range(20)]) for key in range(10)]
    said = (word * 500)[:500]
    assert meant(said, rows, language) == ""
    assert lines_of(lambda: meant(said, rows, language)) < 60_000


def test_texts_of_an_author_are_read_once() -> None:
    rows = [(str(key), [f"some words {key} {more}" for more in range(20)]) for key in range(10)]
    first, again = (lines_of(lambda: meant("anything", rows, "en-US")) for _ in range(2))
    assert 5 * again < first


def test_a_word_that_is_said_many_times_is_still_that_word() -> None:
    assert meant("bill " * 100, [("1", ["bill", "Bill", "the bill"]), ("2", ["order"])], "en-US") == "1"
