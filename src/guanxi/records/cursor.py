"""Where the next page of a list begins: the last row's values in the order's columns, and its id."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from guanxi.access.errors import InvalidError
from guanxi.records.cleaning import EARLIEST_YEAR, LATEST_YEAR
from guanxi.records.declaration import FieldDeclaration, Kind
from guanxi.records.models import Record
from guanxi.records.values import plain, raw_value

_MAGNITUDE = 10**18
_WHOLE = 2**63


def write_cursor(row: Record, fields: Sequence[FieldDeclaration]) -> str:
    """Return the cursor after `row` in a list ordered by `fields`."""
    values = [plain(raw_value(row, field)) for field in fields]
    return base64.urlsafe_b64encode(json.dumps([*values, row.pk]).encode()).decode().rstrip("=")


def read_cursor(text: str, fields: Sequence[FieldDeclaration]) -> list[Any]:
    """Read a cursor, which may come from anywhere: a value for each field, and the id.

    Raises InvalidError for anything that a list in this order never gave out.
    """
    try:
        *keys, last_id = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        read = [_value(field, key) for field, key in zip(fields, keys, strict=True)]
        return [*read, _whole(last_id)]
    except (binascii.Error, ValueError, TypeError, ArithmeticError, RecursionError) as error:
        raise InvalidError({"after": ["this is not a cursor of this list in this order"]}) from error


def _value(field: FieldDeclaration, value: Any) -> Any:
    """One value as the ORM compares it. Raises ValueError, TypeError or ArithmeticError when no column holds it."""
    if value is None:
        return None
    reader: Callable[[Any], Any] = _READERS.get(field.kind, _storable_text)
    read = reader(value)
    if isinstance(read, float | Decimal) and not -_MAGNITUDE < read < _MAGNITUDE:
        raise ValueError("out of range")
    return read


def _storable_text(value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise ValueError("not a text that can be stored")
    value.encode()
    return value


def _whole(value: Any) -> int:
    if type(value) is not int or not -_WHOLE <= value < _WHOLE:
        raise ValueError("not a whole number")
    return value


def _number(value: Any) -> float | Decimal:
    return Decimal(value) if isinstance(value, str) else float(value)


def _instant(value: Any) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None or not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
        raise ValueError("not an instant")
    return moment


_READERS: dict[Kind, Callable[[Any], Any]] = {
    Kind.INTEGER: _whole,
    Kind.REFERENCE: _whole,
    Kind.BOOLEAN: bool,
    Kind.NUMBER: _number,
    Kind.MONEY: _number,
    Kind.DATE: date.fromisoformat,
    Kind.DATETIME: _instant,
}
