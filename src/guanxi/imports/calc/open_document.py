"""Rows as an OpenDocument spreadsheet (OASIS ODF 1.3): one sheet, texts, numbers and dates, no styles, no formulas."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

MEDIA_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (("office", "office"), ("table", "table"), ("text", "text"))
)
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{MEDIA_TYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)


def spreadsheet(rows: Iterable[Sequence[Any]], *, sheet: str = "Sheet1") -> bytes:
    """Return a file with one sheet. Cells are texts, numbers, booleans, dates, or None; whatever else as its text."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            zipfile.ZipInfo("mimetype"), MEDIA_TYPE, zipfile.ZIP_STORED
        )  # first and plain, says ODF
        archive.writestr("META-INF/manifest.xml", _MANIFEST)
        with archive.open("content.xml", "w") as content:
            content.write(_head(sheet).encode())
            for row in rows:
                content.write(f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>".encode())
            content.write(b"</table:table></office:spreadsheet></office:body></office:document-content>")
    return out.getvalue()


def _head(sheet: str) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMESPACES} office:version="1.3">'
        f"<office:body><office:spreadsheet><table:table table:name={quoteattr(sheet)}>"
    )


def _cell(value: Any) -> str:
    if value is None or value == "":
        return "<table:table-cell/>"
    if isinstance(value, bool):
        return _typed("boolean", "boolean-value", str(value).lower(), value)
    if isinstance(value, int | float):
        return _typed("float", "value", repr(value), value)
    if isinstance(value, datetime):
        return _typed("date", "date-value", value.replace(tzinfo=None).isoformat(), value)
    if isinstance(value, date):
        return _typed("date", "date-value", value.isoformat(), value)
    return f'<table:table-cell office:value-type="string">{_paragraphs(str(value))}</table:table-cell>'


def _typed(kind: str, attribute: str, text: str, value: Any) -> str:
    return (
        f'<table:table-cell office:value-type="{kind}" office:{attribute}="{text}">'
        f"{_paragraphs(str(value))}</table:table-cell>"
    )


def _paragraphs(text: str) -> str:
    """Lines as paragraphs; what XML cannot carry is left out, and spaces that it would fold are kept."""
    legal = "".join(letter for letter in text if letter >= " " or letter in "\t\n")
    legal = legal.encode("utf-8", "ignore").decode().replace("\ufffe", "").replace("\uffff", "")
    return "".join(f"<text:p>{_spaces(escape(line))}</text:p>" for line in legal.split("\n"))


def _spaces(text: str) -> str:
    return text.replace("\t", "<text:tab/>").replace("  ", ' <text:s text:c="1"/>')
