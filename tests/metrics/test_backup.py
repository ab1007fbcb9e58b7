"""A backup holds the warehouse as it stood, with its snapshots, whatever is written meanwhile."""

from __future__ import annotations

import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from guanxi.cli import backup as backups
from guanxi.metrics.engine.warehouse import read_manifest, standing_files
from guanxi.metrics.services import refresh
from tests.cast import NOW, Cast
from tests.metrics.feeding import contents

pytestmark = pytest.mark.django_db


def test_what_is_copied_stands_by_itself(cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, other = tmp_path / "home", tmp_path / "other"
    root = home / "warehouse"
    monkeypatch.setattr(type(settings.ENVIRONMENT), "warehouse", property(lambda _self: root))
    cast.alice.adds("customer", name="한빛상사")
    refresh(actor=None, now=NOW)
    before = contents(root)
    standing, files = standing_files(root)
    cast.alice.adds("customer", name="东莞")
    refresh(actor=None, now=NOW + timedelta(days=1))  # while the backup is written
    monkeypatch.setattr(backups, "standing_files", lambda _root: (standing, files))
    database = tmp_path / "database.sqlite3"
    database.write_bytes(b"")
    backups._write(tmp_path / "backup.zip", home, database)
    parts = backups.check_backup(tmp_path / "backup.zip")
    assert "warehouse/snapshots/2026-11-02.parquet" in parts
    with zipfile.ZipFile(tmp_path / "backup.zip") as archive:
        archive.extractall(other)
        assert json.loads(archive.read("manifest.json"))["parts"] == parts
    assert read_manifest(other / "warehouse") is not None
    assert contents(other / "warehouse") == before
