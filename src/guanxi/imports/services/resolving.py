"""Who the rows of a batch are: customers who are there, rows just before, or somebody new. A few queries a batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from guanxi.access.calc import Actor
from guanxi.customers.queries import candidates, visible_ids
from guanxi.duplicates.queries import merged_under, survivors_of
from guanxi.imports.calc.matching import NEW, Keys, Likeness, Verdict, decide
from guanxi.imports.extensions import extensions
from guanxi.imports.models import Outcome
from guanxi.imports.queries import FormerRow, customers_met, rows_like
from guanxi.imports.services.preparing import PreparedRow
from guanxi.imports.services.standing import COLUMNS, Standing, keys_of_values

_NONE: frozenset[str] = frozenset()
COLUMN_OF_KEY = {
    "phone": "phone_key",
    "email": "email_key",
    "tax_number": "tax_key",
    "name": "name_key",
    "external_id": "external_id",
}
"""Where each of the keys that customers are recognised by is kept."""


@dataclass(slots=True)
class Resolved:
    """A row and who it is: `customer` is None while it is doubtful, or `repeats` a row that came in before."""

    read: PreparedRow
    verdict: Verdict = NEW
    customer: Standing | None = None
    is_new: bool = False
    repeats: FormerRow | None = None
    beside: bool = False

    @property
    def columns(self) -> dict[str, Any]:
        """The customer's columns the row fills; none when it is a record `beside` the customer."""
        return {} if self.beside else self.read.columns

    @property
    def is_refused(self) -> bool:
        """Whether it is a record beside a customer who is not there."""
        return self.beside and self.customer is None and self.verdict.likeness is Likeness.OTHER

    @property
    def is_open(self) -> bool:
        """Whether the row may give something to its customer."""
        return self.customer is not None and self.customer.is_open

    @property
    def still_waits(self) -> bool:
        """Whether the row it repeats waits for a person, or was settled without a customer."""
        return self.repeats is not None and self.repeats.outcome == Outcome.NEEDS_REVIEW


@dataclass
class Resolver:
    """Finds the customers of one batch's rows. Those made by the batch have negative numbers until they are kept.

    `source_id` is the import whose rows they are: a key that its list gives to two names is doubtful the second time.
    Rows that are records `beside` a customer make none: they name one who is there.
    """

    actor: Actor
    key: str
    update: bool
    source_id: int | None = None
    beside: bool = False
    _known: dict[int, Standing] = field(default_factory=dict)
    _index: defaultdict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    _by_fingerprint: dict[str, int] = field(default_factory=dict)
    _former: defaultdict[int, list[Keys]] = field(default_factory=lambda: defaultdict(list))
    _named: dict[int, str] = field(default_factory=dict)

    def resolve(self, rows: Sequence[PreparedRow]) -> list[Resolved]:
        """Return the rows with the customer of each that has one; doubtful rows have none."""
        keys = [keys_of_row(row) for row in rows]
        self._load(keys)
        repeats = {} if self.update else self._repeated(rows)
        resolved = []
        for row, known in zip(rows, keys, strict=True):
            found = Resolved(row, repeats=repeats.get(row.fingerprint), beside=self.beside)
            if found.repeats is None:
                self._place(found, known)
            resolved.append(found)
        return resolved

    def _load(self, keys: Sequence[Keys]) -> None:
        """Fetch whoever shares a key with a row, or became whoever did."""
        wanted = {
            column: set().union(*(row.of(kind) for row in keys)) for kind, column in COLUMN_OF_KEY.items()
        }
        merged = merged_under(wanted)
        found = candidates(
            self.actor, columns=COLUMNS, keys=wanted, ids={survivor for survivor, _former in merged}
        )
        places = places_of_customers([candidate.values["id"] for candidate in found])
        for candidate in found:
            number, is_open = candidate.values["id"], candidate.is_open
            known = keys_of_values(candidate.values, places.get(number, _NONE), is_open=is_open)
            created_in = candidate.values["created_in_id"]
            self._add(Standing(number, candidate.values, known, is_open, created_in=created_in))
        for survivor, former in merged:
            if survivor in self._known:
                self._remember(self._known[survivor], former)
        if self.key and self.source_id is not None:
            met = customers_met(self.source_id, self._known)
            self._named = {number: self._known[number].values["name_key"] for number in met}

    def _remember(self, customer: Standing, former: dict[str, str]) -> None:
        """Let a customer be found by what another was known by that became it; the rest it has of its own."""
        known = keys_of_values(former, _NONE, is_open=customer.is_open)
        keys = replace(_joined(known, customer.keys), phones=known.phones | customer.keys.phones)
        self._former[customer.number].append(keys)
        for entry in _entries(keys):
            self._index[entry].append(customer.number)

    def _add(self, customer: Standing) -> None:
        self._known[customer.number] = customer
        for entry in _entries(customer.keys):
            self._index[entry].append(customer.number)

    def _repeated(self, rows: Sequence[PreparedRow]) -> Mapping[str, FormerRow]:
        """Rows of former imports that said the same, whose customer is still there or which still wait.

        A customer that was merged since is there as the one it became.
        """
        former: dict[str, FormerRow] = {}
        found = rows_like(self.actor, (row.fingerprint for row in rows))
        numbers = {row.record_id for row in found if row.record_id is not None}
        there = visible_ids(self.actor, numbers)
        became = survivors_of(numbers - there)
        if became:
            there |= visible_ids(self.actor, became.values())
        for row in found:
            number = row.record_id and became.get(row.record_id, row.record_id)
            if number is None or number in there:
                former.setdefault(row.fingerprint, row._replace(record_id=number))
        return former

    def _place(self, row: Resolved, keys: Keys) -> None:
        """Settle one row; what it makes is known to the rows after it."""
        twin = self._by_fingerprint.get(row.read.fingerprint)
        if twin is not None:
            row.verdict = Verdict(Likeness.SAME, (twin,), "repeated")
        else:
            row.verdict = (
                self._beside(keys) if self.beside else self._unless_repeated(self._verdict(keys), keys)
            )
        if row.verdict.likeness is Likeness.SAME:
            self._join(row, keys, row.verdict.ids[0])
        elif row.verdict.likeness is Likeness.OTHER and not self.beside:
            self._make(row, keys)

    def _unless_repeated(self, verdict: Verdict, keys: Keys) -> Verdict:
        """A key that decides belongs to one: where the same list gave it to another name before, a person decides."""
        if not self.key or verdict.likeness is not Likeness.SAME or verdict.reason != self.key:
            return verdict
        before = self._named.get(verdict.ids[0])
        if before and keys.name and before != keys.name:
            return Verdict(Likeness.DOUBTFUL, verdict.ids, "key_repeated")
        return verdict

    def _beside(self, keys: Keys) -> Verdict:
        """Whose a record is: the number decides, else the name; a number under another name is doubtful."""
        verdict = self._verdict(keys, self.key or ("external_id" if keys.external_id else "name"))
        if verdict.likeness is Likeness.SAME and keys.name:
            number = verdict.ids[0]
            names = {known.name for known in (self._known[number].keys, *self._former.get(number, ()))}
            if keys.name not in names:
                return Verdict(Likeness.DOUBTFUL, verdict.ids, f"{verdict.reason}_other_name")
        return verdict

    def _verdict(self, keys: Keys, key: str | None = None) -> Verdict:
        index = self._index
        numbers = dict.fromkeys(
            number for entry in _entries(keys) if entry in index for number in index[entry]
        )
        if not numbers:
            return NEW
        known = (
            (number, one)
            for number in numbers
            for one in (self._known[number].keys, *self._former.get(number, ()))
        )
        return decide(keys, known, self.key if key is None else key)

    def _join(self, row: Resolved, keys: Keys, number: int) -> None:
        customer = row.customer = self._known[number]
        self._by_fingerprint.setdefault(row.read.fingerprint, number)
        if self.beside:
            return
        self._named[number] = keys.name or self._named.get(number, "")
        if customer.is_open:
            known, customer.keys = customer.keys, _joined(customer.keys, keys)
            before = set(_entries(known))
            for entry in _entries(customer.keys):
                if entry not in before:
                    self._index[entry].append(number)

    def _make(self, row: Resolved, keys: Keys) -> None:
        row.is_new = True
        row.customer = Standing(-row.read.number, dict(row.read.columns), keys, is_new=True)
        self._by_fingerprint[row.read.fingerprint] = row.customer.number
        self._named[row.customer.number] = keys.name
        self._add(row.customer)

    def customer_of(self, number: int) -> Standing:
        """Return a candidate of a verdict: by its number, or by the row of this batch that made it."""
        return self._known[number]


def keys_of_row(row: PreparedRow) -> Keys:
    """Return what a row is recognised by."""
    known = row.columns.get
    return Keys(
        name=known("name_key", ""),
        phones=frozenset(row.phones),
        email=known("email_key", ""),
        tax_number=known("tax_key", ""),
        external_id=known("external_id", ""),
        places=frozenset(row.places),
    )


def _entries(keys: Keys) -> list[tuple[str, str]]:
    found = [("phone", phone) for phone in keys.phones]
    if keys.name:
        found.append(("name", keys.name))
    if keys.email:
        found.append(("email", keys.email))
    if keys.tax_number:
        found.append(("tax_number", keys.tax_number))
    if keys.external_id:
        found.append(("external_id", keys.external_id))
    return found


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
    if not ids:
        return found
    for extension in extensions():
        for number, keys in extension.keys_of_customers(ids).items():
            found[number] = found.get(number, _NONE) | keys
    return found
