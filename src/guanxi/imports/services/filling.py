"""What a row gives to a customer who is there: empty fields are filled, differing values stay unless it is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from guanxi.imports.customer_values import KEY_COLUMNS
from guanxi.imports.services.standing import Standing

Before = dict[str, tuple[object, object]]
KEYS_OF = {
    "phone": ("phone_key",),
    "name": ("name_key", "name_initials"),
    "email": ("email_key",),
    "tax_number": ("tax_key",),
}
SENSITIVE = frozenset({"phone", "email", "tax_number", "birthday"})


@dataclass
class Filling:
    """The customers a batch changes, with what they were: `{id: {column: (before, after)}}` in plain values."""

    update: bool
    changes: dict[int, Before] = field(default_factory=dict)
    customers: dict[int, Standing] = field(default_factory=dict)

    def fill(self, customer: Standing, columns: Mapping[str, Any]) -> tuple[bool, list[str]]:
        """Give a row's values to a customer; return whether anything changed, and the fields that differ and stayed.

        `custom` holds fields of its own, each filled by itself.
        """
        kept: list[str] = []
        given: dict[str, Any] = {}
        values = customer.values
        for name, value in columns.items():
            if name in KEY_COLUMNS or name == "kind":
                continue
            had = values.get(name)
            if had == value or (name == "currency" and "amount" not in given and values.get("amount")):
                continue
            if had in ("", None) or self.update:
                given[name] = value
            else:
                kept.append(name)
        for name in tuple(given):
            for key in KEYS_OF.get(name, ()):
                given[key] = columns[key]
        if not customer.is_new:
            self._note(customer, given)
        values.update(given)
        return bool(given), kept

    def _note(self, customer: Standing, given: Mapping[str, Any]) -> None:
        """Keep what columns were before the batch; keys are columns like others, so that an undo restores them."""
        if not given:
            return
        known = self.changes.setdefault(customer.number, {})
        for name, value in given.items():
            before = known[name][0] if name in known else customer.values[name]
            known[name] = (before, value)
        self.customers[customer.number] = customer


def would_fill(customer: Standing, columns: Mapping[str, Any]) -> bool:
    """Whether a row has something to give, of what anybody who sees the customer may know."""
    return any(
        customer.values.get(name) in ("", None)
        for name in columns
        if name not in KEY_COLUMNS and name not in SENSITIVE and name != "kind"
    )
