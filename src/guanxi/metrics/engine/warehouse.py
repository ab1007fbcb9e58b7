"""The warehouse: Parquet files under a manifest that is swapped in one step.

Many processes read, one writes, nobody waits: a reader takes the manifest as it stands and reads its files, which a
writer never touches again. A writer puts new files beside them and replaces the manifest; the files of the last few
manifests stay for readers under way, older ones go.

A fact is a base, the rows of every customer, and after it deltas: files of all rows of those customers who changed
since, with the `step` they were read in. `changed-<group>` says for each such customer the step that holds now; rows of
the base and of earlier steps are then void. Facts of one group share their steps.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"
LOCK = "writer.lock"
VERSION = 2
FORMER = 6  # manifests whose files stay for readers under way
STEP = "step"


class WarehouseBusyError(Exception):
    """Another process is writing to the warehouse."""


class HasDeltasError(Exception):
    """The rows of a fact are a base and deltas: they are read through `opening.open_warehouse`."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """Which files are the facts now. `generation` names the write that made them.

    `facts[name]` is `{files, rows, columns, group, since, deltas}`: `since` is the step of the base. `groups[name]` is
    `{changed, steps, customers, begun}`: the file of changed customers (None: nobody), the number of steps, how many
    changed, the generation of the bases. `notes` is what feed and computation remember (see `feed` and `values`).
    """

    generation: str
    written_at: str
    facts: Mapping[str, Mapping[str, Any]]
    groups: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    notes: Mapping[str, Any] = field(default_factory=dict)

    def files(self, root: Path, fact: str) -> list[str]:
        """Return the paths of a fact's files; empty when it was never fed. Raises HasDeltasError."""
        if self.has_deltas(fact):
            raise HasDeltasError(f"'{fact}' has deltas; open the warehouse and read the view of that name")
        return self.base_files(root, fact)

    def base_files(self, root: Path, fact: str) -> list[str]:
        """Return the paths of a fact's base."""
        return [str(root / name) for name in self.facts.get(fact, {}).get("files", ())]

    def has_deltas(self, fact: str) -> bool:
        """Whether rows of a fact's base may be void."""
        known = self.facts.get(fact, {})
        group = self.groups.get(known.get("group", ""), {})
        return bool(group) and bool(group["changed"]) and int(group["steps"]) > int(known["since"])


def read_manifest(root: Path) -> Manifest | None:
    """Return the manifest as it stands, None before the first write (or when it is of an earlier version)."""
    try:
        found = json.loads((root / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    if found.get("version") == 1:
        return None  # facts had no columns of their own then: fed anew
    if found.get("version") != VERSION:
        raise ValueError(
            f"{root / MANIFEST} is of version {found.get('version')}, this program reads {VERSION}"
        )
    return Manifest(found["generation"], found["written_at"], found["facts"], found["groups"], found["notes"])


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
        self._before = read_manifest(self.root)
        before = self._before
        self._facts: dict[str, dict[str, Any]] = {
            name: dict(known) for name, known in (before.facts.items() if before else ())
        }
        self._groups: dict[str, dict[str, Any]] = {
            name: dict(known) for name, known in (before.groups.items() if before else ())
        }
        self._notes: dict[str, Any] = dict(before.notes) if before else {}

    def write(self, fact: str, schema: Any, tables: Iterable[Any], *, group: str = "") -> int:
        """Write the base of a fact (Arrow tables of `schema`), which holds from now on; return the number of rows."""
        name, rows = self._file(fact, schema, tables)
        since = self._groups.get(group, {}).get("steps", 0)
        self._facts[fact] = {
            "files": [name],
            "rows": rows,
            "columns": schema.names,
            "group": group,
            "since": since,
            "deltas": [],
        }
        return rows

    def begin_group(self, group: str) -> str:
        """Forget who changed: the bases of all facts of the group are written anew. Returns what they are known by."""
        self._groups[group] = {"changed": None, "steps": 0, "customers": 0, "begun": self._generation}
        return self._generation

    def add_step(self, group: str, changed: Any, customers: int) -> None:
        """Say who changed: an Arrow table `customer_id, step` of everyone who did since the base. Deltas follow."""
        name, _ = self._file(f"changed-{group}", changed.schema, [changed])
        known = self._groups[group]
        self._groups[group] = {
            **known,
            "changed": name,
            "steps": known["steps"] + 1,
            "customers": customers,
        }

    def write_delta(self, fact: str, schema: Any, tables: Iterable[Any]) -> int:
        """Write the rows that the customers of the step have now, with a column `step`; return how many."""
        name, rows = self._file(f"{fact}-delta", schema, tables)
        self._facts[fact]["deltas"] = [*self._facts[fact]["deltas"], name]
        return rows

    def replace_deltas(self, fact: str, schema: Any, tables: Iterable[Any]) -> None:
        """Write one file in place of all deltas of a fact."""
        self._facts[fact]["deltas"] = []
        self.write_delta(fact, schema, tables)

    def note(self, name: str, value: Any) -> None:
        """Remember something (plain JSON) with the files."""
        self._notes[name] = value

    def _file(self, prefix: str, schema: Any, tables: Iterable[Any]) -> tuple[str, int]:
        from pyarrow import parquet  # noqa: PLC0415 - heavy

        name = f"{prefix}-{self._generation}.parquet"
        rows = 0
        with (self.root / name).open("wb") as file:
            with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
                for table in tables:
                    writer.write_table(table)
                    rows += table.num_rows
            file.flush()
            os.fsync(file.fileno())
        return name, rows

    def swap(self) -> Manifest:
        """Make what was written the warehouse, in one step."""
        manifest = Manifest(self._generation, self.now.isoformat(), self._facts, self._groups, self._notes)
        former = [*([files_of(self._before)] if self._before else []), *self._former()][:FORMER]
        body = {
            "version": VERSION,
            "generation": manifest.generation,
            "written_at": manifest.written_at,
            "facts": self._facts,
            "groups": self._groups,
            "notes": self._notes,
            "former": former,
        }
        draft = self.root / f"{MANIFEST}.{self._generation}"
        with draft.open("w", encoding="utf-8") as file:
            json.dump(body, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.root / MANIFEST)
        self._sweep({*files_of(manifest), *(name for names in former for name in names)})
        return manifest

    def _former(self) -> list[list[str]]:
        """The files of the manifests before the one that stands."""
        if self._before is None:
            return []
        found: list[list[str]] = json.loads((self.root / MANIFEST).read_text(encoding="utf-8"))["former"]
        return found

    def _sweep(self, kept: set[str]) -> None:
        """Remove files that neither this manifest nor the ones before name, drafts of killed writers among them."""
        for path in self.root.iterdir():
            is_ours = path.suffix == ".parquet" or path.name.startswith(f"{MANIFEST}.")
            if is_ours and path.name not in kept:
                path.unlink(missing_ok=True)


def is_complete(root: Path, manifest: Manifest) -> bool:
    """Return whether every file of a manifest is there: a home that was copied by hand may lack some."""
    return all((root / name).exists() for name in files_of(manifest))


def standing_files(root: Path) -> tuple[bytes | None, list[Path]]:
    """Return the manifest as it stands, and all it needs to be copied with: its files, and the snapshots by day.

    The files stay for the next few writes.
    """
    try:
        text = (root / MANIFEST).read_bytes()
    except FileNotFoundError:
        return None, []
    found = json.loads(text)
    manifest = Manifest("", "", found["facts"], found.get("groups", {}), found.get("notes", {}))
    snapshots = sorted(path for path in root.glob("*/*.parquet"))
    return text, [*(root / name for name in files_of(manifest)), *snapshots]


def files_of(manifest: Manifest) -> list[str]:
    """Return the names of all files a manifest stands on."""
    facts = [
        name for known in manifest.facts.values() for name in (*known["files"], *known.get("deltas", ()))
    ]
    changed = [known["changed"] for known in manifest.groups.values() if known["changed"]]
    return [*facts, *changed]
