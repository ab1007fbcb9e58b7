"""The names an address may use for a mainland unit beside its official one.

Other endings (东城区 for 东城街道) are not listed: the reader takes any ending after a dependent stem.
"""

from gazetteer.china import short_form
from gazetteer.units import Unit

ROADS = ("路", "街", "道", "巷", "大街")
"""A township called after a road: its stem in an address is the road."""
ZONE_NAMES = (
    ("高新技术", ("高新区", "高新技术开发区", "高新技术产业开发区")),
    ("高技术", ("高新区", "高新技术开发区", "高新技术产业开发区")),
    ("经济技术开发区", ("经开区", "开发区", "经济开发区", "经济技术开发区")),
    ("经济开发区", ("经开区", "开发区", "经济开发区")),
    ("航空港", ("航空港区", "港区")),
)
VAGUE = {"城区", "郊区", "矿区", "东区", "西区", "南区", "北区", "中区", "新城区", "开发区", "高新区"}


def add_names(units: list[Unit]) -> None:
    """Fill the name sets of mainland units from their official names."""
    for unit in units:
        if unit.level in {"province", "city"}:
            _name_large(unit)
        elif unit.level == "county":
            _name_county(unit)
        elif unit.level == "township":
            _name_township(unit)


def _name_large(unit: Unit) -> None:
    stem = short_form(unit.name)
    if stem != unit.name:
        unit.short_names.add(stem)
        unit.full_names.add(stem + ("市" if unit.level == "city" else "省"))
    if unit.code in {"11", "12", "31", "50"}:
        unit.full_names.discard(stem + "省")


def _name_county(unit: Unit) -> None:
    stem = short_form(unit.name)
    for above in _stems_above(unit):
        if unit.name.startswith(above) and len(unit.name) > len(above) + 2:
            unit.old_names.add(unit.name.removeprefix(above))
    _name_zone(unit)
    if unit.name in VAGUE:
        unit.old_names.add(unit.name)
    if stem == unit.name:
        return
    (unit.short_names if unit.name[-1] in "市区县旗" else unit.old_names).add(stem)
    if unit.name.endswith(("自治县", "自治旗")):
        unit.full_names.add(stem + "县")


def _stems_above(unit: Unit) -> list[str]:
    """河北邢台经济开发区 is written 邢台经济开发区 or, behind the city, 经济开发区."""
    stems: list[str] = []
    above = unit.parent
    while above is not None:
        stem = short_form(above.name)
        stems = [stem, above.name, *(stem + lower for lower in stems), *stems]
        above = above.parent
    return stems


def _name_township(unit: Unit) -> None:
    stem = short_form(unit.name)
    _name_zone(unit)
    if unit.name in VAGUE:
        unit.old_names.add(unit.name)
    if stem == unit.name or stem.endswith(ROADS):
        return
    unit.old_names.add(stem)


def _name_zone(unit: Unit) -> None:
    """The ways a development zone is written behind its city."""
    for official, written in ZONE_NAMES:
        if official in unit.name:
            unit.old_names.update(written)
