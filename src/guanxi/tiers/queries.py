"""Reads of schemes, classes and the pyramid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, FilteredRelation, Q, QuerySet, Sum

from guanxi.access.errors import NotFoundError
from guanxi.customers.models import Customer
from guanxi.metrics.models import CustomerMetrics
from guanxi.tiers.calc import Standing
from guanxi.tiers.models import CustomerTier, Scheme, Tier

CHUNK = 900


@dataclass(slots=True)
class Step:
    """One class of the pyramid: how many customers, and their revenue by currency."""

    tier: Tier | None
    customers: int = 0
    revenue: dict[str, Decimal] = field(default_factory=dict)


def schemes() -> QuerySet[Scheme]:
    """Return the schemes in their order. They are everybody's to read."""
    return Scheme.objects.prefetch_related("tiers")


def scheme_named(key: str) -> Scheme:
    """Return a scheme with its tiers. Raises NotFoundError."""
    found = schemes().filter(key=key).first()
    if found is None:
        raise NotFoundError
    return found


def standings() -> Iterator[Standing]:
    """Return every living customer whose metrics were computed, whoever may see them: ranks are among all."""
    columns = (
        "pk",
        "metrics_beside__currency",
        "metrics_beside__contribution",
        "metrics_beside__recency_score",
        "metrics_beside__frequency_score",
        "metrics_beside__value_score",
    )
    rows = Customer.objects.alive().filter(metrics_beside__isnull=False).values_list(*columns)
    return (Standing(*row) for row in rows.iterator(chunk_size=10_000))


def tier_codes(scheme: str, customer_ids: Iterable[int] | None = None) -> dict[int, str]:
    """Return `{customer: code}` of customers the caller may see (None: of all); who is not rated is left out."""
    rows = CustomerTier.objects.filter(scheme_id=scheme)
    if customer_ids is None:
        return dict(rows.values_list("customer_id", "code").iterator(chunk_size=10_000))
    ids = list(customer_ids)
    found: dict[int, str] = {}
    for start in range(0, len(ids), CHUNK):
        part = rows.filter(customer_id__in=ids[start : start + CHUNK])
        found |= dict(part.values_list("customer_id", "code"))
    return found


def rated_customers() -> QuerySet[CustomerTier, Any]:
    """Return the rows of the fact `customer_tiers`: living customers with the class of each scheme, and since when."""
    rated: QuerySet[CustomerTier, Any] = CustomerTier.objects.filter(customer__deleted_in=None)
    return rated.order_by("customer_id", "scheme_id").values_list("customer_id", "scheme_id", "code", "since")


def customers_themselves(customer_ids: Sequence[int]) -> QuerySet[Customer, Any]:
    """Return the ids of those customers that are kept, for the warehouse."""
    kept: QuerySet[Customer, Any] = Customer.objects.filter(pk__in=customer_ids).order_by()
    return kept.values_list("pk", flat=True)


def pyramid(scheme: Scheme, customers: QuerySet[Customer]) -> list[Step]:
    """Return the classes of a scheme, best first, over customers the caller may see; last, who is not rated.

    Revenue is the sum of contributions, kept apart by currency.
    """
    steps = {tier.code: Step(tier) for tier in scheme.tiers.all()}
    unrated = Step(None)
    rows = (
        Customer.objects.filter(pk__in=customers.order_by().values("pk"))
        .annotate(rated=FilteredRelation("tiers_beside", condition=Q(tiers_beside__scheme=scheme.key)))
        .order_by()
        .values(code=F("rated__code"), money=F("metrics_beside__currency"))
        .annotate(customers=Count("pk"), revenue=Sum("metrics_beside__contribution"))
    )
    for row in rows:
        step = steps.get(row["code"], unrated)
        step.customers += row["customers"]
        if row["money"] and row["revenue"] is not None:
            step.revenue[row["money"]] = step.revenue.get(row["money"], Decimal(0)) + row["revenue"]
    return [*steps.values(), unrated]


def contributions(customers: QuerySet[Customer], currency: str) -> Sequence[Decimal]:
    """Return the contributions in one currency of customers the caller may see."""
    rows = CustomerMetrics.objects.filter(customer__in=customers.order_by().values("pk"), currency=currency)
    return [value for value in rows.values_list("contribution", flat=True) if value is not None]


def currencies(steps: Iterable[Step]) -> list[str]:
    """Return the currencies of a pyramid, the one most customers' revenue is in first."""
    totals: defaultdict[str, Decimal] = defaultdict(Decimal)
    for step in steps:
        for currency, revenue in step.revenue.items():
            totals[currency] += revenue
    return sorted(totals, key=lambda currency: (-totals[currency], currency))
