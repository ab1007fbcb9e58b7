"""What the columns of a spreadsheet hold, guessed from every cell. Pure.

A column is of numbers, dates or truth values when every filled cell is one; else it is text. Numbers that begin with 0
or are longer than 15 digits are names of things (postcodes, tax numbers), not amounts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from guanxi.conditions.schema import FieldType
from guanxi.imports.calc.headers import known_field
from guanxi.imports.calc.values import Amount, Cell, parse_amount, parse_date
from guanxi.imports.calc.values.fault import as_entry, as_plain_text
from guanxi.imports.calc.values.text import clean_text

MOST_PLACES = 12
_NUMBER = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_NAME_LIKE = re.compile(r"[-+]?0\d.*")
_DATE_LIKE = re.compile(
    r"\D*\d{1,4}\s*[-/.年년 ].*\d.*|\d{1,2}\s+[A-Za-z].*|[A-Za-z]{3,9}\.? \d.*", re.DOTALL
)
_MONEY_HEADER = re.compile(
    r"price|cost|revenue|turnover|amount|total|sales|fee|paid|价|價|额|額|款|费|費|금액|매출|가격|단가|비용",
    re.IGNORECASE,
)


def as_number(value: Cell) -> Decimal | None:
    """Return a cell as a number, None when it is none. A float is taken as a spreadsheet shows it: 15 digits.

    >>> as_number("1,200.50"), as_number(0.1 + 0.2), as_number("007")
    (Decimal('1200.50'), Decimal('0.3'), None)
    """
    if isinstance(value, bool | date):
        return None
    if isinstance(value, int):
        return Decimal(value) if abs(value) < 10**15 else None
    if isinstance(value, float):
        number = Decimal(f"{value:.15g}")
        return number if number.is_finite() else None
    text = as_entry(value)
    if not _NUMBER.fullmatch(text) or _NAME_LIKE.fullmatch(text) or sum(map(str.isdigit, text)) > 15:
        return None
    return Decimal(text.replace(",", ""))


def as_money(value: Cell) -> Decimal | None:
    """Return a cell of a column of amounts as a number, signs and units understood, None when it is none."""
    number = as_number(value)
    if number is not None or not isinstance(value, str):
        return number
    found = parse_amount(value)
    return found.value if isinstance(found, Amount) else None


def as_day(value: Cell) -> date | None:
    """Return a cell as a day, None when it is none."""
    if isinstance(value, datetime):
        return value.date() if value.time().isoformat() == "00:00:00" else None
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not _DATE_LIKE.fullmatch(text := as_plain_text(value)) or ":" in text:
        return None
    found = parse_date(value)
    return found if isinstance(found, date) else None


def as_moment(value: Cell) -> datetime | None:
    """Return a cell as a day with its time, None when it is none."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - a clock's, as the file has it
    if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\d", text := as_plain_text(value)):
        try:
            return datetime.fromisoformat(text).replace(tzinfo=None)
        except ValueError:
            return None
    return None


def as_truth(value: Cell) -> bool | None:
    """Return a cell as true or false, None when it is neither."""
    if isinstance(value, str):
        return {"true": True, "false": False}.get(as_plain_text(value).lower())
    return value if isinstance(value, bool) else None


def as_text(value: Cell) -> str:
    """Return a cell as clean text."""
    return clean_text(value) if isinstance(value, str) else as_plain_text(value)


_READERS: Mapping[FieldType, Callable[[Cell], Any]] = {
    FieldType.BOOLEAN: as_truth,
    FieldType.NUMBER: as_number,
    FieldType.DATE: as_day,
    FieldType.DATETIME: as_moment,
}


@dataclass
class Guess:
    """What one column holds, after all its cells went by.

    `kind` is TEXT, BOOLEAN, INTEGER, NUMBER, DATE or DATETIME; `places` the most decimals a number has. `misfit` is
    the first cell that kept a column that began as numbers from being one, `several_currencies` what it names.
    """

    header: str
    places: int = 0
    filled: int = 0
    misfit: str = ""
    currencies: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.is_amount = known_field(self.header) == "amount"
        self.is_currency = known_field(self.header) == "currency"
        self._left = dict(_READERS)
        if self.is_amount:
            self._left[FieldType.NUMBER] = as_money

    def see(self, value: Cell) -> None:
        """Take one cell into account."""
        if value is None or (isinstance(value, str) and not as_entry(value)):
            return
        self.filled += 1
        for kind, reader in list(self._left.items()):
            found = reader(value)
            if found is None:
                del self._left[kind]
                if kind is FieldType.NUMBER and self.filled > 1:
                    self.misfit = as_text(value)[:40]
            elif kind is FieldType.NUMBER:
                self.places = max(self.places, -int(found.normalize().as_tuple().exponent))
                self._see_currency(value)

    def _see_currency(self, value: Cell) -> None:
        if self.is_amount and isinstance(value, str):
            found = parse_amount(value)
            if isinstance(found, Amount) and found.currency:
                self.currencies.add(found.currency)

    @property
    def kind(self) -> FieldType:
        """What the column holds."""
        if not self.filled or not self._left or len(self.currencies) > 1:
            return FieldType.TEXT
        kind = next(iter(self._left))
        return FieldType.INTEGER if kind is FieldType.NUMBER and self.places <= 0 else kind

    @property
    def speaks_of_money(self) -> bool:
        """Whether its numbers are amounts, when a currency stands beside them."""
        return self.is_amount or _MONEY_HEADER.search(self.header) is not None

    def read(self, value: Cell) -> Any:
        """Return a cell as the column holds it, None for an empty one."""
        if value is None or (isinstance(value, str) and not as_entry(value)):
            return None
        if self.kind is FieldType.TEXT:
            return as_text(value)
        return self._left[FieldType.NUMBER if self.kind is FieldType.INTEGER else self.kind](value)
