"""`guanxi duplicates`, of the home: which of its customers may be one."""

from __future__ import annotations

import json
import os
from typing import Any

import click
from django.utils import timezone

from guanxi.access.calc import Actor
from guanxi.access.errors import ForbiddenError
from guanxi.duplicates.calc import groups_of
from guanxi.duplicates.queries import open_pairs
from guanxi.duplicates.services import start_search
from guanxi.jobs.models import JobState
from guanxi.jobs.services import run_job
from guanxi.records.commands import acting_as

LIKELY = 0.9
"""From this probability on pairs connect customers into a cluster."""


def tell_duplicates(username: str | None, *, as_json: bool) -> None:
    """Search the home's customers and print the open pairs the person may see, and the clusters they make."""
    actor = acting_as(username)
    try:
        _search(actor)
    except ForbiddenError as error:
        raise click.ClickException("this person may not search for doubles") from error
    found = _found(actor)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for pair in found["pairs"]:
        why = ", ".join(pair["reasons"])
        click.echo(f"{pair['left']} = {pair['right']}  {pair['probability']:.3f}  {why}")
    click.echo(f"{len(found['pairs']):,} pairs, {len(found['clusters']):,} clusters", err=True)


def _search(actor: Actor) -> None:
    job = start_search(actor=actor, now=timezone.now(), queued=False)
    done = run_job(job.pk, worker=f"command:{os.getpid()}", clock=timezone.now)
    if done is None:
        raise click.ClickException("a search is running; ask again when it has ended")
    if done.state != JobState.DONE:
        raise click.ClickException(done.error or "the search was stopped")


def _found(actor: Actor) -> dict[str, Any]:
    rows = open_pairs(actor).order_by("-probability", "pk")
    pairs = [
        {
            "left": row.left_id,
            "right": row.right_id,
            "probability": row.probability,
            "reasons": row.reasons,
        }
        for row in rows.iterator()
    ]
    likely = ((row["left"], row["right"]) for row in pairs if row["probability"] >= LIKELY)
    return {"pairs": pairs, "clusters": [list(group) for group in groups_of(likely)]}


@click.command()
@click.option("--user", "username", help="Act as this person; by default the first administrator.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def duplicates(*, username: str | None, as_json: bool) -> None:
    """Search the customers for doubles and keep the pairs for review.

    Answers the open pairs of which the person sees both customers, the likeliest first, and the clusters that pairs of
    at least 90 % make.

    Example: guanxi duplicates --json
    """
    tell_duplicates(username, as_json=as_json)
