"""Names of before a merger or renaming, and well-known zones that are no administrative unit."""

import csv
from collections.abc import Iterator
from pathlib import Path

from gazetteer.china import short_form
from gazetteer.units import Unit


def _rows(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.reader(line for line in stream if line.strip() and not line.startswith("#")):
            yield [cell.strip() for cell in row]


def add_former(units: dict[str, Unit], path: Path) -> None:
    """Rows 'code,former name[,alone]': 'alone' when the name means one place without its city."""
    for code, name, *alone in _rows(path):
        unit = units[code]
        (unit.full_names if alone else unit.old_names).add(name)


def _city(unit: Unit) -> Unit:
    while unit.level not in {"city", "province"} and unit.parent is not None:
        unit = unit.parent
    return unit


def add_zones(units: dict[str, Unit], path: Path) -> list[Unit]:
    """Rows 'code of the unit it lies in,names with |,latitude,longitude,radius in km'."""
    zones = []
    for number, (code, zone_names, lat, lon, radius_km) in enumerate(_rows(path)):
        name, *others = zone_names.split("|")
        zone = Unit(f"{code}Z{number}", name, "township", units[code])
        city = short_form(_city(units[code]).name)
        for written in (name, *others):
            (zone.full_names if written.startswith(city) else zone.old_names).add(written)
        zone.place((float(lat), float(lon)), float(radius_km) * 1000)
        zones.append(zone)
    return zones
