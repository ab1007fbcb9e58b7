"""From rows and groups to the condition they say; what is not filled in yet says nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from guanxi.conditions.check import as_dated, check
from guanxi.conditions.errors import ConditionError
from guanxi.conditions.lexer import Kind, tokens_of
from guanxi.conditions.parser import parse
from guanxi.conditions.schema import Field, FieldType, Limits, Schema
from guanxi.conditions.tree import (
    EVERYTHING,
    Change,
    Condition,
    Counted,
    Dated,
    InArea,
    Near,
    Operator,
    Quantifier,
    Related,
    all_of,
    any_of,
    negate,
)
from guanxi.conditions.value_parser import ValueParser
from guanxi.records.builder.operators import OPERATORS, Takes, operators_of
from guanxi.records.builder.parts import (
    AreaRow,
    FieldRow,
    Group,
    Joined,
    NearRow,
    Part,
    RelatedRow,
    SpanTyped,
    TextRow,
    When,
)
from guanxi.records.builder.written import read_span, read_value, read_whole

ROOT = "0"
_DAY = Field("day", FieldType.DATE, "")
_CHANGES: Mapping[When, Change] = {When.CHANGE: Change.AMOUNT, When.PERCENT: Change.PERCENT}


@dataclass(frozen=True, slots=True)
class Built:
    """The condition of what is filled in and fits; what does not fit, by the path of its part ("0-2-1")."""

    condition: Condition
    faults: Mapping[str, ConditionError] = field(default_factory=dict)


def built(group: Group, schema: Schema) -> Built:
    """Return what the parts say. Rows without a value say nothing; rows that cannot be used are faults."""
    faults: dict[str, ConditionError] = {}
    return Built(_group(group, schema, ROOT, faults), faults)


def _group(group: Group, schema: Schema, path: str, faults: dict[str, ConditionError]) -> Condition:
    found: list[Condition] = []
    for place, part in enumerate(group.parts):
        here = f"{path}-{place}"
        if isinstance(part, Group):
            inner = _group(part, schema, here, faults)
            found += [] if not part.parts or inner == EVERYTHING else [inner]
            continue
        try:
            said = _said(part, schema, here, faults)
            found += [] if said is None else [check(said, schema)]
        except ConditionError as error:
            faults[here] = error
    if group.joined is Joined.ALL or not found:
        return all_of(*found)
    return any_of(*found) if group.joined is Joined.ANY else negate(any_of(*found))


def _said(part: Part, schema: Schema, path: str, faults: dict[str, ConditionError]) -> Condition | None:
    match part:
        case FieldRow():
            return _of_field(part, schema)
        case RelatedRow():
            return _of_related(part, schema, path, faults)
        case NearRow(point, distance):
            return _near(point, distance) if point.strip() and distance.strip() else None
        case AreaRow(kind, name):
            return InArea(kind, name.strip()) if name.strip() else None
        case TextRow(text):
            return parse(text, schema) if text.strip() else None
        case _:
            return None


def _of_field(row: FieldRow, schema: Schema) -> Condition | None:
    found = schema.fields[row.field]
    change = _CHANGES.get(row.when)
    asked = found if row.when is When.NOW else as_dated(found, change)
    names = operators_of(found, change=change is not None)
    operator = OPERATORS[row.operator if row.operator in names else names[0]]
    if (row.when is not When.NOW and not row.day.strip()) or not _complete(operator.takes, row.values):
        return None
    test: Condition = operator.make(row.field, _read(operator.takes, asked, row.values))
    if row.when is not When.NOW:
        day = read_value(_DAY, row.day)
        test = Dated(test, day, change)  # type: ignore[arg-type]  # a date field gives days
    return negate(test) if operator.negated else test


def _complete(takes: Takes, values: tuple[str, ...]) -> bool:
    if takes is Takes.SPAN:
        return bool(values and values[0])
    needed = {Takes.NOTHING: 0, Takes.TWO: 2}.get(takes, 1)
    return len([value for value in values if value]) >= needed


def _read(takes: Takes, asked: Field, values: tuple[str, ...]) -> tuple[object, ...]:
    """The values as the test takes them. Raises ConditionError."""
    match takes:
        case Takes.NOTHING:
            return ()
        case Takes.TEXT:
            return (values[0],)
        case Takes.SPAN:
            return (read_span(SpanTyped(*values[:3])),)
        case Takes.DAYS:
            return (read_whole(values[0]),)
        case Takes.MANY:
            return tuple(read_value(asked, value) for value in values if value)
        case Takes.TWO | Takes.VALUE:
            return tuple(read_value(asked, value) for value in values if value)


def _of_related(row: RelatedRow, schema: Schema, path: str, faults: dict[str, ConditionError]) -> Condition:
    relation = schema.relations[row.relation]
    where = _group(row.where or Group(), relation.schema(), f"{path}-0", faults)
    span = read_span(row.span) if relation.day else None
    if row.quantifier == "count":
        return Counted(row.relation, Operator(row.operator), read_whole(row.count), where, span)
    return Related(Quantifier(row.quantifier), row.relation, where, span)


def _near(point: str, distance: str) -> Condition:
    """A point as `31.23, 121.47` and a distance as `2 km`. Raises ConditionError."""
    place, length = ValueParser(tokens_of(point), Limits()), ValueParser(tokens_of(distance), Limits())
    latitude = place.number()
    place.expect(",")
    near = Near(latitude, place.number(), length.metres())
    for reader in (place, length):
        if reader.token.kind is not Kind.END:
            reader.fail("the end")
    return near
