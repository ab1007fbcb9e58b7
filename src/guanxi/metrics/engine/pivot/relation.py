"""Where the rows of a pivot come from: a fact, what is joined to it, and the columns that are needed of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from guanxi.conditions.schema import FieldType
from guanxi.metrics.calc.money import DECIMALS
from guanxi.metrics.calc.pivot.fields import FACT, PivotField
from guanxi.metrics.engine.opening import quoted

KEY, CUSTOMER = "row_key", "customer_id"


@dataclass(frozen=True)
class Relation:
    """The tables of a pivot in DuckDB: the fact, and joins to it by name. All of it is the program's own text.

    `key` is the fact's column that numbers a row, `customer` the one that holds its customer's id; either may be empty.
    `zoned` says that times are instants (they are shown in the reader's zone), else they are a clock's.
    """

    fact: str
    joins: Mapping[str, str] = field(default_factory=dict)
    key: str = ""
    customer: str = ""
    zoned: bool = True

    def from_clause(self, used: Iterable[PivotField]) -> str:
        """Return the FROM of the fact and of the tables that the fields stand in."""
        tables = dict.fromkeys(found.table for found in used if found.table != FACT)
        return " ".join([f"FROM {self.fact} AS {FACT}", *(self.joins[table] for table in tables)])


@dataclass(frozen=True)
class Columns:
    """The columns of `source`, the fields a pivot uses under short names: f0, f1 …; amounts in major units as m0, m1 …

    Conditions speak of amounts in major units; everything else adds them up as they are kept.
    """

    relation: Relation
    used: tuple[PivotField, ...]
    asked: frozenset[str] = frozenset()

    def name(self, found: PivotField) -> str:
        """Return the short name of a field."""
        return f"f{self.used.index(found)}"

    def condition_name(self, found: PivotField) -> str:
        """Return the name of the column a condition on a field reads."""
        return f"m{self.used.index(found)}" if found.in_minor_units else self.name(found)

    def source(self) -> str:
        """Return the SELECT of the fields that are used, of every row."""
        columns = [self._column(found) for found in self.used]
        columns += [
            self._major(found) for found in self.used if found.in_minor_units and found.name in self.asked
        ]
        if self.relation.key:
            columns.append(f"{FACT}.{quoted(self.relation.key)} AS {KEY}")
        if self.relation.customer:
            columns.append(f"{FACT}.{quoted(self.relation.customer)} AS {CUSTOMER}")
        return f"SELECT {', '.join(columns) or '1 AS nothing'} {self.relation.from_clause(self.used)}"

    def _place(self, found: PivotField) -> str:
        return f"{quoted(found.table)}.{quoted(found.column)}"

    def _column(self, found: PivotField) -> str:
        return f"{self._place(found)} AS {self.name(found)}"

    def _major(self, found: PivotField) -> str:
        currency = next((self._place(other) for other in self.used if other.name == found.currency), "''")
        return f"{major_units(self._place(found), currency)} AS {self.condition_name(found)}"

    def condition_types(self) -> dict[str, str]:
        """Return the columns that the condition reads, with their types in Ibis; they do not depend on what else is
        asked, so that a condition is compiled once for all pivots of a fact."""
        return {
            self.condition_name(found): self._ibis_type(found)
            for found in self.used
            if found.name in self.asked
        }

    def _ibis_type(self, found: PivotField) -> str:
        if found.in_minor_units:
            return "decimal(23, 3)"
        if found.kind is FieldType.DATETIME:
            return "timestamp('UTC')" if self.relation.zoned else "timestamp"
        return found.ibis_type or _IBIS_TYPES[found.kind]


_IBIS_TYPES: Mapping[FieldType, str] = {
    FieldType.TEXT: "string",
    FieldType.CHOICE: "string",
    FieldType.CHOICES: "array<string>",
    FieldType.INTEGER: "int64",
    FieldType.REFERENCE: "int64",
    FieldType.NUMBER: "decimal(18, 3)",
    FieldType.MONEY: "decimal(18, 2)",
    FieldType.BOOLEAN: "boolean",
    FieldType.DATE: "date",
}


def major_units(amount: str, currency: str) -> str:
    """Return the SQL of an amount in whole minor units as an exact decimal of major units."""
    factor = minor_factor(currency, {0: "1.000", 2: "0.010", 3: "0.001"})
    return f"CAST({amount} AS DECIMAL(19, 0)) * CAST({factor} AS DECIMAL(4, 3))"


def minor_factor(currency: str, by_decimals: Mapping[int, str]) -> str:
    """Return the SQL that chooses by a currency's decimals; `currency` is the SQL of its code."""
    cases = []
    for decimals in (0, 3):
        codes = sorted(code for code, found in DECIMALS.items() if found == decimals)
        listed = ", ".join(f"'{code}'" for code in codes)
        cases.append(f"WHEN {currency} IN ({listed}) THEN {by_decimals[decimals]}")
    return f"CASE {' '.join(cases)} ELSE {by_decimals[2]} END"


@dataclass
class Parameters:
    """The values of a statement, by the names they are bound under: none ever becomes SQL."""

    values: dict[str, Any] = field(default_factory=dict)

    def bind(self, value: Any) -> str:
        """Keep a value and return its place in the statement."""
        name = f"p{len(self.values)}"
        self.values[name] = value
        return f"${name}"

    def bind_all(self, values: Sequence[Any]) -> str:
        """Keep values and return their places, with commas."""
        return ", ".join(map(self.bind, values))
