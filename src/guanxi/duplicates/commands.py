"""What `guanxi duplicates` tells of the home: which of its customers may be one."""

from __future__ import annotations

import os
from typing import Any

import click
from django.utils import timezone

from guanxi.access.calc import Actor
from guanxi.access.errors import ForbiddenError
from guanxi.duplicates.calc import groups_of
from guanxi.duplicates.queries import open_pairs
from guanxi.duplicates.services import start_search
from guanxi.duplicates.texts import REASONS
from guanxi.jobs.models import JobState
from guanxi.jobs.services import run_job
from guanxi.records.commands import acting_as

LIKELY = 0.9
"""From this probability on pairs connect customers into a cluster."""


def find_in_home(username: str | None) -> dict[str, Any]:
    """Search the home's customers and keep the pairs for review; return those the person may see, and their clusters.

    `pairs` are the open ones, the likeliest first, with what speaks for each; `clusters` the groups that pairs of at
    least 90 % make. Raises ClickException for who may not search, or while a search runs.
    """
    actor = acting_as(username)
    try:
        _search(actor)
    except ForbiddenError as error:
        raise click.ClickException("this person may not search for doubles") from error
    return _found(actor)


def _search(actor: Actor) -> None:
    job = start_search(actor=actor, now=timezone.now(), queued=False)
    done = run_job(job.pk, worker=f"command:{os.getpid()}", clock=timezone.now)
    if done is None:
        raise click.ClickException("a search is running; ask again when it has ended")
    if done.state != JobState.DONE:
        raise click.ClickException(done.error or "the search was stopped")


def _found(actor: Actor) -> dict[str, Any]:
    rows = open_pairs(actor).order_by("-probability", "pk")
    pairs: list[dict[str, Any]] = [
        {
            "left": row.left_id,
            "right": row.right_id,
            "probability": row.probability,
            "reasons": [code for code in row.reasons if code in REASONS],
        }
        for row in rows.iterator()
    ]
    likely = ((row["left"], row["right"]) for row in pairs if row["probability"] >= LIKELY)
    return {"pairs": pairs, "clusters": [list(group) for group in groups_of(likely)]}
