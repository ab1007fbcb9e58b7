"""A job in the hands of a worker: progress, checkpoint and lease, each renewed together with a batch of work."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from guanxi.access.calc import Actor
from guanxi.access.models import ChangeSet, ChangeVerb
from guanxi.access.services import open_changeset
from guanxi.jobs.calc import lease_end
from guanxi.jobs.errors import CancelledError, LeaseLostError, PausedError
from guanxi.jobs.models import Job, JobState

Observer = Callable[[Job], None]


def _ignore(_job: Job) -> None:
    """Nobody watches."""


@dataclass
class JobRun:
    """One attempt at a job.

    A handler does its work in batches, each in a transaction of its own that ends with `advance`: either the batch
    and its checkpoint are kept, or neither is. A handler that starts again reads `checkpoint` and goes on there.
    """

    job: Job
    actor: Actor | None
    clock: Callable[[], datetime]
    observer: Observer = _ignore

    @property
    def parameters(self) -> Mapping[str, Any]:
        """What was asked for."""
        return self.job.parameters  # type: ignore[no-any-return]

    @property
    def checkpoint(self) -> Mapping[str, Any]:
        """Where the work stands: empty at the beginning."""
        return self.job.checkpoint  # type: ignore[no-any-return]

    @property
    def changeset(self) -> ChangeSet | None:
        """The change set of this job's writes, once it was opened."""
        return self.job.changeset

    def now(self) -> datetime:
        """Return the present moment."""
        return self.clock()

    def open_changeset(self, verb: ChangeVerb, *, why: str = "") -> ChangeSet:
        """Return the one change set of this job, made on the first call, whatever the number of attempts."""
        if self.job.changeset is not None:
            return self.job.changeset
        with transaction.atomic():
            made = open_changeset(actor=self.actor, verb=verb, why=why, now=self.now())
            self._keep(changeset=made)
        self.job.changeset = made
        return made

    def advance(
        self,
        *,
        done: int | None = None,
        total: int | None = None,
        step: str | None = None,
        checkpoint: Mapping[str, Any] | None = None,
    ) -> None:
        """Renew the lease and keep how far the work is. Call it last in the transaction of a batch.

        What is not given stays as it was. Raises LeaseLostError when another worker took the job over, CancelledError
        or PausedError when a person wants it stopped or waiting; all leave the transaction, so that it is rolled back.
        """
        given = {"done": done, "total": total, "step": step, "checkpoint": checkpoint}
        values: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
        if checkpoint is not None:
            values["tries"] = 1
        self._keep(**values)
        for name, value in values.items():
            setattr(self.job, name, value)
        self.observer(self.job)

    def _keep(self, **values: Any) -> None:
        """Write to the job under its fence: the number of the attempt."""
        until = lease_end(self.now())
        mine = Job.objects.filter(pk=self.job.pk, attempts=self.job.attempts, state=JobState.RUNNING)
        if mine.filter(cancel_requested=False, pause_requested=False).update(leased_until=until, **values):
            return
        held = mine.values_list("cancel_requested", flat=True).first()
        if held is None:
            raise LeaseLostError
        raise CancelledError if held else PausedError
