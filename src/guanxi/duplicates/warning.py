"""What is there already while somebody types a new customer or contact, and why it may be the same.

Who asks learns of three kinds of records:

- one they may see, by what they see of it in full: it is named;
- one they may see masked: it is found by its name, but by its masked phone, e-mail address or tax number it counts as
  the next kind, or asking would unmask it;
- one they may not see: only that there is one, under exactly what was typed. Not its name, owner or team, not what it
  shares, not how many there are; and never by likeness, which would let anyone feel their way along the names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, get_args

from django.db.models import Q, QuerySet

from guanxi.access.calc import Actor
from guanxi.conditions.initials import initials
from guanxi.customers.keys import derive_contact_keys, derive_keys, home_region
from guanxi.customers.models import Contact, Customer
from guanxi.matching.candidates import score_candidates
from guanxi.matching.customers import customers
from guanxi.matching.reasons import Code
from guanxi.records.declaration import RecordType, record_type
from guanxi.records.queries import search
from guanxi.records.values import shows_sensitive

TYPED: Mapping[str, tuple[str, ...]] = {
    "customer": ("name", "phone", "email", "tax_number"),
    "contact": ("phone", "email"),
}
"""By which fields of a type a record is looked for."""
SHOWN = 5
LOOKED_AT = 100
SHORTEST = {"name_key": 2, "phone_key": 7, "email_key": 6, "tax_key": 6}
"""Characters of a key below which half the world would be found."""
LEAST = 0.2
"""Likelihood from which a name that is only alike is worth a line."""
REASON_OF = {
    "tax_key": "same_tax_number",
    "phone_key": "same_phone",
    "email_key": "same_email",
    "name_key": "same_name",
}
COMPANY_FORMS = (
    "",
    "有限公司",
    "有限责任公司",
    "股份有限公司",
    "公司",
    "주식회사",
    "(주)",
    " Co Ltd",
    " Ltd",
    " Inc",
)
"""What may stand behind a name, or not: the initials of a customer are those of its whole name."""
_OF_NAMES = frozenset(code for code in get_args(Code) if code.startswith("name_") or code == "same_name")
_OF_CONTACTS = ("phone_key", "email_key")


@dataclass(frozen=True, slots=True)
class Likely:
    """A record that may be the one being typed. `reasons` are codes of `texts.REASONS`, the most telling first.

    `probability` is how likely it is the one by what the actor sees in full; 0 where nobody weighed it.
    """

    known: RecordType
    row: Customer | Contact
    reasons: tuple[str, ...]
    probability: float = 0.0


@dataclass(frozen=True, slots=True)
class Warned:
    """What may be there already: records to name, and whether there is one that may not be named."""

    likely: tuple[Likely, ...] = ()
    is_elsewhere: bool = False

    def __bool__(self) -> bool:
        return bool(self.likely) or self.is_elsewhere


@dataclass
class _Found:
    """Reasons by record, its likelihood, and whether something was found that the actor is not told of."""

    rows: dict[int, Customer] = field(default_factory=dict)
    reasons: dict[int, list[str]] = field(default_factory=dict)
    likelihood: dict[int, float] = field(default_factory=dict)
    is_hidden: bool = False

    def add(self, row: Customer, *reasons: str) -> None:
        """Keep a reason once."""
        if reasons:
            self.rows.setdefault(row.pk, row)
            kept = self.reasons.setdefault(row.pk, [])
            kept += [reason for reason in reasons if reason not in kept]

    def likely(self) -> tuple[Likely, ...]:
        """The likeliest records first, of equals the older."""
        known = record_type("customer")
        order = sorted(self.rows, key=lambda key: (-self.likelihood.get(key, 0.0), key))
        return tuple(
            Likely(known, self.rows[key], tuple(self.reasons[key]), self.likelihood.get(key, 0.0))
            for key in order[:SHOWN]
        )


def warned_of_customer(actor: Actor, given: Mapping[str, str]) -> Warned:
    """Return which customers may be the one being typed: at most a dozen queries, each by an index."""
    typed = Customer(**_trimmed(given, TYPED["customer"]))
    derive_keys(typed)
    keys = _keys(typed, REASON_OF)
    found = _Found()
    if keys:
        _add_by_keys(found, actor, keys)
        _add_by_contacts(found, actor, {name: keys[name] for name in _OF_CONTACTS if name in keys})
    alike = _alike(actor, typed) if "name_key" in keys else {}
    _weigh(found, actor, typed, alike)
    return Warned(found.likely(), found.is_hidden or _is_elsewhere(keys, found.rows))


def warned_of_contact(actor: Actor, given: Mapping[str, str]) -> Warned:
    """Return which contacts may be the one being typed: those with the same phone or e-mail address."""
    typed = Contact(**_trimmed(given, TYPED["contact"]))
    derive_contact_keys(typed)
    keys = _keys(typed, _OF_CONTACTS)
    if not keys:
        return Warned()
    rows = list(_under(Contact.objects.changeable_by(actor), keys).select_related("customer"))
    likely = tuple(Likely(record_type("contact"), row, _shared(row, keys)) for row in rows[:SHOWN])
    hidden = _under(Contact.objects.alive(), keys).exclude(pk__in=[row.pk for row in rows])
    return Warned(likely, hidden.exists())


def _trimmed(given: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    return {name: given.get(name, "").strip() for name in names}


def _keys(typed: Customer | Contact, names: Iterable[str]) -> dict[str, str]:
    """The keys of what was typed that are worth asking for."""
    found = {name: str(getattr(typed, name)) for name in names}
    return {name: key for name, key in found.items() if len(key) >= SHORTEST[name]}


def _under(rows: QuerySet[Any], keys: Mapping[str, str]) -> QuerySet[Any]:
    """Rows that have one of the keys, the oldest first."""
    asked = Q()
    for name, key in keys.items():
        asked |= Q(**{name: key})
    return rows.filter(asked).order_by("pk")


def _shared(row: Customer | Contact, keys: Mapping[str, str]) -> tuple[str, ...]:
    """The reasons for which a row was found."""
    return tuple(REASON_OF[name] for name in REASON_OF if keys.get(name) and getattr(row, name) == keys[name])


def _add_by_keys(found: _Found, actor: Actor, keys: Mapping[str, str]) -> None:
    for row in _under(Customer.objects.visible_to(actor), keys)[:LOOKED_AT]:
        told = keys if shows_sensitive(row, actor) else {"name_key": keys.get("name_key", "")}
        reasons = _shared(row, told)
        found.is_hidden |= len(reasons) < len(_shared(row, keys))  # whether its name was typed too or not
        found.add(row, *reasons)


def _add_by_contacts(found: _Found, actor: Actor, keys: Mapping[str, str]) -> None:
    """Customers at whom somebody has the typed phone or e-mail address."""
    if not keys:
        return
    for contact in _under(Contact.objects.changeable_by(actor), keys).select_related("customer")[:LOOKED_AT]:
        found.add(contact.customer, *(f"{reason}_of_contact" for reason in _shared(contact, keys)))


def _alike(actor: Actor, typed: Customer) -> dict[int, Customer]:
    """Customers whose names may sound like the typed one, or hold it: found by their initials and by the search."""
    seen = Customer.objects.visible_to(actor)
    forms = {initials(f"{typed.name_key}{form}") for form in COMPANY_FORMS} | {typed.name_initials}
    sounding = seen.filter(name_initials__in=forms).order_by("pk")[:LOOKED_AT]
    known = record_type("customer")
    holding = (
        search(seen, known, actor, half).order_by("pk")[:LOOKED_AT] for half in _halves(typed.name_key)
    )
    return {row.pk: row for row in chain(sounding, *holding)}


def _weigh(found: _Found, actor: Actor, typed: Customer, alike: Mapping[int, Customer]) -> None:
    """Let the matcher say how likely each record is the one being typed, and which names are alike.

    What a record shares that the actor sees masked does not weigh, or its place in the list would unmask it.
    """
    rows = {**alike, **found.rows}
    told = [_compared(row, is_masked=not shows_sensitive(row, actor)) for row in rows.values()]
    pairs = score_candidates(_compared(typed), told, customers(region=home_region()))
    for row, pair in zip(rows.values(), pairs, strict=True):
        found.likelihood[row.pk] = pair.probability
        if row.pk in found.rows or pair.probability >= LEAST:
            codes = (reason.code for reason in pair.reasons if reason.weight > 0)
            found.add(row, *(code for code in codes if code in _OF_NAMES))


def _compared(row: Customer, *, is_masked: bool = False) -> dict[str, Any]:
    """A customer as the matcher compares it, as far as it is seen."""
    if is_masked:
        return {"id": row.pk, "name": row.name}
    phone = f"+{row.phone_key}" if row.phone_key else ""
    return {
        "id": row.pk,
        "name": row.name,
        "phone": phone,
        "email": row.email_key,
        "tax_number": row.tax_key,
    }


def _halves(name: str) -> tuple[str, ...]:
    """The halves of a name: one slip leaves one of them whole."""
    middle = len(name) // 2
    return (name[:middle], name[middle:]) if len(name) >= 2 * SHORTEST["name_key"] else (name,)


def _is_elsewhere(keys: Mapping[str, str], told: Iterable[int]) -> bool:
    """Whether there is a customer under a typed key whom the actor is not told of."""
    return bool(keys) and _under(Customer.objects.alive(), keys).exclude(pk__in=list(told)).exists()
