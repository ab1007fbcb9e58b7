"""Rows as JSON: many at once say what each says alone, field by field."""

from __future__ import annotations

import pytest
from django.utils import timezone
from tests.cast import NOW, Cast

from guanxi.conditions.context import Context
from guanxi.kits.demo import make_demo
from guanxi.records.declaration import record_types
from guanxi.records.queries import list_page
from guanxi.records.values import shows_sensitive, values_of_rows, visible_value


@pytest.mark.django_db
def test_many_rows_say_what_each_field_of_each_says(cast: Cast) -> None:
    make_demo(kit="real-estate", customers=12, seed=3, now=timezone.now())
    seen = 0
    for known in record_types():
        for person in (cast.root, cast.viola):
            page = list_page(known, person.actor, context=Context(now=NOW, zone=person.actor.zone))
            expected = []
            for row in page.rows:
                unmasked = shows_sensitive(row, person.actor)
                told = {field.name: visible_value(row, field, unmasked=unmasked) for field in known.fields}
                expected.append({"id": row.pk, "version": row.version, **told})
            assert values_of_rows(page.rows, known, person.actor) == expected
            seen += len(expected)
    assert seen > 50
