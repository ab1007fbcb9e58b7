"""Mainland China: names and codes of every unit, matched to GeoNames points.

A wrong namesake is worse than the parent's point, so a match has to lie in the right province, near
its parent, and for counties agree with the townships found around it.
"""

import csv
import re
from collections.abc import Iterable
from pathlib import Path
from statistics import median

from gazetteer.geonames import GeoName, NameIndex, Point, distance_km, latin_key
from gazetteer.units import Unit

ADMIN1 = {
    "11": "22", "12": "28", "13": "10", "14": "24", "15": "20", "21": "19", "22": "05", "23": "08",
    "31": "23", "32": "04", "33": "02", "34": "01", "35": "07", "36": "03", "37": "25", "41": "09",
    "42": "12", "43": "11", "44": "30", "45": "16", "46": "31", "50": "33", "51": "32", "52": "18",
    "53": "29", "54": "14", "61": "26", "62": "15", "63": "06", "64": "21", "65": "13",
}  # fmt: skip
WIDE = {"15", "54", "63", "65", "62", "23"}
"""Provinces whose counties and townships are several times as large as elsewhere."""
NO_LEVEL = re.compile(r"^(市辖区|县|省直辖县级行政区划|自治区直辖县级行政区划)$")
PEOPLES = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|高山|拉祜|水|东乡|纳西"
    "|景颇|柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|乌孜别克|俄罗斯|鄂温克|德昂"
    "|保安|裕固|京|塔塔尔|独龙|鄂伦春|赫哲|门巴|珞巴|基诺|各"
)
PEOPLE_SUFFIX = re.compile(rf"(?:(?:{PEOPLES})族)+(?=自治|乡|民族|$)|(?:{PEOPLES})族(?=(?:{PEOPLES})族)")
UNIT_SUFFIX = re.compile(
    r"(特别行政区|自治区|自治州|自治县|自治旗|省|地区|林区|特区|新区|矿区|盟|市|区|县|旗|街道办事处|街道|民族乡|镇|乡|苏木)$"
)


def short_form(name: str) -> str:
    """'酉阳土家族苗族自治县' → '酉阳', '朝阳区' → '朝阳'; the name itself when nothing is left."""
    stem = UNIT_SUFFIX.sub("", name)
    stem = re.sub(rf"(?:(?:{PEOPLES})族)+$", "", stem)
    stem = re.sub(r"(壮族|回族|维吾尔)$", "", stem)
    return stem if len(stem) >= 2 else name


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def read_units(folder: Path, country: Unit) -> dict[str, Unit]:
    """All mainland units by code; levels that exist on paper only are left out."""
    pinyin = {row["id"]: row["pinyin"] for row in _rows(folder / "areacity_level4_names.csv")}
    units: dict[str, Unit] = {}

    def add(code: str, name: str, level: str, parent: Unit) -> None:
        units[code] = Unit(code, name, level, parent, pinyin=latin_key(pinyin.get(code, "")))

    for row in _rows(folder / "provinces.csv"):
        add(row["code"], row["name"], "province", country)
    for row in _rows(folder / "cities.csv"):
        if NO_LEVEL.match(row["name"]):
            units[row["code"]] = units[row["provinceCode"]]
        else:
            add(row["code"], row["name"], "city", units[row["provinceCode"]])
    for row in _rows(folder / "areas.csv"):
        city = units[row["cityCode"]]
        if city.name == row["name"]:
            units[row["code"]] = city
        else:
            add(row["code"], row["name"], "county", city)
    for row in _rows(folder / "streets.csv"):
        add(row["code"], row["name"], "township", units[row["areaCode"]])
    return units


def _is_wide(unit: Unit) -> bool:
    return unit.code[:2] in WIDE


def _native(unit: Unit) -> set[str]:
    return {unit.name, short_form(unit.name)}


class Matcher:
    """Gives mainland units their points."""

    def __init__(self, units: dict[str, Unit], index: NameIndex) -> None:
        self._index = index
        self._units = list({id(unit): unit for unit in units.values()}.values())
        self._children: dict[int, list[Unit]] = {}
        for unit in self._units:
            if unit.parent is not None:
                self._children.setdefault(id(unit.parent), []).append(unit)

    def run(self) -> None:
        """Cities, then counties (with their townships as witnesses), then townships."""
        for unit in self._level("city"):
            if unit.point is None:
                self._place_city(unit)
        for unit in self._level("province"):
            self._place_province(unit)
        for unit in self._level("county"):
            if unit.point is None:
                self._place_county(unit)
        for unit in self._level("township"):
            self._place_township(unit)

    def _level(self, level: str) -> list[Unit]:
        return [unit for unit in self._units if unit.level == level]

    def _find(
        self, unit: Unit, names: Iterable[str], centre: Point | None = None, limit_km: float = 0
    ) -> list[GeoName]:
        return self._index.find(ADMIN1[unit.code[:2]], names, centre, limit_km)

    def _place_city(self, unit: Unit) -> None:
        found = self._find(unit, _native(unit))
        if not found:
            seats = self._children.get(id(unit), [])[:2]
            found = next((hit for seat in seats if (hit := self._find(seat, _native(seat)))), [])
        if found:
            best = max(found, key=lambda row: row.population)
            unit.place(best.point, 0)
            unit.weight = best.population

    def _place_province(self, unit: Unit) -> None:
        found = self._find(unit, _native(unit))
        if unit.code in {"11", "12", "31", "50"} and found:
            best = max(found, key=lambda row: row.population)
            unit.place(best.point, 0)
            unit.weight = best.population
            return
        capital = next((child for child in self._children[id(unit)] if child.point), None)
        if capital is not None and capital.point is not None:
            unit.place(capital.point, 0)

    def _township_points(self, county: Unit, centre: Point, limit_km: float) -> list[list[Point]]:
        names = (child for child in self._children.get(id(county), []))
        found = (self._find(child, _native(child), centre, limit_km) for child in names)
        return [[row.point for row in rows] for rows in found if rows]

    def _place_county(self, unit: Unit) -> None:
        centre = unit.parent.point if unit.parent else None
        if centre is None or unit.parent is None:
            return
        wide = _is_wide(unit) or unit.code[:2] == "50" or unit.parent.level == "province"
        limit = 700.0 if _is_wide(unit) else 330.0 if wide else 150.0
        near = 70.0 if _is_wide(unit) else 30.0
        witnesses = self._township_points(unit, centre, limit)

        def support(point: Point) -> int:
            return sum(any(distance_km(point, other) <= near for other in places) for places in witnesses)

        own = self._find(unit, _native(unit), centre, limit)
        own = own or self._find(unit, [unit.pinyin, unit.pinyin + "qu"], centre, limit / 2)
        chosen = self._best_own(unit, own, support, len(witnesses))
        point = chosen or self._cluster(witnesses, support, near)
        if point is not None:
            unit.place(point, 0)
            unit.is_estimated = chosen is None

    @staticmethod
    def _best_own(unit: Unit, own: list[GeoName], support: object, witnesses: int) -> Point | None:
        if not own or not callable(support):
            return None
        ranked = sorted(
            own,
            key=lambda row: (support(row.point), unit.name in row.other_names, row.population),
            reverse=True,
        )
        best = ranked[0]
        agrees = support(best.point) >= min(2, witnesses)
        if agrees or unit.name in best.other_names or best.population >= 20_000:
            return best.point
        return None

    @staticmethod
    def _cluster(witnesses: list[list[Point]], support: object, near: float) -> Point | None:
        points = [point for places in witnesses for point in places]
        if not points or not callable(support):
            return None
        best = max(points, key=support)
        count = support(best)
        if count < 2 or count < 0.3 * len(witnesses):
            return None
        close = [
            min(places, key=lambda other: distance_km(best, other))
            for places in witnesses
            if any(distance_km(best, other) <= near for other in places)
        ]
        return median(point[0] for point in close), median(point[1] for point in close)

    def _place_township(self, unit: Unit) -> None:
        centre = unit.parent.point if unit.parent else None
        if centre is None or unit.parent is None:
            return
        limit = 120.0 if _is_wide(unit) else 45.0
        if unit.parent.level == "city":
            limit = 60.0
        found = self._find(unit, _native(unit), centre, limit)
        found = found or self._find(unit, [unit.pinyin], centre, limit * 0.6) if unit.pinyin else found
        if not found:
            return
        exact = [row for row in found if unit.name in row.other_names] or found
        nearest = min(exact, key=lambda row: distance_km(centre, row.point))
        unit.place(nearest.point, 0)
