"""What this room tells the rooms below it, once, at start: fields beside the customer."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from guanxi.metrics.calc.built_in import BUILT_IN, SENSITIVE
from guanxi.metrics.calc.definitions import Unit
from guanxi.metrics.models import CustomerMetrics, TeamValues
from guanxi.records.contributing import contribute
from guanxi.records.declaration import FieldDeclaration, Join, Kind, Text
from guanxi.records.references import OnMerge, declare_reference

BESIDE = Join(alias="metrics", relation="metrics_beside")
KINDS = {
    Unit.COUNT: Kind.INTEGER,
    Unit.DAYS: Kind.INTEGER,
    Unit.DATE: Kind.DATE,
    Unit.MONEY: Kind.MONEY,
    Unit.SCORE: Kind.INTEGER,
    Unit.RATIO: Kind.NUMBER,
    Unit.NUMBER: Kind.NUMBER,
}
CURRENCY = "figures_currency"


def _beside(name: str, label: Text, column: str, kind: Kind, **wishes: Any) -> FieldDeclaration:
    return FieldDeclaration(
        name=name, label=label, kind=kind, column=f"metrics__{column}", editable=False, join=BESIDE, **wishes
    )


contribute(
    "customer",
    *(
        _beside(
            metric.name,
            gettext_lazy(metric.label),
            metric.name,
            KINDS[metric.unit],
            currency=CURRENCY if metric.unit is Unit.MONEY else "",
            sensitive=metric.name in SENSITIVE,
        )
        for metric in BUILT_IN
    ),
    _beside(CURRENCY, _("currency of the figures"), "currency", Kind.TEXT, max_length=3),
)
for _model in (CustomerMetrics, TeamValues):
    declare_reference(_model, "customer", OnMerge.COMPUTED)
