"""Reading the values of a condition: literals, relative dates, spans, distances."""

from datetime import date, datetime
from decimal import Decimal

from guanxi.conditions.cursor import Cursor
from guanxi.conditions.errors import ConditionError
from guanxi.conditions.lexer import Kind, Token
from guanxi.conditions.schema import Field, FieldType
from guanxi.conditions.tree import Anchor, Day, Literal, Reach, Relative, Span, Unit
from guanxi.conditions.values import EXPECTED, UNIT_NAMES, coerce, coerce_text, count_values

_ANCHORS = {anchor.value.removeprefix("start of "): anchor for anchor in Anchor if anchor is not Anchor.TODAY}
_REACHES = {reach.value: reach for reach in Reach}
_UNITS = {name + ending: unit for unit, name in UNIT_NAMES.items() for ending in ("", "s")}
_DAY = Field("day", FieldType.DATE, "")
_NUMBER = Field("number", FieldType.NUMBER, "")
_METRES = {"m": 1, "km": 1000}


class ValueParser(Cursor):
    """What stands beside a test's words."""

    def values(self, field: Field) -> tuple[Literal, ...]:
        """A list in brackets."""
        position = self.token.position
        self.expect("(")
        found: list[Literal] = []
        while not self.accept(")"):
            if found and not self.accept(","):
                self.fail("','", "')'")
            found.append(self.value(field))
        count_values(len(found), self.limits, position)
        return tuple(found)

    def text(self, field: Field) -> str:
        """A text in quotes, as the field has it."""
        token = self.token
        if token.kind is not Kind.TEXT:
            self.fail("a text in quotes")
        self.index += 1
        return coerce_text(field, token.text, self.limits, token.position)

    def value(self, field: Field) -> Literal:
        """A value, as the field has it."""
        position = self.token.position
        return coerce(field, self.literal(field), self.limits, position)

    def literal(self, field: Field) -> Literal:
        """A value as it is written; `field` says what is expected."""
        token = self.token
        if token.kind is Kind.TEXT:
            return self.take().text
        if token.kind in {Kind.DATE, Kind.DATETIME}:
            return _date(self.take())
        if token.kind is Kind.NAME:
            return self.named_literal(field)
        sign = -1 if self.accept("-") else 1
        if self.token.kind is not Kind.NUMBER:
            self.fail(*EXPECTED[field.type])
        digits = self.take().text
        return sign * (Decimal(digits) if "." in digits else int(digits))

    def named_literal(self, field: Field) -> Literal:
        """A value that begins with a word."""
        if self.accept("true"):
            return True
        if self.accept("false"):
            return False
        if self.accept("today"):
            return self.offset(Anchor.TODAY)
        if not self.accept("start"):
            self.fail(*EXPECTED[field.type])
        self.expect("of")
        anchor = _ANCHORS.get(self.token.word)
        if anchor is None:
            self.fail(*_ANCHORS)
        self.index += 1
        return self.offset(anchor)

    def offset(self, anchor: Anchor) -> Relative:
        """What is added to or taken from a relative date."""
        sign = {"+": 1, "-": -1}.get(self.token.word)
        if sign is None:
            return Relative(anchor)
        self.index += 1
        if self.token.kind is not Kind.PERIOD:
            self.fail("a period such as 90d, 2w, 3m, 1q or 1y")
        amount, unit = _period(self.take())
        return Relative(anchor, sign * amount, unit)

    def day(self) -> Day:
        """A day, fixed or relative."""
        found = self.value(_DAY)
        assert not isinstance(found, str | int | Decimal | bool)  # noqa: S101 - what a date field gives
        return found

    def number(self) -> Decimal:
        """A number with its sign."""
        found = self.value(_NUMBER)
        assert isinstance(found, Decimal)  # noqa: S101 - what a number field gives
        return found

    def at_span(self) -> bool:
        """Whether `last`, `next` or `this` comes next."""
        return self.token.word in _REACHES

    def span(self) -> Span:
        """The rest of `in last 90 days`, from `last` on."""
        reach = _REACHES[self.take().word]
        if reach is Reach.THIS:
            unit = _UNITS.get(self.token.word)
            if unit is None:
                self.fail(*UNIT_NAMES.values())
            self.index += 1
            return Span(reach, 1, unit)
        return Span(reach, *self.duration())

    def duration(self) -> tuple[int, Unit]:
        """`90 days`, `1 month` or shorter `90d`."""
        if self.token.kind is Kind.PERIOD:
            return _period(self.take())
        if self.token.kind is not Kind.NUMBER or "." in self.token.text:
            self.fail("a period such as 90 days or 12 months")
        amount = int(self.take().text)
        unit = _UNITS.get(self.token.word)
        if unit is None:
            self.fail(*(f"{name}s" for name in UNIT_NAMES.values()))
        self.index += 1
        return amount, unit

    def metres(self) -> Decimal:
        """A distance: `2 km` or `500 m`."""
        token = self.token
        if token.kind is Kind.PERIOD and token.text[-1] in "mM":
            return Decimal(_period(self.take())[0])
        if token.kind is not Kind.NUMBER:
            self.fail("a distance such as 2 km or 500 m")
        number = Decimal(self.take().text)
        factor = _METRES.get(self.token.word)
        if factor is None:
            self.fail("'km'", "'m'")
        self.index += 1
        return number * factor


def _period(token: Token) -> tuple[int, Unit]:
    return int(token.text[:-1]), Unit(token.text[-1].lower())


def _date(token: Token) -> date:
    try:
        if token.kind is Kind.DATE:
            return date.fromisoformat(token.text)
        return datetime.fromisoformat(token.text.upper())
    except ValueError as error:
        raise ConditionError("date_invalid", token.position, parameters={"found": token.text}) from error
