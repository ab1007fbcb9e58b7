"""Circles on the globe."""

from math import pi

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.conditions.distance import EARTH_RADIUS, Circle

latitudes = st.floats(-90, 90)
longitudes = st.floats(-180, 180)


@pytest.mark.parametrize(
    ("one", "other", "kilometres"),
    [
        # Veness, "Calculate distance, bearing and more": haversine with R = 6,371 km
        ((50.06639, -5.71472), (58.64389, -3.07), 968.9),
        ((0.0, 0.0), (0.0, 180.0), pi * 6371.0088),
        ((90.0, 0.0), (0.0, 77.0), pi * 6371.0088 / 2),
        ((0.0, 179.5), (0.0, -179.5), pi * 6371.0088 / 180),
    ],
)
def test_a_circle_ends_at_its_distance(
    one: tuple[float, float], other: tuple[float, float], kilometres: float
) -> None:
    assert Circle(*one, kilometres * 1001).covers(*other)
    assert not Circle(*one, kilometres * 999).covers(*other)


@given(latitudes, longitudes, st.floats(1, 2e7), latitudes, longitudes)
def test_the_box_holds_the_circle(
    latitude: float, longitude: float, metres: float, north: float, east: float
) -> None:
    circle = Circle(latitude, longitude, metres)
    if circle.covers(north, east):
        low, high = circle.latitudes()
        assert low <= north <= high
        assert any(west <= east <= far for west, far in circle.longitudes())


@given(latitudes, longitudes, latitudes, longitudes, st.floats(1, 2e7))
def test_distance_is_the_same_from_both_ends(
    one: float, first: float, other: float, second: float, metres: float
) -> None:
    there, back = Circle(one, first, metres), Circle(other, second, metres)
    wider, back_wider = Circle(one, first, metres * 1.001 + 1), Circle(other, second, metres * 1.001 + 1)
    assert not there.covers(other, second) or back_wider.covers(one, first)
    assert not back.covers(one, first) or wider.covers(other, second)


def test_a_circle_of_half_the_globe_and_more_covers_it() -> None:
    assert Circle(10.0, 20.0, EARTH_RADIUS * pi).covers(-10.0, -160.0)
