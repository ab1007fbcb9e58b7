"""`filter(column__among=[…])`: any number of values as one parameter, where `in` takes one for each."""

from __future__ import annotations

import json
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, Lookup
from django.db.models.sql.compiler import SQLCompiler


@Field.register_lookup
class Among(Lookup[Any]):
    """Whether a column is one of the values of a list of texts or of whole numbers."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        """As a membership in a JSON list, which is read once."""
        left, parameters = self.process_lhs(compiler, connection)
        listed = json.dumps(list(self.rhs), ensure_ascii=False)
        return f"{left} IN (SELECT value FROM json_each(%s))", [*parameters, listed]  # noqa: S608 - a bound list

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        """As a comparison with an array."""
        left, parameters = self.process_lhs(compiler, connection)
        return f"{left} = ANY(%s)", [*parameters, list(self.rhs)]
