"""What people call the records that a pivot is told apart by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from guanxi.access.calc import Actor
from guanxi.access.models import Team
from guanxi.metrics.calc.pivot.fields import PivotField
from guanxi.records.declaration import record_type

BATCH = 900


def labels_of(actor: Actor | None, field: PivotField, ids: Iterable[Any]) -> Mapping[Any, str]:
    """Return the names of the records with these ids; one nobody may see, or that is gone, is its number.

    `actor` None is the program itself, which sees everything.
    """
    numbers = sorted(ids)
    found = {key: f"#{key}" for key in numbers}
    for batch in _batches(numbers):
        found.update({row.pk: str(row) for row in _rows(actor, field.target).filter(pk__in=batch)})
    return found


def _rows(actor: Actor | None, target: str) -> QuerySet[Any]:
    """People and teams are named to everybody who sees their customers, as in lists."""
    if target == "user":
        return get_user_model().objects.all()
    if target == "team":
        return Team.objects.all()
    rows = record_type(target).model.objects
    visible: QuerySet[Any] = rows.alive() if actor is None else rows.visible_to(actor)
    return visible


def _batches(ids: Iterable[int]) -> Iterator[list[int]]:
    waiting = iter(ids)
    while batch := list(islice(waiting, BATCH)):
        yield batch
