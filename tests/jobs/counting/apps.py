"""Tells Django, and the jobs room, about the counting work."""

from __future__ import annotations

import os
import signal
from typing import Any

from django.apps import AppConfig
from django.db import transaction


class CountingConfig(AppConfig):
    """The work as a Django application."""

    name = "tests.jobs.counting"
    label = "counting"

    def ready(self) -> None:
        from guanxi.jobs.services import register  # noqa: PLC0415 - once Django is set up

        register("counting", count)


def count(run: Any) -> dict[str, int]:
    """Write one change set a number. The first worker is killed inside a batch, the second just after one."""
    from guanxi.access.models import ChangeSet, ChangeVerb  # noqa: PLC0415 - once Django is set up

    start = run.checkpoint.get("next", 0)
    for first in range(start, 100, 10):
        with transaction.atomic():
            for number in range(first, first + 10):
                ChangeSet.objects.create(verb=ChangeVerb.BULK, why=str(number), created_at=run.now())
                if run.job.attempts == 1 and number == 35:
                    os.kill(os.getpid(), signal.SIGKILL)
            run.advance(done=first + 10, total=100, step="counting", checkpoint={"next": first + 10})
        if run.job.attempts == 2 and first == 60:
            os.kill(os.getpid(), signal.SIGKILL)
    return {"attempts": run.job.attempts}
