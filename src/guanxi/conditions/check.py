"""The check of a condition against a schema: names, types and limits of a tree.

Every reader works on checked trees only, so what is refused here is never asked of a database.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from difflib import get_close_matches

from guanxi.conditions.errors import ConditionError
from guanxi.conditions.schema import NUMBERS, Area, Field, FieldType, Limits, Relation, Schema
from guanxi.conditions.tree import (
    And,
    Anniversary,
    Between,
    Change,
    Compare,
    Condition,
    Contains,
    Counted,
    Dated,
    Day,
    During,
    Everything,
    InArea,
    IsEmpty,
    Leaf,
    Matches,
    Near,
    Not,
    Nothing,
    OneOf,
    Operator,
    Or,
    Related,
    Span,
    StartsWith,
)
from guanxi.conditions.values import (
    coerce,
    coerce_days,
    coerce_initials,
    coerce_span,
    coerce_text,
    count_values,
    tests_of,
)

COST: Mapping[type[Condition], int] = {Related: 2, Counted: 3, InArea: 3, Near: 5, Dated: 4}
"""What a node costs beyond the record's own row; one that is asked of related records costs that once more a level."""

CHANGE_TESTS = ("=", "!=", "<", "<=", ">", ">=", "between", "is empty")
"""The tests on a change since a day."""

_NUMBER = Field("number", FieldType.NUMBER, "")
_DAY = Field("day", FieldType.DATE, "")
_MOST_COUNTED = 1_000_000
_FARTHEST = 20_000_000


def check(condition: Condition, schema: Schema, limits: Limits = Limits()) -> Condition:  # noqa: B008 - frozen
    """The same tree with values of the fields' types. Raises ConditionError without a position."""
    measure(condition, limits)
    return _checked(condition, schema, limits)


def measure(condition: Condition, limits: Limits) -> None:
    """Refuse a tree that is nested too deeply, has too many nodes or costs too much (ConditionError)."""
    level: list[tuple[Condition, int]] = [(condition, 1)]
    depth = nodes = cost = 0
    while level:
        depth += 1
        nodes += len(level)
        cost += sum(COST.get(type(node), 0) * within for node, within in level)
        if depth > limits.depth:
            raise ConditionError("too_deep", parameters={"limit": limits.depth})
        if nodes > limits.nodes:
            raise ConditionError("too_many_parts", parameters={"limit": limits.nodes})
        if cost > limits.cost:
            raise ConditionError("too_costly", parameters={"found": cost, "limit": limits.cost})
        level = [child for node in level for child in _children(*node)]


def _children(condition: Condition, within: int) -> tuple[tuple[Condition, int], ...]:
    """The parts below a node, each with how many levels of related records it stands in, from 1."""
    match condition:
        case And(parts) | Or(parts):
            return tuple((part, within) for part in parts)
        case Not(part):
            return ((part, within),)
        case Related() | Counted():
            return ((condition.where, within + 1),)
        case _:
            return ()


def _checked(condition: Condition, schema: Schema, limits: Limits) -> Condition:
    match condition:
        case Everything() | Nothing():
            return condition
        case And(parts) | Or(parts):
            return type(condition)(tuple(_checked(part, schema, limits) for part in parts))
        case Not(part):
            return Not(_checked(part, schema, limits))
        case Related() | Counted() | Dated() | Near() | InArea():
            return _checked_reach(condition, schema, limits)
        case _:
            return _checked_leaf(condition, find_field(schema, condition.field), limits)


def _checked_reach(
    condition: Related | Counted | Dated | Near | InArea, schema: Schema, limits: Limits
) -> Condition:
    """What reaches beyond the record's own row."""
    match condition:
        case Related() | Counted():
            return _checked_relation(condition, schema, limits)
        case Dated():
            return _checked_dated(condition, schema, limits)
        case Near():
            require_places(schema)
            return coerce_near(condition)
        case InArea(kind, name):
            find_area(schema, kind, name)
            return condition


def _checked_relation(condition: Related | Counted, schema: Schema, limits: Limits) -> Condition:
    relation = find_relation(schema, condition.relation)
    if condition.span is not None:
        require_day(relation, condition.span)
    if isinstance(condition, Counted):
        coerce_count(condition.count)
    return replace(condition, where=_checked(condition.where, relation.schema(), limits))


def _checked_dated(condition: Dated, schema: Schema, limits: Limits) -> Dated:
    field = as_dated(find_field(schema, condition.test.field), condition.change)
    day = coerce_day(condition.day, limits)
    if condition.change is not None:
        allow_change(condition.test, field)
    test = _checked_leaf(condition.test, field, limits)
    # Whether there is a change at all is asked of the amount: in percent nobody can write it.
    change = Change.AMOUNT if condition.change and isinstance(test, IsEmpty) else condition.change
    return Dated(test, day, change)


def _checked_leaf(leaf: Leaf, field: Field, limits: Limits) -> Leaf:  # noqa: PLR0911 - a case a leaf
    match leaf:
        case Compare(name, operator, value):
            allow(field, Operator(operator).value)
            return Compare(name, Operator(operator), coerce(field, value, limits))
        case OneOf(name, values):
            allow(field, "in")
            count_values(len(values), limits)
            return OneOf(name, tuple(coerce(field, value, limits) for value in values))
        case Between(name, low, high):
            allow(field, "between")
            return Between(name, coerce(field, low, limits), coerce(field, high, limits))
        case Contains(name, text):
            allow(field, "contains")
            return Contains(name, coerce_text(field, text, limits))
        case StartsWith(name, text):
            allow(field, "starts with")
            return StartsWith(name, coerce_text(field, text, limits))
        case Matches(name, text):
            allow(field, "matches")
            return Matches(name, coerce_initials(field, text, limits))
        case During(name, span):
            allow(field, "in last")
            return During(name, coerce_span(span))
        case Anniversary(name, days):
            allow(field, "within")
            return Anniversary(name, coerce_days(days))
        case IsEmpty():
            allow(field, "is empty")
            return leaf


def find_field(schema: Schema, name: str, position: int | None = None) -> Field:
    """The field of that name. Raises ConditionError `unknown_field` with the nearest name as `suggestion`."""
    field = schema.fields.get(name)
    if field is not None:
        return field
    near = get_close_matches(name, schema.fields, n=1)
    parameters = {"field": name, "suggestion": near[0] if near else ""}
    raise ConditionError("unknown_field", position, tuple(schema.fields), parameters)


def find_relation(schema: Schema, name: str, position: int | None = None) -> Relation:
    """The related records of that name. Raises ConditionError `unknown_relation` with the nearest name."""
    relation = schema.relations.get(name)
    if relation is not None:
        return relation
    near = get_close_matches(name, schema.relations, n=1)
    parameters = {"relation": name, "suggestion": near[0] if near else ""}
    raise ConditionError("unknown_relation", position, tuple(schema.relations), parameters)


def find_area(schema: Schema, kind: str, name: str, position: int | None = None) -> Area:
    """The kind of area, which knows the name. Raises ConditionError `unknown_area` with the nearest names."""
    area = schema.area(kind)
    if area is None:
        require_places(schema, position)
        raise ConditionError("unknown_area", position, parameters={"kind": kind, "found": name})
    if area.resolve(name) is None:
        near = area.near(name)
        parameters = {"kind": kind, "found": name, "suggestion": near[0] if len(near) == 1 else ""}
        raise ConditionError("unknown_area", position, near, parameters)
    return area


def require_places(schema: Schema, position: int | None = None) -> None:
    """Refuse to ask where a record is that has no place (ConditionError `no_places`)."""
    if schema.coordinates is None and not schema.places:
        raise ConditionError("no_places", position, parameters={"schema": schema.name})


def require_day(relation: Relation, span: Span, position: int | None = None) -> Span:
    """The span, of records that have a day. Raises ConditionError."""
    if not relation.day:
        raise ConditionError("relation_without_day", position, parameters={"relation": relation.name})
    return coerce_span(span, position)


def coerce_count(count: int, position: int | None = None) -> int:
    """A number of records. Raises ConditionError."""
    if not 0 <= count <= _MOST_COUNTED:
        raise ConditionError("count_out_of_range", position)
    return count


def coerce_near(near: Near, position: int | None = None) -> Near:
    """A circle on the globe. Raises ConditionError."""
    numbers = [_exact(number, position) for number in (near.latitude, near.longitude, near.metres)]
    latitude, longitude, metres = numbers
    if not 1 <= metres <= _FARTHEST:
        raise ConditionError("distance_out_of_range", position)
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise ConditionError("coordinates_out_of_range", position)
    return Near(latitude, longitude, metres)


def _exact(value: object, position: int | None) -> Decimal:
    number = coerce(_NUMBER, value, Limits(), position)  # type: ignore[arg-type]
    assert isinstance(number, Decimal)  # noqa: S101 - what a number field gives
    return number


def as_dated(field: Field, change: Change | None, position: int | None = None) -> Field:
    """The field as it is asked on another day: a change in percent is a number. Raises ConditionError."""
    if not field.dated:
        raise ConditionError("not_dated", position, parameters={"field": field.name})
    if change is not None and field.type not in NUMBERS:
        parameters = {"field": field.name, "type": field.type.value, "operator": "change since"}
        raise ConditionError("operator_not_allowed", position, tests_of(field), parameters)
    return replace(field, type=FieldType.NUMBER) if change is Change.PERCENT else field


def allow_change(test: Leaf, field: Field) -> None:
    """Refuse what cannot be asked of a change: lists (ConditionError `operator_not_allowed`)."""
    if not isinstance(test, Compare | Between | IsEmpty):
        parameters = {"field": field.name, "type": field.type.value, "operator": "in"}
        raise ConditionError("operator_not_allowed", None, CHANGE_TESTS, parameters)


def coerce_day(day: Day, limits: Limits, position: int | None = None) -> Day:
    """A day, fixed or relative. Raises ConditionError."""
    found = coerce(_DAY, day, limits, position)
    assert not isinstance(found, str | int | Decimal | bool)  # noqa: S101 - what a date field gives
    return found


def allow(field: Field, operator: str, position: int | None = None) -> None:
    """Refuse a test that the field's type does not have (ConditionError `operator_not_allowed`)."""
    allowed = tests_of(field)
    if operator not in allowed:
        parameters = {"field": field.name, "type": field.type.value, "operator": operator}
        raise ConditionError("operator_not_allowed", position, allowed, parameters)
