"""Taiwan, Hong Kong and Macau: units by name, with GeoNames points where it has the place."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path

from gazetteer.geonames import GeoName
from gazetteer.points import ITSELF, Point
from gazetteer.units import Unit

Convert = Callable[[str], str]
HONG_KONG_DISTRICTS = {
    "NST": "沙田区", "NIS": "离岛区", "KKC": "九龙城区", "NYL": "元朗区", "NTP": "大埔区", "HSO": "南区",
    "KSS": "深水埗区", "KKT": "观塘区", "HEA": "东区", "HCW": "中西区", "NKT": "葵青区", "NTW": "荃湾区",
    "NTM": "屯门区", "NSK": "西贡区", "KYT": "油尖旺区", "KWT": "黄大仙区", "HWC": "湾仔区", "NNO": "北区",
}  # fmt: skip


class IslandsBuilder:
    """Makes the trees of 台灣, 香港 and 澳門."""

    def __init__(
        self,
        folder: Path,
        towns: Iterable[GeoName],
        points: dict[str, dict[str, Point]],
        to_traditional: Convert,
        simplify: Convert,
    ) -> None:
        self._points = points
        self._traditional = to_traditional
        self._simplify = simplify
        self._towns = list(towns)
        self.units: list[Unit] = []
        tree = json.loads((folder / "HK-MO-TW.json").read_text(encoding="utf-8"))
        self._taiwan(tree["台湾省"])
        self._hong_kong(tree["香港特别行政区"])
        self._macau(tree["澳门特别行政区"])

    def _unit(
        self, code: str, name: str, level: str, parent: Unit | None, key: tuple[str, str], radius_m: int
    ) -> Unit:
        unit = Unit(code, self._traditional(name), level, parent)
        unit.full_names.add(name)
        point = self._points[key[0]].get(key[1])
        if point is not None:
            unit.place(point, radius_m)
        self.units.append(unit)
        return unit

    def _taiwan(self, tree: dict[str, list[str]]) -> None:
        country = self._unit("TW", "台湾", "country", None, ("台湾", ITSELF), 250_000)
        country.full_names.update({"台湾省", "台湾地区", "中华民国"})
        tree = {**tree, "金门县": ["金城镇", "金湖镇", "金沙镇", "金宁乡", "烈屿乡"],
                "连江县": ["南竿乡", "北竿乡", "莒光乡", "东引乡"]}  # fmt: skip
        for number, (city_name, names) in enumerate(tree.items(), 1):
            city = self._unit(f"TW{number:02d}", city_name, "city", country, (city_name, ITSELF), 40_000)
            stem = city_name[:-1]
            city.weight = 2_500_000 - number * 50_000
            city.short_names.add(stem)
            city.old_names.update({stem + "县", stem + "市"} - {city_name})
            for place, name in enumerate(names, 1):
                unit = self._unit(f"{city.code}{place:02d}", name, "county", city, (city_name, name), 9_000)
                if len(name) > 2:
                    unit.old_names.add(name[:-1])
                elif len(name) == 2:
                    unit.old_names.add(name)

    def _hong_kong(self, tree: dict[str, list[str]]) -> None:
        city = self._unit("HK", "香港", "city", None, ("香港", ITSELF), 35_000)
        city.weight = 7_400_000
        city.full_names.update({"香港特别行政区", "香港特區", "香港特区", "香港市"})
        districts: dict[str, Unit] = {}
        for number, (region_name, names) in enumerate(tree.items(), 1):
            region = self._unit(f"HK{number}", region_name, "city", city, ("香港", region_name), 25_000)
            region.full_names.update(
                {"港岛"} if region_name == "香港岛" else {"九龙半岛"} if number == 2 else set()
            )
            for place, name in enumerate(names, 1):
                district = self._unit(f"HK{number}{place:02d}", name, "county", region, ("香港", name), 9_000)
                stem = name[:-1]
                district.old_names.update({stem} if len(stem) >= 2 else {name})
                districts[name] = district
        listed = {
            name
            for key, group in self._points.items()
            if key.startswith("港/")
            for part in group
            for name in part.split("/")
        }
        for town in self._towns:
            if town.country == "HK" and town.admin1 in HONG_KONG_DISTRICTS:
                self._town(town, districts[HONG_KONG_DISTRICTS[town.admin1]], listed)
        for name, district in districts.items():
            self._quarters(self._points.get(f"港/{name}", {}), district)

    def _quarters(self, points: dict[str, Point], parent: Unit) -> None:
        for names, point in points.items():
            name, *others = names.split("/")
            unit = Unit(f"{parent.code}-{name}", self._traditional(name), "township", parent)
            unit.full_names.update({name, *others})
            unit.place(point, 3_500)
            self.units.append(unit)

    def _town(self, town: GeoName, parent: Unit, listed: set[str]) -> None:
        native = [name for name in town.other_names if all("\u4e00" <= letter <= "\u9fff" for letter in name)]
        if not native or any(self._simplify(name) in listed for name in native):
            return
        unit = Unit(f"GN{town.name}", native[-1], "township", parent)
        unit.full_names.update(native)
        unit.place(town.point, 3_500)
        self.units.append(unit)

    def _macau(self, tree: dict[str, list[str]]) -> None:
        city = self._unit("MO", "澳门", "city", None, ("澳门", ITSELF), 9_000)
        city.full_names.update({"澳门特别行政区", "澳门市"})
        city.weight = 650_000
        for number, names in enumerate(tree.values(), 1):
            for place, name in enumerate(names, 1):
                plain = name.partition("（")[0]
                self._unit(f"MO{number}{place:02d}", plain, "county", city, ("澳门", plain), 4_000)
        self._quarters(self._points["澳"], city)
