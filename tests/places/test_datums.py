"""Positions of Chinese maps to WGS-84 and back."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.places.calc.datums import Datum, Floats, Position, from_wgs84, to_wgs84

METRES_PER_DEGREE = 111_320.0
CHINA = {"west": 73.5, "east": 135.1, "south": 17.5, "north": 53.6}

PUBLISHED = [
    (Datum.GCJ02, (116.404, 39.915), (116.41024449916938, 39.91640428150164)),
]
"""From, to: what the README of the converter `coordtransform` prints for Tiananmen Square."""


def metres(one: Position, other: Position) -> Floats:
    """How far two lots of positions are apart."""
    east: Floats = (one[0] - other[0]) * np.cos(np.radians(other[1]))
    apart: Floats = np.hypot(east, one[1] - other[1]) * METRES_PER_DEGREE
    return apart


@pytest.mark.parametrize(("datum", "wgs", "shifted"), PUBLISHED)
def test_a_published_position(datum: Datum, wgs: tuple[float, float], shifted: tuple[float, float]) -> None:
    """What is known of the shift from elsewhere comes out."""
    found = from_wgs84(datum, np.array([wgs[0]]), np.array([wgs[1]]))
    assert found[0][0] == pytest.approx(shifted[0], abs=1e-9)
    assert found[1][0] == pytest.approx(shifted[1], abs=1e-9)


def test_baidu_of_a_published_position() -> None:
    """Baidu adds to GCJ-02: (116.404, 39.915) there is (116.41036949371029, 39.92133699351022) in BD-09."""
    gcj = np.array([116.404]), np.array([39.915])
    found = from_wgs84(Datum.BD09, *to_wgs84(Datum.GCJ02, *gcj))
    assert found[0][0] == pytest.approx(116.41036949371029, abs=1e-9)
    assert found[1][0] == pytest.approx(39.92133699351022, abs=1e-9)


@pytest.mark.parametrize("datum", [Datum.GCJ02, Datum.BD09])
def test_a_million_positions_come_back_within_a_millimetre(datum: Datum) -> None:
    """There and back, over all of the country."""
    drawn = np.random.default_rng(20261123)
    given_positions = (
        drawn.uniform(CHINA["west"], CHINA["east"], 1_000_000),
        drawn.uniform(CHINA["south"], CHINA["north"], 1_000_000),
    )
    shifted = from_wgs84(datum, *given_positions)
    assert float(metres(to_wgs84(datum, *shifted), given_positions).max()) < 0.001
    assert float(metres(shifted, given_positions).min()) > 1
    assert float(metres(shifted, given_positions).max()) < 2_500


@given(longitude=st.floats(CHINA["west"], CHINA["east"]), latitude=st.floats(CHINA["south"], CHINA["north"]))
def test_one_position_comes_back_as_many_do(longitude: float, latitude: float) -> None:
    """What is beside a position does not change its own answer by more than the promise."""
    alone = to_wgs84(Datum.GCJ02, np.array([longitude]), np.array([latitude]))
    beside = to_wgs84(Datum.GCJ02, np.array([longitude, 116.4]), np.array([latitude, 39.9]))
    assert float(metres(alone, (beside[0][:1], beside[1][:1])).max()) < 0.001


@pytest.mark.parametrize(
    ("longitude", "latitude"), [(126.978, 37.5665 + 20), (-0.1276, 51.5), (151.2, -33.9)]
)
def test_beyond_the_rectangle_nothing_is_shifted(longitude: float, latitude: float) -> None:
    """GCJ-02 is WGS-84 abroad."""
    position = np.array([longitude]), np.array([latitude])
    for convert in (from_wgs84, to_wgs84):
        found = convert(Datum.GCJ02, *position)
        assert (found[0][0], found[1][0]) == (longitude, latitude)


@pytest.mark.parametrize("datum", list(Datum))
def test_no_position_at_all(datum: Datum) -> None:
    """Empty columns stay empty."""
    nothing = np.empty(0), np.empty(0)
    assert all(len(axis) == 0 for axis in to_wgs84(datum, *from_wgs84(datum, *nothing)))


def test_a_gap_stays_a_gap() -> None:
    """An unknown position neither turns up somewhere nor spoils its neighbours."""
    found = to_wgs84(
        Datum.GCJ02, np.array([np.nan, 116.41024449916938]), np.array([np.nan, 39.91640428150164])
    )
    assert np.isnan(found[0][0])
    assert found[0][1] == pytest.approx(116.404, abs=1e-8)


@pytest.mark.parametrize("convert", [from_wgs84, to_wgs84])
def test_metres_in_a_column_of_degrees_are_refused(convert: Callable[..., Position]) -> None:
    """Numbers that are no position are an error, not a place in the sea."""
    with pytest.raises(ValueError, match="degrees"):
        convert(Datum.BD09, np.array([12_957_000.0]), np.array([4_851_000.0]))
