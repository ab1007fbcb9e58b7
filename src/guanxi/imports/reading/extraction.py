"""From a file to rows on disk and the head of a table; runs in the child process."""

from __future__ import annotations

from pathlib import Path

from guanxi.imports.reading.archive import scan_archive
from guanxi.imports.reading.assembly import assemble
from guanxi.imports.reading.delimited import open_delimited
from guanxi.imports.reading.format import detect_format
from guanxi.imports.reading.html import open_html
from guanxi.imports.reading.source import Source
from guanxi.imports.reading.table import Limits, Note, ReadError, TableHead


def extract(path: Path, sheet: str | None, limits: Limits, directory: Path) -> TableHead:
    """Read the file at `path` into a row file in `directory`; raise ReadError for what cannot be read."""
    source = _open(path, sheet, limits)
    return assemble(path.name, source, directory, limits)


def _open(path: Path, sheet: str | None, limits: Limits) -> Source:
    kind = detect_format(path)
    if kind in {"zip", "xls"}:
        return _open_workbook(path, kind, sheet, limits)
    if sheet is not None:
        raise ReadError(
            "sheet_not_found", "This file has no sheets: leave the name of the sheet out.", sheet=sheet
        )
    return open_html(path) if kind == "html" else open_delimited(path)


def _open_workbook(path: Path, kind: str, sheet: str | None, limits: Limits) -> Source:
    errors: dict[str, int] = {}
    if kind == "zip":
        scan = scan_archive(path, limits)
        kind, errors = scan.format, scan.error_cells
    from guanxi.imports.reading.workbook import open_workbook  # noqa: PLC0415 - after the scan only

    source = open_workbook(path, kind, sheet, limits)
    if count := sum(errors.values()):
        message = f"{count} cells hold an error such as #N/A and were read as empty."
        source.notes.append(Note("error_cells", message, {"count": count}))
    return source
