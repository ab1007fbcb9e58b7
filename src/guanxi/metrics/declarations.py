"""What this room tells the rooms below it, once, at start: the customers fact, and fields beside the customer."""

from __future__ import annotations

from typing import Any

from guanxi.metrics.calc.definitions import BUILT_IN, Unit
from guanxi.metrics.facts import Column, Fact, register_fact
from guanxi.metrics.models import CustomerMetrics
from guanxi.metrics.queries import customer_rows
from guanxi.records.declaration import FieldDeclaration, Join, Kind, contribute

BESIDE = Join(alias="metrics", relation="metrics_beside")
KINDS = {
    Unit.COUNT: Kind.INTEGER,
    Unit.DAYS: Kind.INTEGER,
    Unit.DATE: Kind.DATE,
    Unit.MONEY: Kind.MONEY,
    Unit.SCORE: Kind.INTEGER,
}
CURRENCY = "figures_currency"


def _beside(name: str, column: str, kind: Kind, **wishes: Any) -> FieldDeclaration:
    label = CustomerMetrics._meta.get_field(column).verbose_name  # type: ignore[union-attr]  # noqa: SLF001
    return FieldDeclaration(
        name=name, label=label, kind=kind, column=f"metrics__{column}", editable=False, join=BESIDE, **wishes
    )


register_fact(
    Fact(
        name="customers",
        columns={"customer_id": Column.INTEGER, "amount": Column.MONEY, "currency": Column.TEXT},
        rows=customer_rows,
        currency="currency",
    )
)
contribute(
    "customer",
    *(
        _beside(
            metric.name,
            metric.name,
            KINDS[metric.unit],
            currency=CURRENCY if metric.unit is Unit.MONEY else "",
        )
        for metric in BUILT_IN
    ),
    _beside(CURRENCY, "currency", Kind.TEXT, max_length=3),
)
