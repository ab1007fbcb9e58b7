"""Indexes that migrations take away."""

from __future__ import annotations

from typing import Any

from django.db import migrations


class DropColumnIndex(migrations.AlterField):
    """`AlterField` to a column without an index of its own, because one over more columns begins with it.

    Only the index goes. Django would copy the whole table on SQLite, and leave out the indexes that fields of a team's
    own were given at run time.
    """

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:  # noqa: ARG002 - Django's signature
        """Drop the index over nothing but the column."""
        model = from_state.apps.get_model(app_label, self.model_name)
        column = model._meta.get_field(self.name).column  # noqa: SLF001 - Django's documented model API
        for name in schema_editor._constraint_names(model, [column], index=True):  # noqa: SLF001 - as AlterField does
            schema_editor.execute(schema_editor._delete_index_sql(model, name))  # noqa: SLF001

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:  # noqa: ARG002 - Django's signature
        """Make it again."""
        model = to_state.apps.get_model(app_label, self.model_name)
        field = model._meta.get_field(self.name)  # noqa: SLF001
        for statement in schema_editor._field_indexes_sql(model, field):  # noqa: SLF001
            schema_editor.execute(statement)
