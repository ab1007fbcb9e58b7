"""The embedded gazetteer: one zip of column files, read on first use (about 0.1 s), shared by the process.

Sources and licences are in docs/geocoding.md; `scripts/build_gazetteer.py` makes the file.
"""

import zipfile
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources

LEVEL_NAMES = ("country", "province", "city", "county", "township")
Kinds = tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]


def _numbers(text: str) -> list[int]:
    return list(map(int, text.split()))


def _kinds(text: str) -> Kinds:
    full, short, dependent = (tuple(map(int, part.split(","))) if part else () for part in text.split("|"))
    return full, short, dependent


@dataclass(slots=True)
class Gazetteer:
    """The administrative tree of China, Taiwan, Hong Kong, Macau and Korea.

    Units are numbers into the columns, each directly before all that lies in it up to `after`; `located`
    gives the unit whose point is used (itself or the nearest above
    that has one). Latitude and longitude are WGS-84 in 1e-5 degrees, `radius` is in metres,
    `weight` the population of a city (0 unknown), for the order of namesakes.
    """

    names: list[str]
    codes: list[str]
    parents: list[int]
    located: list[int]
    levels: list[int]
    latitude: list[int]
    longitude: list[int]
    radius: list[int]
    weight: list[int]
    simplified: dict[int, int]
    after: list[int]
    lengths: dict[str, str]
    _index: dict[str, str]
    _known: dict[str, Kinds] = field(default_factory=dict)
    _by_code: dict[str, int] = field(default_factory=dict)

    def named(self, name: str) -> Kinds | None:
        """Units with this simplified name: (official, short form, dependent), or None."""
        kinds = self._known.get(name)
        if kinds is None:
            text = self._index.get(name)
            if text is None:
                return None
            kinds = self._known[name] = _kinds(text)
        return kinds

    def unit_of(self, code: str) -> int:
        """The unit with a code, -1 when there is none; codes stay when the gazetteer is built anew."""
        if not self._by_code:
            self._by_code.update({code: unit for unit, code in enumerate(self.codes)})
        return self._by_code.get(code, -1)

    def ancestry(self, unit: int) -> list[int]:
        """The unit and all above it, country first."""
        line = []
        while unit >= 0:
            line.append(unit)
            unit = self.parents[unit]
        return line[::-1]

    def point(self, unit: int) -> tuple[float, float]:
        """WGS-84 (latitude, longitude) in degrees of the unit or of the nearest above it with a point."""
        place = self.located[unit]
        return self.latitude[place] / 1e5, self.longitude[place] / 1e5


def read_member(name: str) -> str:
    """The text of one column file."""
    file = resources.files("guanxi.places") / "data" / "gazetteer.zip"
    with resources.as_file(file) as path, zipfile.ZipFile(path) as archive:
        return archive.read(name).decode("utf-8")


def read_pairs(name: str) -> dict[str, str]:
    """A column file of keys, a NUL and as many values."""
    keys, _, values = read_member(name).partition("\0")
    return dict(zip(keys.split("\n"), values.split("\n"), strict=True))


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """The gazetteer, read once a process."""
    index = read_pairs("units/index")
    before, after = read_member("traditional").split("\n")
    return Gazetteer(
        names=read_member("units/name").split("\n"),
        codes=read_member("units/code").split("\n"),
        parents=_numbers(read_member("units/parent")),
        located=_numbers(read_member("units/located")),
        levels=list(map(int, read_member("units/level"))),
        latitude=_numbers(read_member("units/latitude")),
        longitude=_numbers(read_member("units/longitude")),
        radius=_numbers(read_member("units/radius")),
        weight=_numbers(read_member("units/weight")),
        simplified=dict(zip(map(ord, before), map(ord, after), strict=True)),
        after=_numbers(read_member("units/after")),
        lengths=read_pairs("units/lengths"),
        _index=index,
    )
