"""The drawn rows in the database at hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from unittest.mock import patch

from django.apps import AppConfig, apps
from django.db import connection
from django.db.models import F, Q, QuerySet

import tests.conditions
from guanxi.conditions.initials import initials
from guanxi.records.custom.values import to_plain
from tests.conditions.related import MEMORY, Deal, Item, Remembered, Spot
from tests.conditions.sample import IN_JSON, SCHEMA, Owner, Row, Sample

HANGING = frozenset({"deals", "spots", "past"})


@contextmanager
def tables() -> Iterator[None]:
    """The sample's tables, for as long as it takes."""
    models = (Owner, Sample, Deal, Item, Spot)
    with connection.schema_editor() as editor:
        for model in models:
            editor.create_model(model)
    with _found_by_name():
        yield
    with connection.schema_editor() as editor:
        for model in reversed(models):
            editor.delete_model(model)


@contextmanager
def _found_by_name() -> Iterator[None]:
    """The models as those of an application, which relations name them by."""
    app = AppConfig("tests.conditions", tests.conditions)
    app.label, app.apps, app.models = "conditions_sample", apps, apps.all_models["conditions_sample"]
    with patch.dict(apps.app_configs, {app.label: app}):
        yield


def store(drawn: Iterable[Row]) -> None:
    """Keep the rows, and the three owners they may have."""
    Owner.objects.bulk_create(
        [
            Owner(pk=1, name="王芳", joined=datetime(2026, 1, 1, 15, 59, 59, tzinfo=UTC)),
            Owner(pk=2, name="", joined=None),
            Owner(pk=3, name=None, joined=datetime(2018, 11, 4, 3, tzinfo=UTC)),
        ]
    )
    for row in drawn:
        own = {name: value for name, value in row.items() if name not in HANGING}
        sample = Sample(**own)
        sample.name_initials = initials(sample.name)
        sample.phone_initials = initials(sample.phone or "")
        sample.custom = {
            name: to_plain(getattr(sample, field.column))
            for name, field in IN_JSON.fields.items()
            if field.stored and getattr(sample, field.column) is not None
        }
        sample.save()
        for deal in row.get("deals", ()):
            kept = Deal.objects.create(sample=sample, **{key: deal[key] for key in deal if key != "items"})
            Item.objects.bulk_create([Item(deal=kept, **item) for item in deal["items"]])
        Spot.objects.bulk_create([Spot(sample=sample, **spot) for spot in row.get("spots", ())])


def samples() -> QuerySet[Sample]:
    """The rows with what stands beside them, as annotations."""
    return Sample.objects.annotate(beside_name=F("owner__name"), beside_joined=F("owner__joined"))


def stored() -> dict[int, Row]:
    """Every row by its key, with the schema's field names: as the evaluator takes it."""
    columns = {name: field.column for name, field in SCHEMA.fields.items()}
    found = samples().values("pk", *set(columns.values()))
    return {row["pk"]: {name: row[column] for name, column in columns.items()} for row in found}


def stored_in_json() -> dict[int, Row]:
    """The same rows with times to the second, as JSON keeps them."""
    return {
        key: {
            name: value.replace(microsecond=0)
            if isinstance(value, datetime) and IN_JSON.fields[name].stored
            else value
            for name, value in row.items()
        }
        for key, row in stored().items()
    }


def remembered(drawn: Iterable[Row]) -> dict[int, Row]:
    """Every stored row with what hangs from it and what it was, as the evaluator takes it; history reads them too."""
    rows: dict[int, Row] = {}
    for (key, row), given in zip(sorted(stored().items()), drawn, strict=True):
        kept = Remembered(row)
        kept.past = given["past"]
        kept["deals"] = [deal for deal in given["deals"] if not deal["gone"]]
        kept["spots"] = [spot for spot in given["spots"] if not spot["gone"]]
        rows[key] = kept
    MEMORY.rows = rows
    return rows


def found(query: Q) -> set[int]:
    """Keys of the rows that a `Q` finds, none of them twice."""
    keys = list(samples().filter(query).values_list("pk", flat=True))
    assert len(keys) == len(set(keys))
    return set(keys)
