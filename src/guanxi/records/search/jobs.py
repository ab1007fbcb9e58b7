"""The long work of the index: writing what waits into it, whenever something does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from guanxi.jobs.services import JobRun, register, watch
from guanxi.records.search.feed import KIND, index_if_due, index_next, pending_rows


def run_index(run: JobRun) -> Mapping[str, Any]:
    """Write pending records into the index, a batch a transaction, until none is left."""
    done = int(run.checkpoint.get("done", 0))
    left = True
    while left:
        with transaction.atomic():
            more, left = index_next()
            done += more
            run.advance(done=done, total=done + pending_rows(), checkpoint={"done": done})
    return {"records": done}


register(KIND, run_index)
watch(index_if_due)
