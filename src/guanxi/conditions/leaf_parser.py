"""Reading the tests on one field, now, on another day, or as a change since a day."""

from guanxi.conditions.check import CHANGE_TESTS, allow, as_dated
from guanxi.conditions.errors import ConditionError
from guanxi.conditions.schema import Field, FieldType
from guanxi.conditions.tree import (
    Anniversary,
    Between,
    Change,
    Compare,
    Condition,
    Contains,
    Dated,
    During,
    IsEmpty,
    Leaf,
    Literal,
    Matches,
    Not,
    OneOf,
    Operator,
    StartsWith,
    Unit,
)
from guanxi.conditions.value_parser import ValueParser
from guanxi.conditions.values import coerce_days, coerce_initials, coerce_span

OPERATORS = {operator.value: operator for operator in Operator}
_WORDS = ("in", "between", "contains", "starts with", "is empty")


class LeafParser(ValueParser):
    """A field and what is asked of it."""

    def field_test(self, field: Field, position: int) -> Condition:
        """What follows a field that stands at `position`."""
        if self.accept("on"):
            dated = as_dated(field, None, position)
            day = self.day()
            leaf, negated = self.leaf(dated)
            return _negated(Dated(leaf, day), negated=negated)
        if self.accept("change"):
            return self.change(field, position)
        leaf, negated = self.leaf(field)
        return _negated(leaf, negated=negated)

    def leaf(self, field: Field) -> tuple[Leaf, bool]:
        """The test, and whether it is negated by a `not` of its own."""
        position = self.token.position
        operator = OPERATORS.get(self.token.word)
        if operator is not None:
            self.index += 1
            allow(field, operator.value, position)
            return Compare(field.name, operator, self.value(field)), False
        if self.accept("is"):
            negated = self.accept("not")
            self.expect("empty")
            allow(field, "is empty", position)
            return IsEmpty(field.name), negated
        negated = self.accept("not")
        return self.worded(field), negated

    def worded(self, field: Field) -> Leaf:
        """A test that is written with a word."""
        position = self.token.position
        if self.accept("in"):
            return self.membership(field, position)
        if self.accept("between"):
            allow(field, "between", position)
            low = self.value(field)
            self.expect("and")
            return Between(field.name, low, self.value(field))
        if self.accept("within"):
            allow(field, "within", position)
            return self.anniversary(field)
        return self.worded_text(field)

    def worded_text(self, field: Field) -> Leaf:
        """A test on a text."""
        position = self.token.position
        if self.accept("contains"):
            allow(field, "contains", position)
            return Contains(field.name, self.text(field))
        if self.accept("starts"):
            self.expect("with")
            allow(field, "starts with", position)
            return StartsWith(field.name, self.text(field))
        if self.accept("matches"):
            allow(field, "matches", position)
            position = self.token.position
            return Matches(field.name, coerce_initials(field, self.text(field), self.limits, position))
        return self.fail(*OPERATORS, *_WORDS)

    def membership(self, field: Field, position: int) -> Leaf:
        """What follows `in`: a list, or a span of days."""
        if not self.at_span():
            allow(field, "in", position)
            return OneOf(field.name, self.values(field))
        allow(field, "in last", position)
        position = self.token.position
        return During(field.name, coerce_span(self.span(), position))

    def anniversary(self, field: Field) -> Leaf:
        """What follows `within`."""
        position = self.token.position
        amount, unit = self.duration()
        if unit not in {Unit.DAY, Unit.WEEK}:
            raise ConditionError("days_out_of_range", position, ("days", "weeks"))
        return Anniversary(field.name, coerce_days(amount * (7 if unit is Unit.WEEK else 1), position))

    def change(self, field: Field, position: int) -> Condition:
        """What follows `change`: `since` a day, and a comparison in the field's unit or in percent."""
        as_dated(field, Change.AMOUNT, position)
        self.expect("since")
        day = self.day()
        if self.accept("is"):
            negated = self.accept("not")
            self.expect("empty")
            return _negated(Dated(IsEmpty(field.name), day, Change.AMOUNT), negated=negated)
        operator = OPERATORS.get(self.token.word)
        if operator is not None:
            self.index += 1
            value, change = self.amount(field)
            return Dated(Compare(field.name, operator, value), day, change)
        negated = self.accept("not")
        if not self.accept("between"):
            self.fail(*CHANGE_TESTS)
        low, change = self.amount(field)
        self.expect("and")
        at = self.token.position
        high, other = self.amount(field)
        if change is not other:
            raise ConditionError("mixed_percent", at)
        return _negated(Dated(Between(field.name, low, high), day, change), negated=negated)

    def amount(self, field: Field) -> tuple[Literal, Change]:
        """A number in the field's unit, or in percent."""
        if field.type is FieldType.INTEGER and not self.is_percent():
            return self.value(field), Change.AMOUNT
        number = self.number()
        return number, Change.PERCENT if self.accept("%") else Change.AMOUNT

    def is_percent(self) -> bool:
        """Whether the number that comes next is followed by a sign of percent."""
        place = self.index + (2 if self.token.word == "-" else 1)
        return self.tokens[min(place, len(self.tokens) - 1)].word == "%"


def _negated(condition: Condition, *, negated: bool) -> Condition:
    return Not(condition) if negated else condition
