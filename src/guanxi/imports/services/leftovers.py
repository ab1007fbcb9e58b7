"""The rows that were not taken, as a file of the kind that came in, to correct and give back."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from guanxi.access.calc import Actor
from guanxi.imports.calc.open_document import MEDIA_TYPE, spreadsheet
from guanxi.imports.models import Import
from guanxi.imports.queries import get_import, rejected_rows
from guanxi.imports.texts import fault_text

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DANGEROUS = tuple("=+-@\t\r＝＋－＠")


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


def rejected_file(*, actor: Actor, import_id: int) -> LeftOver:
    """Return the rejected rows with their reasons in a last column.

    A csv file comes back in its own encoding and with its own separator, an ods file as one, every other workbook as
    xlsx. Raises NotFoundError.
    """
    source = get_import(actor, import_id)
    stem = Path(source.name).stem
    rows = _rows(source)
    if source.head["format"] in ("csv", "tsv"):
        ending = Path(source.name).suffix or ".csv"
        return LeftOver(f"{stem}-rejected{ending}", "text/csv", _csv(source, rows))
    if source.head["format"] == "ods":
        content = spreadsheet([harmless(cell) for cell in row] for row in rows)
        return LeftOver(f"{stem}-rejected.ods", MEDIA_TYPE, content)
    return LeftOver(f"{stem}-rejected.xlsx", XLSX, _xlsx(rows))


def _rows(source: Import) -> Iterable[list[Any]]:
    yield [*source.header, _("Reason")]
    for row in rejected_rows(source):
        width = len(source.header)
        cells = [*row.raw, *[None] * width][:width]
        yield [*cells, "; ".join(map(fault_text, row.faults))]


def _csv(source: Import, rows: Iterable[list[Any]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=source.head["delimiter"] or ",", lineterminator="\r\n")
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    encoding = source.head["encoding"] or "utf-8-sig"
    try:
        return out.getvalue().encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return out.getvalue().encode("utf-8-sig")


def harmless(cell: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula; plain numbers stay as they are."""
    if not isinstance(cell, str) or not cell.lstrip().startswith(_DANGEROUS):
        return cell
    try:
        float(cell)
    except ValueError:
        return f"'{cell}"
    return cell


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
