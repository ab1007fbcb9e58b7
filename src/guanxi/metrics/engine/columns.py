"""Rows of the database as columns: what SQLite and PostgreSQL give, in the types the warehouse keeps."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from guanxi.metrics.calc.money import decimals_of, minor_of_hundredths
from guanxi.metrics.facts import Column, Fact, currency_of
from guanxi.records.declaration import Kind

CHUNK = 50_000
CHUNK_OF_LONG_TEXTS = 2_000
"""At 100,000 characters a text, what is in memory at once stays under a gigabyte."""


def arrow_schema(fact: Fact) -> Any:
    """Return the Arrow schema a fact is kept under."""
    import pyarrow as pa  # noqa: PLC0415 - heavy

    types = {
        Column.INTEGER: pa.int64(),
        Column.NUMBER: pa.decimal128(18, 3),
        Column.FLOAT: pa.float64(),
        Column.DATE: pa.date32(),
        Column.DATETIME: pa.timestamp("us", tz="UTC"),
        Column.BOOLEAN: pa.bool_(),
        Column.TEXT: pa.string(),
        Column.MONEY: pa.int64(),
        Column.CHOICES: pa.list_(pa.string()),
    }
    return pa.schema([(name, types[kind]) for name, kind in fact.columns.items()])


def tables_of(fact: Fact, rows: QuerySet[Any, Any], house_currency: str) -> Iterator[Any]:
    """Yield the rows of a fact's query as Arrow tables. Money without a currency is taken to be in `house_currency`."""
    import pyarrow as pa  # noqa: PLC0415 - heavy

    schema = arrow_schema(fact)
    has_long = any(found.kind is Kind.LONG_TEXT for found in fact.declared.values())
    for chunk in _chunks(rows, CHUNK_OF_LONG_TEXTS if has_long else CHUNK):
        columns: dict[str, Any] = dict(zip(fact.columns, map(list, zip(*chunk, strict=True)), strict=True))
        _settle_money(fact, columns, house_currency)
        arrays = [_array(columns[name], kind, schema.field(name).type) for name, kind in fact.columns.items()]
        yield pa.table(arrays, schema=schema)


def _chunks(rows: QuerySet[Any, Any], size: int) -> Iterator[list[tuple[Any, ...]]]:
    """The query run without the ORM's conversions, which cost more than all the rest: 7 s a million rows."""
    statement, parameters = rows.query.sql_with_params()
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, parameters)
        while chunk := cursor.fetchmany(size):
            yield chunk


def _array(values: list[Any], kind: Column, arrow_type: Any) -> Any:
    """Values as an Arrow column. SQLite gives days and moments as text, truth as 0 and 1; a day may be a moment."""
    import pyarrow as pa  # noqa: PLC0415 - heavy

    if kind is Column.NUMBER:
        return _thousandths(pa.array(values, pa.int64()), arrow_type)
    if kind is Column.BOOLEAN:
        return pa.array([None if value is None else bool(value) for value in values], arrow_type)
    if kind is Column.DATE:
        return _days(values, arrow_type)
    if kind is Column.CHOICES:
        return pa.array([None if value is None else json.loads(value) for value in values], arrow_type)
    if kind is Column.DATETIME and any(isinstance(value, str) for value in values):
        return pa.array(values, pa.string()).cast(pa.timestamp("us")).cast(arrow_type)
    return pa.array(values, arrow_type)


def _days(values: list[Any], arrow_type: Any) -> Any:
    import pyarrow as pa  # noqa: PLC0415 - heavy

    if any(isinstance(value, str) for value in values):
        return pa.array([value and value[:10] for value in values], pa.string()).cast(arrow_type)
    return pa.array([value.date() if isinstance(value, datetime) else value for value in values], arrow_type)


def _thousandths(whole: Any, arrow_type: Any) -> Any:
    import pyarrow as pa  # noqa: PLC0415 - heavy
    from pyarrow import compute  # noqa: PLC0415

    one = pa.scalar(Decimal("0.001"), pa.decimal128(4, 3))
    return compute.multiply(whole.cast(pa.decimal128(19, 0)), one).cast(arrow_type)


def _settle_money(fact: Fact, columns: dict[str, list[Any]], house_currency: str) -> None:
    """Give every amount a currency and turn hundredths into that currency's minor units."""
    for name, kind in fact.columns.items():
        own = currency_of(fact, name) if kind is Column.MONEY else ""
        if own:
            is_of_row = own == fact.currency
            currencies = [
                (code or house_currency).upper() if code or is_of_row or amount is not None else None
                for code, amount in zip(columns[own], columns[name], strict=True)
            ]
            columns[own] = currencies
            columns[name] = _in_minor_units(columns[name], currencies)
    if fact.currency:
        columns[fact.currency] = [code.upper() if code else house_currency for code in columns[fact.currency]]


def _in_minor_units(amounts: list[Any], currencies: list[str | None]) -> list[Any]:
    decimals = {currency: decimals_of(currency or "") for currency in set(currencies)}
    if set(decimals.values()) <= {2}:
        return amounts
    return [
        None if amount is None else minor_of_hundredths(amount, decimals[currency])
        for amount, currency in zip(amounts, currencies, strict=True)
    ]
