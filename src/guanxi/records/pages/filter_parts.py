"""The parts of a filter as the panel draws them: what each offers to choose from, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from guanxi.access.calc import Actor
from guanxi.conditions.errors import ConditionError
from guanxi.conditions.messages import explain
from guanxi.conditions.schema import AREA_KINDS, NUMBERS
from guanxi.conditions.tree import Operator, Reach, Unit
from guanxi.records.builder.building import ROOT, Built
from guanxi.records.builder.operators import OPERATORS, Takes, operators_of
from guanxi.records.builder.parts import (
    LEVELS,
    AreaRow,
    FieldRow,
    Group,
    Joined,
    NearRow,
    Part,
    RelatedRow,
    TextRow,
    When,
)
from guanxi.records.builder.reading import QUANTIFIERS
from guanxi.records.builder.subjects import Subject, related_subject, subject_of
from guanxi.records.declaration import FieldDeclaration, Kind, RecordType
from guanxi.records.forms import FormField, form_field

Options = Sequence[tuple[str, "str | Promise"]]

JOINED: Options = (
    (Joined.ALL.value, _("All of these hold")),
    (Joined.ANY.value, _("Any of these holds")),
    (Joined.NONE.value, _("None of these holds")),
)
WHEN: Options = (
    (When.NOW.value, _("now")),
    (When.ON.value, _("on the day")),
    (When.CHANGE.value, _("change since")),
    (When.PERCENT.value, _("percentage change since")),
)
QUANTIFIED: Options = tuple(
    zip(QUANTIFIERS, (_("has any"), _("has none"), _("all of them"), _("number of")), strict=True)
)
COMPARED: Options = tuple(
    (sign.value, sign.value)
    for sign in (Operator.GE, Operator.LE, Operator.EQ, Operator.NE, Operator.GT, Operator.LT)
)
REACHES: Options = (
    (Reach.LAST.value, _("in the last")),
    (Reach.THIS.value, _("in this")),
    (Reach.NEXT.value, _("in the next")),
)
UNITS: Options = (
    (Unit.DAY.value, _("days")),
    (Unit.WEEK.value, _("weeks")),
    (Unit.MONTH.value, _("months")),
    (Unit.QUARTER.value, _("quarters")),
    (Unit.YEAR.value, _("years")),
)
THIS_UNITS: Options = (
    (Unit.DAY.value, _("day")),
    (Unit.WEEK.value, _("week")),
    (Unit.MONTH.value, _("month")),
    (Unit.QUARTER.value, _("quarter")),
    (Unit.YEAR.value, _("year")),
)
AREAS: Mapping[str, str | Promise] = {"area": _("in the area"), "territory": _("in the territory")}


@dataclass(frozen=True, slots=True)
class Input:
    """One thing to fill in: `line` is drawn like the field of a form."""

    name: str
    line: FormField
    picks: RecordType

    @property
    def widget_id(self) -> str:
        """Its id on the page."""
        return f"filter-{self.name}"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A part, the template that draws it, and what it offers; `fault` is the sentence beside it."""

    path: str
    kind: str
    part: Part
    subject: Subject
    fault: str = ""
    operators: Options = ()
    takes: str = ""
    inputs: Sequence[Input] = ()
    options: Options = ()
    chosen: frozenset[str] = frozenset()
    dated: Options = ()
    parts: Sequence[Drawn] = ()
    group: Drawn | None = None
    can_nest: bool = False
    areas: Options = ()
    has_day: bool = False

    @property
    def names(self) -> Mapping[str, str]:
        """The names of the fields of a span of related records."""
        return {name: f"{self.path}-{name}" for name in ("reach", "amount", "unit")}

    @property
    def template(self) -> str:
        """The template of its kind."""
        return f"records/filter_{self.kind}.html"


@dataclass(frozen=True, slots=True)
class Drawer:
    """Draws parts for a person, with the faults of what they say."""

    actor: Actor
    faults: Mapping[str, ConditionError] = field(default_factory=dict)

    def group(self, group: Group, subject: Subject, path: str = ROOT, level: int = 1) -> Drawn:
        """Return a group with its parts."""
        parts = [
            self.part(part, subject, f"{path}-{place}", level + 1) for place, part in enumerate(group.parts)
        ]
        return Drawn(
            path, "group", group, subject, parts=parts, can_nest=level < LEVELS, areas=_areas(subject),
            fault=self.fault(path),
        )  # fmt: skip

    def part(self, part: Part, subject: Subject, path: str, level: int) -> Drawn:
        """Return any part."""
        match part:
            case Group():
                return self.group(part, subject, path, level)
            case FieldRow():
                return self.field_row(part, subject, path)
            case RelatedRow(relation):
                inner = self.group(
                    part.where or Group(), related_subject(subject, relation), f"{path}-0", level
                )
                has_day = bool(subject.schema.relations[relation].day)
                return Drawn(path, "related", part, subject, self.fault(path), group=inner, has_day=has_day)
            case _:
                kind = {NearRow: "near", AreaRow: "area", TextRow: "text"}[type(part)]
                return Drawn(path, kind, part, subject, self.fault(path), areas=_areas(subject))

    def fault(self, path: str) -> str:
        """What is wrong with the part at a path."""
        return explain(self.faults[path]) if path in self.faults else ""

    def field_row(self, row: FieldRow, subject: Subject, path: str) -> Drawn:
        """Return a test on a field."""
        known = subject.schema.fields[row.field]
        names = operators_of(known, change=row.when in {When.CHANGE, When.PERCENT})
        name = row.operator if row.operator in names else names[0]
        takes = OPERATORS[name].takes
        inputs = self.inputs(row, subject, path, takes)
        options = inputs[0].line.options if takes is Takes.MANY and inputs else ()
        return Drawn(
            path, "field", FieldRow(row.field, name, row.values, row.when, row.day), subject, self.fault(path),
            operators=[(key, OPERATORS[key].label) for key in names], takes=takes.value, inputs=inputs,
            options=[option for option in options if option[0]], chosen=frozenset(row.values),
            dated=WHEN[: 4 if known.type in NUMBERS else 2] if known.dated else (),
        )  # fmt: skip

    def inputs(self, row: FieldRow, subject: Subject, path: str, takes: Takes) -> list[Input]:
        """Return what is to be filled in, in the order of the values."""
        values = list(row.values)
        if takes is Takes.MANY:
            values = [*[value for value in values if value], ""]
        wanted = {Takes.NOTHING: 0, Takes.TWO: 2, Takes.SPAN: 3, Takes.MANY: len(values)}.get(takes, 1)
        values = (values + [""] * wanted)[:wanted]
        names = [f"{path}-value"] * wanted
        lines = (self.line(subject, row.field, value, takes) for value in values)
        return [Input(name, line, subject.known) for name, line in zip(names, lines, strict=True)]

    def line(self, subject: Subject, name: str, value: str, takes: Takes) -> FormField:
        """Return one thing to fill in."""
        declared = subject.declared.get(name) or FieldDeclaration(name, name, Kind.TEXT, name)
        plain = FormField(declared, "number" if takes is Takes.DAYS else "text", value, "")
        if takes not in {Takes.VALUE, Takes.TWO, Takes.MANY}:
            return plain
        if declared.kind is Kind.BOOLEAN:
            return FormField(declared, "yes_no", value, "")
        one = replace(declared, kind=Kind.CHOICE) if declared.kind is Kind.CHOICES else declared
        line = form_field(one, self.actor, value=value)
        if line.widget in {"date", "datetime-local"}:
            return FormField(declared, "date" if _is_date(value) else "text", value, "")
        return plain if line.widget in {"textarea", "tel", "email", "url"} else line


def _areas(subject: Subject) -> Options:
    """The kinds of area that are known of what a group speaks about."""
    return [(kind, AREAS[kind]) for kind in AREA_KINDS if subject.schema.area(kind)]


def _is_date(value: str) -> bool:
    try:
        date.fromisoformat(value or "2026-01-01")
    except ValueError:
        return False
    return True


def drawn_filter(group: Group, found: Built, known: RecordType, actor: Actor) -> Drawn:
    """Return the whole filter to draw."""
    return Drawer(actor, found.faults).group(group, subject_of(known))
