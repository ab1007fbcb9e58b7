"""A look into the zip before anything opens it: bombs, lies about sizes, cells out of range.

Everything is inflated once in small pieces and counted, because the sizes in the directory are only claims.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from guanxi.imports.reading.format import password_protected
from guanxi.imports.reading.table import MIB, Limits, ReadError

_PIECE = 1 * MIB
_SMALL_ENTRY = 16 * MIB
_OVERLAP = 64
_SPARSE_AREA = 5_000_000
_LAST_ROW = 1_048_576
_LAST_COLUMN = 16_384
_ENCRYPTED_FLAG = 0x1

_NEAR_COLUMNS, _NEAR_ROWS = 52, 99_999
# What the letters and figures of a reference may reach, the nearest first.
_COLUMN_REACH = {
    _NEAR_COLUMNS: rb"",
    104: rb"[BC][A-Z][0-9]",
    702: rb"[D-Z][A-Z][0-9]",
    _LAST_COLUMN: rb"[A-Z]{3}",
}
_ROW_REACH = {
    _NEAR_ROWS: rb"",
    199_999: rb"[A-Z]+1[0-9]{5}(?![0-9])",
    999_999: rb"[A-Z]+[2-9][0-9]{5}(?![0-9])",
    _LAST_ROW: rb"[A-Z]+[0-9]{7}",
}
_REFERENCE = re.compile(rb"""\sr=["']([A-Z]{1,8})([0-9]{1,12})["']""")


@dataclass(slots=True)
class SheetScan:
    """What one sheet's XML says: cells, cells with an error, and the corner they may reach."""

    cells: int = 0
    errors: int = 0
    columns_at_most: int = _NEAR_COLUMNS
    rows_at_most: int = _NEAR_ROWS

    @property
    def is_suspicious(self) -> bool:
        """Tell whether the cells may lie so far apart that opening them takes gigabytes."""
        area = self.columns_at_most * self.rows_at_most
        return area > _SPARSE_AREA and area > 50 * self.cells


@dataclass(frozen=True, slots=True)
class ArchiveScan:
    """The format found in the archive and the number of error cells in each sheet's file."""

    format: str
    error_cells: dict[str, int]


def scan_archive(path: Path, limits: Limits) -> ArchiveScan:
    """Check the archive at `path` against the limits.

    Raises ReadError: damaged, zip_bomb, too_large, cell_out_of_range, password_protected, not_a_spreadsheet.
    """
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            _check_directory(entries, limits)
            kind = _kind(archive)
            return ArchiveScan(kind, _scan_entries(file, archive, limits))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise _damaged() from error


def _damaged() -> ReadError:
    return ReadError(
        "damaged", "The file is damaged or cut off: open it in its own program and save it again."
    )


def _bomb(reason: str) -> ReadError:
    return ReadError("zip_bomb", f"The file is refused: {reason}. A real spreadsheet is not built like that.")


def _check_directory(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(entries) > limits.archive_entries:
        raise _bomb(f"it holds {len(entries)} parts")
    if any(entry.flag_bits & _ENCRYPTED_FLAG for entry in entries):
        raise password_protected()
    _check_size(sum(entry.file_size for entry in entries), limits)
    end = 0
    for entry in sorted(entries, key=lambda each: each.header_offset):
        if entry.header_offset < end:
            raise _bomb("its parts overlap")
        end = entry.header_offset + entry.compress_size


def _check_size(size: int, limits: Limits) -> None:
    if size > limits.inflated_bytes:
        raise ReadError(
            "zip_bomb" if size > 4 * limits.inflated_bytes else "too_large",
            f"The file unpacks to more than {limits.inflated_bytes // MIB} MiB: split it or save it as csv.",
            limit=limits.inflated_bytes,
        )


def _kind(archive: zipfile.ZipFile) -> str:
    names = set(archive.namelist())
    if "mimetype" in names and "content.xml" in names:
        if b"spreadsheet" in archive.open("mimetype").read(200):
            if _is_encrypted_ods(archive, names):
                raise password_protected()
            return "ods"
    elif (
        "xl/workbook.xml" in names
        or "xl/workbook.bin" in names
        or any(name.startswith("xl/") for name in names)
    ):
        return "xlsx"
    raise ReadError(
        "not_a_spreadsheet", "This is an archive or another document: choose the spreadsheet itself."
    )


def _is_encrypted_ods(archive: zipfile.ZipFile, names: set[str]) -> bool:
    manifest = "META-INF/manifest.xml"
    return manifest in names and b"encryption-data" in archive.open(manifest).read(MIB)


def _scan_entries(file: BinaryIO, archive: zipfile.ZipFile, limits: Limits) -> dict[str, int]:
    total = 0
    errors: dict[str, int] = {}
    for entry in archive.infolist():
        scan = SheetScan() if _is_sheet(entry.filename) else None
        size, tail = 0, b""
        for piece in _inflate(file, entry):
            size += len(piece)
            _check_size(total + size, limits)
            if size > _SMALL_ENTRY and size > limits.compression_ratio * max(entry.compress_size, 1):
                raise _bomb(f"a part of it unpacks to more than {limits.compression_ratio} times its size")
            if scan is not None:
                tail = _scan_piece(scan, tail, piece)
        total += size
        if scan is not None:
            errors[entry.filename] = scan.errors
            if scan.is_suspicious:
                _check_references(file, entry, scan)
    return errors


def _is_sheet(name: str) -> bool:
    return name.startswith("xl/worksheets/") and name.endswith(".xml")


def _inflate(file: BinaryIO, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield what the entry really holds, whatever length the directory claims."""
    file.seek(entry.header_offset)
    header = file.read(30)
    if len(header) < 30 or not header.startswith(b"PK\x03\x04"):
        raise _damaged()
    file.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
    position, left = file.tell(), entry.compress_size
    decompressor = zlib.decompressobj(-15) if entry.compress_type == zipfile.ZIP_DEFLATED else None
    if decompressor is None and entry.compress_type != zipfile.ZIP_STORED:
        raise _damaged()
    while left > 0:
        file.seek(position)
        raw = file.read(min(_PIECE // 8, left))
        if not raw:
            raise _damaged()
        position, left = position + len(raw), left - len(raw)
        if decompressor is None:
            yield raw
            continue
        while raw:
            yield decompressor.decompress(raw, _PIECE)
            raw = decompressor.unconsumed_tail


def _scan_piece(scan: SheetScan, tail: bytes, piece: bytes) -> bytes:
    """Count one piece into the scan; return the end of it, in which a tag may be cut."""
    text = tail + piece
    scan.cells += text.count(b"<c ") - tail.count(b"<c ")
    scan.errors += text.count(b't="e"') - tail.count(b't="e"')
    if _farther(scan.columns_at_most, scan.rows_at_most).search(text):
        scan.columns_at_most = _reach(text, _COLUMN_REACH, scan.columns_at_most)
        scan.rows_at_most = _reach(text, _ROW_REACH, scan.rows_at_most)
    return text[-_OVERLAP:]


@lru_cache(maxsize=16)
def _farther(columns: int, rows: int) -> re.Pattern[bytes]:
    """Return one pattern for every reference beyond what is known already: a piece is searched only once."""
    beyond = [pattern for reach, pattern in _COLUMN_REACH.items() if reach > columns]
    beyond += [pattern for reach, pattern in _ROW_REACH.items() if reach > rows]
    return re.compile(rb"r=[\"'](?:" + b"|".join(beyond or [rb"(?!)"]) + rb")")


def _reach(text: bytes, kinds: dict[int, bytes], known: int) -> int:
    for reach, pattern in sorted(kinds.items(), reverse=True):
        if reach <= known:
            break
        if re.search(rb"r=[\"']" + pattern, text):
            return reach
    return known


def _check_references(file: BinaryIO, entry: zipfile.ZipInfo, scan: SheetScan) -> None:
    """Measure the exact corner of a sheet whose few cells seem to lie far apart; refuse it if they do."""
    tail = b""
    last_row = last_column = 1
    corner = ""
    for piece in _inflate(file, entry):
        text = tail + piece
        for match in _REFERENCE.finditer(text):
            row, column = int(match[2]), column_number(match[1])
            if row > last_row or column > last_column:
                corner = f"{match[1].decode()}{row}"
            last_row, last_column = max(row, last_row), max(column, last_column)
        tail = text[-_OVERLAP:]
    if last_row > _LAST_ROW or last_column > _LAST_COLUMN or _is_sparse(last_row * last_column, scan.cells):
        raise ReadError(
            "cell_out_of_range",
            f"A cell far outside the table ({corner}) makes the sheet enormous: delete the rows and columns "
            "after the table and save again.",
            cell=corner,
        )


def _is_sparse(area: int, cells: int) -> bool:
    return area > _SPARSE_AREA and area > 50 * cells


def column_number(letters: bytes) -> int:
    """Return the 1-based number of a column: A is 1, XFD is 16,384."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
