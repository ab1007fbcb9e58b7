"""A spreadsheet as customers on a map, without a home: read, recognised, placed. No Django."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from guanxi.customers.calc import normalise_name
from guanxi.imports.calc.headers import guess_mapping
from guanxi.imports.calc.region import guess_region
from guanxi.imports.calc.rows import Reading, ReadRow, RowReader
from guanxi.imports.reading import ReadError, Table, read_table
from guanxi.places.calc.address_key import address_key
from guanxi.places.calc.row_address import city_hint, full_address, given_position
from guanxi.places.geocoding import Geocoded, geocode_many

SAMPLE_ROWS = 200
POSITION_FIELDS = {"address", "city", "county", "province", "coordinates", "latitude"}
GIVEN_ACCURACY_M = 20


@dataclass(frozen=True, slots=True)
class PlacedRow:
    """A row of the sheet with its position; `is_double` says that an earlier row is the same customer."""

    row: ReadRow
    address: str
    position: Geocoded
    is_double: bool


@dataclass(frozen=True, slots=True)
class PlacedSheet:
    """All rows of the sheet, what was found on reading, how the columns were understood (field by header).

    `region` is the one whose telephone numbers the list holds (ISO 3166).
    """

    rows: Sequence[PlacedRow]
    notes: Sequence[str]
    columns: Mapping[str, str]
    region: str


def place_sheet(path: Path, *, columns: Mapping[str, str], city: str | None = None) -> PlacedSheet:
    """Read and place a spreadsheet.

    `columns` maps a field (address, tier, …) to the header a person named for it; `city` is where the list is from.
    Raises ReadError when the file cannot be read, has no such column, or says nothing of places.
    """
    with read_table(path) as table:
        mapping, region = _mapping(table, columns), _region(table)
        reader = RowReader(table.header, mapping, Reading(region=region))
        read = [reader.read(row.number, row.values) for row in table.rows()]
        notes = [note.message for note in table.notes]
        named = {table.header[column]: field for column, field in mapping.items()}
    return PlacedSheet(_mark_doubles(read, _positions(read, city)), notes, named, region)


def _mapping(table: Table, columns: Mapping[str, str]) -> dict[int, str]:
    guesses = guess_mapping(table.header, [row.values for row in table.sample(SAMPLE_ROWS)])
    mapping = {guess.column: guess.field for guess in guesses if guess.field}
    for field, header in columns.items():
        if header not in table.header:
            known = ", ".join(table.header)
            raise ReadError("no_such_column", f"there is no column '{header}'; the columns are: {known}")
        mapping = {column: name for column, name in mapping.items() if name != field}
        mapping[table.header.index(header)] = field
    if not POSITION_FIELDS & set(mapping.values()):
        known = ", ".join(table.header)
        raise ReadError(
            "no_address", f"no column looks like an address; name it with --address (columns: {known})"
        )
    return mapping


def _region(table: Table) -> str:
    cells = [*table.header, *(cell for row in table.sample(50) for cell in row.values if cell)]
    return guess_region(" ".join(map(str, cells)), table.encoding, home="CN")


def _positions(rows: Sequence[ReadRow], city: str | None) -> list[tuple[str, Geocoded]]:
    addresses = [full_address(row.values) for row in rows]
    hints = [city_hint(row.values) or None for row in rows]
    found = geocode_many(addresses, hint=city, own_hints=hints)
    return [
        (address, _given(row, address) or position)
        for row, address, position in zip(rows, addresses, found, strict=True)
    ]


def _given(row: ReadRow, address: str) -> Geocoded | None:
    position = given_position(row.values)
    if position is None:
        return None
    return Geocoded(
        address,
        latitude=position[0],
        longitude=position[1],
        level="house",
        accuracy_m=GIVEN_ACCURACY_M,
        provider="file",
        matched=address,
    )


def _mark_doubles(rows: Sequence[ReadRow], positions: Sequence[tuple[str, Geocoded]]) -> list[PlacedRow]:
    """The same name at the same address, or the same phone under the same name, is one customer."""
    seen: set[tuple[str, str]] = set()
    placed = []
    for row, (address, position) in zip(rows, positions, strict=True):
        name = normalise_name(str(row.values.get("name", "")))
        phones = [f"phone:{phone.e164}" for phone in row.values.get("phone", ())]
        keys = {(name, key) for key in [address_key(address), *phones] if name and key}
        placed.append(PlacedRow(row, address, position, bool(keys & seen)))
        seen |= keys
    return placed
