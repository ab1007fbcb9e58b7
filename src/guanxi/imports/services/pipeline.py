"""Batches of prepared rows, small ones first so that progress shows at once.

A long list is prepared by a second process, a few batches ahead of the writing: both processors work. It opens no
database; batches come as files in a directory of their own. When it dies, the rest is prepared here.
"""

from __future__ import annotations

import gc
import itertools
import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings

from guanxi.imports.models import CellEncoder, Import
from guanxi.imports.reading import Row, Table
from guanxi.imports.reading.table import rows_in
from guanxi.imports.services.preparing import PreparedRow, Preparer, packed, survey_of, unpacked
from guanxi.imports.services.table import corrected, corrected_rows

logger = logging.getLogger("guanxi.imports")

AHEAD_ROWS = 10_000
"""Shorter lists are done before another process has started."""
BATCHES_AHEAD = 3
GROWTH = 10
"""So many times the first batch is the largest."""
READ_OF_IMPORT = ("record_type", "head", "mapping", "options", "corrections", "survey")
END, SURVEY = "end", "survey "
_CHILD = (
    "import django; django.setup(); from guanxi.imports.services.pipeline import child_main; child_main()"
)


KeepSurvey = Callable[[dict[str, Any]], None]


def prepared_batches(
    source: Import, table: Table, *, after: int, first: int, keep_survey: KeepSurvey | None = None
) -> Iterator[list[PreparedRow]]:
    """Yield the rows beyond number `after` in batches: `first` rows, then twice as many, up to ten times.

    With `keep_survey` extensions look over the file before; it is called once, with what they have found.
    """
    survey = _Survey(source, keep_survey)
    if table.row_count >= AHEAD_ROWS:
        after = yield from _prepared_ahead(source, table, survey, after=after, first=first)
    if after == sys.maxsize:
        return
    if survey.is_wanted:
        survey.take(survey_of(source, lambda: corrected_rows(source, table)))
    preparer = Preparer(source)
    for batch in row_batches(corrected(source, table.rows(), after=after), first):
        yield preparer.prepare(batch)


class _Survey:
    """What extensions find in the whole file, as long as it is still to be found."""

    def __init__(self, source: Import, keep: KeepSurvey | None) -> None:
        self._source, self._keep = source, keep

    @property
    def is_wanted(self) -> bool:
        return self._keep is not None

    def take(self, found: dict[str, Any]) -> None:
        self._source.survey = found
        if self._keep is not None:
            self._keep(found)
        self._keep = None


def row_batches(rows: Iterable[Row], first: int) -> Iterator[list[Row]]:
    """Yield rows in batches that double up to `GROWTH` times the first."""
    left, size = iter(rows), first
    while batch := list(itertools.islice(left, size)):
        yield batch
        size = min(2 * size, GROWTH * first)


def _prepared_ahead(
    source: Import, table: Table, survey: _Survey, *, after: int, first: int
) -> Generator[list[PreparedRow], None, int]:
    """Yield what the second process prepares; return the number of the last row it came to."""
    with TemporaryDirectory(prefix="guanxi-import-") as directory, _second_process() as child:
        request = {
            "rows": str(table.row_file),
            "width": len(table.header),
            "directory": directory,
            "after": after,
            "first": first,
            "survey": survey.is_wanted,
            "import": {name: getattr(source, name) for name in READ_OF_IMPORT},
        }
        assert child.stdout is not None  # noqa: S101 - asked for
        _write(child, json.dumps(request, cls=CellEncoder))
        for line in child.stdout:
            word = line.strip()
            if word == END:
                return sys.maxsize
            if word.startswith(SURVEY):
                survey.take(json.loads(word.removeprefix(SURVEY)))
                continue
            rows = _taken(Path(directory, word))
            _write(child, "")
            yield rows
            after = rows[-1].number
    logger.warning("preparing import %s ahead ended at row %s; it goes on in this process", source.pk, after)
    return after


@contextmanager
def _second_process() -> Iterator[subprocess.Popen[str]]:
    """A process that prepares; it ends with the block."""
    child = subprocess.Popen(  # noqa: S603 - our own interpreter, our own code
        [sys.executable, "-c", _CHILD],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE},
    )
    try:
        yield child
    finally:
        child.kill()
        child.communicate()


def _write(child: subprocess.Popen[str], line: str) -> None:
    assert child.stdin is not None  # noqa: S101 - asked for
    with suppress(BrokenPipeError):  # it has prepared the last batch and is gone
        child.stdin.write(f"{line}\n")


def _taken(path: Path) -> list[PreparedRow]:
    rows = unpacked(path.read_bytes())
    path.unlink()
    return rows


def child_main() -> None:
    """Prepare the rows a parent asks for; end when it is gone, or no longer takes what was prepared."""
    gc.disable()  # rows make no cycles; the collector would walk them again and again
    request = json.loads(sys.stdin.readline())
    path, directory = Path(request["rows"]), Path(request["directory"])
    source = Import(**request["import"])
    if request["survey"]:
        source.survey = survey_of(source, lambda: corrected(source, rows_in(path, request["width"])))
        _tell(SURVEY + json.dumps(source.survey))
    preparer = Preparer(source)
    rows = corrected(source, rows_in(path, request["width"]), after=request["after"])
    for number, batch in enumerate(row_batches(rows, request["first"])):
        name = f"prepared-{number}"
        (directory / name).write_bytes(packed(preparer.prepare(batch)))
        _tell(name)
        if number >= BATCHES_AHEAD - 1 and not sys.stdin.readline():
            return
    _tell(END)


def _tell(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()
