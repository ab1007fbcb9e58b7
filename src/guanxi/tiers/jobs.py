"""Metrics and tiers together, as long work: what the button on the pyramid asks for."""

from __future__ import annotations

from typing import Any

from guanxi.jobs.services import JobRun, register
from guanxi.tiers.services import RATING, rate_everybody


def run_rating(run: JobRun) -> dict[str, Any]:
    """Do it; killed and begun again it does the same once more."""
    run.advance(done=0, total=1, step="tiers")
    return rate_everybody(actor=run.actor, now=run.now())


register(RATING, run_rating)
