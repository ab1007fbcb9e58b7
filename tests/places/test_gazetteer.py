"""The gazetteer that ships: its laws, and facts anybody can check."""

import subprocess
import sys

import pytest

from guanxi.places.gazetteer import Gazetteer, gazetteer
from guanxi.places.towns import towns


@pytest.fixture(scope="module")
def book() -> Gazetteer:
    return gazetteer()


def test_every_unit_stands_directly_before_what_lies_in_it(book: Gazetteer) -> None:
    for unit, parent in enumerate(book.parents):
        assert parent < unit < book.after[unit]
        if parent >= 0:
            assert book.after[unit] <= book.after[parent]
            assert book.levels[parent] <= book.levels[unit]


def test_columns_are_of_one_length(book: Gazetteer) -> None:
    columns = (
        book.codes,
        book.parents,
        book.located,
        book.levels,
        book.latitude,
        book.longitude,
        book.radius,
    )
    assert {len(column) for column in (*columns, book.after, book.weight)} == {len(book.names)}
    assert len(set(book.codes)) == len(book.codes)


def test_points_are_on_the_map_and_have_a_radius(book: Gazetteer) -> None:
    for unit, place in enumerate(book.located):
        latitude, longitude = book.point(unit)
        assert 3 < latitude < 54
        assert 73 < longitude < 136
        assert book.radius[place] > 0
        assert place <= unit < book.after[place]


def test_every_name_leads_to_units_and_is_found_by_its_beginning(book: Gazetteer) -> None:
    for name in book._index:
        kinds = book.named(name)
        assert kinds is not None
        assert any(kinds)
        assert all(0 <= unit < len(book.names) for kind in kinds for unit in kind)
        assert chr(48 + len(name)) in book.lengths[name[:2]]
    assert book.named("没有这个地方") is None


@pytest.mark.parametrize(
    ("code", "name", "latitude", "longitude", "within"),
    [
        ("110105", "朝阳区", 39.92, 116.44, 0.08),
        ("4403", "深圳市", 22.55, 114.07, 0.1),
        ("330782", "义乌市", 29.31, 120.07, 0.1),
        ("659002", "阿拉尔市", 40.55, 81.28, 0.3),
        ("KR11230", "강남구", 37.50, 127.06, 0.05),
        ("KR23030", "미추홀구", 37.45, 126.66, 0.05),
        ("HK", "香港", 22.32, 114.17, 0.1),
        ("MO", "澳門", 22.20, 113.54, 0.05),
    ],
)
def test_well_known_units(
    book: Gazetteer, code: str, name: str, latitude: float, longitude: float, within: float
) -> None:
    unit = book.unit_of(code)
    assert book.names[unit] == name
    assert book.point(unit) == pytest.approx((latitude, longitude), abs=within)


def test_an_unknown_code_is_no_unit(book: Gazetteer) -> None:
    assert book.unit_of("999999") == -1


def test_later_renamings_of_korea_are_known(book: Gazetteer) -> None:
    gunwi = book.unit_of("KR37310")
    assert [book.names[unit] for unit in book.ancestry(gunwi)] == ["대한민국", "대구광역시", "군위군"]
    for old, new in (("강원도", "강원특별자치도"), ("전라북도", "전북특별자치도")):
        assert book.named(old) == book.named(new)


def test_counties_have_a_point_of_their_own(book: Gazetteer) -> None:
    counties = [unit for unit, level in enumerate(book.levels) if level == 3]
    own = sum(book.located[unit] == unit for unit in counties)
    assert own / len(counties) > 0.95


def test_towns_of_the_world() -> None:
    world = towns()
    reykjavik = world.named("reykjavík")[0]
    assert world.countries[reykjavik] == "IS"
    assert world.point(reykjavik) == pytest.approx((64.14, -21.90), abs=0.1)
    assert world.named("no such town") == ()
    assert world.units_romanised("nosuchplace") == ()


def test_importing_the_geocoder_starts_neither_django_nor_the_gazetteer() -> None:
    code = (
        "import sys, guanxi.places.geocoding\n"
        "from guanxi.places.gazetteer import gazetteer\n"
        "assert 'django' not in sys.modules and gazetteer.cache_info().currsize == 0"
    )
    subprocess.run([sys.executable, "-c", code], check=True)  # noqa: S603 - our own interpreter and code
