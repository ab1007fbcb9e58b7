"""The rows that were not taken, as a file of the kind that came in, to correct and give back."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.http import content_disposition_header
from django.utils.translation import gettext, gettext_lazy, override

from guanxi.access.calc import Actor
from guanxi.imports.calc.open_document import MEDIA_TYPE, spreadsheet
from guanxi.imports.calc.values.fault import DANGEROUS
from guanxi.imports.models import Import
from guanxi.imports.queries import get_import, rejected_rows
from guanxi.imports.services.dialects import Dialect, dialect_of
from guanxi.imports.texts import fault_text

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLSX_FORMATS = frozenset({"xlsx", "xlsm"})
_NUMBER = re.compile(r"[+-]?[\d .,()/-]+(?:[eE][+-]?\d+)?")


@dataclass(frozen=True, slots=True)
class LeftOver:
    """A file of rejected rows."""

    name: str
    content_type: str
    content: bytes

    @property
    def disposition(self) -> str:
        """The header that makes a browser keep it under its name."""
        return content_disposition_header(as_attachment=True, filename=self.name) or "attachment"


def comes_back_as_xlsx(source: Import) -> bool:
    """Whether the rejected rows come in another format than the file had: nobody writes an old xls any more."""
    return source.head["format"] not in {"csv", "tsv", "ods", *XLSX_FORMATS}


def rejected_file(*, actor: Actor, import_id: int) -> LeftOver:
    """Return the rejected rows with their reasons in a last column.

    A csv file comes back as it was written: encoding and its mark, separator, quotes, line ends (see `dialects`); an
    ods file as one; every other workbook as xlsx, also an old xls (`comes_back_as_xlsx`). Raises NotFoundError.
    """
    source = get_import(actor, import_id)
    stem = Path(source.name).stem
    if source.head["format"] in ("csv", "tsv"):
        ending = Path(source.name).suffix or ".csv"
        return LeftOver(f"{stem}-rejected{ending}", "text/csv", _csv(source))
    rows = _rows(source)
    if source.head["format"] == "ods":
        content = spreadsheet([harmless(cell) for cell in row] for row in rows)
        return LeftOver(f"{stem}-rejected.ods", MEDIA_TYPE, content)
    return LeftOver(f"{stem}-rejected.xlsx", XLSX, _xlsx(rows))


def _rows(source: Import, dialect: Dialect | None = None) -> Iterable[list[Any]]:
    """The header and the rejected rows; a column of reasons from the time before is left out."""
    header = source.header
    width = len(header) - (str(len(header) - 1) not in source.mapping and header[-1] in _reason_words())
    yield [*header[:width], _written(gettext_lazy("Reason"), dialect)]
    for row in rejected_rows(source):
        cells = [*row.raw, *[None] * width][:width]
        told = (_written(fault_text, dialect, fault) for fault in row.faults)
        yield [*cells, "; ".join(told)]


def _reason_words() -> set[str]:
    found = set()
    for code, _name in settings.LANGUAGES:
        with override(code):
            found.add(gettext("Reason"))
    return found


def _written(text: Callable[..., str] | Promise, dialect: Dialect | None, *arguments: Any) -> str:
    """A text of ours in the reader's language, else in English, as the file's encoding has the letters."""

    def said() -> str:
        return str(text(*arguments)) if callable(text) else str(text)

    told = said()
    if dialect is None or dialect.holds(told):
        return told
    with override("en"):
        return said().encode(dialect.encoding, "replace").decode(dialect.encoding)


def _csv(source: Import) -> bytes:
    head = source.head
    dialect = dialect_of(Path(source.file.path), encoding=head["encoding"], delimiter=head["delimiter"])
    return dialect.write([harmless(cell) for cell in row] for row in _rows(source, dialect))


def harmless(cell: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula; numbers, those of telephones too, stay as they are.

    The apostrophe before it is taken off when the cell comes in again (`calc.values.fault.without_guard`).
    """
    if not isinstance(cell, str) or not cell.lstrip().startswith(DANGEROUS) or _NUMBER.fullmatch(cell):
        return cell
    return f"'{cell}"


def _xlsx(rows: Iterable[list[Any]]) -> bytes:
    import xlsxwriter  # noqa: PLC0415 - 60 ms, only when a file is asked for

    out = io.BytesIO()
    options = {
        "in_memory": True,
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "default_date_format": "yyyy-mm-dd",
    }
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(number, column, harmless(cell)[:32_767])
                else:
                    sheet.write(number, column, cell)
    return out.getvalue()
