"""Long work, as people see it: how far it is, what came of it, and that it survives a killed worker."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guanxi.access.models import ChangeSet


class JobState(models.TextChoices):
    """Where a job stands."""

    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    NEEDS_REVIEW = "needs_review", _("To review")
    CANCELLED = "cancelled", _("Cancelled")
    PAUSED = "paused", _("Paused")


class Job(models.Model):
    """One piece of long work.

    Whoever runs it holds a lease and renews it with every step; a lease that ran out means the worker died,
    and the job begins again at its checkpoint. `attempts` numbers the leases and fences off their late holders;
    `tries` counts those that began at the present checkpoint. `task` is the entry in the queue.
    `began_at` and `began_done` say when the present attempt began and how far the work was then.
    """

    kind = models.CharField(max_length=40)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    parameters = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=JobState, default=JobState.QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)
    step = models.CharField(max_length=100, blank=True)
    checkpoint = models.JSONField(default=dict)
    result = models.JSONField(null=True)
    error = models.TextField(blank=True)
    changeset = models.ForeignKey(ChangeSet, on_delete=models.PROTECT, null=True, related_name="+")
    attempts = models.PositiveIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    task = models.UUIDField(null=True)
    leased_by = models.CharField(max_length=64, blank=True)
    leased_until = models.DateTimeField(null=True)
    cancel_requested = models.BooleanField(default=False)
    pause_requested = models.BooleanField(default=False)
    began_at = models.DateTimeField(null=True)
    began_done = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)
        indexes: ClassVar = [models.Index(fields=["state", "leased_until"])]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it unless somebody lets it go on anew; a paused one waits for that."""
        return self.state not in (JobState.QUEUED, JobState.RUNNING, JobState.PAUSED)
