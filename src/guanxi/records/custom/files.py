"""Files that custom fields hold: kept under a drawn name in the home, told by the record, read through the record only.

A record keeps `{"key", "name", "size", "type"}`. Files are never overwritten or removed with their record: history
refers to them, and undo brings them back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import PurePath
from typing import IO, Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

LARGEST = 20 * 1024 * 1024
"""Bytes of a file."""
FOLDER = "custom"
NAME_LENGTH = 150
_ZIP, _OLE = (b"PK\x03\x04",), (b"\xd0\xcf\x11\xe0",)
_KINDS: Mapping[str, tuple[str, tuple[bytes, ...]]] = {
    "pdf": ("application/pdf", (b"%PDF-",)),
    "png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    "jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "gif": ("image/gif", (b"GIF87a", b"GIF89a")),
    "webp": ("image/webp", (b"RIFF",)),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", _ZIP),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _ZIP),
    "pptx": ("application/vnd.openxmlformats-officedocument.presentationml.presentation", _ZIP),
    "odt": ("application/vnd.oasis.opendocument.text", _ZIP),
    "ods": ("application/vnd.oasis.opendocument.spreadsheet", _ZIP),
    "zip": ("application/zip", _ZIP),
    "doc": ("application/msword", _OLE),
    "xls": ("application/vnd.ms-excel", _OLE),
    "ppt": ("application/vnd.ms-powerpoint", _OLE),
    "hwp": ("application/x-hwp", _OLE),
    "txt": ("text/plain", ()),
    "csv": ("text/csv", ()),
}
"""What is taken, by the end of the name, and how such a file begins (texts: without a zero byte)."""


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that was uploaded; only `keep_file` makes one, so nobody can name the file of another record."""

    key: str
    name: str
    size: int
    type: str

    def to_json(self) -> dict[str, Any]:
        """Return it as a record keeps it."""
        return asdict(self)


def keep_file(upload: UploadedFile[Any]) -> KeptFile:
    """Keep an uploaded file in the home. Raises ValidationError for one that is too large or of another kind."""
    name = _name_of(upload)
    size = int(upload.size or 0)
    if size > LARGEST:
        raise ValidationError(_("The file is larger than %(limit)d MB.") % {"limit": LARGEST // 1024**2})
    kind = _KINDS.get(PurePath(name).suffix.lower().removeprefix("."))
    if kind is None or not size:
        raise ValidationError(
            _("Files of this kind are not taken: %(kinds)s.") % {"kinds": ", ".join(_KINDS)}
        )
    media_type, beginnings = kind
    upload.seek(0)
    begins = upload.read(1024)
    upload.seek(0)
    if not (begins.startswith(beginnings) if beginnings else b"\x00" not in begins):
        raise ValidationError(_("The file is not what its name says."))
    key = uuid4().hex
    default_storage.save(_path(key), upload)
    return KeptFile(key, name, size, media_type)


def _name_of(upload: UploadedFile[Any]) -> str:
    """The name people know the file by, short enough, its ending kept."""
    name = PurePath(str(upload.name).replace("\\", "/")).name
    printable = "".join(sign for sign in name if sign.isprintable()).strip() or "file"
    path = PurePath(printable)
    return (
        f"{path.stem[: NAME_LENGTH - len(path.suffix)]}{path.suffix}"
        if len(printable) > NAME_LENGTH
        else printable
    )


def _path(key: str) -> str:
    return f"{FOLDER}/{key[:2]}/{key}"


def open_file(kept: Mapping[str, Any]) -> IO[bytes]:
    """Open a file that a record holds. Raises FileNotFoundError when the home has lost it."""
    opened: IO[bytes] = default_storage.open(_path(str(kept["key"])))
    return opened


def discard_file(kept: KeptFile) -> None:
    """Remove a file that no record came to hold."""
    default_storage.delete(_path(kept.key))
