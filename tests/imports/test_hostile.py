"""Bad input: each file answers with one clear line, and nothing else suffers."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from pathlib import Path

import pytest

from guanxi.imports.reading import Limits, ReadError, read_table
from guanxi.imports.reading.child import answer
from tests.imports.files import (
    CUSTOMERS,
    inline_row,
    write_bytes,
    write_csv,
    write_lying_bomb,
    write_ods,
    write_raw_xlsx,
    write_xls,
    write_xlsx,
)

OLE_HEAD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 504


def refusal(path: Path, limits: Limits | None = None, sheet: str | None = None) -> ReadError:
    """Return the refusal of a file; its message is one line for a person."""
    with pytest.raises(ReadError) as caught:
        read_table(path, sheet=sheet, limits=limits)
    error = caught.value
    assert error.message.count("\n") == 0
    assert 10 < len(error.message) < 250
    assert "Traceback" not in error.message
    assert str(path.parent) not in error.message
    return error


def same_refusal(path: Path, limits: Limits | None = None, sheet: str | None = None) -> ReadError:
    """Return the refusal, and see that the child's own answer, asked for in this process, is the same."""
    error = refusal(path, limits, sheet)
    with tempfile.TemporaryDirectory() as directory:
        reply = json.loads(answer(path, sheet, limits or Limits(), Path(directory)))
    assert reply == {"error": {"code": error.code, "message": error.message, "parameters": error.parameters}}
    return error


@pytest.mark.parametrize("name", ["leer.xlsx", "leer.csv", "leer.ods", "leer.xls"])
def test_a_file_of_no_bytes_is_empty(tmp_path: Path, name: str) -> None:
    assert refusal(write_bytes(tmp_path / name, b"")).code == "empty_file"


@pytest.mark.parametrize("data", [b"\r\n\r\n", b"\xef\xbb\xbf", b"   \n \t\n", b"\x00\x00\x00"])
def test_a_file_of_blanks_is_empty(tmp_path: Path, data: bytes) -> None:
    assert same_refusal(write_bytes(tmp_path / "空.csv", data)).code == "empty_file"


def test_cells_without_content_are_empty(tmp_path: Path) -> None:
    assert same_refusal(write_bytes(tmp_path / "空.csv", b",,,\r\n,,,\r\n")).code == "empty_file"


def test_a_workbook_without_cells_is_empty(tmp_path: Path) -> None:
    assert same_refusal(write_xlsx(tmp_path / "空.xlsx", [])).code == "empty_file"


def test_only_a_header_is_told_apart_from_an_empty_file(tmp_path: Path) -> None:
    assert same_refusal(write_xlsx(tmp_path / "表头.xlsx", CUSTOMERS[:1])).code == "only_header"
    assert same_refusal(write_csv(tmp_path / "表头.csv", CUSTOMERS[:1], "gb18030")).code == "only_header"


def test_a_header_over_a_total_only_has_no_rows(tmp_path: Path) -> None:
    rows = [CUSTOMERS[0], ["合计", None, None, None, 0]]
    assert same_refusal(write_xlsx(tmp_path / "合计.xlsx", rows)).code == "only_header"


def _docx() -> bytes:
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    return book.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(256)) * 200,
        b"\x89PNG\r\n\x1a\n" + b"\x00\x01\x02" * 500,
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n",
        b"\x7fELF\x02\x01\x01" + bytes(range(32)) * 40,
        b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n",
        b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
        OLE_HEAD + "WordDocument".encode("utf-16-le"),
        b"<html><body><p>Please sign in</p></body></html>",
        _docx(),
    ],
    ids=["noise", "png", "pdf", "elf", "mht", "xml2003", "doc", "html", "docx"],
)
@pytest.mark.parametrize("name", ["客户.xlsx", "客户.csv"])
def test_what_is_no_spreadsheet_is_named(tmp_path: Path, data: bytes, name: str) -> None:
    assert same_refusal(write_bytes(tmp_path / name, data)).code == "not_a_spreadsheet"


@pytest.mark.parametrize("keep", [30, 400, 2000])
def test_a_workbook_cut_off_is_damaged(tmp_path: Path, keep: int) -> None:
    whole = write_xlsx(tmp_path / "客户.xlsx", CUSTOMERS).read_bytes()
    assert same_refusal(write_bytes(tmp_path / "断.xlsx", whole[:keep])).code == "damaged"


def test_an_xls_cut_off_is_damaged(tmp_path: Path) -> None:
    whole = write_xls(tmp_path / "客户.xls", CUSTOMERS).read_bytes()
    # The directory, where the stream is named, is kept; what it points to is gone.
    broken = whole[:512] + b"\xff" * 1024 + "Workbook".encode("utf-16-le")
    assert same_refusal(write_bytes(tmp_path / "断.xls", broken)).code == "damaged"


def test_an_xls_with_a_wrong_sector_table_is_damaged(tmp_path: Path) -> None:
    """The library asks for gigabytes on such a file and aborts its process."""
    data = bytearray(write_xls(tmp_path / "客户.xls", CUSTOMERS).read_bytes())
    data[76:80] = b"\x04\x00\x00\x00"
    assert refusal(write_bytes(tmp_path / "谎.xls", bytes(data))).code == "damaged"


def test_a_workbook_with_broken_xml_is_damaged(tmp_path: Path) -> None:
    path = write_raw_xlsx(
        tmp_path / "坏.xlsx", b"<worksheet><sheetData><row r='1'><c r='A1'><v>1</sheetData>"
    )
    assert same_refusal(path).code == "damaged"


def test_a_password_is_asked_to_be_taken_off(tmp_path: Path) -> None:
    encrypted = OLE_HEAD + "EncryptionInfo".encode("utf-16-le") + "EncryptedPackage".encode("utf-16-le")
    assert same_refusal(write_bytes(tmp_path / "密.xlsx", encrypted)).code == "password_protected"


def test_an_encrypted_ods_is_password_protected(tmp_path: Path) -> None:
    path = tmp_path / "密.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", b"\x8f\x12\x99")
        archive.writestr("META-INF/manifest.xml", "<manifest:encryption-data/>")
    assert same_refusal(path).code == "password_protected"


def test_a_zip_entry_with_a_password_is_password_protected(tmp_path: Path) -> None:
    data = bytearray(write_xlsx(tmp_path / "客户.xlsx", CUSTOMERS).read_bytes())
    place = data.index(b"PK\x01\x02")
    data[place + 8] |= 1
    assert same_refusal(write_bytes(tmp_path / "密.xlsx", bytes(data))).code == "password_protected"


def test_a_bomb_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    path = write_raw_xlsx(tmp_path / "炸.xlsx", b" " * (64 * 2**20))
    assert path.stat().st_size < 200_000
    assert same_refusal(path).code == "zip_bomb"


def test_a_bomb_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = write_lying_bomb(tmp_path / "谎.xlsx", 64)
    with zipfile.ZipFile(path) as archive:
        assert archive.getinfo("xl/worksheets/sheet1.xml").file_size == 1024
    assert same_refusal(path).code == "zip_bomb"


def test_an_archive_of_too_many_parts_is_refused(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "多.xlsx", CUSTOMERS)
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(60):
            archive.writestr(f"xl/media/{number}.png", b"")
    assert same_refusal(path, Limits(archive_entries=50)).code == "zip_bomb"


def test_parts_that_overlap_are_refused(tmp_path: Path) -> None:
    data = bytearray(write_xlsx(tmp_path / "客户.xlsx", CUSTOMERS).read_bytes())
    first = data.index(b"PK\x01\x02")
    second = data.index(b"PK\x01\x02", first + 4)
    data[second + 42 : second + 46] = data[first + 42 : first + 46]
    assert same_refusal(write_bytes(tmp_path / "叠.xlsx", bytes(data))).code == "zip_bomb"


def test_too_much_to_unpack_is_too_large(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "客户.xlsx", CUSTOMERS)
    with zipfile.ZipFile(path) as archive:
        size = sum(entry.file_size for entry in archive.infolist())
    assert same_refusal(path, Limits(inflated_bytes=size - 1)).code == "too_large"
    assert same_refusal(path, Limits(inflated_bytes=size // 5)).code == "zip_bomb"


def test_a_file_over_the_limit_is_too_large(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "客户.csv", CUSTOMERS)
    error = refusal(path, Limits(file_bytes=20))
    assert (error.code, error.parameters["limit"]) == ("too_large", 20)


@pytest.mark.parametrize("corner", ["XFD1048576", "ZZ900000", "AZ1048576", "XFD2000"])
def test_a_cell_far_outside_is_named(tmp_path: Path, corner: str) -> None:
    number = int("".join(sign for sign in corner if sign.isdigit()))
    sheet = inline_row(1, ("A1", "客户名称"), ("B1", "地址")) + inline_row(number, (corner, "x"))
    path = write_raw_xlsx(tmp_path / "远.xlsx", sheet)
    error = same_refusal(path)
    assert error.code == "cell_out_of_range"
    assert corner in error.message


def test_a_cell_in_the_last_row_of_a_narrow_sheet_is_a_row(tmp_path: Path) -> None:
    sheet = inline_row(1, ("A1", "客户名称"), ("B1", "地址")) + inline_row(1_048_576, ("A1048576", "甲公司"))
    with read_table(write_raw_xlsx(tmp_path / "远.xlsx", sheet)) as table:
        assert list(table.rows()) == [(1_048_576, ["甲公司", None])]


def test_a_single_far_column_is_too_many_columns(tmp_path: Path) -> None:
    sheet = inline_row(1, ("A1", "客户名称")) + inline_row(2, ("XFD2", "x"))
    assert same_refusal(write_raw_xlsx(tmp_path / "远.xlsx", sheet)).code == "too_large"


def test_an_ods_that_repeats_a_cell_a_million_times_is_refused(tmp_path: Path) -> None:
    path = write_ods(tmp_path / "客户.ods", CUSTOMERS)
    with zipfile.ZipFile(path) as archive:
        parts = {entry.filename: archive.read(entry.filename) for entry in archive.infolist()}
    parts["content.xml"] = parts["content.xml"].replace(
        b"<table:table-row>",
        b'<table:table-row table:number-rows-repeated="1000000">'
        b'<table:table-cell table:number-columns-repeated="16000" office:value-type="float" office:value="1"/>',
        1,
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    assert same_refusal(path).code == "cell_out_of_range"


def test_a_cell_beyond_the_last_row_is_out_of_range(tmp_path: Path) -> None:
    sheet = inline_row(1, ("A1", "客户名称")) + inline_row(9_999_999, ("B9999999", "x"))
    assert same_refusal(write_raw_xlsx(tmp_path / "远.xlsx", sheet)).code == "cell_out_of_range"


def test_a_process_short_of_memory_dies_alone(tmp_path: Path) -> None:
    rows = "".join(
        inline_row(number, *[(f"{column}{number}", f"许昌市七一路{number}号") for column in "ABCDEFGHIJ"])
        for number in range(1, 20_001)
    )
    path = write_raw_xlsx(tmp_path / "大.xlsx", rows)
    assert refusal(path, Limits(memory_bytes=30 * 2**20)).code == "too_large"
    with read_table(path) as table:
        assert table.row_count == 20_000


def test_a_slow_file_is_stopped(tmp_path: Path) -> None:
    rows = [["客户名称", "地址"], *[[f"客户{number}", "许昌"] for number in range(200_000)]]
    path = write_csv(tmp_path / "慢.csv", rows)
    assert refusal(path, Limits(seconds=0)).code == "too_slow"


def test_too_many_columns_are_refused(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "宽.xlsx", [["列"] * 60, ["值"] * 60])
    assert same_refusal(path, Limits(columns=50)).code == "too_large"
    path = write_csv(tmp_path / "宽.csv", [["列"] * 60, ["值"] * 60])
    assert same_refusal(path, Limits(columns=50)).code == "too_large"


def test_too_many_rows_are_refused(tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "长.csv", [["客户名称", "电话"], *[["客户", str(number)] for number in range(200)]]
    )
    assert same_refusal(path, Limits(rows=100)).code == "too_large"


def test_an_unknown_sheet_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "客户.xlsx", CUSTOMERS, sheets={"价目": [["a"]]})
    error = same_refusal(path, sheet="没有")
    assert error.code == "sheet_not_found"
    assert "客户" in error.message
    assert "价目" in error.message
    assert same_refusal(write_csv(tmp_path / "客户.csv", CUSTOMERS), sheet="客户").code == "sheet_not_found"


def test_a_missing_file_and_a_folder_are_unreadable(tmp_path: Path) -> None:
    assert refusal(tmp_path / "没有.csv").code == "unreadable"
    (tmp_path / "夹").mkdir()
    assert refusal(tmp_path / "夹").code in {"unreadable", "empty_file"}
