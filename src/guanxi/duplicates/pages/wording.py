"""What is said of a pair: how likely it is, why, and, on the page of one of its customers, which other one it names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from guanxi.customers.models import Customer
from guanxi.duplicates.models import PossibleDuplicate
from guanxi.duplicates.texts import OBJECTIONS, REASONS


def reason_texts(pair: PossibleDuplicate) -> tuple[str, ...]:
    """Return why a pair may be one, in words; names that sound alike are named."""
    return tuple(_reason_text(code, pair) for code in codes_of(pair) if code in REASONS)


def objection_texts(pair: PossibleDuplicate) -> tuple[str, ...]:
    """Return what speaks against a pair, in words."""
    return tuple(str(OBJECTIONS[code]) for code in codes_of(pair) if code in OBJECTIONS)


def codes_of(pair: PossibleDuplicate) -> list[str]:
    """Return the codes of a pair's reasons: kept alone, or with what the matcher says of them."""
    return [reason["code"] if isinstance(reason, dict) else str(reason) for reason in pair.reasons]


def _reason_text(code: str, pair: PossibleDuplicate) -> str:
    text = str(REASONS[code])
    if not code.startswith("name_"):
        return text
    names = {"why": text, "left": pair.left, "right": pair.right}
    return _("%(why)s: %(left)s / %(right)s") % names


def percent(share: float) -> str:
    """Return a probability in percent, rounded down: nothing that can be doubted is certain."""
    return f"{int(share * 1000) / 10:g} %"


@dataclass(frozen=True, slots=True)
class Other:
    """The other customer of a pair."""

    id: int
    other: Customer
    percent: str
    reasons: tuple[str, ...]


def others_of(customer_id: int, pairs: Iterable[PossibleDuplicate]) -> Iterator[Other]:
    """Yield whom the pairs of a customer name beside it."""
    for pair in pairs:
        other = pair.right if pair.left_id == customer_id else pair.left
        yield Other(pair.pk, other, percent(pair.probability), reason_texts(pair))
