"""Whether a refresh is due that nobody has asked for: after changes, and on a new day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db.models import Q

from guanxi.access.models import Change
from guanxi.jobs.models import Job, JobState
from guanxi.jobs.services import enqueue
from guanxi.metrics.engine.changes import Mark
from guanxi.metrics.engine.feed import FED
from guanxi.metrics.engine.snapshots import day_of
from guanxi.metrics.engine.warehouse import Manifest, read_manifest

REFRESH = "metrics.refresh"
RATING = "tiers.rate"  # refreshes as well
SETTLED = timedelta(seconds=10)
LONGEST = timedelta(minutes=1)
AFTER_FAILURE = timedelta(minutes=10)
GAPS = 100


def refresh_if_due(now: datetime) -> None:
    """Ask for a refresh on the program's own account when one is due and none is asked for or under way."""
    manifest = read_manifest(settings.ENVIRONMENT.warehouse)
    if manifest is not None and FED in manifest.notes and _is_due(manifest, now) and not _is_coming(now):
        enqueue(kind=REFRESH, actor=None, parameters={}, now=now)


def _is_due(manifest: Manifest, now: datetime) -> bool:
    """Values of an earlier day; or changes that were not fed: once people pause, or after a minute all the same."""
    day = day_of(manifest)
    if day is not None and day < now.astimezone(UTC).date():
        return True
    mark = Mark.from_json(manifest.notes[FED]["mark"])
    wanted = Q(pk__gt=mark.last)
    for first, last, _ in mark.gaps[:GAPS]:
        wanted |= Q(pk__gte=first, pk__lte=last)
    unfed = Change.objects.filter(wanted)
    newest = unfed.order_by("-pk").values_list("changeset__created_at", flat=True).first()
    if newest is None:
        return False
    oldest = unfed.order_by("pk").values_list("changeset__created_at", flat=True).first()
    return newest <= now - SETTLED or (oldest is not None and oldest <= now - LONGEST)


def _is_coming(now: datetime) -> bool:
    """Whether a refresh waits or runs, or has just failed."""
    jobs = Job.objects.filter(kind__in=(REFRESH, RATING))
    if jobs.filter(state__in=(JobState.QUEUED, JobState.RUNNING)).exists():
        return True
    return jobs.filter(state=JobState.FAILED, finished_at__gt=now - AFTER_FAILURE).exists()
