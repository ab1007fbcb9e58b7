"""What higher rooms give to a record type that a lower one declared: fields beside its rows, parts, nested rows."""

from __future__ import annotations

from dataclasses import replace

from guanxi.conditions.schema import Relation, Schema
from guanxi.records.declaration import FieldDeclaration, NestedRows, declared_type, record_type, register
from guanxi.records.reach import contribute_relation, with_reach


def contribute(name: str, *fields: FieldDeclaration) -> None:
    """Add fields that a higher room keeps beside the rows of a type (metrics, tiers). Called once, at start."""
    known = declared_type(name)
    register(replace(known, fields=(*known.fields, *fields)))


def contribute_part(name: str, part: str, *, is_place: bool = False) -> None:
    """Let conditions on a type ask about the living `part` records that hang from its records by their `parent`.

    What stands beside those (metrics, tiers) is not asked of them. Called once, at start.
    """
    known = declared_type(part)

    def schema() -> Schema:
        fields = {found.name: found.condition_field() for found in record_type(part).fields if not found.join}
        return with_reach(Schema(name=part, fields=fields))

    relation = Relation(
        name=known.plural,
        schema=schema,
        model=known.model._meta.label,  # noqa: SLF001 - Django's documented model API
        path=known.parent,
        living=(("deleted_in__isnull", True),),
        day=known.moment,
    )
    contribute_relation(name, relation, is_place=is_place)


def contribute_nested(name: str, nested: NestedRows) -> None:
    """Give the records of a type the rows that live inside them. Called once, at start."""
    register(replace(declared_type(name), nested=nested))
