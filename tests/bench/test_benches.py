"""Every benchmark runs at a tiny size and prints its table; what the figures are is nobody's business here."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).resolve().parents[2] / "bench"
TINY = {
    "duplicates.py": ["--sizes", "40"],
    "importing.py": ["--customers", "30", "--repeats", "1", "--databases", "sqlite"],
    "pages.py": ["--customers", "20,40", "--rounds", "2", "--repeats", "1", "--databases", "sqlite"],
    "pivot.py": ["2000", "200"],
    "purchase_models.py": ["--customers", "500", "--pareto", "200", "--predictions", "1000"],
    "rfm_summary.py": ["--transactions", "500", "--repeats", "1"],
    "search.py": ["--customers", "30,60", "--rounds", "1", "--databases", "sqlite"],
    "start.py": ["--customers", "20", "--repeats", "1", "--no-demo"],
}


def run(name: str, *options: str) -> str:
    command = [sys.executable, str(BENCH / name), *options]
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith("GUANXI_") or "TEST" in key
    }
    done = subprocess.run(command, capture_output=True, text=True, timeout=250, env=environment, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("name", TINY)
def test_a_bench_prints_a_table(name: str) -> None:
    printed = run(name, *TINY[name])
    assert "| --- |" in printed
    assert "processors, load" in printed  # how busy the machine was


@pytest.mark.slow
@pytest.mark.browser
def test_first_screens_are_counted_in_a_browser() -> None:
    lines = run("first_screen.py", "--customers", "20").splitlines()
    pages = [line.split("|")[1].strip() for line in lines if line.startswith("| ")]
    assert pages[2:] == ["sign-in", "home", "list", "record", "map"]


@pytest.mark.parametrize("name", ["measuring.py", "lists.py", "messes.py"])
def test_what_the_benches_share_does_nothing_alone(name: str) -> None:
    assert run(name) == ""


def test_the_same_seed_draws_the_same_messy_list() -> None:
    sys.path.insert(0, str(BENCH))
    try:
        from lists import HEADER, draw_rows  # noqa: PLC0415 - lies beside the benches
    finally:
        sys.path.remove(str(BENCH))
    rows = list(draw_rows(400, seed=3))
    assert rows == list(draw_rows(400, seed=3))
    assert rows != list(draw_rows(400, seed=4))
    assert {len(row) for row in rows} == {len(HEADER)}
    phones = [row[3] for row in rows]
    assert {type(phone) for phone in phones} == {str, int, type(None)}
    names = "".join(str(row[1]) for row in rows)
    assert any("\uac00" <= letter <= "\ud7a3" for letter in names)
    assert any("\u4e00" <= letter <= "\u9fff" for letter in names)
