"""Evaluator, ORM and Ibis must return the same rows: on the database the tests run on, and on DuckDB.

A case is one condition asked of a set of rows. Each example asks 9 or more of up to a handful of rows, and the
opposite of each; all that an example asks of Ibis is one query with a column a condition.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings

from guanxi.conditions.check import check
from guanxi.conditions.context import Context
from guanxi.conditions.django_compiler import to_q
from guanxi.conditions.evaluator import evaluate
from guanxi.conditions.ibis_compiler import to_ibis
from guanxi.conditions.schema import Schema
from guanxi.conditions.text import format_condition
from guanxi.conditions.tree import Condition, Not
from tests.conditions import storing
from tests.conditions.columnar import related_tables, sample_columns, sample_table
from tests.conditions.drawing import questions
from tests.conditions.related import WIDE
from tests.conditions.sample import EXAMPLES, IN_JSON, SCHEMA, Row
from tests.conditions.wide_drawing import wide_questions

CASES_AN_EXAMPLE = 9
Question = tuple[list[Row], list[Condition], Context]


@pytest.fixture(scope="module", autouse=True)
def tables(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The sample's tables, for as long as this file runs."""
    with django_db_blocker.unblock(), storing.tables():
        yield


@pytest.fixture(scope="module")
def duckdb() -> Any:
    """An engine without files."""
    import ibis  # noqa: PLC0415 - heavy

    return ibis.duckdb.connect()


@pytest.mark.timeout(0)  # as long as it takes: the nightly profile draws for an hour
@pytest.mark.django_db
@pytest.mark.parametrize("wide", [False, True], ids=["fields", "beyond the row"])
def test_readers_return_the_same_rows(duckdb: Any, *, wide: bool) -> None:
    schema, examples = (WIDE, EXAMPLES // 3) if wide else (SCHEMA, EXAMPLES)
    cases = 0

    @settings(max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(wide_questions() if wide else questions())
    def ask(question: Question) -> None:
        nonlocal cases
        drawn, asked, context = question
        with transaction.atomic():
            storing.store(drawn)
            rows = storing.remembered(drawn) if wide else storing.stored()
            in_json = {} if wide else storing.stored_in_json()
            for number, condition in enumerate(asked):
                ask_the_orm(condition, schema, rows, context)
                if not wide:
                    half = Not(condition) if number % 2 else condition
                    keys = meant(half, IN_JSON, in_json, context)
                    assert storing.found(to_q(half, IN_JSON, context)) == keys, format_condition(half)
            transaction.set_rollback(True)
        ask_ibis(duckdb, asked, schema, rows, context)
        cases += len(asked)

    ask()
    assert cases >= CASES_AN_EXAMPLE * examples


def meant(condition: Condition, schema: Schema, rows: Mapping[int, Row], context: Context) -> set[int]:
    """The keys of the rows that the evaluator means."""
    checked = check(condition, schema)
    return {key for key, row in rows.items() if evaluate(checked, row, context, schema)}


def ask_the_orm(condition: Condition, schema: Schema, rows: Mapping[int, Row], context: Context) -> None:
    """The condition, its complement, and the complement of its `Q`."""
    keys = meant(condition, schema, rows, context)
    query = to_q(condition, schema, context)
    assert storing.found(query) == keys, format_condition(condition)
    assert storing.found(to_q(Not(condition), schema, context)) == set(rows) - keys
    assert not query or storing.found(~query) == set(rows) - keys


def ask_ibis(
    engine: Any, asked: list[Condition], schema: Schema, rows: Mapping[int, Row], context: Context
) -> None:
    """All conditions and their complements in one query; no answer is ever null."""
    table = sample_table(rows)
    columns, key = sample_columns(table), table.pk
    relations = related_tables(rows) if schema is WIDE else {}
    both = [*asked, *map(Not, asked)]
    answers = {
        f"answer_{number}": to_ibis(condition, schema, context, columns, key=key, relations=relations)
        for number, condition in enumerate(both)
    }
    answered = engine.to_pyarrow(table.select("pk", **answers)).to_pydict()
    for condition, name in zip(both, answers, strict=True):
        keys = meant(condition, schema, rows, context)
        expected = [pk in keys for pk in answered["pk"]]
        assert answered[name] == expected, format_condition(condition)
