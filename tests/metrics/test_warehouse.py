"""Many read, one writes, nobody waits."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from guanxi.metrics.engine.warehouse import (
    FORMER,
    MANIFEST,
    WarehouseBusyError,
    Writer,
    only_writer,
    read_manifest,
)

SCHEMA = pa.schema([("number", pa.int64())])
NOW = datetime(2026, 11, 2, tzinfo=UTC)


def write(root: Path, *numbers: int, fact: str = "orders") -> None:
    with only_writer(root):
        writer = Writer(root, NOW)
        writer.write(fact, SCHEMA, [pa.table([list(numbers)], schema=SCHEMA)])
        writer.swap()


def numbers(root: Path, files: list[str]) -> list[int]:
    return [number for file in files for number in parquet.read_table(file).column("number").to_pylist()]


def test_nothing_stands_before_the_first_write(tmp_path: Path) -> None:
    assert read_manifest(tmp_path / "nowhere") is None


def test_a_reader_under_way_keeps_its_files_while_the_next_is_written(tmp_path: Path) -> None:
    write(tmp_path, 1, 2)
    reading = read_manifest(tmp_path)
    assert reading is not None
    files = reading.files(tmp_path, "orders")
    write(tmp_path, 3)
    assert numbers(tmp_path, files) == [1, 2]
    for number in range(FORMER):
        write(tmp_path, number)
    now = read_manifest(tmp_path)
    assert now is not None
    assert numbers(tmp_path, now.files(tmp_path, "orders")) == [FORMER - 1]
    assert not Path(files[0]).exists()


def test_a_fact_that_was_not_written_stays_as_it_was(tmp_path: Path) -> None:
    write(tmp_path, 1, fact="orders")
    write(tmp_path, 2, fact="customers")
    manifest = read_manifest(tmp_path)
    assert manifest is not None
    assert numbers(tmp_path, manifest.files(tmp_path, "orders")) == [1]
    assert manifest.files(tmp_path, "visits") == []


def test_a_writer_killed_before_the_swap_changes_nothing_and_its_files_go(tmp_path: Path) -> None:
    write(tmp_path, 1)
    lost = tmp_path / "orders-lost.parquet"
    draft = tmp_path / f"{MANIFEST}.lost"
    lost.write_bytes(b"half")
    draft.write_text("{")
    manifest = read_manifest(tmp_path)
    assert manifest is not None
    assert numbers(tmp_path, manifest.files(tmp_path, "orders")) == [1]
    write(tmp_path, 2)
    assert not lost.exists()
    assert not draft.exists()


def test_a_second_writer_is_told_and_the_lock_dies_with_its_process(tmp_path: Path) -> None:
    holder = (
        "import sys\nfrom pathlib import Path\nfrom guanxi.metrics.engine.warehouse import only_writer\n"
        "with only_writer(Path(sys.argv[1])):\n    print('held', flush=True)\n    sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", holder, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:  # noqa: S603
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(WarehouseBusyError), only_writer(tmp_path):
            pass
        other.kill()
        other.wait()
    with only_writer(tmp_path):
        assert True


def test_a_manifest_of_another_time_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_text('{"version": 99}')
    with pytest.raises(ValueError, match="version 99"):
        read_manifest(tmp_path)
