"""Files that people brought in, every row of them, and what came of each."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guanxi.access.models import ChangeSet
from guanxi.imports.reading.table import encode_cell
from guanxi.jobs.models import Job


class CellEncoder(json.JSONEncoder):
    """Cells as JSON; what JSON does not know is marked: {"d": date}, {"t": date and time}."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "ensure_ascii": False})

    def default(self, o: object) -> object:
        """Return a marked date, or text."""
        return encode_cell(o)


class CellDecoder(json.JSONDecoder):
    """The way back of `CellEncoder`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "object_hook": _unmark})


def _unmark(value: dict[str, Any]) -> Any:
    if value.keys() == {"t"}:
        return datetime.fromisoformat(value["t"])
    if value.keys() == {"d"}:
        return date.fromisoformat(value["d"])
    return value


class Import(models.Model):
    """One file on its way in: what it is, how its columns are read, what people mended, what came of it.

    `mapping` says the field of each column by its index; `corrections` holds what people wrote over cells, by row
    number and column; `preview` the rows that are shown before the import, `checked` what the check found.
    """

    name = models.CharField(_("file"), max_length=255)
    file = models.FileField(upload_to="imports", max_length=300)
    digest = models.CharField(max_length=64)
    record_type = models.CharField(max_length=40, default="customer")
    sheet = models.CharField(max_length=255, blank=True)
    head = models.JSONField(default=dict)
    mapping = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    corrections = models.JSONField(default=dict)
    preview = models.JSONField(default=list, encoder=CellEncoder, decoder=CellDecoder)
    checked = models.JSONField(null=True)
    survey = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    changeset = models.ForeignKey(ChangeSet, on_delete=models.PROTECT, null=True, related_name="imports")
    job = models.OneToOneField(Job, on_delete=models.PROTECT, null=True, related_name="import_done")
    check_job = models.OneToOneField(Job, on_delete=models.PROTECT, null=True, related_name="import_checked")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-id",)
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        indexes: ClassVar = [models.Index(fields=["digest"], name="import_digest")]

    def __str__(self) -> str:
        return self.name

    @property
    def header(self) -> list[str]:
        """The names of the columns."""
        return list(self.head["header"])

    @property
    def is_undone(self) -> bool:
        """Whether its change set was taken back."""
        return self.changeset is not None and self.changeset.undone_by_id is not None


class Outcome(models.TextChoices):
    """What came of a row."""

    ADDED = "added", _("Added")
    UPDATED = "updated", _("Updated")
    MERGED = "merged", _("Merged")
    UNCHANGED = "unchanged", _("Unchanged")
    REJECTED = "rejected", _("Rejected")
    NEEDS_REVIEW = "needs_review", _("To review")


class SourceRow(models.Model):
    """One row of a file as it was, and the record that came of it.

    A row is there once: unique by import and number. `fingerprint` is the same for rows that say the same.
    """

    source = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows", db_index=False)
    number = models.PositiveIntegerField()
    raw = models.JSONField(encoder=CellEncoder, decoder=CellDecoder)
    fingerprint = models.CharField(max_length=32, blank=True)
    record_id = models.BigIntegerField(null=True)
    outcome = models.CharField(max_length=12, choices=Outcome)
    faults = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "number"], name="one_row_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["fingerprint"], name="source_row_fingerprint"),
            models.Index(fields=["source", "outcome", "number"], name="source_row_outcome"),
            models.Index(fields=["record_id"], name="source_row_record"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id}:{self.number}"


class Decision(models.TextChoices):
    """What a person said about a doubtful row."""

    SEPARATE = "separate", _("Keep separate")
    SAME = "same", _("Same customer")
    SKIP = "skip", _("Leave out")


class ReviewItem(models.Model):
    """A row that may be a customer who is there already: a person decides."""

    row = models.OneToOneField(SourceRow, on_delete=models.CASCADE, related_name="review")
    reason = models.CharField(max_length=40)
    candidates = models.JSONField(default=list)
    decision = models.CharField(max_length=10, choices=Decision, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    changeset = models.ForeignKey(ChangeSet, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("id",)
        indexes: ClassVar = [
            models.Index(fields=["id"], name="review_open", condition=models.Q(decision="")),
        ]

    def __str__(self) -> str:
        return f"{self.row_id}: {self.reason}"


class Sender(models.Model):
    """How the lists of one sender are read: field, options and rules, by the names of their columns.

    `headers` are the folded names of all columns the list had when it was remembered, in their order: by them the next
    list is recognised. `mapping` says the field of a column by its name; a column that is left out has "". `rules` are
    `imports.calc.rules` with the column's name for its index.
    """

    name = models.CharField(_("sender"), max_length=100, unique=True)
    headers = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    rules = models.JSONField(default=list)
    remembered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    remembered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("name",)
        verbose_name = _("sender")
        verbose_name_plural = _("senders")

    def __str__(self) -> str:
        return self.name
