"""Builds `src/guanxi/places/data/gazetteer.zip` from the public sources.

    python scripts/build_gazetteer.py --sources DIR

DIR holds `cn/`, `kr/` and `world/`; which file comes from where is in docs/geocoding.md.
"""

import argparse
import unicodedata
from collections.abc import Callable
from pathlib import Path

import opencc

from gazetteer import china, former, islands, korea, names, pack, radius, world
from gazetteer.geonames import GeoName, NameIndex, distance_km, read_geonames
from gazetteer.points import ITSELF, read_points
from gazetteer.units import Unit
from guanxi.places.calc.address_text import SEPARATORS

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "src/guanxi/places/data/gazetteer.zip"
HERE = Path(__file__).resolve().parent / "gazetteer"


def traditional_table() -> dict[str, str]:
    """Characters of the traditional script that become another single character in the simplified one."""
    convert = opencc.OpenCC("t2s").convert
    table = {}
    for first, last in ((0x3400, 0x4DBF), (0x4E00, 0x9FFF)):
        for number in range(first, last + 1):
            letter = chr(number)
            simple = convert(letter)
            if simple != letter and len(simple) == 1:
                table[letter] = simple
    return table


def place_compiled(units: dict[str, Unit]) -> None:
    """Give the units of mainland_points.txt their points; a name that is not there is an error."""
    distinct = {id(unit): unit for unit in units.values()}.values()
    by_name = {
        (unit.parent.name, unit.name): unit for unit in distinct if unit.parent and unit.level != "township"
    }
    tops = {unit.name: unit for unit in distinct if unit.level in {"province", "city"}}
    for prefecture, points in read_points(HERE / "mainland_points.txt").items():
        for name, point in points.items():
            unit = tops[prefecture] if name == ITSELF else by_name[prefecture, name]
            unit.place(point, 0)


def mainland(sources: Path, towns: list[GeoName], simplify: Callable[[str], str]) -> list[Unit]:
    """The mainland tree with points, names and radii."""
    country = Unit("CN", "中国", "country", full_names={"中华人民共和国"})
    country.place((35.0, 104.0), 2_700_000)
    units = china.read_units(sources / "cn", country)
    place_compiled(units)
    index = NameIndex((town for town in towns if town.country == "CN"), simplify)
    china.Matcher(units, index).run()
    ordered = [country, *{id(unit): unit for unit in units.values()}.values()]
    names.add_names(ordered)
    ordered += former.add_zones(units, HERE / "mainland_zones.csv")
    former.add_former(units, HERE / "mainland_former_names.csv")
    radius.measure(ordered)
    return ordered


def order(units: list[Unit]) -> list[Unit]:
    """Each unit directly before all that lies in it, so that 'lies in' is a range of numbers."""
    children: dict[int, list[Unit]] = {}
    for unit in units:
        children.setdefault(id(unit.parent) if unit.parent else 0, []).append(unit)
    ordered: list[Unit] = []
    waiting = children[0][::-1]
    while waiting:
        unit = waiting.pop()
        ordered.append(unit)
        waiting.extend(reversed(children.get(id(unit), [])))
    return ordered


def report(units: list[Unit]) -> None:
    """How many units of each country and level have a point of their own."""
    counts: dict[tuple[str, str], list[int]] = {}
    for unit in units:
        country = unit.code[:2] if unit.code[:2].isalpha() else "CN"
        count = counts.setdefault((country, unit.level), [0, 0])
        count[0] += 1
        count[1] += unit.point is not None
    for (country, level), (total, placed) in sorted(counts.items()):
        print(f"{country} {level:9} {total:6} units, {placed:6} with a point of their own")


def check(units: list[Unit]) -> None:
    """A point far from the one above it is a mistake in a source or in a match."""
    for unit in units:
        above = unit.parent
        if unit.point and above and above.point and above.level in {"county", "city"}:
            apart = distance_km(unit.point, above.point)
            if apart > (60 if unit.level == "township" else 400) and unit.code[:2] not in china.WIDE:
                print(f"far: {unit.code} {unit.name} is {apart:.0f} km from {above.name}")


def main() -> None:
    """Read, match, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=TARGET)
    options = parser.parse_args()
    sources: Path = options.sources
    table = traditional_table()
    translation = str.maketrans(table)

    def simplify(text: str) -> str:
        return text.translate(translation)

    def as_read(name: str) -> str:
        return SEPARATORS.sub("", simplify(unicodedata.normalize("NFKC", name)))

    towns = read_geonames(sources / "world/geonames_cities500.tsv.gz")
    points = read_points(HERE / "islands_points.txt")
    to_traditional = opencc.OpenCC("s2t").convert
    korea_country = Unit("KR", "대한민국", "country", full_names={"한국"})
    korea_country.place((36.4, 127.9), 350_000)
    units = order(
        [
            *mainland(sources, towns, simplify),
            *islands.IslandsBuilder(sources / "cn", towns, points, to_traditional, simplify).units,
            korea_country,
            *korea.KoreaBuilder(sources / "kr", korea_country).units,
        ]
    )
    check(units)
    report(units)
    members = pack.unit_columns(units, as_read)
    members["traditional"] = "".join(table) + "\n" + "".join(table.values())
    members["units/romanised"] = world.romanised_units(units)
    members |= world.columns(towns, simplify)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    pack.write_pack(options.out, members)
    print(f"{options.out}: {options.out.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
