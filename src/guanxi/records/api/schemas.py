"""The JSON of each record type, made from its declaration: what is read, what is sent, and how a list answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.db import models
from django.utils import translation
from ninja import Schema
from pydantic import ConfigDict, Field, StrictBool, StrictInt, StrictStr, create_model

from guanxi.records.api.given import Given, GivenOpen
from guanxi.records.declaration import (
    FieldDeclaration,
    Kind,
    NestedRows,
    RecordType,
    declared_type,
    record_type,
)
from guanxi.records.run_time import has_run_time_fields

IDS_AT_ONCE = 10_000

DecimalText = Annotated[str, Field(pattern=r"^-?\d+(\.\d+)?$", examples=["1200.50"])]
Day = Annotated[StrictStr, Field(json_schema_extra={"format": "date"})]
Moment = Annotated[StrictStr, Field(json_schema_extra={"format": "date-time"})]

_GIVEN: dict[Kind, Any] = {
    Kind.TEXT: StrictStr,
    Kind.LONG_TEXT: StrictStr,
    Kind.PHONE: StrictStr,
    Kind.EMAIL: Annotated[StrictStr, Field(json_schema_extra={"format": "email"})],
    Kind.URL: Annotated[StrictStr, Field(json_schema_extra={"format": "uri"})],
    Kind.INTEGER: StrictInt,
    Kind.NUMBER: Decimal,
    Kind.MONEY: Decimal,
    Kind.BOOLEAN: StrictBool,
    Kind.DATE: Day,
    Kind.DATETIME: Moment,
    Kind.REFERENCE: StrictInt,
    Kind.FILE: None,
}

_SHOWN: dict[Kind, Any] = {
    **_GIVEN,
    Kind.EMAIL: str,
    Kind.URL: str,
    Kind.NUMBER: float | DecimalText,
    Kind.MONEY: DecimalText,
    Kind.FILE: dict[str, str | int],
}


class Open(Schema):
    """What is read of a type to which fields may come while the program runs: they stand among the others."""

    model_config = ConfigDict(extra="allow")


@dataclass(frozen=True, slots=True)
class RecordSchemas:
    """The models of one record type."""

    record: type[Schema]
    page: type[Schema]
    create: type[Schema]
    update: type[Schema]
    bulk: type[Schema]


def record_schemas(known: RecordType) -> RecordSchemas:
    """Return the models of a type, named after it in the OpenAPI file, which is in English."""
    with translation.override("en"):
        name = known.model.__name__
        record = _record(known, name)
        return RecordSchemas(
            record=record,
            page=_page(record, name),
            create=_sent(known, f"{name}Create", partial=False),
            update=_sent(known, f"{name}Update", partial=True),
            bulk=_bulk(known, name),
        )


def _record(known: RecordType, name: str) -> type[Schema]:
    fields = {
        "id": (int, ...),
        "version": (Annotated[int, Field(description="Rises with every change; it is the ETag.")], ...),
        **shown_fields(known, known.fields),
    }
    if known.nested is not None:
        row = create_model(
            _row_name(name, known.nested), __base__=Schema, **shown_fields(known, known.nested.fields)
        )
        fields[known.nested.name] = (list[row], ...)  # type: ignore[valid-type]
    if has_run_time_fields(known.name):
        return made(
            name, Open, fields, f"{known.label}. Fields that the team has defined stand beside these."
        )
    return made(name, Schema, fields, str(known.label))


def _page(record: type[Schema], name: str) -> type[Schema]:
    after = "Give it as `after` for the next page; null: this was the last."
    count = "How many there are; null: more than 10,000 (ask with count=exact)."
    fields = {
        "items": (list[record], ...),  # type: ignore[valid-type]
        "next": (Annotated[str | None, Field(description=after)], ...),
        "count": (Annotated[int | None, Field(description=count)], ...),
    }
    return made(f"{name}Page", Schema, fields, "One page of a list; with `fields`, items have only those.")


def _sent(known: RecordType, name: str, *, partial: bool) -> type[Schema]:
    fields = given_fields(known, known.editable, partial=partial)
    if known.nested is not None:
        # What follows from the rows need not be given with them; without rows, the service asks for it.
        fields |= {name: (kind, None) for name, (kind, _) in fields.items() if name in known.nested.computes}
        rows = [field for field in known.nested.fields if field.editable]
        row = made(_row_name(name, known.nested), Given, given_fields(known, rows, partial=False))
        fields[known.nested.name] = (list[row] | None, None)  # type: ignore[valid-type]
    return _open(known, name, fields, partial=partial)


def _open(known: RecordType, name: str, fields: dict[str, Any], *, partial: bool) -> type[Schema]:
    """A model of what is sent, with the fields that come later."""
    if not has_run_time_fields(known.name):
        return made(name, Given, fields)
    model = made(name, GivenOpen, fields)
    assert issubclass(model, GivenOpen)  # noqa: S101 - made from it
    model.since = lambda: _since(record_type(known.name), partial=partial)
    return model


_models: dict[tuple[str, bool], tuple[RecordType, type[Schema]]] = {}


def _since(known: RecordType, *, partial: bool) -> type[Schema]:
    """The model of the fields that are not declared; made anew when they are others."""
    kept = _models.get((known.name, partial))
    if kept is None or kept[0] is not known:
        fields = [field for field in came_since(known) if field.editable]
        kept = (known, made(f"{known.name}_since", Given, given_fields(known, fields, partial=partial)))
        _models[known.name, partial] = kept
    return kept[1]


def came_since(known: RecordType) -> list[FieldDeclaration]:
    """Return the fields that are not declared."""
    declared = declared_type(known.name).by_name
    return [field for field in known.fields if field.name not in declared]


def _bulk(known: RecordType, name: str) -> type[Schema]:
    changes = _open(known, f"{name}Set", given_fields(known, known.editable, partial=True), partial=True)
    where = "A condition, as in a list's `where`; empty: every record."
    fields = {
        "where": (Annotated[StrictStr | None, Field(description=where)], None),
        "ids": (Annotated[list[StrictInt] | None, Field(max_length=IDS_AT_ONCE)], None),
        "set": (changes, ...),
    }
    described = "Which records, by `where` or by `ids`, and what to set on all of them."
    return made(f"{name}Bulk", Given, fields, described)


def made(name: str, base: type[Schema], fields: dict[str, Any], described: str = "") -> type[Schema]:
    """Return a model of these fields."""
    model: type[Schema] = create_model(name, __base__=base, __doc__=described or None, **fields)
    return model


def _row_name(name: str, nested: NestedRows) -> str:
    return name + nested.name.removesuffix("s").title()


def shown_fields(known: RecordType, fields: Iterable[FieldDeclaration]) -> dict[str, Any]:
    """Return these fields of a model of what is read, by name."""
    return {field.name: (_described(field, _shown_type(known, field)), ...) for field in fields}


def given_fields(known: RecordType, fields: Iterable[FieldDeclaration], *, partial: bool) -> dict[str, Any]:
    """Return these fields of a model of what is sent, by name; `partial`: none must be."""
    return {
        field.name: (
            _described(field, _given_type(known, field)),
            ... if field.required and field.default is None and not partial else None,
        )
        for field in fields
    }


def _described(field: FieldDeclaration, kind: Any) -> Any:
    """A field's type with its label; what is masked and which money it is stands in the description."""
    notes = [str(field.label), str(field.help)]
    if field.currency:
        notes.append(f"In the currency of `{field.currency}`")
    if field.target:
        notes.append(f"The id of a {field.target}")
    if field.sensitive:
        notes.append("Masked for whoever may not change the record")
    text = ". ".join(note.rstrip(".") for note in notes if note)
    return Annotated[kind, Field(description=f"{text[:1].upper()}{text[1:]}.")]


def _shown_type(known: RecordType, field: FieldDeclaration) -> Any:
    kind: Any = _SHOWN.get(field.kind)
    if field.sensitive:
        kind = kind | str if field.kind.is_numeric else str
    if field.kind in (Kind.CHOICE, Kind.CHOICES):
        kind = _choice(known, field, blank=True, former=True)
    return kind | None if field.nullable or field.join is not None else kind


def _given_type(known: RecordType, field: FieldDeclaration) -> Any:
    """The type and bounds of what is sent; null empties whatever is not required."""
    if field.kind in (Kind.CHOICE, Kind.CHOICES):
        kind = _choice(known, field, blank=not field.required)
    else:
        bounds = Field(max_length=field.max_length, ge=field.minimum, le=field.maximum)
        kind = Annotated[_GIVEN[field.kind], bounds]
    return kind if field.required else kind | None


def _choice(known: RecordType, field: FieldDeclaration, *, blank: bool, former: bool = False) -> Any:
    """The values of a choice; the empty text too where the column may be left empty."""
    values = tuple(value for value, _ in (*field.choices, *(field.former_choices if former else ())))
    if field.kind is Kind.CHOICES:
        return list[Literal[values]]  # type: ignore[valid-type]
    if blank and field.join is None and not field.stored:
        column = known.model._meta.get_field(field.column)  # noqa: SLF001 - Django's documented model API
        if isinstance(column, models.Field) and column.blank and not column.null and not column.has_default():
            values = (*values, "")
    return Literal[values]
