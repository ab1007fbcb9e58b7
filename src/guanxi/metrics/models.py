"""The current values beside each customer, when they were computed, and in which money the house reckons."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from guanxi.customers.models import Customer


class CustomerMetrics(models.Model):
    """The built-in metrics of a customer as of the last refresh. Derived: written by the refresh alone.

    Money is in `currency`, the one most of the customer's orders are in.
    """

    customer = models.OneToOneField(
        Customer, on_delete=models.CASCADE, primary_key=True, related_name="metrics_beside"
    )
    currency = models.CharField(_("currency of the figures"), max_length=3)
    recency_days = models.IntegerField(_("days since the last order"), null=True)
    frequency = models.PositiveIntegerField(_("orders"), default=0)
    orders_12m = models.PositiveIntegerField(_("orders in 12 months"), default=0)
    value_12m = models.DecimalField(_("revenue in 12 months"), max_digits=20, decimal_places=2, null=True)
    value_total = models.DecimalField(_("revenue"), max_digits=20, decimal_places=2, null=True)
    average_ticket = models.DecimalField(_("average order"), max_digits=20, decimal_places=2, null=True)
    first_order = models.DateField(_("first order"), null=True)
    last_order = models.DateField(_("last order"), null=True)
    contribution = models.DecimalField(_("contribution"), max_digits=20, decimal_places=2, null=True)
    recency_score = models.PositiveSmallIntegerField(_("recency score"), null=True)
    frequency_score = models.PositiveSmallIntegerField(_("frequency score"), null=True)
    value_score = models.PositiveSmallIntegerField(_("value score"), null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["contribution", "customer"], name="metrics_contribution"),
            models.Index(fields=["value_12m", "customer"], name="metrics_value_12m"),
            models.Index(fields=["recency_days", "customer"], name="metrics_recency"),
            models.Index(fields=["last_order", "customer"], name="metrics_last_order"),
        ]

    def __str__(self) -> str:
        return f"metrics of customer {self.customer_id}"


class Refresh(models.Model):
    """One computation of all metrics: what it counted and what it had to leave out. The last one is what stands."""

    as_of = models.DateField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    engine = models.CharField(max_length=40)
    customers = models.PositiveIntegerField()
    report = models.JSONField(default=dict)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"metrics as of {self.as_of}"


class HouseCurrency(models.Model):
    """The money of amounts that do not say in which: a single row, or none (then it is guessed)."""

    currency = models.CharField(_("currency"), max_length=3)

    def __str__(self) -> str:
        return self.currency
