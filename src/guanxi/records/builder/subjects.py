"""What a filter speaks about: the records of a type or, inside, the records related to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.apps import apps
from django.utils.text import capfirst

from guanxi.conditions.schema import Schema
from guanxi.records.declaration import FieldDeclaration, RecordType, type_of


@dataclass(frozen=True, slots=True)
class Subject:
    """What the rows of a group speak about: the schema, and the declared fields where there are some."""

    schema: Schema
    known: RecordType
    declared: Mapping[str, FieldDeclaration]

    @property
    def fields(self) -> list[tuple[str, str]]:
        """The fields to choose from."""
        return [(name, self.label(name)) for name in self.schema.fields]

    def label(self, name: str) -> str:
        """What a field is called."""
        return capfirst(str(self.declared[name].label if name in self.declared else name))

    @property
    def has_places(self) -> bool:
        """Whether it can be near a point."""
        return bool(self.schema.coordinates or self.schema.places)

    @property
    def relations(self) -> list[tuple[str, str]]:
        """The related records to choose from."""
        return [(name, capfirst(relation_label(self.schema, name))) for name in self.schema.relations]


def subject_of(known: RecordType) -> Subject:
    """Return the subject of a list's filter."""
    return Subject(known.schema, known, known.by_name)


def relation_label(schema: Schema, name: str) -> str:
    """Return what related records are called."""
    related = _type_behind(schema, name)
    return str(related.label_plural) if related else name


def _type_behind(schema: Schema, name: str) -> RecordType | None:
    model = schema.relations[name].model
    return type_of(apps.get_model(model)) if model else None


def related_subject(subject: Subject, name: str) -> Subject:
    """Return the subject of what is asked of related records."""
    related = _type_behind(subject.schema, name)
    schema = subject.schema.relations[name].schema()
    declared = related.by_name if related else {}
    return Subject(schema, related or subject.known, declared)


def subject_within(subject: Subject, schema: Schema) -> Subject:
    """Return the subject that has this schema: itself, or that of the related records spoken of."""
    if subject.schema.name == schema.name:
        return subject
    for name in subject.schema.relations:
        if subject.schema.relations[name].schema().name == schema.name:
            return related_subject(subject, name)
    return Subject(schema, subject.known, {})
