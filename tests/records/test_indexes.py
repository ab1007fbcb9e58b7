"""Rows are written into every index there is: none says what another says already."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection

pytestmark = pytest.mark.django_db


def test_no_index_is_the_beginning_of_another() -> None:
    spare = []
    with connection.cursor() as cursor:
        for name in ("customers.Customer", "customers.Contact", "customers.Interaction", "places.Place",
                     "sales.Order", "imports.SourceRow"):  # fmt: skip
            table = apps.get_model(name)._meta.db_table
            found = connection.introspection.get_constraints(cursor, table)
            indexes = {
                key: (tuple(each["columns"]), each["unique"])
                for key, each in found.items()
                if each["index"] or each["unique"]
                if all(each["columns"]) and not key.endswith("_like")
            }
            spare += [
                (table, key, other)
                for key, (columns, unique) in indexes.items()
                for other, (more, _) in indexes.items()
                if key != other and not unique and more[: len(columns)] == columns
                and columns != ("id",)
            ]  # fmt: skip
    assert spare == []
