"""The refresh as long work."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from guanxi.jobs.errors import JobFailedError
from guanxi.jobs.services import JobRun, follow, register, watch
from guanxi.metrics.engine.warehouse import WarehouseBusyError
from guanxi.metrics.services import REFRESH, refresh, refresh_if_due
from guanxi.metrics.services.definitions import feed_anew
from guanxi.records.services.recomputing import RECOMPUTE

KIND = REFRESH


def run_refresh(run: JobRun) -> dict[str, Any]:
    """Compute all metrics; killed and begun again it does the same once more."""
    run.advance(done=0, total=1, step="metrics")
    try:
        return asdict(refresh(actor=run.actor, now=run.now(), engine=run.parameters.get("engine")))
    except WarehouseBusyError as error:
        raise JobFailedError(str(error)) from error


register(KIND, run_refresh)
watch(refresh_if_due)
follow(RECOMPUTE, feed_anew)
