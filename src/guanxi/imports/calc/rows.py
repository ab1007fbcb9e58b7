"""One row of a list, read by its columns' fields: values to keep, and the fault of every cell that cannot be."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal

from guanxi.customers.calc import Phone
from guanxi.imports.calc.headers import header_unit
from guanxi.imports.calc.names import join_name
from guanxi.imports.calc.own_fields import OwnField, parser_of
from guanxi.imports.calc.rules import Action, ForNote, Rule, by_column, with_rules
from guanxi.imports.calc.targets import CUSTOMER, SUBJECTS, WHOSE
from guanxi.imports.calc.values import (
    Amount,
    Cell,
    Coordinates,
    Fault,
    parse_amount,
    parse_coordinates,
    parse_date,
    parse_email,
    parse_latitude,
    parse_longitude,
    parse_phones,
    parse_size,
    parse_text,
)

Parser = Callable[[Cell], Any]

LONGEST = {
    "name": 200, "contact_name": 200, "surname": 100, "given_name": 100, "key_person": 200, "external_id": 64,
    "tax_number": 40, "industry": 100, "source": 100, "tier": 40, "kind": 100, "country": 100, "province": 100,
    "city": 100, "county": 100, "address": 500, "order_number": 64, "note": 32_767,
}  # fmt: skip
_CURRENCIES = {"amount": "currency", "order_amount": "order_currency"}
_IGNORED = frozenset({"", "ignore", "date"})
_NAMES_IN_NEED = ("contact_name", "key_person", "address", "email")
_SITE = re.compile(r"^(https?://)?[\w-]+(\.[\w-]+)+(:\d+)?(/\S*)?$", re.IGNORECASE)
REMEMBERED = 4096
"""So many different cells of a column are parsed once only."""
PART_NEEDS = {
    "contact": ("contact_name", "key_person"),
    "place": ("address", "province", "city", "county", "latitude"),
    "order": ("order_date",),
}
"""By what a row shows that it has a part."""
PART_MISSING = {
    "contact": Fault("contact_missing", "This is about a contact, but the row names none."),
    "place": Fault("place_missing", "This is about a place, but the row names none."),
    "order": Fault("order_missing", "This is about an order, but the row has none: it lacks the day."),
}
WHOSE_MISSING = Fault(
    "whose_missing", "The row does not say whose it is: fill in the customer’s name or number."
)
SUBJECT_MISSING = {
    "contact": Fault("contact_name_missing", "The row names nobody: fill in the contact’s name."),
    "interaction": Fault("text_missing", "The row says nothing: fill in the summary or the note."),
    "order": Fault("order_incomplete", "The row is no order yet: fill in its day and its amount."),
}
NO_NAME = Fault("name_missing", "The customer has no name: fill it in.")


@dataclass(frozen=True, slots=True)
class Reading:
    """How a list is to be read: `region` of its phone numbers, `currency` where a cell names none, order of dates.

    `rules` mend the cells of a column; `constants` are what every row has that says nothing of its own, by field.
    `own` are the fields the team has defined. `target` is what the rows are: customers, or records beside them.
    """

    region: str = "CN"
    currency: str | None = None
    date_order: Literal["dmy", "mdy", "ymd"] | None = None
    rules: tuple[Rule, ...] = ()
    constants: tuple[tuple[str, str], ...] = ()
    own: tuple[OwnField, ...] = ()
    target: str = CUSTOMER


@dataclass(frozen=True, slots=True)
class CellFault:
    """What is wrong in one column of a row; `column` is its 0-based index."""

    column: int
    fault: Fault


@dataclass(frozen=True, slots=True)
class ReadRow:
    """Parsed values by field key (only those that are there), and the faults of cells."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    faults: tuple[CellFault, ...] = ()

    def fingerprint(self) -> str:
        """Return 32 hex digits that are the same for rows that say the same, in whatever file."""
        text = _as_json(self.values)
        return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _as_text(value: object) -> object:
    if isinstance(value, Phone):
        return [value.e164, value.extension]
    return str(value.normalize() if isinstance(value, Decimal) else value)


_as_json = json.JSONEncoder(sort_keys=True, default=_as_text, ensure_ascii=False).encode


def _remembering(parse: Parser) -> Parser:
    """The same parser for a column whose cells say the same again and again: source, industry, grade, people."""
    return lru_cache(maxsize=REMEMBERED, typed=True)(parse)


class RowReader:
    """Reads rows by a mapping from column to field; made once a file."""

    def __init__(
        self,
        header: Sequence[str],
        mapping: Mapping[int, str],
        reading: Reading,
        only: frozenset[str] | None = None,
    ) -> None:
        """`only` restricts the work to these fields (faults of others are not looked for)."""
        wanted = {
            column: name
            for column, name in sorted(mapping.items())
            if name not in _IGNORED and (only is None or name in only)
        }
        rules = by_column(reading.rules)
        self._columns = [
            (
                column,
                name,
                _remembering(_reader(name, header[column], reading, rules.get(column, ()))),
                column in rules,
            )
            for column, name in wanted.items()
        ]
        self._part_columns = [found for found in self._columns if found[1].partition(".")[0] in PART_NEEDS]
        self._constants = [
            (name, read_constant(name, text, reading))
            for name, text in reading.constants
            if only is None or name in only
        ]
        self._name_column = next((column for column, name in wanted.items() if name == "name"), None)
        self._needs_name = only is None
        self._target = reading.target

    def read(self, number: int, cells: Sequence[Cell]) -> ReadRow:
        """Return the row's values and faults; never raises."""
        values: dict[str, Any] = {}
        faults: list[CellFault] = []
        width = len(cells)
        for column, name, parse, fills in self._columns:
            cell = cells[column] if column < width else None
            if cell is None and not fills:
                continue
            value = parse(cell)
            if value is None:
                continue
            if type(value) is str and name not in values:
                values[name] = value
            elif isinstance(value, Fault):
                faults.append(CellFault(column, value))
            elif isinstance(value, ForNote):
                _put(values, "note", value.text)
            else:
                _put(values, name, value)
        for name, value in self._constants:
            if name not in values and value is not None and not isinstance(value, Fault):
                _put(values, name, value)
        join_name(values)
        if self._needs_name:
            self._ensure_whole(values, faults)
        return ReadRow(number, values, tuple(faults))

    def _ensure_whole(self, values: dict[str, Any], faults: list[CellFault]) -> None:
        """A row says all that such a record cannot be without."""
        if self._target == CUSTOMER:
            self._ensure_name(values, faults)
            self._ensure_parts(values, faults)
        else:
            self._ensure_subject(values, faults)

    def _ensure_subject(self, values: Mapping[str, Any], faults: list[CellFault]) -> None:
        """A row beside a customer says whose it is, and what it is about."""
        wanted = [(frozenset(WHOSE), WHOSE_MISSING)]
        wanted += [(fields, SUBJECT_MISSING[self._target]) for fields in SUBJECTS[self._target]]
        faulty = {fault.column for fault in faults}
        for fields, fault in wanted:
            if fields & values.keys():
                continue
            columns = [column for column, name, *_rest in self._columns if name in fields] or [0]
            if not faulty.intersection(columns):
                faults.append(CellFault(columns[0], fault))

    def _ensure_parts(self, values: Mapping[str, Any], faults: list[CellFault]) -> None:
        """What is said of a part goes nowhere when the row does not have the part."""
        for column, name, *_ in self._part_columns:
            part = name.partition(".")[0]
            if name in values and not any(need in values for need in PART_NEEDS[part]):
                faults.append(CellFault(column, PART_MISSING[part]))

    def _ensure_name(self, values: dict[str, Any], faults: list[CellFault]) -> None:
        """A list without a column of names goes by its people, then its addresses."""
        if "name" in values or any(fault.column == self._name_column for fault in faults):
            return
        if self._name_column is None:
            found = next((values[name] for name in _NAMES_IN_NEED if name in values), None)
            if found is not None:
                values["name"] = found[:200]
                return
        faults.append(CellFault(0 if self._name_column is None else self._name_column, NO_NAME))


def read_constant(name: str, text: str, reading: Reading) -> Any:
    """Return what a text says as the value of a field: a value, None for nothing, or a Fault."""
    return _parser(name, "", reading)(text)


def _put(values: dict[str, Any], name: str, value: Any) -> None:
    """Keep a value; of the fields that several columns fill, phones are gathered and texts joined."""
    if isinstance(value, Amount):
        values[name] = value.value
        if value.currency:
            values[_CURRENCIES.get(name, f"{name}_currency")] = value.currency
    elif isinstance(value, Coordinates):
        values.setdefault("latitude", value.latitude)
        values.setdefault("longitude", value.longitude)
    elif name == "phone":
        known = values.setdefault("phone", [])
        known += [phone for phone in value if phone not in known]
    elif name == "address" and name in values:
        values[name] = f"{values[name]} {value}"[: LONGEST["address"]]
    elif name == "note" and name in values:
        values[name] = f"{values[name]}\n{value}"[: LONGEST["note"]]
    else:
        values.setdefault(name, value)


def _reader(name: str, header: str, reading: Reading, rules: Sequence[Rule]) -> Parser:
    """What reads the cells of a column by its rules; where a cell holds several choices, a rule is for each of them."""
    words = {rule.match: rule.text for rule in rules if rule.action is Action.REPLACE and not rule.fault}
    own = [field.with_aliases(words) if field.key == name else field for field in reading.own]
    return with_rules(_parser(name, header, replace(reading, own=tuple(own))), rules)


def _parser(name: str, header: str, reading: Reading) -> Parser:
    unit = header_unit(header)
    own = next((field for field in reading.own if field.key == name), None)
    if own is not None:
        return parser_of(own, currency=reading.currency, order=reading.date_order, unit=unit)
    special: dict[str, Parser] = {
        "phone": lambda cell: parse_phones(cell, reading.region),
        "email": parse_email,
        "amount": lambda cell: parse_amount(cell, currency=reading.currency, unit=unit),
        "order_amount": lambda cell: parse_amount(cell, currency=reading.currency, unit=unit),
        "order_date": lambda cell: parse_date(cell, order=reading.date_order),
        "size": parse_size,
        "birthday": lambda cell: parse_date(cell, order=reading.date_order),
        "latitude": parse_latitude,
        "longitude": parse_longitude,
        "coordinates": parse_coordinates,
        "website": _parse_website,
        "currency": _parse_currency,
    }
    longest = LONGEST.get(name, 200)
    return special.get(name) or (lambda cell: parse_text(cell, longest=longest, keep_lines=name == "note"))


def _parse_website(cell: Cell) -> str | Fault | None:
    text = parse_text(cell)
    if text is None or isinstance(text, Fault):
        return text
    if not _SITE.match(text):
        return Fault("website_invalid", "This is no address of a website: write it as www.example.com.")
    return text if "://" in text else f"https://{text}"


def _parse_currency(cell: Cell) -> str | Fault | None:
    text = parse_text(cell)
    if text is None or isinstance(text, Fault):
        return text
    found = parse_amount(f"1 {text}")
    if isinstance(found, Amount) and found.currency:
        return found.currency
    return Fault("currency_invalid", "This is no currency: write its three letters, as CNY, KRW or USD.")
