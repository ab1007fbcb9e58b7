"""Records as a file that a spreadsheet opens safely, written as it is read."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from guanxi.access.calc import Actor
from guanxi.conditions.context import Context
from guanxi.conditions.tree import Condition
from guanxi.records.custom.references import name_references
from guanxi.records.declaration import FieldDeclaration, Kind, RecordType
from guanxi.records.presentation import shown
from guanxi.records.queries import joined, matching, related, search
from guanxi.records.values import masked, raw_value, shows_sensitive

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
CHUNK = 1_000
BYTES_AT_ONCE = 64 * 1024
CELL_LIMIT = 32_767
SHEET_ROWS = 1_048_576
_AS_SHOWN = (Kind.REFERENCE, Kind.CHOICE, Kind.CHOICES, Kind.FILE)
DANGEROUS = tuple("=+-@\t\r\n＝＋－＠")


def export_rows(
    known: RecordType,
    actor: Actor,
    where: Condition,
    *,
    columns: Sequence[str] = (),
    form: str = "csv",
    now: datetime,
    text: str = "",
    ids: Sequence[int] | None = None,
) -> Iterator[bytes]:
    """Yield the file of the visible rows that meet a condition, in order of their ids.

    `columns` are field names (none: all fields), `form` is `csv` (UTF-8 with a mark, so that spreadsheets read
    it right) or `xlsx`, `text` a quick search, `ids` a selection. Masked values stay masked. Text that a
    spreadsheet would run begins with an apostrophe. Raises ConditionError at once, not when the file is read.
    """
    fields = [known.by_name[name] for name in columns] or list(known.fields)
    rows = _rows(known, actor, where, fields, now=now, text=text, ids=ids)
    lines = _lines(rows, actor, fields)
    return _csv(fields, lines) if form == "csv" else _xlsx(fields, lines)


def neutralised(text: str) -> str:
    """Return text that no spreadsheet takes for a formula.

    >>> neutralised("=cmd|'/C calc'!A0")
    "'=cmd|'/C calc'!A0"
    """
    harmful = text.startswith(("\t", "\r", "\n")) or text.lstrip().startswith(DANGEROUS)
    return f"'{text}" if harmful else text


def _rows(
    known: RecordType,
    actor: Actor,
    where: Condition,
    fields: Sequence[FieldDeclaration],
    *,
    now: datetime,
    text: str,
    ids: Sequence[int] | None,
) -> QuerySet[Any]:
    """The rows that are written; whatever is wrong with the condition is said before the file begins."""
    rows = matching(known, actor, where, Context(now=now, zone=actor.zone))
    rows = search(rows, known, actor, text)
    if ids is not None:
        rows = rows.filter(pk__in=ids)
    beside = [field for field in fields if field.name not in rows.query.annotations]
    return joined(rows, beside).select_related(*related(known)).order_by("pk")


def _lines(rows: QuerySet[Any], actor: Actor, fields: Sequence[FieldDeclaration]) -> Iterator[list[Any]]:
    read = iter(rows.iterator(chunk_size=CHUNK))
    while chunk := list(islice(read, CHUNK)):
        name_references(chunk, fields, actor)
        for row in chunk:
            unmasked = shows_sensitive(row, actor)
            yield [_value(row, field, actor, unmasked=unmasked) for field in fields]


def _value(row: Any, field: FieldDeclaration, actor: Actor, *, unmasked: bool) -> Any:
    """A value as a cell holds it: numbers and dates as such, the rest as text."""
    value = raw_value(row, field)
    if value in (None, ""):
        return None
    if field.sensitive and not unmasked:
        return masked(field, value)
    if field.kind in _AS_SHOWN:
        return shown(row, field, unmasked=unmasked)
    if isinstance(value, datetime):
        return value.astimezone(actor.zone).replace(tzinfo=None, microsecond=0)
    return value


def _csv(fields: Sequence[FieldDeclaration], lines: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    held = io.StringIO(newline="")
    writer = csv.writer(held)
    held.write("\ufeff")
    writer.writerow([neutralised(str(field.label)) for field in fields])
    for line in lines:
        writer.writerow([_as_text(value) for value in line])
        if held.tell() > BYTES_AT_ONCE:
            yield held.getvalue().encode()
            held.seek(0)
            held.truncate()
    yield held.getvalue().encode()


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, Decimal):
        return format(value, "f")
    return neutralised(value) if isinstance(value, str) else str(value)


def _xlsx(fields: Sequence[FieldDeclaration], lines: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    import xlsxwriter  # noqa: PLC0415 - only those who export pay for it

    with tempfile.TemporaryFile() as file:
        book = xlsxwriter.Workbook(
            file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        )
        formats: dict[type, Any] = {
            date: book.add_format({"num_format": "yyyy-mm-dd"}),
            datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        }
        head = book.add_format({"bold": True, "bottom": 1})
        sheet = _add_sheet(book, fields, head)
        row = 0
        for line in lines:
            row += 1
            if row == SHEET_ROWS:
                sheet, row = _add_sheet(book, fields, head), 1
            for column, value in enumerate(line):
                _write_cell(sheet, row, column, value, formats)
        book.close()
        file.seek(0)
        while chunk := file.read(BYTES_AT_ONCE):
            yield chunk


def _add_sheet(book: Any, fields: Sequence[FieldDeclaration], head: Any) -> Any:
    """A sheet with its head; a file of more rows than a sheet holds goes on in the next."""
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, max(0, len(fields) - 1), 18)
    for column, field in enumerate(fields):
        sheet.write_string(0, column, neutralised(str(field.label)), head)
    return sheet


def _write_cell(sheet: Any, row: int, column: int, value: Any, formats: dict[type, Any]) -> None:
    if value is None:
        return
    if isinstance(value, str):
        sheet.write_string(row, column, neutralised(value)[:CELL_LIMIT])
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, formats[type(value)])
    else:
        sheet.write_number(row, column, value)
