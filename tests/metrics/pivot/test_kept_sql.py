"""SQL that was compiled once is not compiled again, in this process or the next."""

from __future__ import annotations

from pathlib import Path

import pytest

from guanxi.metrics.engine.pivot import kept_sql
from guanxi.metrics.engine.pivot.kept_sql import KeptSql


def test_a_text_is_made_once_a_home(tmp_path: Path) -> None:
    made: list[str] = []

    def make() -> str:
        made.append("once")
        return "SELECT 1"

    first = KeptSql(tmp_path / "cache")
    assert [first.text("a", make), first.text("a", make)] == ["SELECT 1"] * 2
    assert KeptSql(tmp_path / "cache").text("a", make) == "SELECT 1"
    assert made == ["once"]
    KeptSql(None).text("a", make)
    first.text("b", make)
    assert len(made) == 3


def test_only_so_many_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_sql, "IN_MEMORY", 2)
    monkeypatch.setattr(kept_sql, "IN_HOME", 3)
    kept = KeptSql(tmp_path)
    for number in range(6):
        assert kept.text(number, lambda number=number: f"SELECT {number}") == f"SELECT {number}"  # type: ignore[misc]
    assert len(list(tmp_path.glob("*.sql"))) == 3


def test_a_home_that_cannot_be_written_to_only_costs_time(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file", encoding="utf-8")
    assert KeptSql(tmp_path / "cache").text("a", lambda: "SELECT 1") == "SELECT 1"
