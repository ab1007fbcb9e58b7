"""Bringing a file in as people do, in few words."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

from guanxi.imports.models import Import
from guanxi.imports.services import receive_file, set_mapping, set_options, start_import
from guanxi.jobs.models import Job
from guanxi.jobs.services import run_job
from tests.cast import NOW, Person


def receive(person: Person, content: str | bytes, *, name: str = "list.csv", now: datetime = NOW) -> Import:
    """Let a person upload a file."""
    data = content.encode() if isinstance(content, str) else content
    return receive_file(actor=person.actor, file=io.BytesIO(data), name=name, now=now)


def bring(
    person: Person,
    content: str | bytes,
    *,
    name: str = "list.csv",
    mapping: dict[int, str] | None = None,
    now: datetime = NOW,
    **options: Any,
) -> Job:
    """Let a person import a file and wait for the end."""
    source = receive(person, content, name=name, now=now)
    if mapping is not None:
        set_mapping(actor=person.actor, import_id=source.pk, mapping=mapping)
    if options:
        set_options(actor=person.actor, import_id=source.pk, options=options)
    return carry_out(person, source, now=now)


def carry_out(person: Person, source: Import, *, now: datetime = NOW) -> Job:
    """Run the import's job to its end."""
    job = start_import(actor=person.actor, import_id=source.pk, now=now)
    done = run_job(job.pk, worker="test", clock=lambda: now)
    assert done is not None
    return done
