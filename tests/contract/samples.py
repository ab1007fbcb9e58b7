"""Two values for every field that a record type declares, as people have them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from guanxi.conditions.text import format_literal
from guanxi.records.declaration import FieldDeclaration, Kind, RecordType
from tests.cast import Cast, Person

_VALUES: dict[Kind, tuple[Any, Any]] = {
    Kind.TEXT: ("臺北 한빛 O'Neill", "苏州“新区”"),
    Kind.LONG_TEXT: ("第一行\n둘째 줄", "x"),
    Kind.PHONE: ("13800130001", "021-62345678"),
    Kind.EMAIL: ("wang@example.com", "kim@example.co.kr"),
    Kind.URL: ("https://example.com/a", "https://example.kr"),
    Kind.INTEGER: (7, 8),
    Kind.NUMBER: (22.5, 23.25),
    Kind.MONEY: ("1200.50", "7.00"),
    Kind.BOOLEAN: (True, False),
    Kind.DATE: ("2026-02-28", "2025-12-31"),
    Kind.DATETIME: ("2026-03-31T06:30:00+00:00", "2025-12-31T23:59:59.500000+00:00"),
}
_CURRENCIES = ("CNY", "KRW")
_NOWHERE = (
    "no such place 1",
    "no such place 2",
)  # nothing is placed by these: positions stay as they are given


@dataclass(frozen=True)
class Samples:
    """Values for the fields of a type; references lead to records of `person`."""

    known: RecordType
    person: Person
    targets: dict[str, tuple[int, int]]

    def pair(self, field: FieldDeclaration) -> tuple[Any, Any]:
        """Return two values of a field, as JSON."""
        if field.kind is Kind.REFERENCE:
            return self.targets[field.target]
        if field.kind is Kind.CHOICE:
            return field.choices[0][0], field.choices[-1][0]
        if field.name == "currency":
            return _CURRENCIES
        if self.known.name == "place" and field.name in ("address", "city"):
            return _NOWHERE
        first, second = _VALUES[field.kind]
        return (
            (first[: field.max_length], second[: field.max_length]) if field.max_length else (first, second)
        )

    def all(self) -> dict[str, Any]:
        """Return the first value of every field that may be written."""
        return {field.name: self.pair(field)[0] for field in self.known.editable}


def samples_of(known: RecordType, cast: Cast) -> Samples:
    """Make what the references of a type lead to, and return its samples; root may write all of them."""
    root = cast.root
    customers = [root.adds("customer", name=name).pk for name in ("华强", "한빛")]
    contacts = [root.adds("contact", name="王", customer=customers[0]).pk for _ in range(2)]
    products = [root.adds("product", name=name).pk for name in ("茶", "차")]
    teams = list(cast.alice.user.teams.values_list("pk", flat=True)) + list(
        cast.charlie.user.teams.values_list("pk", flat=True)
    )
    targets = {
        "customer": customers,
        "contact": contacts,
        "product": products,
        "user": [cast.alice.user.pk, cast.root.user.pk],
        "team": teams,
    }
    return Samples(known, root, {name: (ids[0], ids[1]) for name, ids in targets.items()})


def condition_on(field: FieldDeclaration, value: Any) -> str:
    """Return `field = value` as people write it."""
    literal: Any = value
    match field.kind:
        case Kind.MONEY | Kind.NUMBER:
            literal = Decimal(str(value))
        case Kind.DATE:
            literal = date.fromisoformat(value)
        case Kind.DATETIME:
            literal = datetime.fromisoformat(value)
    return f"{field.name} = {format_literal(literal)}"


def same(field: FieldDeclaration, shown: Any, given: Any) -> bool:
    """Whether what is shown is what was given: numbers may be shown as text."""
    if field.kind in (Kind.MONEY, Kind.NUMBER) and shown is not None and given is not None:
        return Decimal(str(shown)) == Decimal(str(given))
    return bool(shown == given)


def declared_fields() -> list[tuple[str, str]]:
    """Return every field of every type."""
    from guanxi.records.declaration import record_types  # noqa: PLC0415 - types are known once Django is up

    return [(known.name, field.name) for known in record_types() for field in known.fields]
