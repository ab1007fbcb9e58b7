"""Batches of prepared rows, small ones first so that progress shows at once.

A long list is prepared by a second process, a few batches ahead of the writing: both processors work. It opens no
database; batches come as files of JSON in the table's own directory. When it dies, the rest is prepared here.
"""

from __future__ import annotations

import gc
import itertools
import json
import logging
import os
import subprocess
import sys
from collections.abc import Generator, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from guanxi.imports.models import CellEncoder, Import
from guanxi.imports.reading import Row, Table
from guanxi.imports.reading.table import rows_in
from guanxi.imports.services.preparing import PreparedRow, Preparer, rows_from_json, rows_to_json
from guanxi.imports.services.table import corrected

logger = logging.getLogger("guanxi.imports")

AHEAD_ROWS = 10_000
"""Shorter lists are done before another process has started."""
BATCHES_AHEAD = 3
GROWTH = 10
"""So many times the first batch is the largest."""
READ_OF_IMPORT = ("head", "mapping", "options", "corrections", "survey")
END = "end"
_CHILD = (
    "import django; django.setup(); from guanxi.imports.services.pipeline import child_main; child_main()"
)


def prepared_batches(source: Import, table: Table, *, after: int, first: int) -> Iterator[list[PreparedRow]]:
    """Yield the rows beyond number `after` in batches: `first` rows, then twice as many, up to ten times."""
    if table.row_count >= AHEAD_ROWS:
        after = yield from _prepared_ahead(source, table, after=after, first=first)
    preparer = Preparer(source)
    for batch in row_batches(corrected(source, table.rows(), after=after), first):
        yield preparer.prepare(batch)


def row_batches(rows: Iterable[Row], first: int) -> Iterator[list[Row]]:
    """Yield rows in batches that double up to `GROWTH` times the first."""
    left, size = iter(rows), first
    while batch := list(itertools.islice(left, size)):
        yield batch
        size = min(2 * size, GROWTH * first)


def _prepared_ahead(
    source: Import, table: Table, *, after: int, first: int
) -> Generator[list[PreparedRow], None, int]:
    """Yield what the second process prepares; return the number of the last row it came to."""
    request = {
        "rows": str(table.row_file),
        "width": len(table.header),
        "after": after,
        "first": first,
        "import": {name: getattr(source, name) for name in READ_OF_IMPORT},
    }
    child = subprocess.Popen(  # noqa: S603 - our own interpreter, our own code
        [sys.executable, "-c", _CHILD],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE},
    )
    assert child.stdin is not None  # noqa: S101 - asked for
    assert child.stdout is not None  # noqa: S101 - asked for
    try:
        with suppress(BrokenPipeError):
            child.stdin.write(json.dumps(request, cls=CellEncoder) + "\n")
        for line in child.stdout:
            if line.strip() == END:
                return sys.maxsize
            rows = _taken(table.row_file.with_name(line.strip()))
            with suppress(BrokenPipeError):  # it has prepared the last batch and is gone
                child.stdin.write("\n")
            yield rows
            after = rows[-1].number
    finally:
        child.kill()
        child.communicate()
    logger.warning("preparing import %s ahead ended at row %s; it goes on in this process", source.pk, after)
    return after


def _taken(path: Path) -> list[PreparedRow]:
    rows = rows_from_json(path.read_text(encoding="utf-8"))
    path.unlink()
    return rows


def child_main() -> None:
    """Prepare the rows a parent asks for; end when it is gone, or no longer takes what was prepared."""
    gc.disable()  # rows make no cycles; the collector would walk them again and again
    request = json.loads(sys.stdin.readline())
    path = Path(request["rows"])
    source = Import(**request["import"])
    preparer = Preparer(source)
    rows = corrected(source, rows_in(path, request["width"]), after=request["after"])
    for number, batch in enumerate(row_batches(rows, request["first"])):
        name = f"prepared-{number}.json"
        path.with_name(name).write_text(rows_to_json(preparer.prepare(batch)), encoding="utf-8")
        _tell(name)
        if number >= BATCHES_AHEAD - 1 and not sys.stdin.readline():
            return
    _tell(END)


def _tell(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()
