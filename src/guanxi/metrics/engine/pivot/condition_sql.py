"""The rows a condition means, as SQL over `source`: compiled by Ibis, the third reader of conditions."""

from __future__ import annotations

from guanxi.conditions.context import Context
from guanxi.conditions.tree import Condition
from guanxi.metrics.calc.pivot.fields import Catalogue
from guanxi.metrics.engine.pivot.relation import Columns


def condition_sql(columns: Columns, catalogue: Catalogue, condition: Condition, context: Context) -> str:
    """Return the SELECT of the rows of `source` that the condition means, all their columns. Raises ConditionError.

    Ibis is told only the columns the condition reads: of a filter it makes `SELECT *`, whatever else stands there.
    """
    import ibis  # noqa: PLC0415 - heavy

    from guanxi.conditions.ibis_compiler import to_ibis  # noqa: PLC0415 - beside it

    table = ibis.table(columns.condition_types(), name="source")
    values = {
        found.name: table[columns.condition_name(found)]
        for found in columns.used
        if found.name in columns.asked
    }
    return str(
        ibis.to_sql(table.filter(to_ibis(condition, catalogue.schema, context, values)), dialect="duckdb")
    )
