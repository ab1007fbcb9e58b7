"""Every field of every record type is in the file it is exported to, masked as in the API."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from guanxi.conditions.tree import Everything
from guanxi.records.declaration import record_types
from guanxi.records.services.export import export_rows
from tests.cast import NOW, Cast
from tests.contract.samples import samples_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("known", record_types(), ids=lambda known: known.name)
def test_every_field_is_exported(cast: Cast, known: Any) -> None:
    samples = samples_of(known, cast)
    made = cast.root.adds(known.name, **samples.all())
    content = b"".join(export_rows(known, cast.root.actor, Everything(), now=NOW)).decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(content))
    assert len(head) == len(known.fields)
    title = head.index(str(known.by_name[known.title].label))
    row = next(row for row in rows if row[title] == getattr(made, known.title))
    empty = [
        field.name for field, cell in zip(known.fields, row, strict=True) if cell == "" and field.editable
    ]
    assert empty == []
