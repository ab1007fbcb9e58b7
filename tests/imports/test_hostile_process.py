"""The child process: its limits hold, and nothing is left behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from guanxi.imports.reading import ReadError, read_table
from tests.imports.files import CUSTOMERS, write_csv


def test_nothing_is_left_on_the_disk_after_a_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = tmp_path / "spool"
    spool.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(spool))
    with pytest.raises(ReadError):
        read_table(write_csv(tmp_path / "表头.csv", CUSTOMERS[:1]))
    assert list(spool.iterdir()) == []
    with read_table(write_csv(tmp_path / "客户.csv", CUSTOMERS)):
        assert len(list(spool.iterdir())) == 1
    assert list(spool.iterdir()) == []


def test_the_child_never_raises_its_limits() -> None:
    """The limits are taken in a process of their own, which says what it has got."""
    program = (
        "import resource; from guanxi.imports.reading.child import take_limits; "
        "from guanxi.imports.reading import Limits; resource.setrlimit(resource.RLIMIT_CPU, (50, 70)); "
        "take_limits(Limits(seconds=90, memory_bytes=2**31)); "
        "print(resource.getrlimit(resource.RLIMIT_CPU), resource.getrlimit(resource.RLIMIT_AS)[0], "
        "resource.getrlimit(resource.RLIMIT_CORE)[0])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603 - ourselves
    assert done.stdout.split("\n")[0] == f"(70, 70) {2**31} 0"
