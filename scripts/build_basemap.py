"""Build the embedded base map from Natural Earth (land, borders) and GeoNames (names of cities).

    python scripts/build_basemap.py SOURCE_FOLDER [--out src/guanxi/places/data/basemap.json]

SOURCE_FOLDER holds `countries-10m.json` (npm world-atlas), `geonames_cities500.tsv.gz`, `geonames_cjk_native.tsv.gz`.
Arcs of the topology are thinned one by one (Douglas and Peucker 1973), finer in East Asia; since their ends stay, the
shapes still meet. The result is one JSON document:

- `arcs`: base64 of zigzag varints: for each arc its number of points, then differences of longitude and latitude
  in 0.001°.
- `land`: polygons as lists of rings, a ring as a list of arcs (~n is arc n backwards, as in TopoJSON).
- `borders`: the arcs between two countries. They are de facto and not an official map of any country.
- `cities`: longitude, latitude, population in thousands, names in English, 简体, 繁體, 한국어 (empty where unknown).
"""

from __future__ import annotations

import argparse
import base64
import csv
import gzip
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import opencc
from numpy.typing import NDArray
from pypinyin import lazy_pinyin

Points = NDArray[np.int64]
UNITS_PER_DEGREE = 1000
EAST_ASIA = (72.0, 0.0, 150.0, 55.0)
FINE_DEGREES, COARSE_DEGREES = 0.012, 0.09
SMALLEST_RING = 0.16  # width plus height in degrees outside East Asia
SMALLEST_RING_FINE = 0.03
DENSE_COUNTRIES = {"CN", "TW", "HK", "MO", "KR"}
POPULATION_DENSE, POPULATION_ELSEWHERE = 12_000, 400_000
HAN = re.compile(r"^[\u4e00-\u9fff]+$")
HANGUL = re.compile(r"^[\uac00-\ud7a3 ]+$")


def main() -> None:
    """Read the sources, write the file, say how large it is."""
    parser = argparse.ArgumentParser(description="Build the embedded base map.")
    parser.add_argument("source", type=Path)
    parser.add_argument("--out", type=Path, default=Path("src/guanxi/places/data/basemap.json"))
    arguments = parser.parse_args()
    topology = json.loads((arguments.source / "countries-10m.json").read_text())
    document = shapes(topology) | {"cities": list(cities(arguments.source))}
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(text, encoding="utf-8")
    size, packed = (len(data) / 1024 for data in (text.encode(), gzip.compress(text.encode())))
    print(f"{arguments.out}: {size:.0f} kB, {packed:.0f} kB gzipped")


def shapes(topology: dict[str, Any]) -> dict[str, object]:
    """Land and borders with their arcs, thinned."""
    arcs = [absolute(arc, topology["transform"]) for arc in topology["arcs"]]
    polygons = topology["objects"]["land"]["geometries"][0]["arcs"]
    land = [kept for polygon in polygons if (kept := [ring for ring in polygon if is_seen(ring, arcs)])]
    owners: Counter[int] = Counter()
    for country in topology["objects"]["countries"]["geometries"]:
        owners.update(set(arc_numbers(country["arcs"])))
    borders = [number for number, count in sorted(owners.items()) if count > 1]
    used = sorted(set(arc_numbers(land)) | set(borders))
    place = {number: at for at, number in enumerate(used)}
    packed = pack([thin(arcs[number]) for number in used])
    return {
        "attribution": "Natural Earth (public domain), GeoNames (CC BY 4.0)",
        "unit": UNITS_PER_DEGREE,
        "arcs": base64.b64encode(packed).decode(),
        "land": [[[renumber(arc, place) for arc in ring] for ring in polygon] for polygon in land],
        "borders": [place[number] for number in borders],
    }


def absolute(arc: list[list[int]], transform: dict[str, list[float]]) -> NDArray[np.float64]:
    """Degrees (n, 2) of a delta-coded TopoJSON arc."""
    steps = np.cumsum(np.array(arc, dtype=np.int64), axis=0)
    return np.asarray(
        steps * np.array(transform["scale"]) + np.array(transform["translate"]), dtype=np.float64
    )


def arc_numbers(nested: Iterable[Any]) -> Iterator[int]:
    """Every arc mentioned in nested lists, without its direction."""
    for item in nested:
        if isinstance(item, int):
            yield item if item >= 0 else ~item
        else:
            yield from arc_numbers(item)


def renumber(arc: int, place: dict[int, int]) -> int:
    """The arc's new number, in the same direction."""
    return place[arc] if arc >= 0 else ~place[~arc]


def is_near(points: NDArray[np.float64]) -> bool:
    """Whether some of the points lie in East Asia."""
    west, south, east, north = EAST_ASIA
    inside = (points >= (west, south)).all(axis=1) & (points <= (east, north)).all(axis=1)
    return bool(inside.any())


def is_seen(ring: list[int], arcs: list[NDArray[np.float64]]) -> bool:
    """Whether a ring is large enough to be drawn."""
    points = np.concatenate([arcs[arc if arc >= 0 else ~arc] for arc in ring])
    size = float(np.ptp(points, axis=0).sum())
    return size >= (SMALLEST_RING_FINE if is_near(points) else SMALLEST_RING)


def thin(points: NDArray[np.float64]) -> Points:
    """The arc in whole units, without points nearer to the line than the tolerance; at least four when closed."""
    tolerance = FINE_DEGREES if is_near(points) else COARSE_DEGREES
    closed = len(points) > 3 and bool((points[0] == points[-1]).all())
    keep = np.zeros(len(points), dtype=np.bool_)
    keep[[0, -1]] = True
    waiting = [(0, len(points) - 1)]
    if closed:
        third = len(points) // 3
        keep[[third, 2 * third]] = True
        waiting = [(0, third), (third, 2 * third), (2 * third, len(points) - 1)]
    while waiting:
        first, last = waiting.pop()
        if last - first < 2:
            continue
        away = distances(points[first + 1 : last], points[first], points[last])
        at = int(away.argmax())
        if away[at] > tolerance:
            middle = first + 1 + at
            keep[middle] = True
            waiting += [(first, middle), (middle, last)]
    whole = np.round(points[keep] * UNITS_PER_DEGREE).astype(np.int64)
    moved = np.ones(len(whole), dtype=np.bool_)
    moved[1:-1] = (whole[1:-1] != whole[:-2]).any(axis=1)
    return np.asarray(whole[moved], dtype=np.int64)


def distances(
    points: NDArray[np.float64], start: NDArray[np.float64], end: NDArray[np.float64]
) -> NDArray[np.float64]:
    """How far each point (n, 2) lies from the segment, in degrees."""
    along = end - start
    length = float(along @ along)
    share = np.clip((points - start) @ along / length, 0, 1) if length else np.zeros(len(points))
    return np.asarray(np.hypot(*(points - start - share[:, None] * along).T))


def pack(arcs: Sequence[Points]) -> bytes:
    """Number of points, then zigzag varints of the differences, arc after arc."""
    out = bytearray()
    for arc in arcs:
        put(out, len(arc))
        for value in np.diff(arc, axis=0, prepend=0).ravel().tolist():
            put(out, (value << 1) ^ (value >> 63))
    return bytes(out)


def put(out: bytearray, value: int) -> None:
    """Append an unsigned varint."""
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)


def cities(source: Path) -> Iterator[list[object]]:
    """Cities large enough for a label, the largest first, with their names in four languages."""
    native = {row[0]: row[6].split("|") for row in table(source / "geonames_cjk_native.tsv.gz")}
    rows = [row for row in table(source / "geonames_cities500.tsv.gz") if row[0].isdigit()]
    simplify, traditional = opencc.OpenCC("t2s"), opencc.OpenCC("s2t")
    rows.sort(key=lambda row: -int(row[6] or 0))
    taken: list[tuple[float, float]] = []
    for number, name, latitude, longitude, country, _, population, _, alternatives in rows:
        people = int(population or 0)
        if people < (POPULATION_DENSE if country in DENSE_COUNTRIES else POPULATION_ELSEWHERE):
            continue
        spot = (float(longitude), float(latitude))
        if any(abs(spot[0] - other[0]) < 0.09 and abs(spot[1] - other[1]) < 0.08 for other in taken):
            continue  # part of a city that is there already
        taken.append(spot)
        names = native.get(number, []) + alternatives.split("|")
        names = sorted(names, key=lambda name: not is_simplified(simplify.convert(name)))
        han = sounding(names, name) or best(names, HAN, ("市", "县", "縣", "区", "區"))
        korean = best(names, HANGUL, (" 시", "시", "특별시", "광역시", "군", " 구"))
        plain = simplify.convert(han)
        yield [
            round(spot[0], 3),
            round(spot[1], 3),
            people // 1000,
            name,
            plain,
            traditional.convert(plain),
            korean,
        ]


def is_simplified(name: str) -> bool:
    """Whether a name can be written in GB 2312: Japanese forms (竜岩 for 龙岩) cannot."""
    try:
        name.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def sounding(names: list[str], latin: str) -> str:
    """The city that is read like the Latin name: "许昌" for Xuchang, not its quarter "将官池"; "" for none."""
    sound = "".join(sign for sign in latin.casefold() if sign.isalpha())
    bare = (name[:-1] for name in names if len(name) > 2 and name.endswith("市"))
    return next((name for name in bare if "".join(lazy_pinyin(name)) == sound), "")


def best(names: list[str], script: re.Pattern[str], endings: tuple[str, ...]) -> str:
    """The name in a script: one that also comes with an ending ("深圳" beside "深圳市"), else the first, bare."""
    written = [name for name in names if script.match(name) and len(name) < 12]
    for name in written:
        if any(name + ending in written for ending in endings) and not name.endswith(endings):
            return name
    if not written:
        return ""
    first = next((name for name in written if not name.endswith(endings)), written[0])
    return first if len(first) <= 2 else first.removesuffix(endings[0])


def table(file: Path) -> list[list[str]]:
    """Rows of a gzipped, tab-separated file."""
    with gzip.open(file, "rt", encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))


if __name__ == "__main__":
    main()
