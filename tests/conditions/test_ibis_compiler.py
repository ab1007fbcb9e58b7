"""What Ibis makes of a condition; drawn conditions are asked in `test_three_readers`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from guanxi.conditions.context import Context
from guanxi.conditions.errors import ConditionError
from guanxi.conditions.ibis_compiler import RelatedTable, to_ibis
from guanxi.conditions.schema import Limits
from guanxi.conditions.text import parse
from guanxi.conditions.tree import Compare, OneOf, Operator, Or
from tests.conditions.related import WIDE
from tests.conditions.sample import SCHEMA

SHANGHAI = Context(datetime(2026, 11, 2, 1, 30, tzinfo=UTC), ZoneInfo("Asia/Shanghai"))
EVERY_KIND = (
    'name contains "100%"',
    'name starts with "a_"',
    'name matches "hwkj"',
    "amount > 4999.999",
    "visits in (1, 2, 3)",
    "active = true",
    "founded in this quarter",
    "생일 within 7 days",
    "created = 2026-03-31",
    "owner is empty",
    "deals where amount > 5 count >= 2",
    "within 2 km of 31.2304,121.4737",
)


@pytest.fixture
def table() -> Any:
    import ibis  # noqa: PLC0415 - heavy

    kinds = {
        "pk": "int64",
        "name": "string",
        "name_initials": "string",
        "visits": "int64",
        "amount": "decimal(14, 2)",
        "active": "boolean",
        "founded": "date",
        "생일": "date",
        "created": "timestamp('UTC')",
        "owner": "int64",
    }
    return ibis.table(kinds, name="samples")


def _columns(table: Any) -> dict[str, Any]:
    return {name: table[name] for name in table.columns}


def _relations() -> dict[str, RelatedTable]:
    import ibis  # noqa: PLC0415 - heavy

    deals = ibis.table({"sample_id": "int64", "amount": "decimal(14, 2)"}, name="deals")
    spots = ibis.table({"sample_id": "int64", "latitude": "float64", "longitude": "float64"}, name="spots")
    return {
        name: RelatedTable(rows, "sample_id", _columns(rows))
        for name, rows in (("deals", deals), ("spots", spots))
    }


@pytest.mark.parametrize("dialect", ["duckdb", "pyspark"])
def test_every_kind_of_test_has_words_in_both_engines(table: Any, dialect: str) -> None:
    import ibis  # noqa: PLC0415 - heavy

    pytest.importorskip(dialect)
    assert getattr(ibis, dialect)  # knows the options of its words only when it is there
    for text in EVERY_KIND:
        where = to_ibis(
            parse(text, WIDE), WIDE, SHANGHAI, _columns(table), key=table.pk, relations=_relations()
        )
        assert "WHERE" in ibis.to_sql(table.filter(where), dialect=dialect)


def test_the_widest_allowed_conditions_run() -> None:
    import ibis  # noqa: PLC0415 - heavy

    rows = ibis.memtable({"visits": [1, 5_000]})
    limits = Limits()
    wide = Or(tuple(Compare("visits", Operator.EQ, number) for number in range(2, limits.nodes)))
    many = OneOf("visits", tuple(range(limits.values)))
    engine = ibis.duckdb.connect()
    for condition, expected in ((wide, []), (many, [1])):
        found = rows.filter(to_ibis(condition, SCHEMA, SHANGHAI, {"visits": rows.visits}))
        assert engine.to_pyarrow(found.visits).to_pylist() == expected


def test_a_text_is_never_sql() -> None:
    import ibis  # noqa: PLC0415 - heavy

    hostile = "'; DROP TABLE samples; -- \\"
    rows = ibis.memtable({"name": ["华为", hostile]})
    for text in (f'name = "{hostile}"', f'name contains "{hostile}"', f'name in ("{hostile}")'):
        where = to_ibis(parse(text, SCHEMA), SCHEMA, SHANGHAI, {"name": rows.name})
        assert ibis.duckdb.connect().to_pyarrow(rows.filter(where).name).to_pylist() == [hostile]


def test_what_may_not_be_seen_is_not_known(table: Any) -> None:
    secret = Compare("owner.name", Operator.EQ, "王芳")
    with pytest.raises(ConditionError, match="not known"):
        to_ibis(secret, SCHEMA.without_sensitive(), SHANGHAI, _columns(table))
    with pytest.raises(KeyError):
        to_ibis(secret, SCHEMA, SHANGHAI, _columns(table))
