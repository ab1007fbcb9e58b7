"""Metrics and tiers together, as long work: what the button on the pyramid asks for, and every import."""

from __future__ import annotations

from typing import Any

from guanxi.imports.services.running import IMPORT
from guanxi.jobs.services import JobRun, follow, register
from guanxi.tiers.services import RATING, rate_everybody, rate_soon


def run_rating(run: JobRun) -> dict[str, Any]:
    """Do it; killed and begun again it does the same once more."""
    run.advance(done=0, total=1, step="tiers")
    return rate_everybody(actor=run.actor, now=run.now())


register(RATING, run_rating)
follow(IMPORT, rate_soon)
