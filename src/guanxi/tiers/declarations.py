"""What this room tells the others, once, at start: the class among a customer's fields, its undo, the fact of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial

from django.utils.translation import gettext_lazy as _

from guanxi.metrics.engine.snapshots import DatedColumn, register_dated_column
from guanxi.metrics.facts import Column, Fact, Source, register_fact
from guanxi.records.contributing import contribute
from guanxi.records.declaration import FieldDeclaration, Join, Kind
from guanxi.records.references import OnMerge, declare_reference
from guanxi.records.services.beside import Keeper, register_keeper
from guanxi.tiers.models import FIELDS, CustomerTier
from guanxi.tiers.queries import customers_themselves, rated_customers, tier_codes
from guanxi.tiers.services import cuts_of_schemes, restore_cuts, set_codes
from guanxi.tiers.shipped import ABCD, RFM, ShippedScheme


def _field(scheme: ShippedScheme, label: object, *, listed: bool, letters: bool) -> FieldDeclaration:
    alias = f"tier_{scheme.key}"
    return FieldDeclaration(
        name=FIELDS.get(scheme.key, scheme.key),
        label=label,  # type: ignore[arg-type]  # a lazy text
        kind=Kind.CHOICE,
        column=f"{alias}__code",
        editable=False,
        listed=listed,
        sortable=letters,
        choices=tuple((tier.code, tier.code if letters else _(tier.name)) for tier in scheme.tiers),
        join=Join(alias=alias, relation="tiers_beside", only=(("scheme", scheme.key),)),
    )


def _codes(scheme: str, ids: Iterable[int]) -> Mapping[int, object]:
    return tier_codes(scheme, ids)


def _restore(scheme: str, former: Mapping[int, object], now: datetime) -> None:
    set_codes(scheme, former, now)


contribute(
    "customer",
    _field(ABCD, _("Tier"), listed=True, letters=True),
    _field(RFM, _("RFM segment"), listed=False, letters=False),
)
for _scheme in (ABCD, RFM):
    register_dated_column(
        DatedColumn(
            FIELDS.get(_scheme.key, _scheme.key), "customer_tiers", "code", only=(("scheme", _scheme.key),)
        )
    )
    register_keeper(
        "customer",
        FIELDS.get(_scheme.key, _scheme.key),
        Keeper(current=partial(_codes, _scheme.key), restore=partial(_restore, _scheme.key)),
    )
register_keeper("scheme", "cuts", Keeper(current=cuts_of_schemes, restore=restore_cuts))
register_fact(
    Fact(
        name="customer_tiers",
        columns={
            "customer_id": Column.INTEGER,
            "scheme": Column.TEXT,
            "code": Column.TEXT,
            "since": Column.DATE,
        },
        rows=rated_customers,
        day="since",
        sources={"customer": Source(customers_themselves, beside=True)},
        group="tiers",
        label=_("Tiers"),
    )
)
declare_reference(CustomerTier, "customer", OnMerge.COMPUTED)
