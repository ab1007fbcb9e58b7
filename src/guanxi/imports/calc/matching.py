"""Whether a row of a list is a customer who is there already. Pure; what is doubtful is left to people."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

MOST_CANDIDATES = 10
_RUNNING_NUMBER = re.compile(r"^\d{1,5}$")
_PERSON = re.compile(r"^(?:[\u3400-\u9fff]{1,3}|[\uac00-\ud7a3]{1,4})$")


class Likeness(StrEnum):
    """How a row and a customer stand to each other."""

    SAME = "same"
    DOUBTFUL = "doubtful"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Keys:
    """What customers are recognised by, normalised. Empty means unknown, or not to be compared by this actor.

    `places` holds `city:…` and `address:…`.
    """

    name: str = ""
    phones: frozenset[str] = frozenset()
    email: str = ""
    tax_number: str = ""
    external_id: str = ""
    places: frozenset[str] = frozenset()

    def of(self, field: str) -> frozenset[str]:
        """Return the keys of one field: name, phone, email, tax_number or external_id."""
        if field == "phone":
            return self.phones
        value: str = getattr(self, field)
        return frozenset({value}) if value else frozenset()


KEY_FIELDS = ("external_id", "tax_number", "phone", "email", "name")
"""Fields that `--key` may name."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a row is: `same` as the one customer in `ids`, `doubtful` against those in `ids`, or `other`: new."""

    likeness: Likeness
    ids: tuple[int, ...] = ()
    reason: str = ""


NEW = Verdict(Likeness.OTHER)


def decide(row: Keys, candidates: Iterable[tuple[int, Keys]], key: str = "") -> Verdict:
    """Compare a row with customers that share a key with it.

    `key` is the field the person chose to decide by: a row that has it matches whoever has the same; those with
    another one are others. Reasons are stable codes.
    """
    same: dict[int, str] = {}
    doubtful: dict[int, str] = {}
    for number, keys in candidates:
        likeness, reason = _compare_by(key, row, keys) if key and row.of(key) else compare(row, keys)
        if likeness is Likeness.SAME:
            same.setdefault(number, reason)
        elif likeness is Likeness.DOUBTFUL:
            doubtful.setdefault(number, reason)
    if len(same) == 1:
        ((number, reason),) = same.items()
        return Verdict(Likeness.SAME, (number,), reason)
    if same:
        return Verdict(Likeness.DOUBTFUL, tuple(same)[:MOST_CANDIDATES], "several")
    if doubtful:
        return Verdict(Likeness.DOUBTFUL, tuple(doubtful)[:MOST_CANDIDATES], next(iter(doubtful.values())))
    return NEW


def _compare_by(key: str, row: Keys, other: Keys) -> tuple[Likeness, str]:
    """The chosen field decides where both have it."""
    theirs = other.of(key)
    if row.of(key) & theirs:
        return Likeness.SAME, key
    return (Likeness.OTHER, "") if theirs else compare(row, other)


def compare(row: Keys, other: Keys) -> tuple[Likeness, str]:
    """Compare a row with one customer.

    Tax numbers decide. The same phone, e-mail or customer number is the same customer unless the names differ; the
    same name needs the same place, and no other phone against it.
    """
    if row.tax_number and row.tax_number == other.tax_number:
        return Likeness.SAME, "tax_number"
    if row.tax_number and other.tax_number:
        return _compare_taxed(row, other)
    named = bool(row.name and other.name)
    same_name = named and row.name == other.name
    shared = _shared_number(row, other, same_name=same_name)
    if shared:
        if same_name or not named:
            return Likeness.SAME, shared
        return Likeness.DOUBTFUL, f"{shared}_other_name"
    return _compare_places(row, other) if same_name else (Likeness.OTHER, "")


def _compare_taxed(row: Keys, other: Keys) -> tuple[Likeness, str]:
    """Two tax numbers are two businesses; when they share more than a name, one number may be a slip."""
    shares = bool(row.phones & other.phones) or bool(row.email and row.email == other.email)
    if shares or (row.name == other.name and any(map(_is_address, row.places & other.places))):
        return Likeness.DOUBTFUL, "other_tax_number"
    return Likeness.OTHER, ""


def _is_address(place: str) -> bool:
    return place.startswith("address:")


def _shared_number(row: Keys, other: Keys, *, same_name: bool) -> str:
    """Return which number both share. Running numbers (1, 2, 3 …) of two lists mean nothing by themselves."""
    if row.phones & other.phones:
        return "phone"
    if row.email and row.email == other.email:
        return "email"
    is_shared = bool(row.external_id) and row.external_id == other.external_id
    return "external_id" if is_shared and (same_name or not _RUNNING_NUMBER.match(row.external_id)) else ""


def _compare_places(row: Keys, other: Keys) -> tuple[Likeness, str]:
    """Two of the same name."""
    shared = row.places & other.places
    if any(map(_is_address, shared)):
        return Likeness.SAME, "name_and_address"
    if row.places and other.places and not shared and _cities(row) and _cities(other):
        return Likeness.OTHER, ""
    if row.phones and other.phones:
        return Likeness.DOUBTFUL, "name_other_phone"
    if shared and not _PERSON.match(row.name):
        return Likeness.SAME, "name_and_city"
    return Likeness.DOUBTFUL, "name_only"


def _cities(keys: Keys) -> frozenset[str]:
    return frozenset(place for place in keys.places if place.startswith("city:"))
