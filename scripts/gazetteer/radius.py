"""How far from its point a unit reaches, from the points of what lies in it."""

from gazetteer.geonames import distance_km
from gazetteer.units import Unit

WIDE = {"15", "54", "63", "65", "62"}
UNPLACED_SHARE = 1.2
"""Townships without a point may lie farther out than those with one."""
FLOOR_KM = {"township": 12.0, "county": 30.0, "city": 45.0, "province": 150.0}


def _floor_km(unit: Unit) -> float:
    floor = FLOOR_KM[unit.level]
    if unit.level == "township" and unit.name.endswith("街道"):
        floor = 6.0
    if unit.level == "county" and unit.name.endswith("区"):
        floor = 25.0 if unit.is_estimated else 15.0
    return floor * (4.0 if unit.code[:2] in WIDE and floor >= 9.0 else 1.0)


def measure(units: list[Unit]) -> None:
    """Set `radius_m` of placed units without one, leaves first."""
    children: dict[int, list[Unit]] = {}
    for unit in units:
        if unit.parent is not None:
            children.setdefault(id(unit.parent), []).append(unit)
    for unit in reversed(units):
        if unit.point is None or unit.radius_m or unit.level == "country":
            continue
        reach = _floor_km(unit)
        for child in children.get(id(unit), []):
            if child.point is not None:
                share = 1.0 if child.level != "township" else 0.5
                reach = max(reach, distance_km(unit.point, child.point) + share * child.radius_m / 1000)
        unit.radius_m = round(reach * 1000 * (UNPLACED_SHARE if unit.level == "county" else 1.0))
