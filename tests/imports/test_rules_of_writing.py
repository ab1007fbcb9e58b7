"""The fast writer and a plain statement of its rules agree on drawn lists, however they are cut and wherever prepared.

The rules, for a list with no customers before it and rows of a name, a phone and a note: rows that say the same are
one customer; the same name and phone is the same customer, whose empty fields are filled; the same phone under another
name, and the same name with nothing but another phone or none beside it, waits for a person; other rows are new.
"""

from __future__ import annotations

import csv
import io
from collections import Counter

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from guanxi.customers.models import Customer
from guanxi.imports.models import SourceRow
from guanxi.imports.services import pipeline, running
from tests.cast import NOW, Cast
from tests.imports.bringing import bring

pytestmark = pytest.mark.django_db

NAMES = ("华强电子", "百利五金", "한빛상사", "Acme")
PHONES = ("", "13800138000", "13900139000", "13700137000")
ROW = st.tuples(st.sampled_from(NAMES), st.sampled_from(PHONES), st.sampled_from(("", "old", "new")))
Row = tuple[str, str, str]


def expected(rows: list[Row]) -> tuple[Counter[str], list[Row]]:
    """What the rules say: how many rows had which outcome, and the customers."""
    made: list[list[str]] = []
    said: dict[Row, list[str]] = {}
    outcomes: Counter[str] = Counter()
    for row in rows:
        name, phone, note = row
        alike = [other for other in made if other[0] == name or (phone and other[1] == phone)]
        same = [other for other in alike if other[0] == name and phone and other[1] == phone]
        if row in said or len(same) == 1:
            customer = said.setdefault(row, same[0] if same else [])
            customer[2] = customer[2] or note
            outcomes["merged"] += 1
        elif alike:
            outcomes["needs_review"] += 1
        else:
            made.append([name, phone, note])
            said[row] = made[-1]
            outcomes["added"] += 1
    return outcomes, [(name, phone, note) for name, phone, note in made]


def written() -> tuple[Counter[str], list[Row]]:
    outcomes = Counter(SourceRow.objects.values_list("outcome", flat=True))
    return outcomes, list(Customer.objects.order_by("pk").values_list("name", "phone", "note"))


def as_csv(rows: list[Row]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows([("客户名称", "电话", "备注"), *rows])
    return out.getvalue()


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROW, min_size=1, max_size=20), cut=st.sampled_from((1, 3, 1000)))
@example(rows=[("Acme", "", "old"), ("Acme", "", "old"), ("Acme", "13800138000", "new")], cut=1)
def test_the_writer_keeps_to_the_rules(cast: Cast, rows: list[Row], cut: int) -> None:
    from django.db import transaction  # noqa: PLC0415

    with transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(running, "BATCH_ROWS", cut)
        bring(
            cast.alice, as_csv(rows), region="CN"
        )  # a list of Korean names alone would be one of Korean phones
        assert written() == expected(rows)
        transaction.set_rollback(True)


def test_a_second_process_prepares_the_same(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """More batches than may wait at once; amounts, dates, faults, people and places go through the file between."""
    lines = ["客户名称,联系人,电话,年销售额(万元),地址,生日"]
    lines += [f"客户第{n}号,王{n},139{n:08d},{n}.5,深圳市南山区科技路{n}号,1980-01-02" for n in range(30)]
    lines += ["坏行,,138****8000,x,,"]
    columns = ("name", "phone", "phone_key", "amount", "birthday", "name_initials")

    def found() -> list[object]:
        customers = (
            Customer.objects.alive()
            .order_by("pk")
            .values_list(*columns, "contacts__name", "places__address", "places__latitude")
        )
        rows = SourceRow.objects.order_by("-source", "number")[: len(lines) - 1]
        return [*customers, *rows.values_list("number", "raw", "fingerprint", "outcome", "faults")]

    monkeypatch.setattr(running, "BATCH_ROWS", 2)
    job = bring(cast.alice, "\n".join(lines))
    here = found()
    from guanxi.imports.services import undo_import  # noqa: PLC0415

    undo_import(actor=cast.alice.actor, import_id=job.result["import"] if job.result else 0, now=NOW)
    monkeypatch.setattr(pipeline, "AHEAD_ROWS", 1)
    bring(cast.alice, "\n".join(lines))
    assert len(here) == 30 + 31
    assert found() == here


def test_a_second_process_that_dies_loses_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    dying = "import django; django.setup(); from guanxi.imports.services import pipeline as p; import sys\n"
    dying += "tell = p._tell\np._tell = lambda word: sys.exit(9) if word == 'prepared-2' else tell(word)\n"
    dying += "p.child_main()"
    monkeypatch.setattr(pipeline, "_CHILD", dying)
    monkeypatch.setattr(pipeline, "AHEAD_ROWS", 1)
    monkeypatch.setattr(running, "BATCH_ROWS", 1)
    job = bring(cast.alice, "客户名称,电话\n" + "".join(f"客户第{n}号,139{n:08d}\n" for n in range(20)))
    assert job.result is not None
    assert (job.result["added"], Customer.objects.count(), SourceRow.objects.count()) == (20, 20, 20)
