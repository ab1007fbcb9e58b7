"""The child process: takes its limits first, then opens the file. Run by `process`, never imported by others."""

from __future__ import annotations

import gc
import json
import sys
from pathlib import Path

from guanxi.imports.reading.table import Limits, ReadError


def main() -> None:
    """Read the request from standard input, answer with one JSON document on standard output."""
    request = json.load(sys.stdin)
    limits = Limits(**request["limits"])
    take_limits(limits)
    gc.disable()  # rows make no cycles; the collector would walk millions of cells
    sys.stdout.write(answer(Path(request["path"]), request["sheet"], limits, Path(request["directory"])))


def take_limits(limits: Limits) -> None:
    """Bind this process to memory, processor time, file size and no core file, where the system can."""
    try:
        import resource  # noqa: PLC0415 - not there on Windows
    except ImportError:
        return
    for kind, amount in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.seconds),
        (resource.RLIMIT_FSIZE, 4 * limits.inflated_bytes),
        (resource.RLIMIT_CORE, 0),
    ):
        _lower(resource, kind, amount)


def _lower(resource: object, kind: int, amount: int) -> None:
    """Set one limit, not above the one that already holds."""
    _soft, hard = resource.getrlimit(kind)  # type: ignore[attr-defined]
    if hard >= 0:
        amount = min(amount, hard)
    try:
        resource.setrlimit(kind, (amount, hard))  # type: ignore[attr-defined]
    except (ValueError, OSError):
        return  # a system that does not know this limit (macOS and RLIMIT_AS) keeps the others


def answer(path: Path, sheet: str | None, limits: Limits, directory: Path) -> str:
    """Read the file into `directory`; return the head of the table, or the refusal, as JSON."""
    from guanxi.imports.reading.extraction import extract  # noqa: PLC0415 - under the limits

    try:
        return extract(path, sheet, limits, directory).to_json()
    except ReadError as error:
        return refusal(error)
    except MemoryError:
        return refusal(
            ReadError(
                "too_large",
                f"Opening the file takes more than {limits.memory_bytes // 2**20} MiB of memory: "
                "delete empty rows and columns far from the table, or split the file.",
                limit=limits.memory_bytes,
            )
        )


def refusal(error: ReadError) -> str:
    """Return the refusal as JSON."""
    return json.dumps(
        {"error": {"code": error.code, "message": error.message, "parameters": error.parameters}}
    )
