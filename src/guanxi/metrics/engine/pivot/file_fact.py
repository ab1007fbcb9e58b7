"""A spreadsheet or a Parquet file as a fact. No home, no Django."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import NamedTemporaryFile
from time import perf_counter
from typing import Any

from guanxi.conditions.context import Context
from guanxi.conditions.schema import NUMBERS, FieldType
from guanxi.conditions.text import parse
from guanxi.conditions.tree import Condition, Everything, fields_of
from guanxi.imports.reading import ReadError, Table, read_table
from guanxi.metrics.calc.pivot.document import Telling, document
from guanxi.metrics.calc.pivot.fields import FACT, Catalogue, PivotField, plain_name
from guanxi.metrics.calc.pivot.guessing import MOST_PLACES, Guess
from guanxi.metrics.calc.pivot.request import Wish, read_wish
from guanxi.metrics.engine.pivot.answering import Ground, answer, collect
from guanxi.metrics.engine.pivot.relation import Columns, Relation
from guanxi.metrics.engine.pivot.running import Run
from guanxi.metrics.engine.pivot.sql_types import kind_of_column

PARQUET_MARK = b"PAR1"
NAME = "file"
_SQL_TYPES = {
    FieldType.TEXT: "VARCHAR",
    FieldType.BOOLEAN: "BOOLEAN",
    FieldType.INTEGER: "BIGINT",
    FieldType.DATE: "DATE",
    FieldType.DATETIME: "TIMESTAMP",
}


@dataclass(frozen=True)
class FileFact:
    """A file ready to be asked: an open connection, what it has, where it stands, and remarks on how it was read."""

    connection: Any
    catalogue: Catalogue
    relation: Relation
    notes: Sequence[str]


def open_file(path: Path, *, sheet: str | None = None, memory: str = "4GB") -> FileFact:
    """Return a file as a fact. Raises ReadError with one clear line for whatever cannot be read."""
    import duckdb  # noqa: PLC0415 - heavy

    connection = duckdb.connect(":memory:", config={"memory_limit": memory, "temp_directory": ""})
    try:
        if _is_parquet(path):
            return _open_parquet(connection, path)
        with read_table(path, sheet=sheet) as table:
            return _open_table(connection, table)
    except duckdb.Error as error:
        connection.close()
        message = "The file is damaged and cannot be read: write it again."
        raise ReadError("damaged", message) from error
    except BaseException:
        connection.close()
        raise


def ask_file(
    path: Path, wish: Wish, where: str, *, sheet: str | None, now: datetime, seconds: float = 600
) -> dict[str, Any]:
    """Return the answer to a pivot of a file. Raises ReadError, PivotError, ConditionError."""
    began = perf_counter()
    file = open_file(path, sheet=sheet)
    try:
        pivot = read_wish(wish, file.catalogue)
        condition = parse(where, file.catalogue.schema) if where.strip() else Everything()
        ground = Ground(
            file.catalogue,
            file.relation,
            compile=lambda columns: _meant(columns, file.catalogue, condition, Context(now=now, zone=UTC)),
            labels=lambda _field, _ids: {},
            asked=fields_of(condition),
        )
        with Run(file.connection, seconds=seconds) as run:
            found = answer(collect(pivot, ground, run))
    finally:
        file.connection.close()
    notes = [{"code": "file", "message": note} for note in file.notes]
    telling = Telling(found.pivot, found.shaped, found.labels, found.single, found.added, notes=notes)
    return document(telling, perf_counter() - began)


def _meant(columns: Columns, catalogue: Catalogue, condition: Condition, context: Context) -> str:
    if isinstance(condition, Everything):
        return ""
    from guanxi.metrics.engine.pivot.condition_sql import condition_sql  # noqa: PLC0415 - heavy

    return condition_sql(columns, catalogue, condition, context)


def _is_parquet(path: Path) -> bool:
    with suppress(OSError), path.open("rb") as file:
        return file.read(len(PARQUET_MARK)) == PARQUET_MARK
    return False


def _open_parquet(connection: Any, path: Path) -> FileFact:
    connection.read_parquet([_without_globs(str(path))]).create_view("given")
    described = connection.execute("DESCRIBE given").fetchall()
    columns = [(row[0], *kind_of_column(row[1])) for row in described]
    left_out = [name for name, kind, _sql, _type in columns if kind is None]
    kept = [(name, kind, sql, ibis_type) for name, kind, sql, ibis_type in columns if kind is not None]
    names = _unique([plain_name(name) for name, *_rest in kept])
    fields = {
        name: PivotField(name, header, kind, FACT, f"c{place}", ibis_type=ibis_type)
        for place, (name, (header, kind, _sql, ibis_type)) in enumerate(zip(names, kept, strict=True))
    }
    casts = [
        f'CAST("{header.replace(chr(34), chr(34) * 2)}" AS {sql}) AS c{place}'
        for place, (header, _kind, sql, _type) in enumerate(kept)
    ]
    connection.execute(f"CREATE VIEW rows AS SELECT {', '.join(casts) or '1 AS nothing'} FROM given")  # noqa: S608
    notes = [f"column '{name}' was left out: it holds lists or other parts, not values" for name in left_out]
    return _fact(
        connection,
        path.name,
        fields,
        {header: name for name, (header, *_rest) in zip(names, kept, strict=True)},
        notes,
    )


def _without_globs(path: str) -> str:
    """A path as it is: signs that would stand for many files are taken for themselves."""
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in path)


def _open_table(connection: Any, table: Table) -> FileFact:
    guesses = [Guess(header) for header in table.header]
    for row in table.rows():
        for guess, value in zip(guesses, row.values, strict=True):
            guess.see(value)
    names = _unique([plain_name(header) for header in table.header])
    currency = next((name for name, guess in zip(names, guesses, strict=True) if guess.is_currency), "")
    fields = {
        name: PivotField(
            name,
            guess.header,
            guess.kind,
            FACT,
            f"c{place}",
            currency=currency if guess.kind in NUMBERS and guess.speaks_of_money else "",
            ibis_type=_ibis_type(guess),
        )
        for place, (name, guess) in enumerate(zip(names, guesses, strict=True))
    }
    _load(connection, table, guesses)
    notes = [note.message for note in table.notes] + [text for guess in guesses for text in _remarks(guess)]
    return _fact(connection, table.file_name, fields, dict(zip(table.header, names, strict=True)), notes)


def _fact(
    connection: Any,
    label: str,
    fields: Mapping[str, PivotField],
    aliases: Mapping[str, str],
    notes: Sequence[str],
) -> FileFact:
    others = {header: name for header, name in aliases.items() if header != name and header not in fields}
    return FileFact(
        connection, Catalogue(NAME, label, fields, aliases=others), Relation("rows", zoned=False), notes
    )


def _unique(names: Sequence[str]) -> list[str]:
    taken: list[str] = []
    for name in names:
        number, wanted = 2, name
        while wanted in taken:
            wanted, number = f"{name}_{number}", number + 1
        taken.append(wanted)
    return taken


def _ibis_type(guess: Guess) -> str:
    if guess.kind is not FieldType.NUMBER:
        return ""
    return "float64" if guess.places > MOST_PLACES else f"decimal(38, {guess.places})"


def _sql_type(guess: Guess) -> str:
    if guess.kind is not FieldType.NUMBER:
        return _SQL_TYPES[guess.kind]
    return "DOUBLE" if guess.places > MOST_PLACES else f"DECIMAL(38, {guess.places})"


def _remarks(guess: Guess) -> list[str]:
    if len(guess.currencies) > 1:
        codes = ", ".join(sorted(guess.currencies))
        return [f"column '{guess.header}' is read as text: it holds several currencies ({codes})"]
    if guess.kind is FieldType.TEXT and guess.misfit:
        return [
            f"column '{guess.header}' is read as text: not all of it are numbers, such as '{guess.misfit}'"
        ]
    return []


def _load(connection: Any, table: Table, guesses: Sequence[Guess]) -> None:
    """By way of a plain file: DuckDB reads it faster than rows can be handed over, and nothing else is loaded."""
    columns = {f"c{place}": _sql_type(guess) for place, guess in enumerate(guesses)}
    with NamedTemporaryFile(
        "w", encoding="utf-8", newline="", prefix="guanxi-pivot-", suffix=".csv", delete=False
    ) as file:
        writer = csv.writer(
            file, quoting=csv.QUOTE_NOTNULL if hasattr(csv, "QUOTE_NOTNULL") else csv.QUOTE_MINIMAL
        )
        for row in table.rows():
            writer.writerow(
                [_written(guess.read(value)) for guess, value in zip(guesses, row.values, strict=True)]
            )
    try:
        connection.read_csv(
            file.name, header=False, columns=columns, delimiter=",", quotechar='"', escapechar='"', parallel=False,
            auto_detect=False, na_values="", max_line_size=16 * 2**20,
        ).create("rows")  # fmt: skip
    finally:
        Path(file.name).unlink(missing_ok=True)


def _written(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else value
