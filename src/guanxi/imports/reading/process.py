"""The parent's side of reading: a child process opens the file, and may die without harm."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

import guanxi
from guanxi.imports.reading.format import OLE_MARK
from guanxi.imports.reading.table import MIB, Limits, ReadError, Table, TableHead

_CHILD = "import sys; sys.path.insert(0, sys.argv[1]); from guanxi.imports.reading.child import main; main()"
_KEPT_ENVIRONMENT = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LD_LIBRARY_PATH")


def read_table(path: Path, *, sheet: str | None = None, limits: Limits | None = None) -> Table:
    """Read a spreadsheet (xlsx, xls, ods, csv, tsv, or an HTML table saved as xls) into a table.

    `sheet` names the sheet to read, hidden ones included; without it the visible sheet that looks most
    like data is chosen. Raises ReadError with one clear line for whatever cannot be read.
    """
    limits = limits or Limits()
    _check_file(path, limits)
    directory = TemporaryDirectory(prefix="guanxi-import-")
    try:
        return Table(_read_in_child(path, sheet, limits, Path(directory.name)), directory)
    except BaseException:
        directory.cleanup()
        raise


def _check_file(path: Path, limits: Limits) -> None:
    try:
        size = path.stat().st_size
    except OSError as error:
        raise ReadError(
            "unreadable", f"The file cannot be opened ({error.strerror}): check its name and its rights."
        ) from error
    if not path.is_file():
        raise ReadError("unreadable", "This is not a file: name one spreadsheet.")
    if size == 0:
        raise ReadError("empty_file", "The file is empty: choose a spreadsheet that has rows.")
    if size > limits.file_bytes:
        raise ReadError(
            "too_large",
            f"The file has {size // MIB} MiB, more than the {limits.file_bytes // MIB} MiB allowed: split it.",
            size=size,
            limit=limits.file_bytes,
        )


def _read_in_child(path: Path, sheet: str | None, limits: Limits, directory: Path) -> TableHead:
    request = {
        "path": str(path.resolve()),
        "sheet": sheet,
        "directory": str(directory),
        "limits": asdict(limits),
    }
    root = str(Path(guanxi.__file__).parents[1])
    child = subprocess.Popen(  # noqa: S603 - our own interpreter, our own code, no shell
        [sys.executable, "-I", "-X", "utf8", "-c", _CHILD, root],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ},
        cwd=directory,
    )
    try:
        out, err = child.communicate(json.dumps(request).encode(), timeout=limits.seconds)
    except subprocess.TimeoutExpired as error:
        raise _too_slow(limits) from error
    finally:
        if child.poll() is None:
            child.kill()
            child.communicate()
    if child.returncode != 0 and _is_old_binary(path):
        raise _damaged()
    return _answer(child.returncode, out, err, limits)


def _answer(returncode: int, out: bytes, err: bytes, limits: Limits) -> TableHead:
    if returncode == 0:
        answer = json.loads(out)
        if "error" in answer:
            error = answer["error"]
            raise ReadError(error["code"], error["message"], **error["parameters"])
        return TableHead.from_dict(answer)
    if returncode == -getattr(signal, "SIGXCPU", 24):
        raise _too_slow(limits)
    if returncode == -getattr(signal, "SIGKILL", 9) or b"memory allocation" in err or b"MemoryError" in err:
        raise ReadError(
            "too_large",
            f"Opening the file takes more than {limits.memory_bytes // MIB} MiB of memory: "
            "delete empty rows and columns far from the table, or split the file.",
            limit=limits.memory_bytes,
        )
    raise _damaged()


def _is_old_binary(path: Path) -> bool:
    """Tell an xls by its first bytes: it holds too few cells to run out of memory or time unless it is damaged."""
    with path.open("rb") as file:
        return file.read(len(OLE_MARK)) == OLE_MARK


def _damaged() -> ReadError:
    return ReadError(
        "damaged", "The file is damaged and cannot be opened: open it in its own program and save it again."
    )


def _too_slow(limits: Limits) -> ReadError:
    return ReadError(
        "too_slow",
        f"Reading the file took more than {limits.seconds} seconds: split it or save it as csv.",
        seconds=limits.seconds,
    )
