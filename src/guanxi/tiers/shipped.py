"""The schemes that come with the program, as data. Names are msgids, translated where they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop as _

from guanxi.tiers.calc import DEFAULT_CUTS, RFM_SEGMENTS, By


@dataclass(frozen=True, slots=True)
class ShippedTier:
    """A class of a shipped scheme, best first; `colour` is a slot of the palette."""

    code: str
    name: str
    treatment: str
    colour: int


@dataclass(frozen=True, slots=True)
class ShippedScheme:
    """A shipped scheme: its rule and its classes."""

    key: str
    name: str
    rule: Mapping[str, Any]
    tiers: tuple[ShippedTier, ...]


ABCD = ShippedScheme(
    key="abcd",
    name=_("ABCD by contribution"),
    rule={
        "kind": "cuts",
        "metric": "contribution",
        "by": By.REVENUE.value,
        "cuts": [str(cut) for cut in DEFAULT_CUTS],
    },
    tiers=(
        ShippedTier("A", _("Most contribution"), _("Personal service, keep close."), 1),
        ShippedTier("B", _("Large contribution"), _("Incentives and added service."), 2),
        ShippedTier("C", _("Average contribution"), _("Find out more, tailor what is offered."), 3),
        ShippedTier("D", _("Small contribution"), _("Serve with little effort."), 4),
    ),
)
RFM = ShippedScheme(
    key="rfm",
    name=_("RFM segments"),
    rule={
        "kind": "segments",
        "segments": [
            {"code": found.code, "recency": list(found.recency), "worth": list(found.worth)}
            for found in RFM_SEGMENTS
        ],
    },
    tiers=(
        ShippedTier(
            "champion", _("Champions"), _("Bought lately, often and much: thank and involve them."), 1
        ),
        ShippedTier("loyal", _("Loyal"), _("Buy often and much: offer what fits beside it."), 2),
        ShippedTier("promising", _("Promising"), _("Bought lately, not much yet: win the next order."), 2),
        ShippedTier(
            "newcomer", _("Newcomers"), _("A first order lately: the second purchase is the one to win."), 5
        ),
        ShippedTier("fading", _("Fading"), _("Quiet for a while: ask and remind."), 3),
        ShippedTier(
            "not_to_lose", _("Not to lose"), _("Were among the best, silent now: call in person."), 3
        ),
        ShippedTier("at_risk", _("At risk"), _("Were good, silent now: win back."), 3),
        ShippedTier("dormant", _("Dormant"), _("Long silent and small: little effort."), 4),
    ),
)
SCHEMES = (ABCD, RFM)
