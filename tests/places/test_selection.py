"""Points in drawn shapes, against a plain check of each point."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from guanxi.places.calc.selection import EARTH_RADIUS_M, in_polygon, in_radius

SQUARE = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)]
HOLE = [(4.0, 4.0), (6.0, 4.0), (6.0, 6.0), (4.0, 6.0)]


def inside(points: list[tuple[float, float]], rings: list[list[tuple[float, float]]]) -> list[bool]:
    x, y = np.array(points, dtype=float).T
    return in_polygon(x, y, rings).tolist()


def test_a_hole_is_outside() -> None:
    assert inside([(2, 2), (5, 5), (11, 5), (5, -1)], [SQUARE, HOLE]) == [True, False, False, False]


def test_a_shape_across_the_antimeridian_holds_both_sides() -> None:
    fiji = [(175.0, -20.0), (190.0, -20.0), (190.0, -10.0), (175.0, -10.0)]
    assert inside([(178, -18), (-175, -15), (-165, -15), (0, -15)], [fiji]) == [True, True, False, False]


coordinates = st.tuples(st.floats(-20, 20), st.floats(-20, 20))


def winding(point: tuple[float, float], ring: list[tuple[float, float]]) -> float:
    """Sum of the angles under which a point sees the edges of a convex or simple ring."""
    total = 0.0
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        a, b = math.atan2(y1 - point[1], x1 - point[0]), math.atan2(y2 - point[1], x2 - point[0])
        total += (b - a + math.pi) % (2 * math.pi) - math.pi
    return abs(total)


@given(st.lists(coordinates, min_size=1, max_size=30), st.integers(3, 12), st.floats(1, 15), st.floats(0, 6))
def test_agrees_with_the_winding_number_of_each_point(
    points: list[tuple[float, float]], corners: int, size: float, turn: float
) -> None:
    ring = [
        (size * math.cos(turn + 2 * math.pi * n / corners), size * math.sin(turn + 2 * math.pi * n / corners))
        for n in range(corners)
    ]
    for point, found in zip(points, inside(points, [ring]), strict=True):
        angle = winding(point, ring)
        at_a_corner = min(math.dist(point, corner) for corner in ring) < 1e-6
        if abs(angle - math.pi) > 0.1 and not at_a_corner:  # not on the line
            assert found is (angle > math.pi)


def test_radius_is_measured_on_the_sphere() -> None:
    degree = math.pi * EARTH_RADIUS_M / 180
    x, y = np.array([0.0, 0.0, 1.0]), np.array([60.0, 61.0, 60.0])
    assert in_radius(x, y, (0.0, 60.0), degree * 1.001).tolist() == [True, True, True]
    assert in_radius(x, y, (0.0, 60.0), degree * 0.999).tolist() == [True, False, True]
    assert in_radius(x, y, (0.0, 60.0), degree * 0.49).tolist() == [True, False, False]
