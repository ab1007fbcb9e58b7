"""The refresh as long work."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from guanxi.jobs.services import JobRun, register
from guanxi.metrics.services import refresh

KIND = "metrics.refresh"


def run_refresh(run: JobRun) -> dict[str, Any]:
    """Compute all metrics; killed and begun again it does the same once more."""
    run.advance(done=0, total=1, step="metrics")
    return asdict(refresh(actor=run.actor, now=run.now(), engine=run.parameters.get("engine")))


register(KIND, run_refresh)
