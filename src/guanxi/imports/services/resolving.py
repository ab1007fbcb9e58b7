"""Who the rows of a batch are: customers who are there, rows just before, or somebody new. A few queries a batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from guanxi.access.calc import Actor
from guanxi.customers.models import Customer
from guanxi.customers.queries import candidates, customers_in
from guanxi.imports.calc.matching import Keys, Likeness, Verdict, decide
from guanxi.imports.calc.rows import ReadRow
from guanxi.imports.customer_values import customer_values, keys_of_customer, keys_of_row
from guanxi.imports.extensions import extensions
from guanxi.imports.models import SourceRow
from guanxi.imports.queries import rows_like


@dataclass(slots=True)
class Resolved:
    """A row and who it is: `customer` is None while it is doubtful, or `repeats` a row that came in before."""

    read: ReadRow
    columns: dict[str, Any]
    keys: Keys
    fingerprint: str
    verdict: Verdict = field(default_factory=lambda: Verdict(Likeness.OTHER))
    customer: Customer | None = None
    is_new: bool = False
    is_open: bool = True
    repeats: SourceRow | None = None


@dataclass
class Resolver:
    """Finds the customers of one batch's rows. Those made by the batch have negative numbers until they are kept."""

    actor: Actor
    key: str
    region: str
    update: bool
    _keys: dict[int, Keys] = field(default_factory=dict)
    _customers: dict[int, Customer] = field(default_factory=dict)
    _open: set[int] = field(default_factory=set)
    _index: defaultdict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    _by_fingerprint: dict[str, int] = field(default_factory=dict)

    def resolve(self, rows: Sequence[ReadRow], places: Sequence[frozenset[str]]) -> list[Resolved]:
        """Return the rows with the customer of each that has one; doubtful rows have none."""
        resolved = [self._with_keys(row, keys) for row, keys in zip(rows, places, strict=True)]
        self._load(resolved)
        repeats = {} if self.update else self._repeated(resolved)
        for row in resolved:
            self._place(row, repeats.get(row.fingerprint))
        return resolved

    def _with_keys(self, row: ReadRow, places: frozenset[str]) -> Resolved:
        columns = customer_values(row.values, self.region)
        return Resolved(row, columns, keys_of_row(row.values, columns, places), row.fingerprint())

    def _load(self, rows: Sequence[Resolved]) -> None:
        """Fetch whoever shares a key with a row."""
        found = candidates(
            self.actor,
            names=(row.keys.name for row in rows),
            phones=(phone for row in rows for phone in row.keys.phones),
            emails=(row.keys.email for row in rows),
            tax_numbers=(row.keys.tax_number for row in rows),
            external_ids=(row.keys.external_id for row in rows),
        )
        places = places_of_customers([candidate.customer.pk for candidate in found])
        for candidate in found:
            number = candidate.customer.pk
            keys = keys_of_customer(
                candidate.customer, places.get(number, frozenset()), is_open=candidate.is_open
            )
            self._add(number, candidate.customer, keys, is_open=candidate.is_open)

    def _add(self, number: int, customer: Customer, keys: Keys, *, is_open: bool) -> None:
        self._customers[number] = customer
        self._keys[number] = keys
        if is_open:
            self._open.add(number)
        for entry in _entries(keys):
            self._index[entry].append(number)

    def _repeated(self, rows: Sequence[Resolved]) -> Mapping[str, SourceRow]:
        """Rows of former imports that said the same, whose customer is still there or which still wait."""
        former: dict[str, SourceRow] = {}
        found = rows_like(self.actor, (row.fingerprint for row in rows))
        there = customers_in(self.actor, (row.record_id for row in found if row.record_id is not None))
        for row in found:
            if row.record_id is None or row.record_id in there:
                former.setdefault(row.fingerprint, row)
        return former

    def _place(self, row: Resolved, former: SourceRow | None) -> None:
        """Settle one row; what it makes is known to the rows after it."""
        if former is not None:
            row.repeats = former
            return
        twin = self._by_fingerprint.get(row.fingerprint)
        if twin is not None:
            row.verdict = Verdict(Likeness.SAME, (twin,), "repeated")
        else:
            numbers = dict.fromkeys(
                number for entry in _entries(row.keys) for number in self._index.get(entry, ())
            )
            row.verdict = decide(row.keys, ((number, self._keys[number]) for number in numbers), self.key)
        if row.verdict.likeness is Likeness.SAME:
            self._join(row, row.verdict.ids[0])
        elif row.verdict.likeness is Likeness.OTHER:
            self._make(row)

    def _join(self, row: Resolved, number: int) -> None:
        row.customer = self._customers[number]
        row.is_open = number in self._open
        self._by_fingerprint.setdefault(row.fingerprint, number)
        if row.is_open:
            self._add(number, row.customer, _joined(self._keys[number], row.keys), is_open=True)

    def _make(self, row: Resolved) -> None:
        row.customer = Customer(**row.columns)
        row.is_new = True
        number = -row.read.number
        self._by_fingerprint[row.fingerprint] = number
        self._add(number, row.customer, row.keys, is_open=True)

    def customer_of(self, number: int) -> Customer:
        """Return a candidate of a verdict: by its id, or by the row of this batch that made it."""
        return self._customers[number]


def _entries(keys: Keys) -> Iterator[tuple[str, str]]:
    for phone in keys.phones:
        yield "phone", phone
    for name in ("name", "email", "tax_number", "external_id"):
        if value := getattr(keys, name):
            yield name, value


def _joined(old: Keys, new: Keys) -> Keys:
    """What a customer is recognised by after a row was joined to it: what was empty is filled."""
    return Keys(
        name=old.name or new.name,
        phones=old.phones or new.phones,
        email=old.email or new.email,
        tax_number=old.tax_number or new.tax_number,
        external_id=old.external_id or new.external_id,
        places=old.places | new.places,
    )


def places_of_customers(ids: Sequence[int]) -> Mapping[int, frozenset[str]]:
    """Return what all extensions know of where customers are."""
    found: dict[int, frozenset[str]] = {}
    for extension in extensions():
        for number, keys in extension.keys_of_customers(ids).items():
            found[number] = found.get(number, frozenset()) | keys
    return found
