"""Answering somebody's pivot of the home's facts, and opening a cell of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from time import perf_counter
from typing import Any

from django.conf import settings

from guanxi.access.calc import Actor, Sharing, Verb, scope
from guanxi.conditions.context import Context
from guanxi.conditions.text import format_condition, parse
from guanxi.conditions.tree import Condition, Everything, all_of, fields_of
from guanxi.metrics.calc.pivot.cells import cell_condition
from guanxi.metrics.calc.pivot.document import Telling, Translate, document
from guanxi.metrics.calc.pivot.errors import PivotError
from guanxi.metrics.calc.pivot.fields import FACT, Catalogue
from guanxi.metrics.calc.pivot.request import Pivot, Wish, read_wish
from guanxi.metrics.engine.pivot import sql
from guanxi.metrics.engine.pivot.answering import Collected, Ground, answer, collect, question_of, settle
from guanxi.metrics.engine.pivot.kept_sql import KeptSql
from guanxi.metrics.engine.pivot.relation import CUSTOMER, Columns
from guanxi.metrics.engine.pivot.running import SECONDS, Run, Stop
from guanxi.metrics.engine.pivot.standing import Standing, standing
from guanxi.metrics.facts import ALL_CUSTOMERS, Fact
from guanxi.metrics.pivot.catalogue import catalogue_of, pivotable_fact, relation_of
from guanxi.metrics.pivot.labels import labels_of


@dataclass(frozen=True)
class PivotQuestion:
    """What somebody asks: a fact, a wish, a condition. `actor` None is the program itself, which sees everything."""

    actor: Actor | None
    fact: str
    wish: Wish
    where: str
    context: Context
    seconds: float = SECONDS


@dataclass(frozen=True)
class Prepared:
    """A question that was read and found sound: nothing that can be refused is left but time and size."""

    question: PivotQuestion
    pivot: Pivot
    condition: Condition
    fact: Fact
    ground: Ground
    warehouse: Standing
    began: float


def pivot(question: PivotQuestion, *, translate: Translate = str) -> dict[str, Any]:
    """Return the answer as `document` writes it. Raises PivotError, ConditionError."""
    prepared = prepare(question)
    return tell(prepared, look(prepared, Stop()), translate=translate)


def prepare(question: PivotQuestion) -> Prepared:
    """Read a question against what is declared. Raises PivotError, ConditionError."""
    began = perf_counter()
    fact = pivotable_fact(question.fact)
    warehouse = standing(settings.ENVIRONMENT.warehouse)
    catalogue = catalogue_of(fact, warehouse.metrics, warehouse.columns)
    wished = read_wish(question.wish, catalogue)
    where = question.where.strip()
    condition = parse(where, catalogue.schema) if where else Everything()
    ground = Ground(
        catalogue=catalogue,
        relation=relation_of(fact),
        compile=partial(_meant, catalogue, condition, question.context),
        labels=partial(labels_of, question.actor),
        asked=fields_of(condition),
        seen=_seen(question.actor, fact),
        zone=str(question.context.zone),
        single=warehouse.single_currencies(_currencies(wished, fact, catalogue)),
    )
    return Prepared(question, wished, condition, fact, ground, warehouse, began)


def look(prepared: Prepared, stop: Stop) -> Collected:
    """Do what takes long, without the database: it may run in a thread of its own. Raises PivotError, StoppedError."""
    with Run(prepared.warehouse.own_connection(), stop=stop, seconds=prepared.question.seconds) as run:
        return collect(prepared.pivot, prepared.ground, run)


def tell(prepared: Prepared, collected: Collected, *, translate: Translate = str) -> dict[str, Any]:
    """Return the document of an answer. Raises PivotError when it is too large."""
    found = answer(collected)
    telling = Telling(
        found.pivot,
        found.shaped,
        found.labels,
        found.single,
        found.added,
        translate,
        more={"fact": prepared.fact.name, "as_of": prepared.warehouse.written_at},
    )
    return document(telling, perf_counter() - prepared.began)


def rows_behind(
    question: PivotQuestion, cell: Mapping[str, Any], *, after: int, limit: int
) -> dict[str, Any]:
    """Return the rows behind a cell: `{where, type, count, ids, next}`, ids ascending, those after `after`.

    `where` is the condition of the cell, over the fields of the fact. Raises PivotError, ConditionError.
    """
    prepared = prepare(question)
    if not prepared.fact.key:
        raise PivotError("no_key", "fact")
    with Run(prepared.warehouse.own_connection(), seconds=question.seconds) as run:
        settled = settle(prepared.pivot, prepared.ground, run)
        inside = cell_condition(settled.pivot, cell, settled.rankings)
        condition = all_of(prepared.condition, inside)
        asked = question_of(Pivot((), (), ()), _for_condition(prepared, condition))
        ((count,),) = run.rows(sql.row_count(asked))
        keys = [key for (key,) in run.rows(sql.row_keys(asked, after=after, limit=limit + 1))]
    page = keys[:limit]
    return {
        "where": format_condition(condition),
        "type": prepared.fact.record_type,
        "count": count,
        "ids": page,
        "next": page[-1] if len(keys) > limit else None,
    }


def _for_condition(prepared: Prepared, condition: Condition) -> Ground:
    catalogue = prepared.ground.catalogue
    compile_it = partial(_meant, catalogue, condition, prepared.question.context)
    return replace(prepared.ground, compile=compile_it, asked=fields_of(condition))


def _currencies(wished: Pivot, fact: Fact, catalogue: Catalogue) -> dict[str, tuple[str, str]]:
    """The columns of the fact that say in which money the amounts that are asked for are."""
    measured = (measure.field for measure in wished.measures if measure.is_money)
    names = {
        found.currency
        for found in (*measured, *(axis.field for axis in wished.axes))
        if found and found.currency
    }
    return {
        name: (fact.name, found.column) for name in names if (found := catalogue.fields[name]).table == FACT
    }


def _meant(catalogue: Catalogue, condition: Condition, context: Context, columns: Columns) -> str:
    """The rows that are meant; without a condition all, and no Ibis."""
    if isinstance(condition, Everything):
        return ""
    source = ("meant", columns.condition_types(), condition, context.today(), str(context.zone))
    return _kept_sql(settings.ENVIRONMENT.home).text(
        source, partial(_compile_condition, columns, catalogue, condition, context)
    )


def _compile_condition(columns: Columns, catalogue: Catalogue, condition: Condition, context: Context) -> str:
    from guanxi.metrics.engine.pivot.condition_sql import condition_sql  # noqa: PLC0415 - heavy

    return condition_sql(columns, catalogue, condition, context)


def _seen(actor: Actor | None, fact: Fact) -> str:
    """The customers that may be seen, empty when all may."""
    seen = scope(actor, Verb.VIEW, Sharing.OWNED) if actor is not None and fact.customer else Everything()
    if actor is None or isinstance(seen, Everything):
        return ""
    return _kept_sql(settings.ENVIRONMENT.home).text(("seen", seen), partial(_compile_scope, actor))


def _compile_scope(actor: Actor) -> str:
    import ibis  # noqa: PLC0415 - heavy

    from guanxi.metrics.engine.scope import visible_to  # noqa: PLC0415 - heavy

    columns = dict.fromkeys((CUSTOMER, "owner_id", "team_id"), "int64")
    customers = ibis.table(columns, name=ALL_CUSTOMERS)
    return str(ibis.to_sql(visible_to(actor, customers), dialect="duckdb"))


@cache
def _kept_sql(home: Path) -> KeptSql:
    return KeptSql(home / "cache" / "pivot")
