"""What is offered while a condition is being written: names in the reader's language, values the reader may see."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from guanxi.access.calc import Actor
from guanxi.conditions.completion import Expected, expected_at
from guanxi.conditions.context import Context
from guanxi.conditions.django_stored import stored_value
from guanxi.conditions.initials import initials
from guanxi.conditions.lexer import quote_name, quote_text
from guanxi.conditions.schema import TIMES, Field, FieldType
from guanxi.records.builder.subjects import Subject, subject_of, subject_within
from guanxi.records.cells import PEOPLE
from guanxi.records.declaration import FieldDeclaration, Kind, RecordType, record_type
from guanxi.records.forms import options_of
from guanxi.records.queries import list_page

OFFERED = 12
_LOOKED_AT = 2_000
_DAYS = (
    "today",
    "today - 30d",
    "today - 90d",
    "today - 12m",
    "start of month",
    "start of quarter",
    "start of year",
)


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing that may follow: what is written for it, what it is called, and what kind of thing it is."""

    insert: str
    label: str
    kind: str


@dataclass(frozen=True, slots=True)
class Offers:
    """What may replace the text from `start` to the cursor."""

    start: int
    items: tuple[Offer, ...]


def offers_at(known: RecordType, actor: Actor, text: str, cursor: int, context: Context) -> Offers:
    """Return what may stand at the cursor, the most fitting first; nothing where the text before it cannot be read."""
    expected = expected_at(text, cursor, known.schema)
    if expected is None:
        return Offers(cursor, ())
    found = islice(_Offering(subject_of(known), actor, context).of(expected), OFFERED)
    return Offers(expected.start, tuple(found))


class _Offering:
    def __init__(self, subject: Subject, actor: Actor, context: Context) -> None:
        self.whole = subject
        self.actor = actor
        self.context = context

    def of(self, expected: Expected) -> Iterator[Offer]:
        subject = subject_within(self.whole, expected.schema)
        if expected.value_of is not None:
            yield from self.values(subject, expected.value_of, expected.typed)
        if expected.names:
            yield from self.named(subject.fields, expected.typed, "field")
        if expected.relations:
            yield from self.named(subject.relations, expected.typed, "relation")
        if expected.area:
            area = expected.schema.area(expected.area)
            names = area.near(expected.typed) if area else ()
            yield from (Offer(quote_text(name), name, "value") for name in names)
        typed = expected.typed.lower()
        yield from (Offer(word, word, "word") for word in expected.words if word.startswith(typed))

    def named(self, names: Iterable[tuple[str, str]], typed: str, kind: str) -> Iterator[Offer]:
        """Fields or relations whose name, label or initials begin with what is typed; then those that hold it."""
        found = [(name, label) for name, label in names if _holds(typed, name, label)]
        found.sort(key=lambda pair: not _begins(typed, *pair))
        yield from (Offer(quote_name(name), capfirst(label), kind) for name, label in found)

    def values(self, subject: Subject, asked: Field, typed: str) -> Iterator[Offer]:
        """Values of a field."""
        if asked.type in TIMES:
            days = (*_DAYS, self.context.today().isoformat())
            return (Offer(day, day, "value") for day in days if day.startswith(typed))
        if asked.type is FieldType.BOOLEAN:
            pairs = (("true", _("Yes")), ("false", _("No")))
            return (Offer(word, label, "value") for word, label in pairs if _holds(typed, word, label))
        declared = subject.declared.get(asked.name)
        if declared is None:
            return iter(())
        if declared.kind is Kind.REFERENCE:
            return self.references(declared, typed)
        return self.texts(subject.known, declared, typed)

    def references(self, declared: FieldDeclaration, typed: str) -> Iterator[Offer]:
        """People, teams or records by name; what is written is their number."""
        if declared.target in PEOPLE:
            pairs = options_of(declared, self.actor)
        else:
            target = record_type(declared.target)
            page = list_page(target, self.actor, context=self.context, text=typed, limit=OFFERED)
            pairs = [(str(row.pk), str(row)) for row in page.rows]
        return (Offer(key, label, "value") for key, label in pairs if key and _holds(typed, key, label))

    def texts(self, known: RecordType, declared: FieldDeclaration, typed: str) -> Iterator[Offer]:
        """Choices, or the texts that the reader's own rows have there."""
        if declared.choices:
            for value, label in declared.choices:
                if _holds(typed, value, str(label)):
                    yield Offer(quote_text(value), str(label), "value")
            return
        if (
            declared.sensitive
            or declared.join
            or declared.kind is not Kind.TEXT
            or declared not in known.fields
        ):
            return
        rows = known.model.objects.visible_to(self.actor)
        if declared.stored:
            rows = rows.annotate(**{declared.column: stored_value(declared.condition_field())})
        rows = rows.exclude(**{declared.column: ""})
        begun = rows.filter(**{f"{declared.column}__istartswith": typed}) if typed else rows
        seen = begun.order_by().values_list(declared.column, flat=True)[:_LOOKED_AT]
        for value in sorted(set(filter(None, seen)))[:OFFERED]:
            yield Offer(quote_text(value), value, "value")


def _any_form(test: Callable[[str], bool], name: str, label: str) -> bool:
    return any(test(form) for form in (name.lower(), label.lower(), initials(label)))


def _begins(typed: str, name: str, label: str) -> bool:
    return _any_form(lambda form: form.startswith(typed.lower()), name, label)


def _holds(typed: str, name: str, label: str) -> bool:
    return _any_form(lambda form: typed.lower() in form, name, label)
