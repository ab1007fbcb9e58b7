"""Country, region and town in scripts that write words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.places.calc.address_latin import letters_only, normalise_key, split_latin, town_names

COUNTRIES = {"usa": "US", "united kingdom": "GB", "germany": "DE"}
STATES = {"ca": "CA", "new hampshire": "NH"}


def region_of(name: str, country: str) -> tuple[str, str] | None:
    return ("US", STATES[name]) if name in STATES and country in {"", "US"} else None


@pytest.mark.parametrize(
    ("address", "country", "region", "segments"),
    [
        ("Mountain View, CA 94043, USA", "US", "CA", (("mountain", "view"),)),
        (
            "10 Downing Street, London SW1A 2AA, United Kingdom",
            "GB",
            "",
            (("downing", "street"), ("london",)),
        ),
        ("10117 Berlin\nGermany", "DE", "", (("berlin",),)),
        ("Germany, Berlin", "DE", "", (("berlin",),)),
        ("Concord, New Hampshire", "US", "NH", (("concord",),)),
        ("Berlin", "", "", (("berlin",),)),
        ("USA", "US", "", ()),
        ("12345", "", "", ()),
    ],
)
def test_country_and_region_are_read_off_the_end(
    address: str, country: str, region: str, segments: tuple[tuple[str, ...], ...]
) -> None:
    parts = split_latin(address, COUNTRIES.get, region_of)
    assert (parts.country, parts.region, parts.segments) == (country, region, segments)


def test_town_names_come_longest_first_without_titles() -> None:
    names = list(town_names(("city", "of", "new", "york")))
    assert names[:2] == [("city of new york", True), ("new york", True)]
    assert ("york", False) in names


def test_a_segment_of_titles_only_is_taken_as_it_stands() -> None:
    assert next(iter(town_names(("town",)))) == ("town", True)


def test_keys() -> None:
    assert normalise_key("St. Gallen ") == "st gallen"
    assert letters_only(("nan", "shan", "district")) == "nanshan"


@given(st.text(max_size=120))
def test_any_text_can_be_split(text: str) -> None:
    parts = split_latin(text, COUNTRIES.get, region_of)
    assert all(words for words in parts.segments)


def test_new_is_a_title_before_area_only() -> None:
    assert letters_only(("pudong", "new", "area")) == "pudong"
    assert letters_only(("new", "york", "city")) == "newyork"
