"""Pairs that may be one customer, what people said of them, and which customers became which."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guanxi.access.models import ChangeSet
from guanxi.customers.models import Customer
from guanxi.duplicates.calc import Survivorship


class PairState(models.TextChoices):
    """Where a pair stands."""

    OPEN = "open", _("Open")
    MERGED = "merged", _("Merged")
    SEPARATE = "separate", _("Not the same")


class PossibleDuplicate(models.Model):
    """Two customers that may be one; `left` has the lower id. `reasons` are codes (`texts.REASONS`), as found.

    A pair that was merged is open again as soon as its change set is undone. What people said is not the same is kept
    for ever, and a search does not bring it up again.
    """

    left = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    right = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    probability = models.FloatField(default=0.0)
    reasons = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=PairState, default=PairState.OPEN)
    found_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    changeset = models.ForeignKey(ChangeSet, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["left", "right"], name="one_pair_once"),
            models.CheckConstraint(condition=models.Q(left__lt=models.F("right")), name="pair_in_order"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "-probability", "id"], name="pair_queue"),
        ]

    def __str__(self) -> str:
        return f"{self.left_id}/{self.right_id} {self.probability:.3f}"


class MergedCustomer(models.Model):
    """A customer that became another one. It holds as long as its change set is not undone."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    into = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    changeset = models.ForeignKey(ChangeSet, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["customer", "changeset"], name="one_merge_a_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} → {self.into_id}"


class DuplicateSearch(models.Model):
    """A search for doubles that came to its end: when it began, and the weights the last whole one was fitted to."""

    at = models.DateTimeField(default=timezone.now)
    is_whole = models.BooleanField(default=True)
    customers = models.PositiveIntegerField(default=0)
    pairs = models.PositiveIntegerField(default=0)
    weights = models.JSONField(default=dict)

    class Meta:
        get_latest_by = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.customers} → {self.pairs}"


class MergeRule(models.Model):
    """Whose value stays in a merge unless somebody says otherwise: one row a home.

    `trusted` are sources (`customers.provenance.sources_of`), the most trusted first.
    """

    rule = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Survivorship])
    trusted = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.rule} {self.trusted}"
