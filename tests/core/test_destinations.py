"""Where calls and texts may go."""

import pytest

from ivr.core.destinations import Destinations
from ivr.core.phone_numbers import read

PREMIUM = ("+19005550100", "+499001123456", "+979123456789", "+4990011234567")
SHARED, SATELLITE = "+491801123456", ("+870773111632", "+881612345678", "+88216123456")
AMERICAN, BRITISH, JAMAICAN, GERMAN = "+15550100200", "+442079460000", "+18765551234", "+4930123456"


def refused(setting: str, number: str, home: tuple[str, ...] = ("US",)) -> bool:
    return bool(Destinations.parse(setting).refusal(read(number), home))


@pytest.mark.parametrize("setting", ["", "*", "US, DE", "+1900, +49900, +979, +491801, +870, +88"])
@pytest.mark.parametrize("number", [*PREMIUM, SHARED, *SATELLITE])
def test_what_costs_a_fortune_is_refused_whatever_is_set(setting: str, number: str) -> None:
    assert refused(setting, number)


@pytest.mark.parametrize(
    ("setting", "allowed"),
    [
        ("", {AMERICAN}),
        ("*", {AMERICAN, BRITISH, JAMAICAN, GERMAN}),
        ("gb", {BRITISH}),
        ("US, +4420", {AMERICAN, BRITISH}),
        ("+44 ,+1876", {BRITISH, JAMAICAN}),
        ("+1", {AMERICAN, JAMAICAN}),
    ],
)
def test_countries_and_prefixes_say_where(setting: str, allowed: set[str]) -> None:
    assert {number for number in (AMERICAN, BRITISH, JAMAICAN, GERMAN) if not refused(setting, number)} == allowed


def test_without_a_number_of_ours_nothing_is_allowed_by_default() -> None:
    assert refused("", AMERICAN, ())


def test_a_refusal_names_country_and_setting_and_never_the_number() -> None:
    sentence = Destinations.parse("US").refusal(read(JAMAICAN), ())
    assert "JM" in sentence
    assert "IVR_DESTINATIONS" in sentence
    assert "876" not in sentence


@pytest.mark.parametrize("setting", ["USA", "XX", "1900", "+", "+1-900", "US;DE"])
def test_a_slip_in_the_setting_is_named(setting: str) -> None:
    with pytest.raises(ValueError, match="which is neither a country"):
        Destinations.parse(setting)
