"""Formulas of a record type at work: their values are kept in the record, so that they filter, sort and export.

A formula that cannot be computed (a field it reads was removed or has become of another kind, or formulas have come to
read each other in a circle) gives nothing: its field is empty until somebody mends it, and `faults` says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeAlias

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from guanxi.conditions.context import Context
from guanxi.conditions.messages import explain
from guanxi.conditions.schema import FieldType
from guanxi.formulas.check import WORDS, Known, check
from guanxi.formulas.errors import FormulaError
from guanxi.formulas.evaluator import evaluate, kept
from guanxi.formulas.money import Money
from guanxi.formulas.order import ARROW, in_order
from guanxi.formulas.text import parse
from guanxi.formulas.tree import Formula, dependencies, reads_today
from guanxi.records.custom.storage import held, put
from guanxi.records.custom.values import from_plain
from guanxi.records.declaration import FieldDeclaration, Kind

Fields: TypeAlias = Mapping[str, FieldDeclaration]

_MESSAGES: Mapping[str, str | Promise] = {
    "unexpected_end": gettext_lazy("The formula ends too early."),
    "too_long": gettext_lazy("The formula has %(found)s characters, at most %(limit)s are allowed."),
    "too_deep": gettext_lazy("The formula is nested too deeply, at most %(limit)s levels are allowed."),
    "too_many_parts": gettext_lazy("The formula has too many parts, at most %(limit)s are allowed."),
    "unknown_function": gettext_lazy("There is no function “%(function)s”."),
    "argument_count": gettext_lazy("%(function)s() is given %(found)s values."),
    "wrong_argument": gettext_lazy("%(function)s() cannot be given %(found)s here."),
    "wrong_operand": gettext_lazy("“%(operator)s” cannot be used with %(found)s."),
    "different_operands": gettext_lazy("“%(operator)s” cannot be used with %(found)s and %(other)s."),
    "different_results": gettext_lazy("%(function)s() would give %(found)s or %(other)s."),
    "not_a_digit_count": gettext_lazy("A number of digits is a whole number from 0 to 9."),
    "chained_comparison": gettext_lazy("A comparison cannot be compared: use “and”."),
    "no_result": gettext_lazy("The formula gives %(found)s, which a field cannot keep."),
    "other_result": gettext_lazy(
        "The formula gives %(found)s: this field is of another kind. Define another field."
    ),
    "circular": gettext_lazy("The formula refers to itself: %(path)s."),
}


def explain_formula(error: FormulaError) -> str:
    """Return one sentence in the reader's language: what is wrong, where, and what could have stood there."""
    return explain(error, _MESSAGES)


def readable(fields: Iterable[FieldDeclaration]) -> dict[str, FieldDeclaration]:
    """Return the fields that a formula of a record may read: its own values that are no files."""
    return {
        field.name: field
        for field in fields
        if not field.join and "__" not in field.column and field.kind is not Kind.FILE
    }


def result_of(text: str, name: str, fields: Fields) -> FieldType:
    """Return what a formula gives, written for the field called `name` (empty: one that is new).

    Raises FormulaError, also where it would refer to itself through others.
    """
    formula = parse(text)
    found = check(
        formula, {other: _known(field) for other, field in fields.items() if other != name or not name}
    )
    in_order({**_parsed(fields), name: formula})
    return found


def reads(text: str) -> frozenset[str]:
    """Return the names of the fields that a formula reads; none when it cannot be read itself."""
    try:
        return dependencies(parse(text))
    except FormulaError:
        return frozenset()


def reads_sensitive(text: str, fields: Fields) -> bool:
    """Whether a formula that was checked reads a field that not everybody sees."""
    return any(fields[name].sensitive for name in reads(text) if name in fields)


def _known(field: FieldDeclaration) -> Known:
    choices = tuple(value for value, _label in (*field.choices, *field.former_choices))
    return Known(field.kind.condition_type, choices)


def _parsed(fields: Fields) -> dict[str, Formula]:
    """The formulas that can be read at all."""
    found: dict[str, Formula] = {}
    for name, field in fields.items():
        if field.formula:
            try:
                found[name] = parse(field.formula)
            except FormulaError:
                continue
    return found


def _require_kind(found: FieldType, field: FieldDeclaration) -> None:
    """Refuse what would be kept as something else than the field is (FormulaError)."""
    if found is not field.kind.condition_type:
        raise FormulaError("other_result", parameters={"found": WORDS[found]})


def _circles(formulas: dict[str, Formula]) -> dict[str, FormulaError]:
    """Those that go in circles, and with them what only waits for them is left alone."""
    found: dict[str, FormulaError] = {}
    while True:
        try:
            in_order({name: formula for name, formula in formulas.items() if name not in found})
        except FormulaError as error:
            found |= dict.fromkeys(str(error.parameters["path"]).split(ARROW), error)
        else:
            return found


@dataclass(frozen=True, slots=True)
class Step:
    """One field that is computed; without a formula it is emptied."""

    field: FieldDeclaration
    formula: Formula | None


class Computing:
    """What is computed in the rows of a type that has these fields; made once for each state of the fields."""

    def __init__(self, fields: tuple[FieldDeclaration, ...]) -> None:
        """Keep the fields; formulas are read when the first row asks."""
        self.given = fields

    @cached_property
    def fields(self) -> tuple[FieldDeclaration, ...]:
        """The fields, formulas as sensitive as what they read."""
        found = self._readable
        formulas = self._formulas
        hidden = {name for name, field in found.items() if field.sensitive}
        grew = True
        while grew:
            more = {name for name, formula in formulas.items() if dependencies(formula) & hidden} - hidden
            hidden, grew = hidden | more, bool(more)
        hidden |= {found[name].currency for name in hidden if found[name].currency and found[name].formula}
        return tuple(
            replace(field, sensitive=True) if field.name in hidden and not field.sensitive else field
            for field in self.given
        )

    @cached_property
    def attributes(self) -> frozenset[str]:
        """What is computed, as rows call it."""
        return frozenset(
            attribute for step in self.steps for attribute in _attributes(step.field, self._readable)
        )

    @cached_property
    def follows_the_day(self) -> bool:
        """Whether a value changes from one day to the next though nobody touches the record."""
        return any(step.formula is not None and reads_today(step.formula) for step in self.steps)

    @cached_property
    def _readable(self) -> dict[str, FieldDeclaration]:
        return readable(self.given)

    @cached_property
    def faults(self) -> dict[str, FormulaError]:
        """Why formulas cannot be computed now, by field."""
        found: dict[str, FormulaError] = {}
        known = {name: _known(field) for name, field in self._readable.items()}
        for name, field in self._readable.items():
            if field.formula:
                try:
                    _require_kind(check(parse(field.formula), known), field)
                except FormulaError as error:
                    found[name] = error
        return found | _circles({name: each for name, each in self._formulas.items() if name not in found})

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The fields in the order in which they are computed, those that cannot be at the beginning."""
        fields, broken = self._readable, self.faults
        sound = {name: formula for name, formula in self._formulas.items() if name not in broken}
        return (
            *(Step(fields[name], None) for name in broken),
            *(Step(fields[name], sound[name]) for name in in_order(sound)),
        )

    @cached_property
    def _formulas(self) -> dict[str, Formula]:
        return _parsed(self._readable)

    def __call__(self, row: Any) -> None:
        """Compute the fields of a row whose other values stand."""
        context = Context(now=timezone.now(), zone=timezone.get_default_timezone())
        for step in self.steps:
            value = None
            if step.formula is not None:
                given = {name: self._value(row, name) for name in dependencies(step.formula)}
                value = kept(evaluate(step.formula, given, context), step.field.kind.condition_type)
            self._put(row, step.field, value)

    def _value(self, row: Any, name: str) -> Any:
        field = self._readable[name]
        value = _held(row, field)
        if value is None or field.kind.condition_type is not FieldType.MONEY:
            return value
        currency = self._readable.get(field.currency)
        return Money(value, (_held(row, currency) if currency else None) or "")

    def _put(self, row: Any, field: FieldDeclaration, value: Any) -> None:
        if not isinstance(value, Money):
            for attribute in _attributes(field, self._readable):
                put(row, attribute, value if attribute == field.attribute else None)
            return
        put(row, field.attribute, value.amount)
        if field.currency in self._readable:
            put(row, self._readable[field.currency].attribute, value.currency or None)


def _held(row: Any, field: FieldDeclaration) -> Any:
    value = held(row, field.attribute)
    return from_plain(field, value) if field.stored else value


def _attributes(field: FieldDeclaration, fields: Fields) -> tuple[str, ...]:
    if field.currency in fields:
        return (field.attribute, fields[field.currency].attribute)
    return (field.attribute,)


def computed_in(fields: tuple[FieldDeclaration, ...]) -> Computing | None:
    """Return what is computed in rows with these fields; None where there is no formula."""
    return Computing(fields) if any(field.formula for field in fields) else None
