"""An amount of money with its currency, as formulas calculate with it."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Money:
    """`amount` in major units of `currency` (ISO 4217; empty where nobody has said)."""

    amount: Decimal
    currency: str
