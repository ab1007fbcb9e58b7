"""What a row gives to a customer who is there: empty fields are filled, differing values stay unless it is asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from guanxi.customers.models import Customer
from guanxi.imports.customer_values import KEY_COLUMNS
from guanxi.records.values import plain

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
    """The customers a batch changes, with what they were: `{id: {field: (before, after)}}`."""

    now: datetime
    update: bool
    changes: dict[int, Before] = field(default_factory=dict)
    customers: dict[int, Customer] = field(default_factory=dict)

    def fill(self, customer: Customer, columns: Mapping[str, Any], *, is_new: bool) -> tuple[bool, list[str]]:
        """Give a row's values to a customer; return whether anything changed, and the fields that differ and stayed."""
        kept: list[str] = []
        given: dict[str, Any] = {}
        for name, value in columns.items():
            if name in KEY_COLUMNS or name == "kind":
                continue
            had = getattr(customer, name)
            if had == value or (name == "currency" and "amount" not in given and customer.amount is not None):
                continue
            if had in ("", None) or self.update:
                given[name] = value
            else:
                kept.append(name)
        for name in tuple(given):
            for key in KEYS_OF.get(name, ()):
                given[key] = columns[key]
        for name, value in given.items():
            if not is_new:
                self._note(customer, name, value)
            setattr(customer, name, value)
        return bool(given), kept

    def _note(self, customer: Customer, name: str, value: Any) -> None:
        """Keep what a column was before the batch; keys are columns like others, so that an undo restores them."""
        known = self.changes.setdefault(customer.pk, {})
        before = known[name][0] if name in known else plain(getattr(customer, name))
        known[name] = (before, plain(value))
        self.customers[customer.pk] = customer

    def changed(self) -> Iterable[Customer]:
        """Return the customers to keep, each with its next version."""
        for customer in self.customers.values():
            customer.version += 1
            customer.updated_at = self.now
        return self.customers.values()


def would_fill(customer: Customer, columns: Mapping[str, Any]) -> bool:
    """Whether a row has something to give, of what anybody who sees the customer may know."""
    return any(
        getattr(customer, name) in ("", None)
        for name in columns
        if name not in KEY_COLUMNS and name not in SENSITIVE and name != "kind"
    )
