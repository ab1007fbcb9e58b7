"""A condition bound to a reader's day and a schema: what is only a short way to say something is said in full.

A bound tree has `And`, `Or`, `Not`, `Everything`, `Nothing`, tests on fields of one value without `During`, `Counted`
without a span, `Near` only where the schema has coordinates of its own, and `Dated` on a fixed day. `Related` and
`InArea` are gone. Every reader of conditions reads bound trees, so that none of them has an opinion of its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from guanxi.conditions.check import find_area
from guanxi.conditions.context import Context, relative_day, span_days
from guanxi.conditions.errors import ConditionError
from guanxi.conditions.schema import Field, Schema
from guanxi.conditions.tree import (
    NOTHING,
    And,
    Between,
    Compare,
    Condition,
    Counted,
    Dated,
    During,
    Everything,
    InArea,
    IsEmpty,
    Leaf,
    Near,
    Not,
    Nothing,
    Operator,
    Or,
    Quantifier,
    Related,
    Relative,
    all_of,
    any_of,
    own_nodes,
)


def bind(condition: Condition, schema: Schema, context: Context) -> Condition:
    """The bound tree of a checked condition. Raises ConditionError for an area that is not known any more."""
    match condition:
        case And(parts) | Or(parts):
            return type(condition)(tuple(bind(part, schema, context) for part in parts))
        case Not(part):
            return Not(bind(part, schema, context))
        case Everything() | Nothing():
            return condition
        case Related() | Counted() | Dated() | Near() | InArea():
            return _bind_reaching(condition, schema, context)
        case _:
            return _bind_leaf(condition, schema, context)


def _bind_reaching(
    condition: Related | Counted | Dated | Near | InArea, schema: Schema, context: Context
) -> Condition:
    match condition:
        case Related() | Counted():
            return _bind_related(condition, schema, context)
        case Dated():
            return _bind_dated(condition, context)
        case Near() | InArea():
            return _bind_place(condition, schema, context)


def reads_sensitive(condition: Condition, schema: Schema, context: Context) -> bool:
    """Whether a checked condition reads a sensitive field, of the record or of any that hangs from it."""
    return any(_sensitive(node, schema) for node in own_nodes(bind(condition, schema, context)))


def _sensitive(node: Condition, schema: Schema) -> bool:
    match node:
        case Counted(relation, _, _, where, _):
            nested = schema.relations[relation].schema()
            return any(_sensitive(inner, nested) for inner in own_nodes(where))
        case _:
            return any(schema.fields[name].sensitive for name in _own_fields(node, schema))


def _own_fields(node: Condition, schema: Schema) -> Iterator[str]:
    match node:
        case Near():
            yield from schema.coordinates or ()
        case Dated(test, _, _):
            yield test.field
        case _:
            if isinstance(node, Leaf):
                yield node.field


def _in_days(during: During, context: Context) -> Between:
    return Between(during.field, *span_days(during.span, context.today()))


def _bind_dated(dated: Dated, context: Context) -> Condition:
    test = _in_days(dated.test, context) if isinstance(dated.test, During) else dated.test
    day = relative_day(dated.day, context.today()) if isinstance(dated.day, Relative) else dated.day
    if isinstance(test, Compare) and test.operator is Operator.NE:
        return Not(Dated(Compare(test.field, Operator.EQ, test.value), day, dated.change))
    return Dated(test, day, dated.change)


def _bind_related(condition: Related | Counted, schema: Schema, context: Context) -> Counted:
    relation = schema.relations[condition.relation]
    where = condition.where
    if isinstance(condition, Related) and condition.quantifier is Quantifier.ALL:
        where = Not(where)
    if condition.span is not None:
        where = all_of(During(relation.day, condition.span), where)
    bound = bind(where, relation.schema(), context)
    if isinstance(condition, Counted):
        return replace(condition, where=bound, span=None)
    if condition.quantifier is Quantifier.ANY:
        return Counted(condition.relation, Operator.GE, 1, bound)
    return Counted(condition.relation, Operator.EQ, 0, bound)


def _bind_place(condition: Near | InArea, schema: Schema, context: Context) -> Condition:
    here = schema.coordinates is not None if isinstance(condition, Near) else condition.kind in schema.areas
    if not here:
        places = schema.relations[schema.places].schema()
        return Counted(schema.places, Operator.GE, 1, _bind_place(condition, places, context))
    if isinstance(condition, Near):
        return condition
    area = find_area(schema, condition.kind, condition.name)
    return bind(area.resolve(condition.name) or NOTHING, schema, context)


def _bind_leaf(leaf: Leaf, schema: Schema, context: Context) -> Condition:
    """A test on what a field is now; one on a field of several values as a question about each."""
    if isinstance(leaf, During):
        leaf = _in_days(leaf, context)
    field = schema.fields[leaf.field]
    if not field.through and not field.alternatives:
        return leaf
    if isinstance(leaf, Compare) and leaf.operator is Operator.NE:
        return Not(_any_value(Compare(leaf.field, Operator.EQ, leaf.value), field, schema, context))
    if isinstance(leaf, IsEmpty):
        return Not(_any_value(leaf, field, schema, context))
    return _any_value(leaf, field, schema, context)


def _any_value(leaf: Leaf, field: Field, schema: Schema, context: Context) -> Condition:
    """Whether the test holds for one of the values; for `is empty` whether one of them is not."""
    if field.through:
        inner: Condition = Not(leaf) if isinstance(leaf, IsEmpty) else leaf
        nested = schema.relations[field.through].schema()
        return Counted(field.through, Operator.GE, 1, bind(inner, nested, context))
    tests = (replace(leaf, field=name) for name in field.alternatives)
    return any_of(
        *(_bind_leaf(test, schema, context) if not isinstance(test, IsEmpty) else Not(test) for test in tests)
    )


def at_least(counted: Counted) -> tuple[bool, int, bool]:
    """A comparison of a count as (at least, or exactly; the number; whether it is the complement)."""
    match counted.operator:
        case Operator.GE | Operator.LT:
            return True, counted.count, counted.operator is Operator.LT
        case Operator.GT | Operator.LE:
            return True, counted.count + 1, counted.operator is Operator.LE
        case _:
            return False, counted.count, counted.operator is Operator.NE


def ids_of_day(dated: Dated, schema: Schema, context: Context) -> Sequence[int]:
    """The records for which a bound `Dated` holds; for `is empty` those for which it does not.

    Raises ConditionError when nothing is kept of that day.
    """
    history, day = schema.history, dated.day
    if history is None or isinstance(day, Relative):
        raise ConditionError("history_empty")
    ask = history.known_ids if isinstance(dated.test, IsEmpty) else history.ids
    ids = ask(dated, day, context)
    if ids is not None:
        return ids
    earliest = history.earliest()
    if earliest is None:
        raise ConditionError("history_empty")
    raise ConditionError("no_history", parameters={"day": day, "earliest": earliest})
