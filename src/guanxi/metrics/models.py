"""The current values beside each customer, when they were computed, and in which money the house reckons."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from guanxi.customers.models import Customer
from guanxi.metrics.calc.slots import Shelf, slots_on


def _count() -> Any:
    return models.PositiveIntegerField(default=0)


def _change() -> Any:
    return models.IntegerField(default=0)


def _days() -> Any:
    return models.IntegerField(null=True)


def _date() -> Any:
    return models.DateField(null=True)


def _money() -> Any:
    return models.DecimalField(max_digits=20, decimal_places=2, null=True)


def _number() -> Any:
    return models.FloatField(null=True)


_ratio = _number


def _score() -> Any:
    return models.PositiveSmallIntegerField(null=True)


class CustomerMetrics(models.Model):
    """The built-in metrics of a customer as of the last refresh. Derived: written by the refresh alone.

    A column for each metric of `calc.built_in`, under its name, typed by its unit.
    Money is in `currency`, the one most of the customer's orders are in.
    """

    customer = models.OneToOneField(
        Customer, on_delete=models.CASCADE, primary_key=True, related_name="metrics_beside"
    )
    currency = models.CharField(_("currency of the figures"), max_length=3)
    recency_days = _days()
    frequency = _count()
    orders_12m = _count()
    orders_before_12m = _count()
    months_active_12m = _count()
    value_total = _money()
    value_12m = _money()
    value_before_12m = _money()
    value_3m = _money()
    value_this_year = _money()
    value_last_year = _money()
    value_trend_6m = _ratio()
    average_ticket = _money()
    median_ticket = _money()
    largest_order = _money()
    last_order_value = _money()
    refund_share = _ratio()
    first_order = _date()
    last_order = _date()
    tenure_days = _days()
    interval_mean = _days()
    interval_median = _days()
    own_rhythm = _ratio()
    margin_12m = _money()
    costed_12m = _money()
    products_held = _count()
    products_12m = _count()
    product_lines_held = _count()
    product_lines_12m = _count()
    quantity_12m = _number()
    touches_12m = _count()
    visits = _count()
    visits_12m = _count()
    calls_12m = _count()
    meetings_12m = _count()
    messages_12m = _count()
    last_touch = _date()
    silence_days = _days()
    last_visit = _date()
    days_since_visit = _days()
    contact_count = _count()
    key_person_count = _count()
    place_count = _count()
    contribution = _money()
    orders_change = _change()
    value_change = _money()
    value_growth = _ratio()
    margin_rate_12m = _ratio()
    share_of_wallet = _ratio()
    next_order = _date()
    overdue_days = _days()
    revenue_per_visit_12m = _money()
    touches_per_order_12m = _ratio()
    customer_age_days = _days()
    recency_score = _score()
    frequency_score = _score()
    value_score = _score()
    alive_probability = _ratio()
    expected_purchases_12m = _number()
    expected_value_12m = _money()

    class Meta:
        # Lists sort by these; another one is sorted among the rows that a filter left, a second at a million customers.
        indexes: ClassVar = [
            models.Index(fields=["contribution", "customer"], name="metrics_contribution"),
            models.Index(fields=["value_12m", "customer"], name="metrics_value_12m"),
            models.Index(fields=["recency_days", "customer"], name="metrics_recency"),
            models.Index(fields=["last_order", "customer"], name="metrics_last_order"),
            models.Index(fields=["frequency", "customer"], name="metrics_frequency"),
            models.Index(fields=["own_rhythm", "customer"], name="metrics_own_rhythm"),
            models.Index(fields=["silence_days", "customer"], name="metrics_silence"),
            models.Index(fields=["expected_purchases_12m", "customer"], name="metrics_expected"),
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


class Feed(models.Model):
    """One reading of records into the warehouse. Its `token` stands in the warehouse too.

    A warehouse whose token is not here was fed from another database, or from a later state of this one than a backup
    brought back: it is then fed anew.
    """

    token = models.CharField(max_length=40, unique=True)
    fed_at = models.DateTimeField()
    is_whole = models.BooleanField()
    customers = models.PositiveIntegerField()
    rows = models.PositiveBigIntegerField()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.token


class HouseCurrency(models.Model):
    """The money of amounts that do not say in which: a single row, or none (then it is guessed)."""

    currency = models.CharField(_("currency"), max_length=3)

    def __str__(self) -> str:
        return self.currency


class TeamMetric(models.Model):
    """A metric the team has defined. `definition` is its JSON form (`calc.json_form`); values stand in `slot`.

    `labels` are what it is called in other languages than the one of `label`. `computed_at` is empty from a change
    until the next refresh: till then nobody is shown a value. `problem` says why the last refresh left it out.
    """

    name = models.CharField(_("name"), max_length=40)
    label = models.CharField(_("label"), max_length=100)
    labels = models.JSONField(default=dict)
    unit = models.CharField(_("unit"), max_length=10)
    definition = models.JSONField()
    slot = models.CharField(max_length=12, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)
    computed_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("label", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(archived_at=None), name="one_team_metric_a_name"
            ),
            models.UniqueConstraint(
                fields=["slot"], condition=models.Q(archived_at=None), name="one_team_metric_a_slot"
            ),
        ]

    def __str__(self) -> str:
        return self.label


_SLOT_COLUMNS: dict[Shelf, Callable[[], models.Field[Any, Any]]] = {
    Shelf.WHOLE: lambda: models.BigIntegerField(null=True),
    Shelf.MONEY: _money,
    Shelf.NUMBER: _number,
    Shelf.DATE: _date,
    Shelf.TEXT: lambda: models.CharField(max_length=200, null=True),
}


class TeamValues(models.Model):
    """What the team's metrics say of a customer: a column a slot. Derived: written by the refresh alone.

    Each slot has an index of the customers who have a value in it: an unused one costs nothing.
    """

    customer = models.OneToOneField(
        Customer, on_delete=models.CASCADE, primary_key=True, related_name="team_values_beside"
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=[slot, "customer"],
                condition=models.Q(**{f"{slot}__isnull": False}),
                name=f"team_values_{slot}",
            )
            for shelf in Shelf
            for slot in slots_on(shelf)
        ]

    def __str__(self) -> str:
        return f"team metrics of customer {self.customer_id}"


for _shelf, _column in _SLOT_COLUMNS.items():
    for _slot in slots_on(_shelf):
        TeamValues.add_to_class(_slot, _column())
