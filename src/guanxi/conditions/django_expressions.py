"""Expressions that both databases have, each in its own words."""

from collections.abc import Iterable
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, ExpressionWrapper, F, FloatField, Func, Q, TextField, Value
from django.db.models.functions import Cos, Radians, Sin
from django.db.models.lookups import LessThanOrEqual
from django.db.models.sql.compiler import SQLCompiler

from guanxi.conditions.distance import Circle


class FoldCase(Func):
    """A column with A–Z as a–z, for a `LIKE` on it: SQLite's LIKE does that by itself, and only that."""

    function = "LOWER"
    arity = 1
    output_field = TextField()

    def as_sqlite(
        self,
        compiler: SQLCompiler,
        connection: BaseDatabaseWrapper,  # noqa: ARG002 - Django's signature
        **extra_context: Any,  # noqa: ARG002
    ) -> tuple[str, Any]:
        """The bare column."""
        return compiler.compile(self.get_source_expressions()[0])

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, Any]:
        """In the C collation LOWER touches A–Z only."""
        return super().as_sql(
            compiler, connection, template='%(function)s(%(expressions)s COLLATE "C")', **context
        )


class InIds(Func):
    """Whether a column is one of very many ids, which travel as one parameter: `InIds.of("pk", ids)`."""

    arity = 2
    output_field = BooleanField()

    @classmethod
    def of(cls, column: str, ids: Iterable[int]) -> "InIds":
        """The test of a column."""
        return cls(F(column), Value(f"[{','.join(map(str, ids))}]", output_field=TextField()))

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, Any]:
        """A list that is read as a table."""
        return super().as_sql(
            compiler,
            connection,
            template="(%(expressions)s)))",
            arg_joiner=" IN (SELECT value FROM json_each(",
            **context,
        )

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, Any]:
        """An array, which is looked up by hash."""
        return super().as_sql(
            compiler,
            connection,
            template="(%(expressions)s, '[]', '{}') AS bigint[])))",
            arg_joiner=" = ANY(CAST(TRANSLATE(",
            **context,
        )


def within(circle: Circle, latitude: str, longitude: str) -> Q:
    """Points of two columns, in degrees, inside a circle: first by its box, for an index, then exactly."""
    low, high = circle.latitudes()
    box = Q(**{f"{latitude}__gte": low, f"{latitude}__lte": high})
    ranges = (
        Q(**{f"{longitude}__gte": west, f"{longitude}__lte": east}) for west, east in circle.longitudes()
    )
    return (
        box
        & Q(*ranges, _connector=Q.OR)
        & Q(LessThanOrEqual(_haversine(circle, latitude, longitude), circle.haversine))
    )


def _haversine(circle: Circle, latitude: str, longitude: str) -> ExpressionWrapper[Any]:
    north = _half_sine(latitude, circle.latitude)
    east = _half_sine(longitude, circle.longitude)
    width = Cos(Radians(F(latitude))) * Value(circle.cosine)
    return ExpressionWrapper(north * north + width * east * east, output_field=FloatField())


def _half_sine(column: str, degrees: float) -> Sin:
    difference = ExpressionWrapper(F(column) - Value(degrees), output_field=FloatField())
    return Sin(ExpressionWrapper(Radians(difference) / Value(2.0), output_field=FloatField()))
