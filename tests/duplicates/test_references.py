"""Nothing that points to a customer is forgotten by a merge: neither foreign keys nor ids that are none."""

from __future__ import annotations

from django.apps import apps
from django.db import models

from guanxi.records.declaration import type_of
from guanxi.records.references import declared_references

COUNTED = (models.IntegerField, models.BigIntegerField, models.PositiveIntegerField)
NO_REFERENCE = {
    "access.change.first_id",
    "access.change.last_id",
    "search.searchpending.first_id",
    "search.searchpending.last_id",
}
"""Bounds of ranges, which name no record by itself."""


def test_every_column_that_holds_an_id_says_what_a_merge_does() -> None:
    declared = {f"{model}.{column}" for model, column in declared_references()}
    found = {
        f"{model._meta.label_lower}.{column.name}"
        for model in apps.get_models()
        if model.__module__.startswith("guanxi.") and type_of(model) is None
        for column in model._meta.concrete_fields
        if isinstance(column, COUNTED) and column.name.endswith("_id")
    }
    assert found - NO_REFERENCE - declared == set(), "say with declare_reference what a merge does with it"
    assert found & declared, "ids that are no foreign keys are found"
