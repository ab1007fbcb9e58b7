"""The warehouse: Parquet files under a manifest that is swapped in one step.

Many processes read, one writes, nobody waits: a reader takes the manifest as it stands and reads its files, which a
writer never touches again. A writer puts new files beside them and replaces the manifest; the files of the manifest
before that stay for readers under way, older ones go.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"
LOCK = "writer.lock"
VERSION = 1


class WarehouseBusyError(Exception):
    """Another process is writing to the warehouse."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """Which files are the facts now. `generation` names the write that made them."""

    generation: str
    written_at: str
    facts: Mapping[str, Mapping[str, Any]]

    def files(self, root: Path, fact: str) -> list[str]:
        """Return the paths of a fact's files; empty when it was never fed."""
        return [str(root / name) for name in self.facts.get(fact, {}).get("files", ())]


def read_manifest(root: Path) -> Manifest | None:
    """Return the manifest as it stands, None before the first write."""
    try:
        found = json.loads((root / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    if found.get("version") != VERSION:
        raise ValueError(
            f"{root / MANIFEST} is of version {found.get('version')}, this program reads {VERSION}"
        )
    return Manifest(found["generation"], found["written_at"], found["facts"])


@contextmanager
def only_writer(root: Path) -> Iterator[None]:
    """Hold the warehouse for writing; the system lets go of it when the process dies. Raises WarehouseBusyError."""
    root.mkdir(parents=True, exist_ok=True)
    with (root / LOCK).open("a+b") as lock:
        _lock(lock.fileno())
        yield


def _lock(descriptor: int) -> None:
    try:
        if os.name == "nt":  # pragma: no cover - only there
            import msvcrt  # noqa: PLC0415 - only there

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        else:
            import fcntl  # noqa: PLC0415 - not on Windows

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise WarehouseBusyError(
            "the warehouse is being written by another process; try again soon"
        ) from error


@dataclass
class Writer:
    """Writes new files for facts and swaps the manifest at the end. Use it inside `only_writer`."""

    root: Path
    now: datetime

    def __post_init__(self) -> None:
        self._generation = f"{self.now:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
        self._facts: dict[str, dict[str, Any]] = {}

    def write(self, fact: str, schema: Any, tables: Iterable[Any]) -> int:
        """Write the rows of a fact (Arrow tables of `schema`) and return how many there were."""
        from pyarrow import parquet  # noqa: PLC0415 - heavy

        name = f"{fact}-{self._generation}.parquet"
        rows = 0
        with parquet.ParquetWriter(self.root / name, schema, compression="zstd") as writer:
            for table in tables:
                writer.write_table(table)
                rows += table.num_rows
        self._facts[fact] = {"files": [name], "rows": rows}
        return rows

    def swap(self) -> Manifest:
        """Make what was written the warehouse, in one step."""
        before = read_manifest(self.root)
        facts = {**(before.facts if before else {}), **self._facts}
        manifest = Manifest(self._generation, self.now.isoformat(), facts)
        former = _names(before.facts) if before else []
        body = {
            "version": VERSION,
            "generation": manifest.generation,
            "written_at": manifest.written_at,
            "facts": facts,
            "before": former,
        }
        draft = self.root / f"{MANIFEST}.{self._generation}"
        with draft.open("w", encoding="utf-8") as file:
            json.dump(body, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.root / MANIFEST)
        self._sweep({*_names(facts), *former})
        return manifest

    def _sweep(self, kept: set[str]) -> None:
        """Remove files that neither this manifest nor the one before names, drafts of killed writers among them."""
        for path in self.root.iterdir():
            is_ours = path.suffix == ".parquet" or path.name.startswith(f"{MANIFEST}.")
            if is_ours and path.name not in kept:
                path.unlink(missing_ok=True)


def _names(facts: Mapping[str, Mapping[str, Any]]) -> list[str]:
    return [name for fact in facts.values() for name in fact["files"]]
