"""Rows as far as they can be made ready without the database: parsed, keyed, placed, all in plain JSON values."""

from __future__ import annotations

import json
import marshal
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import Any

from guanxi.imports.calc.rows import ReadRow
from guanxi.imports.customer_values import customer_values
from guanxi.imports.extensions import extensions
from guanxi.imports.models import Import
from guanxi.imports.reading import Row
from guanxi.imports.reading.table import encode_cell
from guanxi.imports.services.checking import fault_list
from guanxi.imports.services.table import reader_of
from guanxi.records.values import plain

_dump = json.JSONEncoder(ensure_ascii=False, default=encode_cell, separators=(",", ":")).encode


@dataclass(slots=True)
class PreparedRow:
    """One row, ready to be resolved and written; it travels between processes as a list of plain values.

    `raw` is the JSON of its cells. A row with `faults` (as `fault_list` gives them) has nothing else. `columns` are the
    customer's columns it fills, plain; `phones` the keys of all its numbers; `parts` what each extension made of it;
    `places` by what its place may be recognised.
    """

    number: int
    raw: str
    faults: list[dict[str, Any]]
    fingerprint: str = ""
    columns: dict[str, Any] = field(default_factory=dict)
    phones: list[str] = field(default_factory=list)
    parts: dict[str, Any] = field(default_factory=dict)
    places: list[str] = field(default_factory=list)


_values_of = attrgetter(*PreparedRow.__slots__)


def packed(rows: Iterable[PreparedRow]) -> bytes:
    """Return rows as bytes for another process of this program; a fifth of what JSON costs."""
    return marshal.dumps([_values_of(row) for row in rows], 2)


def unpacked(data: bytes) -> list[PreparedRow]:
    """Return what `packed` gave, in a process of the same Python; never anything that came from outside."""
    return [PreparedRow(*values) for values in marshal.loads(data)]  # noqa: S302 - our own child wrote it


def survey_of(source: Import, rows: Callable[[], Iterable[Row]]) -> dict[str, Any]:
    """Let each extension look over the file, as far as it wants; `rows` gives them from the first on."""
    found: dict[str, Any] = {}
    for extension in extensions():
        reader = reader_of(source, extension.fields)
        values = (reader.read(row.number, row.values).values for row in rows())
        found[extension.name] = dict(extension.survey(values, source.options))
    return found


class Preparer:
    """Makes the rows of one import ready. Reads nothing but the import's own mapping, options and survey."""

    def __init__(self, source: Import) -> None:
        self._source = source
        self._reader = reader_of(source)
        self._blank = source.options.get("on_fault") == "blank"
        self._region: str = source.options.get("region", "CN")

    def prepare(self, rows: Sequence[Row]) -> list[PreparedRow]:
        """Return the rows in their order."""
        read = [_blanked(self._reader.read(row.number, row.values), blank=self._blank) for row in rows]
        parts = self.parts_of([row.values for row in read if not row.faults])
        places = places_of_parts(parts)
        made: list[PreparedRow] = []
        good = 0
        for row, said in zip(rows, read, strict=True):
            raw = _dump(row.values)
            if said.faults:
                made.append(PreparedRow(row.number, raw, fault_list(said)))
                continue
            found = self.prepare_values(said, raw)
            found.parts = {name: prepared[good] for name, prepared in parts.items()}
            found.places = sorted(places[good])
            made.append(found)
            good += 1
        return made

    def prepare_values(self, said: ReadRow, raw: str) -> PreparedRow:
        """Return a good row without what extensions make of it."""
        columns = customer_values(said.values, self._region)
        phones = [phone.e164[1:] for phone in said.values.get("phone", ())]
        return PreparedRow(said.number, raw, [], said.fingerprint(), plain_values(columns), phones)

    def parts_of(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, Sequence[Any]]:
        """Return what each extension makes of good rows."""
        survey = self._source.survey
        return {
            extension.name: extension.prepare(rows, survey.get(extension.name, {}), self._source.options)
            for extension in extensions()
        }


def plain_values(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Return columns as change sets and statements hold them: amounts and dates as text."""
    return {name: value if type(value) is str else plain(value) for name, value in columns.items()}


def places_of_parts(parts: Mapping[str, Sequence[Any]]) -> list[frozenset[str]]:
    """Return by what the place of each row may be recognised, all extensions together."""
    found = [extension.keys_of_rows(parts[extension.name]) for extension in extensions()]
    return [frozenset().union(*keys) for keys in zip(*found, strict=True)]


def _blanked(read: ReadRow, *, blank: bool) -> ReadRow:
    """When the person chose so, faulty cells are left out and the row is taken; a row without a name is not."""
    if not blank or not read.faults or "name" not in read.values:
        return read
    return replace(read, faults=())
