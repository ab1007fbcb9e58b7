"""Writes the tree of units and the world's towns as one zip of column files."""

import zipfile
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from gazetteer.units import LEVELS, Unit

EPOCH = (1980, 1, 1, 0, 0, 0)


def write_pack(path: Path, members: dict[str, str]) -> None:
    """The same input gives the same bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, text in sorted(members.items()):
            archive.writestr(zipfile.ZipInfo(name, EPOCH), text.encode("utf-8"), zipfile.ZIP_DEFLATED, 9)


def unit_columns(units: list[Unit], simplify: Callable[[str], str]) -> dict[str, str]:
    """Column files of the administrative tree; `units` is in the order of `build_gazetteer.order`.

    `after` is the number behind the last unit inside; `located` is the index of the unit
    itself or of the nearest unit above it that has a point.
    """
    position = {id(unit): index for index, unit in enumerate(units)}
    parents = [position[id(unit.parent)] if unit.parent else -1 for unit in units]
    located: list[int] = []
    for index, unit in enumerate(units):
        located.append(index if unit.point or parents[index] < 0 else located[parents[index]])
    after = [0] * len(units)
    for index in range(len(units) - 1, -1, -1):
        after[index] = max(after[index], index + 1)
        if parents[index] >= 0:
            after[parents[index]] = max(after[parents[index]], after[index])
    names = name_index(units, simplify)
    points = [unit.point or (0.0, 0.0) for unit in units]
    return {
        "units/name": "\n".join(unit.name for unit in units),
        "units/code": "\n".join(unit.code for unit in units),
        "units/parent": " ".join(map(str, parents)),
        "units/located": " ".join(map(str, located)),
        "units/level": "".join(str(LEVELS.index(unit.level)) for unit in units),
        "units/latitude": " ".join(str(round(point[0] * 1e5)) for point in points),
        "units/longitude": " ".join(str(round(point[1] * 1e5)) for point in points),
        "units/weight": " ".join(str(unit.weight) for unit in units),
        "units/radius": " ".join(str(unit.radius_m) for unit in units),
        "units/after": " ".join(map(str, after)),
        "units/index": names,
        "units/lengths": name_lengths(names),
    }


def pairs(table: dict[str, str]) -> str:
    """Keys in order, a NUL, their values: read much faster than pairs line by line."""
    keys = sorted(table)
    return "\n".join(keys) + "\0" + "\n".join(table[key] for key in keys)


def name_lengths(index: str) -> str:
    """Lengths of the names by their first two letters, a length n as the character 48 + n."""
    lengths: dict[str, set[int]] = defaultdict(set)
    for name in index.partition("\0")[0].split("\n"):
        lengths[name[:2]].add(len(name))
    return pairs(
        {
            start: "".join(chr(48 + size) for size in sorted(sizes, reverse=True))
            for start, sizes in lengths.items()
        }
    )


def name_index(units: list[Unit], simplify: Callable[[str], str]) -> str:
    """Names with 'official|short|dependent', each a comma-separated list of unit numbers."""
    index: dict[str, tuple[list[int], list[int], list[int]]] = defaultdict(lambda: ([], [], []))
    for number, unit in enumerate(units):
        dependent = {simplify(name) for name in unit.old_names}
        official = {simplify(name) for name in (unit.name, *unit.full_names)} - dependent
        kinds = (official, unit.short_names, unit.old_names)
        seen: set[str] = set()
        for kind, names in enumerate(kinds):
            for name in sorted({simplify(name) for name in names} - seen):
                if len(name) >= 2:
                    index[name][kind].append(number)
                    seen.add(name)
    return pairs(
        {name: "|".join(",".join(map(str, kind)) for kind in kinds) for name, kinds in index.items()}
    )
