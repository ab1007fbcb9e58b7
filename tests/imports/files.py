"""Real files for the tests: workbooks and text files as people and attackers make them."""

from __future__ import annotations

import csv
import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path

import openpyxl
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

DATA = Path(__file__).parent / "data"

Value = str | int | float | bool | date | None
Rows = Sequence[Sequence[Value]]

CUSTOMERS: list[list[Value]] = [
    ["客户名称", "联系人", "电话", "地址", "年销售额"],
    ["许昌鑫源商贸有限公司", "王建国", "0374-2331234", "许昌市魏都区七一路15号", 120000],
    ["宏达电气有限公司", "李娜", "13800138000", "许昌市建安区尚集镇昌盛路8号", 86500.5],
    ["莲城烟酒店", "赵先生", "15937401234", "许昌市魏都区文峰路220号", 3200],
]


def write_xlsx(
    path: Path,
    rows: Rows,
    *,
    merges: Iterable[str] = (),
    sheets: dict[str, Rows] | None = None,
    hidden: Iterable[str] = (),
) -> Path:
    """Write a workbook whose first sheet is 客户; `sheets` follow it, those in `hidden` are hidden."""
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.title = "客户"
    _fill(first, rows)
    for region in merges:
        first.merge_cells(region)
    for name, more in (sheets or {}).items():
        _fill(book.create_sheet(name), more)
    for name in hidden:
        book[name].sheet_state = "hidden"
    book.save(path)
    return path


def _fill(sheet: object, rows: Rows) -> None:
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            if value is not None:
                sheet.cell(number, column, value)  # type: ignore[attr-defined]


def write_xls(path: Path, rows: Rows, *, merges: Iterable[tuple[int, int, int, int]] = ()) -> Path:
    """Write a workbook of 1997; a merge is (first row, last row, first column, last column), 0-based."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("客户")
    style = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    merged = {(first, left): (first, last, left, right) for first, last, left, right in merges}
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if region := merged.get((number, column)):
                sheet.write_merge(*region, value)
            elif isinstance(value, date):
                sheet.write(number, column, value, style)
            elif value is not None:
                sheet.write(number, column, value)
    book.save(str(path))
    return path


def write_ods(path: Path, rows: Rows, *, merges: Iterable[tuple[int, int, int, int]] = ()) -> Path:
    """Write an OpenDocument spreadsheet; a merge is (first row, last row, first column, last column), 0-based."""
    document = OpenDocumentSpreadsheet()
    table = Table(name="客户")
    spans = {(first, left): (last - first + 1, right - left + 1) for first, last, left, right in merges}
    for number, row in enumerate(rows):
        line = TableRow()
        for column, value in enumerate(row):
            cell = _ods_cell(value)
            if span := spans.get((number, column)):
                cell.setAttribute("numberrowsspanned", str(span[0]))
                cell.setAttribute("numbercolumnsspanned", str(span[1]))
            line.addElement(cell)
        table.addElement(line)
    document.spreadsheet.addElement(table)
    document.save(str(path))
    return path


def _ods_cell(value: Value) -> TableCell:
    if value is None:
        return TableCell()
    if isinstance(value, bool):
        return TableCell(valuetype="boolean", booleanvalue="true" if value else "false")
    if isinstance(value, int | float):
        return TableCell(valuetype="float", value=repr(value))
    if isinstance(value, datetime):
        return TableCell(valuetype="date", datevalue=value.isoformat())
    if isinstance(value, date):
        return TableCell(valuetype="date", datevalue=value.isoformat())
    cell = TableCell(valuetype="string")
    cell.addElement(P(text=value))
    return cell


def csv_bytes(rows: Rows, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """Return the rows as a text file the way Excel saves it."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(
        ["" if value is None else value for value in row] for row in rows
    )
    return out.getvalue().encode(encoding)


def write_bytes(path: Path, data: bytes) -> Path:
    """Write `data` and return the path."""
    path.write_bytes(data)
    return path


def write_csv(path: Path, rows: Rows, encoding: str = "utf-8", delimiter: str = ",") -> Path:
    """Write the rows as a text file."""
    return write_bytes(path, csv_bytes(rows, encoding, delimiter))


_SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'


def write_raw_xlsx(path: Path, sheet_data: str | bytes, *, compression: int = zipfile.ZIP_DEFLATED) -> Path:
    """Write a minimal workbook whose only sheet holds the XML given: what no honest program would write."""
    book = io.BytesIO()
    openpyxl.Workbook().save(book)
    body = sheet_data if isinstance(sheet_data, bytes) else _SHEET.format(sheet_data).encode()
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(path, "w", compression) as new:
        for entry in old.infolist():
            is_sheet = entry.filename == "xl/worksheets/sheet1.xml"
            new.writestr(entry.filename, body if is_sheet else old.read(entry.filename))
    return path


def inline_row(number: int, *cells: tuple[str, str]) -> str:
    """Return the XML of a row of text cells, each given as (reference, text)."""
    texts = "".join(f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>' for place, text in cells)
    return f'<row r="{number}">{texts}</row>'


def write_lying_bomb(path: Path, mebibytes: int) -> Path:
    """Write a workbook whose sheet inflates to far more than its directory entry claims."""
    write_raw_xlsx(path, b"\x00" * 1024)
    honest = zlib.compressobj(9, zlib.DEFLATED, -15)
    payload = b"".join(honest.compress(b" " * 1_048_576) for _piece in range(mebibytes)) + honest.flush()
    book = io.BytesIO(path.read_bytes())
    with zipfile.ZipFile(book) as archive:
        names = {entry.filename: archive.read(entry.filename) for entry in archive.infolist()}
    out, directory = io.BytesIO(), io.BytesIO()
    for name, data in names.items():
        _write_entry(
            out, directory, name, payload if name.endswith("sheet1.xml") else _deflate(data), len(data), data
        )
    start = out.tell()
    entries = directory.getvalue()
    out.write(entries)
    out.write(struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, len(names), len(names), len(entries), start, 0))
    return write_bytes(path, out.getvalue())


def _deflate(data: bytes) -> bytes:
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    return compressor.compress(data) + compressor.flush()


def _write_entry(
    out: io.BytesIO, directory: io.BytesIO, name: str, packed: bytes, claimed: int, data: bytes
) -> None:
    offset, encoded, check = out.tell(), name.encode(), zlib.crc32(data)
    common = struct.pack("<5H3L2H", 20, 0, 8, 0, 0x21, check, len(packed), claimed, len(encoded), 0)
    out.write(b"PK\x03\x04" + common + encoded + packed)
    directory.write(
        b"PK\x01\x02" + struct.pack("<H", 20) + common + struct.pack("<3H2L", 0, 0, 0, 0, offset) + encoded
    )
