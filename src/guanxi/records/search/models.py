"""The index: what every record is found by, its grams, and which records are still to be written into it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from guanxi.records.search.grams import TABLE, GramsField


class SearchEntry(models.Model):
    """What a living record is found by: its texts as `calc.written` gives them, sensitive fields apart."""

    record_type = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    text = models.TextField()
    secret = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["record_type", "record_id"], name="search_one_entry_a_record")
        ]

    def __str__(self) -> str:
        return f"{self.record_type} {self.record_id}"


class SearchGrams(models.Model):
    """The grams of an entry; `grams.create_table` makes the table as each database needs it."""

    entry = models.OneToOneField(
        SearchEntry,
        primary_key=True,
        db_column="rowid",
        db_constraint=False,
        on_delete=models.DO_NOTHING,
        related_name="indexed",
    )
    grams = GramsField()

    class Meta:
        managed = False
        db_table = TABLE

    def __str__(self) -> str:
        return str(self.pk)


class SearchPending(models.Model):
    """A range of records still to be written into the index; an empty type means every record of every type."""

    record_type = models.CharField(max_length=40, blank=True)
    first_id = models.BigIntegerField(default=0)
    last_id = models.BigIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["record_type", "last_id"], name="search_pending_type")]

    def __str__(self) -> str:
        return f"{self.record_type} {self.first_id} to {self.last_id}"
