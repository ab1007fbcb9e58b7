"""A change set that comes to light after a later one was fed is not lost: two real connections."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection, transaction

from guanxi.access.models import Change
from guanxi.metrics.engine.changes import Mark
from guanxi.metrics.engine.feed import FED
from guanxi.metrics.engine.warehouse import read_manifest
from tests.cast import Cast, make_cast
from tests.metrics.feeding import fed, rows_of

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time"),
]
PATIENCE = 30
STRANGERS = 600


class Beside:
    """Somebody else's transaction: it has written, and waits to be told how to end."""

    def __init__(self, work: Callable[[], object]) -> None:
        self._work = work
        self._written, self._may_end = threading.Event(), threading.Event()
        self._keeps = True
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        assert self._written.wait(PATIENCE)

    def _run(self) -> None:
        try:
            with transaction.atomic():
                self._work()
                self._written.set()
                self._may_end.wait(PATIENCE)
                transaction.set_rollback(not self._keeps)
        finally:
            connection.close()

    def end(self, *, keeps: bool) -> None:
        self._keeps = keeps
        self._may_end.set()
        self._thread.join(PATIENCE)


@pytest.fixture
def people(transactional_db: None) -> Cast:
    return make_cast()


def names(root: Path) -> set[str]:
    return {row["name"] for row in rows_of(root, "customers")}


def mark(root: Path) -> Mark:
    manifest = read_manifest(root)
    assert manifest is not None
    return Mark.from_json(manifest.notes[FED]["mark"])


def wait_for_strangers(root: Path) -> None:
    """Wait until all transactions on the server are over that had begun when the gap was seen: other tests' too."""
    horizon = max(gap[2] for gap in mark(root).gaps)
    until = time.monotonic() + STRANGERS
    with connection.cursor() as cursor:
        while time.monotonic() < until:
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
            if cursor.fetchone()[0] >= horizon:
                return
            time.sleep(0.2)


def test_the_lower_number_that_is_committed_later_is_fed_then(people: Cast, tmp_path: Path) -> None:
    fed(tmp_path)
    late = Beside(lambda: people.alice.adds("customer", name="late"))
    people.bob.adds("customer", name="early")
    fed(tmp_path)
    assert names(tmp_path) == {"early"}
    assert mark(tmp_path).gaps
    people.bob.adds("customer", name="meanwhile")
    fed(tmp_path)
    assert names(tmp_path) == {"early", "meanwhile"}
    late.end(keeps=True)
    wait_for_strangers(tmp_path)
    fed(tmp_path)
    assert names(tmp_path) == {"early", "meanwhile", "late"}
    assert not mark(tmp_path).gaps


def test_it_is_seen_by_a_feed_that_began_with_everything_too(people: Cast, tmp_path: Path) -> None:
    late = Beside(lambda: people.alice.adds("customer", name="late"))
    people.bob.adds("customer", name="early")
    fed(tmp_path, whole=True)
    late.end(keeps=True)
    fed(tmp_path)
    assert names(tmp_path) == {"early", "late"}


def test_one_that_was_rolled_back_is_waited_for_no_longer(people: Cast, tmp_path: Path) -> None:
    fed(tmp_path)
    late = Beside(lambda: people.alice.adds("customer", name="never"))
    people.bob.adds("customer", name="early")
    fed(tmp_path)
    late.end(keeps=False)
    wait_for_strangers(tmp_path)
    fed(tmp_path)
    assert names(tmp_path) == {"early"}
    assert not mark(tmp_path).gaps
    assert Change.objects.count() == 1
