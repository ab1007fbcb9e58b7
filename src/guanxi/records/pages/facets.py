"""The parts of a filter as chips, each with the address that takes it away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from guanxi.access.calc import Actor
from guanxi.conditions.lexer import quote_name
from guanxi.conditions.text import format_condition, format_literal
from guanxi.conditions.tree import (
    Anchor,
    And,
    Between,
    Compare,
    Condition,
    Contains,
    Everything,
    IsEmpty,
    Leaf,
    Literal,
    Not,
    OneOf,
    Relative,
    StartsWith,
    Unit,
    all_of,
    leaves,
)
from guanxi.records.cleaning import referable
from guanxi.records.declaration import FieldDeclaration, RecordType

_TEXT_TESTS: dict[type[Leaf], Promise] = {
    Contains: gettext_lazy("contains “%(text)s”"),
    StartsWith: gettext_lazy("begins with “%(text)s”"),
}
Names = dict[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class Facet:
    """One part of a filter: what it is about, what it asks, and the filter without it."""

    name: str
    value: str
    rest: str


def facets_of(known: RecordType, where: Condition, actor: Actor) -> list[Facet]:
    """Return a chip for each part that must hold; references are shown by name."""
    parts = where.parts if isinstance(where, And) else () if isinstance(where, Everything) else (where,)
    names = _names_of(known, where, actor)
    return [
        Facet(*_spoken(known, part, names), rest=_without(parts, place)) for place, part in enumerate(parts)
    ]


def _without(parts: tuple[Condition, ...], place: int) -> str:
    rest = all_of(*parts[:place], *parts[place + 1 :])
    return "" if isinstance(rest, Everything) else format_condition(rest)


def _spoken(known: RecordType, part: Condition, names: Names) -> tuple[str, str]:
    negated = isinstance(part, Not)
    inner = part.part if isinstance(part, Not) else part
    field = known.by_name.get(inner.field) if isinstance(inner, Leaf) else None
    if field is None or not isinstance(inner, Leaf):
        return _("Filter"), format_condition(part)
    said = _say(field, inner, names)
    return str(field.label), _("not %(condition)s") % {"condition": said} if negated else said


def _say(field: FieldDeclaration, leaf: Leaf, names: Names) -> str:
    match leaf:
        case Compare(_name, operator, literal):
            sign = {"=": "", "!=": "≠ ", "<=": "≤ ", ">=": "≥ "}.get(operator.value, f"{operator.value} ")
            return f"{sign}{_value(field, literal, names)}"
        case OneOf(_name, literals):
            return ", ".join(_value(field, literal, names) for literal in literals)
        case Between(_name, low, high):
            return f"{_value(field, low, names)} – {_value(field, high, names)}"
        case Contains(_name, text) | StartsWith(_name, text):
            return str(_TEXT_TESTS[type(leaf)]) % {"text": text}
        case IsEmpty():
            return _("empty")
        case _:
            return format_condition(leaf).removeprefix(quote_name(leaf.field)).strip()


def _value(field: FieldDeclaration, literal: Literal, names: Names) -> str:
    if isinstance(literal, bool):
        return _("yes") if literal else _("no")
    if isinstance(literal, str):
        return str(dict(field.choices).get(literal, literal))
    if isinstance(literal, Relative) and literal.anchor is Anchor.TODAY and literal.unit is Unit.DAY:
        return _days(literal.amount) or format_literal(literal)
    return names.get((field.target, str(literal))) or format_literal(literal)


def _days(amount: int) -> str:
    if amount > 0:
        return ""
    ago = ngettext("%(count)s day ago", "%(count)s days ago", -amount) % {"count": -amount}
    return ago if amount else _("today")


def _names_of(known: RecordType, where: Condition, actor: Actor) -> Names:
    """Names of the records, people and teams that the filter mentions, as far as the actor may know them."""
    wanted: dict[str, tuple[FieldDeclaration, set[int]]] = {}
    for leaf in leaves(where):
        field = known.by_name.get(leaf.field)
        if field is not None and field.target:
            wanted.setdefault(field.target, (field, set()))[1].update(_numbers(leaf))
    return {
        (target, str(row.pk)): str(row)
        for target, (field, keys) in wanted.items()
        if keys
        for row in referable(field, actor).filter(pk__in=keys)
    }


def _numbers(leaf: Leaf) -> Iterable[int]:
    literals = leaf.values if isinstance(leaf, OneOf) else (leaf.value,) if isinstance(leaf, Compare) else ()
    return [literal for literal in literals if isinstance(literal, int) and not isinstance(literal, bool)]
