"""A customer as one batch knows it: plain values by column, without a model instance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from guanxi.imports.calc.matching import Keys
from guanxi.imports.customer_values import KEY_COLUMNS, PLAIN

COLUMNS = (*PLAIN, *KEY_COLUMNS, "amount", "grade", "kind", "phone", "version", "created_in_id")
"""What a batch reads of a customer who is there."""


@dataclass(slots=True)
class Standing:
    """A customer who is there, or whom a row of this batch makes.

    `number` is the record's; of a new customer it is below zero until the batch is written. `created_in` is the change
    set that made it, None for one that this batch makes. `is_open`: the actor may change it.
    """

    number: int
    values: dict[str, Any]
    keys: Keys
    is_open: bool = True
    is_new: bool = False
    created_in: int | None = None


def keys_of_values(values: Mapping[str, Any], places: frozenset[str], *, is_open: bool) -> Keys:
    """Return what a customer is recognised by; what is masked for the actor is not compared."""
    if not is_open:
        return Keys(name=values["name_key"], external_id=values["external_id"], places=places)
    return Keys(
        name=values["name_key"],
        phones=frozenset(filter(None, [values["phone_key"]])),
        email=values["email_key"],
        tax_number=values["tax_key"],
        external_id=values["external_id"],
        places=places,
    )
