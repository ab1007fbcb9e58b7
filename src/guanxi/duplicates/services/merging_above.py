"""All pairs from a likelihood on, merged at once: a job with one change set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from guanxi.access.calc import Actor, Sharing, Verb, may_create
from guanxi.access.errors import ForbiddenError, InvalidError
from guanxi.access.models import ChangeVerb
from guanxi.duplicates.calc import Survivorship, groups_of
from guanxi.duplicates.models import PairState, PossibleDuplicate
from guanxi.duplicates.queries import open_pairs
from guanxi.duplicates.services.merging import Group, merge_groups
from guanxi.jobs.models import Job
from guanxi.jobs.services import JobRun, enqueue

MERGE_ABOVE = "duplicates.merge_above"
LEAST = 0.5
BATCH = 200


@dataclass(frozen=True, slots=True)
class Above:
    """What would be merged: how many pairs, the groups they make, and the groups left for people to look at."""

    pairs: int
    groups: tuple[Group, ...]
    left: int


def groups_above(actor: Actor, level: float) -> Above:
    """Return what lies at or above a probability, of customers the actor may change all of.

    A group in which somebody said of two that they are not the same is left for people.
    """
    pairs = list(
        open_pairs(actor, Verb.CHANGE).filter(probability__gte=level).order_by().values_list("left", "right")
    )
    found = groups_of(pairs)
    group_of = {key: number for number, group in enumerate(found) for key in group}
    apart = set()
    separate = PossibleDuplicate.objects.filter(state=PairState.SEPARATE)
    for left, right in separate.values_list("left", "right").iterator():
        if left in group_of and group_of[left] == group_of.get(right):
            apart.add(group_of[left])
    groups = tuple(Group(group) for number, group in enumerate(found) if number not in apart)
    return Above(len(pairs), groups, len(apart))


def start_merging_above(
    *, actor: Actor, level: float, rule: Survivorship | None = None, now: datetime
) -> Job:
    """Ask for the merge, by a rule or by that of the home.

    Raises ForbiddenError, or InvalidError for a level at which a coin would do.
    """
    if not may_create(actor, Sharing.OWNED):
        raise ForbiddenError
    if not LEAST <= level <= 1:
        raise InvalidError({"level": [f"between {LEAST} and 1"]})
    return enqueue(
        kind=MERGE_ABOVE,
        actor=actor,
        parameters={"level": level, "rule": rule.value if rule else None},
        now=now,
    )


def merge_above(run: JobRun) -> Mapping[str, Any]:
    """Merge in batches; what is merged is no pair any more, so that a second attempt goes on by itself."""
    assert run.actor is not None  # noqa: S101 - asked for by a person
    above = groups_above(run.actor, run.parameters["level"])
    before: dict[str, int] = dict(run.checkpoint) or {"merged": 0, "left": above.left}
    changeset = run.open_changeset(ChangeVerb.MERGE)
    named = run.parameters.get("rule")
    rule = Survivorship(named) if named else None
    total = before["merged"] + len(above.groups)
    for start in range(0, len(above.groups), BATCH):
        batch = above.groups[start : start + BATCH]
        with transaction.atomic():
            merged = merge_groups(
                actor=run.actor, groups=batch, rule=rule, now=run.now(), changeset=changeset
            )
            before["merged"] += len(merged.survivors)
            before["left"] += len(merged.left)
            run.advance(done=start + len(batch), total=total, checkpoint=before)
    return {"groups": before["merged"], "left": before["left"]}
