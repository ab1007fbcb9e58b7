"""Killed anywhere, a refresh leaves the old state or the new one, and the next one ends where it should have."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.processes import ROOT, Home, own_home

KILLS = 1_000 if os.environ.get("HYPOTHESIS_PROFILE") == "nightly" else 3
DAY = 24 * 60


def run(home: Home, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.metrics.crashing", *map(str, arguments)]
    return subprocess.run(  # noqa: S603 - our own module
        command, env=home.environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=600
    )


def told(home: Home, *arguments: object) -> Any:
    done = run(home, *arguments)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.slow
@pytest.mark.timeout(0)  # each kill takes two processes; the nightly profile kills at every step
@pytest.mark.skipif("connection.vendor == 'postgresql'", reason="the files are the same; the home is copied")
@pytest.mark.parametrize("minutes", [0, DAY])
def test_a_refresh_that_is_killed_leaves_no_mixture(tmp_path: Path, minutes: int) -> None:
    assert connection.vendor == "sqlite"
    directory, before = tmp_path / "home", tmp_path / "before"
    directory.mkdir()
    with own_home(directory) as home:
        old = told(home, "prepare", 0, 0)
        shutil.copytree(directory, before)
        found = told(home, "refresh", minutes, 0)
        new, steps = found["new"], found["steps"]
        assert old["facts"] != new["facts"]
        for step in range(1, steps + 1, max(1, steps // KILLS)):
            shutil.rmtree(directory)
            shutil.copytree(before, directory)
            assert run(home, "refresh", minutes, step).returncode == -signal.SIGKILL, step
            found = told(home, "mend", minutes, 0)
            for part, rows in found["cut"].items():
                assert rows in (old[part], new[part]), (step, part)
            assert found["mended"] == new, step
