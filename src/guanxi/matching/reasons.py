"""Why two records may be one: stable codes, which a face says in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Code = Literal[
    "same_name",
    "name_sounds_alike",
    "name_contained",
    "name_alike",
    "different_name",
    "same_phone",
    "different_phone",
    "same_email",
    "different_email",
    "same_tax_number",
    "different_tax_number",
    "same_website",
    "different_website",
    "same_address",
    "address_alike",
    "different_address",
    "same_city",
    "different_city",
    "same_birthday",
    "birthday_alike",
    "different_birthday",
    "same_contact",
    "different_contact",
    "same_kind",
    "different_kind",
    "same_number",
    "number_alike",
    "different_number",
]
"""What a comparison of one field found. `different_…` speaks against the pair."""


@dataclass(frozen=True, slots=True)
class Reason:
    """What one field says: `weight` in bits, log2 of how many times likelier it is of one customer than of two.

    Positive speaks for the pair, negative against it. `left` and `right` are the values as they were given.
    """

    field: str
    code: Code
    weight: float
    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records that may be one: their ids, the probability (0 to 1), and the reasons, the weightiest first."""

    left: str
    right: str
    probability: float
    reasons: tuple[Reason, ...]
