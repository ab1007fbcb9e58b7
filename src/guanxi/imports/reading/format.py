"""What a file is, by its first bytes; its name is not believed."""

from __future__ import annotations

import re
from pathlib import Path

from guanxi.imports.reading.table import ReadError

OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEAD_BYTES = 65_536
_CONTROL = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_HTML = re.compile(rb"<(?:!doctype\s+html|html|table|meta|head|body|style)\b", re.IGNORECASE)
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def detect_format(path: Path) -> str:
    """Return "zip", "xls", "html" or "text"; raise ReadError for what is no spreadsheet.

    A "zip" is looked into by `archive`. Codes: not_a_spreadsheet, password_protected, empty_file.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if head.startswith(b"PK"):
        return "zip"
    if head.startswith(OLE_MARK):
        return _detect_ole(path)
    _refuse_known_documents(head)
    bare = head.lstrip(b"\xef\xbb\xbf \t\r\n\x00")
    if not bare and path.stat().st_size <= _HEAD_BYTES:
        raise ReadError("empty_file", "The file is empty: choose a spreadsheet that has rows.")
    if _HTML.match(_narrow(bare)):
        return "html"
    _refuse_binary(head)
    return "text"


def _narrow(head: bytes) -> bytes:
    """Drop the zero bytes of UTF-16, so that a tag at the start can be recognised."""
    for mark in _UTF16_MARKS:
        head = head.removeprefix(mark)
    return head[:512].replace(b"\x00", b"").lstrip()


def _detect_ole(path: Path) -> str:
    data = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise password_protected()
    if any(name.encode("utf-16-le") in data for name in ("Workbook", "Book")):
        return "xls"
    raise ReadError(
        "not_a_spreadsheet",
        "This is another kind of Office file, not a spreadsheet: save the list as xlsx or csv.",
    )


def password_protected() -> ReadError:
    """Return the refusal of an encrypted file."""
    return ReadError(
        "password_protected",
        "The file is protected by a password: open it, save it without the password, and try again.",
    )


def _refuse_known_documents(head: bytes) -> None:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"%PDF"):
        raise _not_a_spreadsheet("This is a PDF")
    if b"urn:schemas-microsoft-com:office:spreadsheet" in _narrow_all(head[:4096]):
        raise _not_a_spreadsheet("This is an XML spreadsheet of 2003")
    if start[:13].lower() == b"mime-version:":
        raise _not_a_spreadsheet("This is a web archive")
    if start.startswith((b"PAR1", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")):
        raise _not_a_spreadsheet("This is a picture, an archive or a data file")


def _narrow_all(head: bytes) -> bytes:
    return head.replace(b"\x00", b"")


def _refuse_binary(head: bytes) -> None:
    if head.startswith(_UTF16_MARKS):
        return
    controls = len(_CONTROL.findall(head.replace(b"\x00", b"")))
    if controls > max(8, len(head) // 200):
        raise _not_a_spreadsheet("The file holds no table that can be read")


def _not_a_spreadsheet(what: str) -> ReadError:
    return ReadError(
        "not_a_spreadsheet", f"{what}, not a spreadsheet: save the list as xlsx or csv and try again."
    )
