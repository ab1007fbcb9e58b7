"""What the program says of itself to whoever watches it."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from guanxi import __version__
from guanxi.api import health


@pytest.mark.django_db
def test_health_is_told_to_anyone_and_is_no_more_than_promised() -> None:
    answer = Client().get("/healthz")
    told = answer.json()
    assert answer.status_code == 200
    assert re.fullmatch(r"\d+(\.\d+)+", told["database"].pop("version"))
    assert told == {
        "status": "ok",
        "version": __version__,
        "database": {"engine": connection.vendor},
        "engine": "duckdb",
        "migrations": "current",
    }


@pytest.mark.django_db
def test_tables_of_an_older_program_are_told_until_they_are_brought_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(health, "_known", {})
    latest = MigrationRecorder.Migration.objects.filter(app="sales").latest("id")
    latest.delete()
    assert Client().get("/healthz").json()["migrations"] == "pending"
    latest.save(force_insert=True)
    assert Client().get("/healthz").json()["migrations"] == "current"


@pytest.mark.django_db
def test_health_is_only_read() -> None:
    assert Client().post("/healthz").status_code == 405
