"""Korea: 시도, 시군구 and 읍면동 of 2018 (KOSTAT), with later renamings.

Addresses use the legal 동; they are made from the administrative ones (역삼1동, 역삼2동 → 역삼동).
"""

import json
import re
from collections import defaultdict
from pathlib import Path
from statistics import mean
from typing import Any

from gazetteer.geonames import distance_km
from gazetteer.units import Unit

SHORT_PROVINCES = {
    "서울특별시": ["서울", "서울시"], "부산광역시": ["부산", "부산시"], "대구광역시": ["대구", "대구시"],
    "인천광역시": ["인천", "인천시"], "광주광역시": ["광주"], "대전광역시": ["대전", "대전시"],
    "울산광역시": ["울산", "울산시"], "세종특별자치시": ["세종", "세종시"], "경기도": ["경기"],
    "강원도": ["강원", "강원특별자치도"], "충청북도": ["충북"], "충청남도": ["충남"],
    "전라북도": ["전북", "전북특별자치도"], "전라남도": ["전남"], "경상북도": ["경북"],
    "경상남도": ["경남"], "제주특별자치도": ["제주", "제주도"],
}  # fmt: skip
DISPLAY = {"강원도": "강원특별자치도", "전라북도": "전북특별자치도"}
RENAMED = {("인천광역시", "남구"): "미추홀구"}
MOVED = {("경상북도", "군위군"): "대구광역시"}
EXTRA_DONG = {
    ("서울특별시", "영등포구", "여의동"): ["여의도동"],
    ("서울특별시", "중구", "명동"): ["명동1가", "명동2가", "을지로2가", "태평로1가", "무교동"],
    ("서울특별시", "중구", "소공동"): ["태평로2가", "남대문로2가", "서소문동", "정동"],
    ("서울특별시", "종로구", "종로1·2·3·4가동"): ["인사동", "관철동"],
    ("서울특별시", "종로구", "사직동"): ["세종로", "광화문"],
    ("서울특별시", "용산구", "한강로동"): ["한강로1가", "한강로2가", "한강로3가"],
    ("서울특별시", "마포구", "서교동"): ["동교동"],
}
METROPOLITAN = re.compile(r"(특별시|광역시|특별자치시)$")
NUMBERED = re.compile(r"^(\D+?)(?:제?\d+(?:·\d+)*|본)동$")
BLOCKS = re.compile(r"^(\D+)(\d+(?:·\d+)*)가\d*동$")


def legal_names(name: str) -> list[str]:
    """The legal 동 of an administrative one: 역삼1동 → 역삼동, 성수2가3동 → 성수동2가, 종로5·6가동 → 종로5가."""
    blocks = BLOCKS.match(name)
    if blocks:
        stem = blocks[1] if blocks[1].endswith("로") else blocks[1] + "동"
        return [f"{stem}{number}가" for number in blocks[2].split("·")]
    numbered = NUMBERED.match(name)
    return [numbered[1] + "동"] if numbered else []


def _decode_arcs(topology: dict[str, Any]) -> list[list[tuple[float, float]]]:
    scale, shift = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for step in arc:
            x, y = x + step[0], y + step[1]
            points.append((y * scale[1] + shift[1], x * scale[0] + shift[0]))
        arcs.append(points)
    return arcs


def _flat(value: list[Any] | int) -> list[int]:
    return [value] if isinstance(value, int) else [index for part in value for index in _flat(part)]


def read_outlines(folder: Path) -> dict[str, list[tuple[float, float]]]:
    """Corner points (latitude, longitude) of every unit by its KOSTAT code."""
    outlines: dict[str, list[tuple[float, float]]] = {}
    for part in ("provinces", "municipalities", "submunicipalities"):
        topology = json.loads((folder / f"skorea-{part}-2018-topo-simple.json").read_text(encoding="utf-8"))
        arcs = _decode_arcs(topology)
        for collection in topology["objects"].values():
            for shape in collection["geometries"]:
                indexes = _flat(shape.get("arcs", []))
                points = [point for index in indexes for point in arcs[index if index >= 0 else ~index]]
                outlines[str(shape["properties"]["code"])] = points
    return outlines


class KoreaBuilder:
    """Makes the tree 시도 → 시 (with 구) → 시군구 → 읍면동."""

    def __init__(self, folder: Path, country: Unit) -> None:
        self._country = country
        self._outlines = read_outlines(folder)
        self._provinces: dict[str, Unit] = {}
        self._counties: dict[str, Unit] = {}
        self._cities: dict[tuple[str, str], Unit] = {}
        self.units: list[Unit] = []
        text = (folder / "kostat2018_centroids.tsv").read_text(encoding="utf-8")
        rows = [line.split("\t") for line in text.splitlines()[1:]]
        for level in ("1", "2", "3"):
            for code, kind, province, county, name, lat, lon in rows:
                if kind == level:
                    self._add(code, level, province, county, name, (float(lat), float(lon)))
        self._add_legal_dong()

    def _unit(self, code: str, name: str, level: str, parent: Unit, point: tuple[float, float]) -> Unit:
        unit = Unit(f"KR{code}", name, level, parent)
        reach = max((distance_km(point, corner) for corner in self._outlines.get(code, [])), default=5.0)
        unit.place(point, min(reach * 1000 + 200, 150_000))
        self.units.append(unit)
        return unit

    def _add(
        self, code: str, level: str, province: str, county: str, name: str, point: tuple[float, float]
    ) -> None:
        if level == "1":
            kind = "city" if METROPOLITAN.search(name) else "province"
            unit = self._unit(code, DISPLAY.get(name, name), kind, self._country, point)
            unit.short_names.update(SHORT_PROVINCES[name])
            unit.full_names.add(name)
            unit.weight = 10_000_000 - 100_000 * int(code)
            self._provinces[name] = unit
        elif level == "2":
            self._add_county(code, province, name, point)
        else:
            parent = self._counties[code[:5]]
            unit = self._unit(code, name, "township", parent, point)
            unit.full_names.update(EXTRA_DONG.get((province, county, name), []))

    def _add_county(self, code: str, province: str, name: str, point: tuple[float, float]) -> None:
        parent = self._provinces[MOVED.get((province, name), province)]
        if name == "세종시":
            self._counties[code] = parent
            return
        split = re.match(r"^(.+시)(.+구)$", name)
        if split:
            parent = self._city_of_districts(province, split[1], parent)
            name = split[2]
        unit = self._unit(code, RENAMED.get((province, name), name), "county", parent, point)
        if unit.name != name:
            unit.old_names.add(name)
        if (province, name) in MOVED:
            unit.full_names.add(name)
        stem = name[:-1]
        if len(stem) >= 2:
            (unit.short_names if name[-1] in "시군" else unit.old_names).add(stem)
            if name in {"분당구", "일산동구", "일산서구"}:
                unit.short_names.update({stem, "일산"} if "일산" in name else {stem})
        self._counties[code] = unit

    def _city_of_districts(self, province: str, name: str, parent: Unit) -> Unit:
        key = (province, name)
        if key not in self._cities:
            city = Unit(f"KR{province}{name}", name, "city", parent)
            city.short_names.add(name[:-1])
            self._cities[key] = city
            self.units.append(city)
        return self._cities[key]

    def _add_legal_dong(self) -> None:
        """'역삼1동' and '역삼2동' are 역삼동 in an address: one more unit with their mean point."""
        groups: dict[tuple[int, str], list[Unit]] = defaultdict(list)
        parents = {}
        for unit in self.units:
            if unit.level != "township" or unit.parent is None:
                continue
            for name in legal_names(unit.name):
                groups[id(unit.parent), name].append(unit)
                parents[id(unit.parent)] = unit.parent
        taken = {(id(unit.parent), unit.name) for unit in self.units}
        for (parent_id, name), members in groups.items():
            if (parent_id, name) in taken:
                continue
            self.units.append(_mean_unit(name, parents[parent_id], members))
        for city in self._cities.values():
            members = [unit for unit in self.units if unit.parent is city and unit.point]
            joined = _mean_unit(city.name, city, members)
            city.place(joined.point or (0.0, 0.0), joined.radius_m)


def _mean_unit(name: str, parent: Unit, members: list[Unit]) -> Unit:
    points = [member.point for member in members if member.point]
    centre = (mean(point[0] for point in points), mean(point[1] for point in points))
    reach = max(
        distance_km(centre, point) * 1000 + member.radius_m
        for point, member in zip(points, members, strict=True)
    )
    unit = Unit(f"{members[0].code}L{name}", name, "township", parent)
    unit.place(centre, reach)
    return unit
