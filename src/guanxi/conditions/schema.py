"""What a condition may speak about: the fields of one kind of record, and how much is too much."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

from guanxi.conditions.context import Context
from guanxi.conditions.tree import Condition, Dated

_NAME = re.compile(r"\w+(?:\.\w+)*")


class FieldType(StrEnum):
    """What a field holds; it decides which tests and values are allowed."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    MONEY = "money"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    CHOICE = "choice"
    CHOICES = "choices"
    REFERENCE = "reference"


TEXTS = frozenset({FieldType.TEXT, FieldType.CHOICE})
NUMBERS = frozenset({FieldType.INTEGER, FieldType.NUMBER, FieldType.MONEY})
TIMES = frozenset({FieldType.DATE, FieldType.DATETIME})
AREA_KINDS = ("area", "territory")
"""The words that may stand after `in` before the name of an area."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field.

    `name` is what people write ("customer.owner"); `column` is the ORM path to it ("customer__owner_id"),
    which must not cross to many rows, or the name of an annotation (what stands beside a record). `nullable`
    says whether the value, or a record on the way to it, may be missing; when in doubt it may.
    Money is compared in major units (5000 is 5,000.00 yuan), as `NUMBER` is. `initials` is the column beside a text
    that keeps its initials (`initials.initials`): only such a field can be matched by them. `dated` says that its past
    values are kept, so that it may be asked "on" a day.

    `stored` names the JSON column that keeps the value under the field's name, as plain JSON: decimals, days and times
    as text, times in UTC; of an object it is the value under the key `part`. `CHOICES` are several at once (a tuple in
    the evaluator's row): `=` and `in` hold when they do for one of them, `!=` when `=` does for none. `indexed` says
    that an index was asked for: several choices are then asked for in another way.

    A field may have several values: those of the field of the same name of each record of the relation `through`, or
    of the fields `alternatives` of this record (a product by its name or its code). A test holds when it does for one
    of them, `!=` when `=` does for none, `is empty` when all are. Such a field has no column.
    """

    name: str
    type: FieldType
    column: str
    choices: tuple[str, ...] = ()
    nullable: bool = True
    sensitive: bool = False
    initials: str = ""
    dated: bool = False
    stored: str = ""
    part: str = ""
    indexed: bool = False
    through: str = ""
    alternatives: tuple[str, ...] = ()


class HistoryReader(Protocol):
    """What a kind of record was on earlier days, from daily snapshots; registered for the record type."""

    def ids(self, test: Dated, day: date, context: Context) -> Sequence[int] | None:
        """The records whose value on `day`, or whose change from `day` until now, is known and meets the test.

        `day` is `test.day` as a day of the reader; the snapshot taken is the last one not after it. None when there is
        none. `test.test` is a comparison (never `!=`), a list, a range or a test on text; relative dates in it are
        those of `context`. A change (`test.change`) is known when both values are: value now − value then, or in
        percent of the absolute value then, which is not known when that was 0.
        """
        ...

    def known_ids(self, test: Dated, day: date, context: Context) -> Sequence[int] | None:
        """The records whose value on `day`, or change from `day`, is known (and not an empty text)."""
        ...

    def earliest(self) -> date | None:
        """The day of the first snapshot."""
        ...


@dataclass(frozen=True, slots=True)
class Relation:
    """Other records that hang from a record, are seen with it and may be asked about: the orders of a customer.

    `schema` gives theirs; `model` is the label of their model ("sales.Order"), `path` the ORM path from one of them to
    the record they hang from, `living` the ORM look-ups that leave out deleted ones, and `day` the field of theirs that
    "in last 12 months" speaks of (none: it cannot be said).
    """

    name: str
    schema: Callable[[], "Schema"]
    model: str = ""
    path: str = ""
    living: tuple[tuple[str, Any], ...] = ()
    day: str = ""


@dataclass(frozen=True, slots=True)
class Area:
    """A kind of named area.

    `resolve` gives what holds of a place (or of a record that has the kind itself) inside the area of that name, None
    for a name that is not known; `near` gives known names that are like it.
    """

    resolve: Callable[[str], Condition | None]
    near: Callable[[str], tuple[str, ...]] = lambda _name: ()


@dataclass(frozen=True, slots=True)
class Schema:
    """The fields of one kind of record, by name. Raises ValueError for a name that no text could mention.

    `relations` are the records that hang from it. `coordinates` names its two number fields with WGS-84 latitude and
    longitude; `places` the relation whose records have them in its stead. `areas` are known by their kind, here or
    at the `places`. `history` tells what was on earlier days.
    """

    name: str
    fields: Mapping[str, Field]
    relations: Mapping[str, Relation] = field(default_factory=dict)
    coordinates: tuple[str, str] | None = None
    places: str = ""
    areas: Mapping[str, Area] = field(default_factory=dict)
    history: HistoryReader | None = None

    def __post_init__(self) -> None:
        """Names are letters, digits and _, in parts joined by dots."""
        named = {name: found.name for name, found in self.fields.items()}
        named |= {name: found.name for name, found in self.relations.items() if name not in named}
        for name, own in named.items():
            if name != own or not _NAME.fullmatch(name):
                raise ValueError(f"field name {name!r} cannot be used in a condition")

    @classmethod
    def of(cls, name: str, *fields: Field) -> "Schema":
        """A schema of these fields; two of one name are a ValueError."""
        by_name = {found.name: found for found in fields}
        if len(by_name) != len(fields):
            raise ValueError(f"schema {name!r} declares a field twice")
        return cls(name, by_name)

    def without_sensitive(self) -> "Schema":
        """The schema for somebody who may not see sensitive fields: such a field is then not known at all."""
        return replace(
            self,
            fields={name: found for name, found in self.fields.items() if not found.sensitive},
            relations={name: _without_sensitive(found) for name, found in self.relations.items()},
        )

    def area(self, kind: str) -> Area | None:
        """The kind of area, of this record or of its places."""
        if kind in self.areas or not self.places:
            return self.areas.get(kind)
        return self.relations[self.places].schema().areas.get(kind)


def _without_sensitive(relation: Relation) -> Relation:
    return replace(relation, schema=lambda: relation.schema().without_sensitive())


@dataclass(frozen=True, slots=True)
class Limits:
    """The most a condition may hold. `depth` counts nested parts, a single test being 1.

    `cost` is what the parts that reach beyond a record's own row may take together, in the units of `check.COST`.
    """

    characters: int = 10_000
    depth: int = 20
    nodes: int = 500
    values: int = 1_000
    text: int = 1_000
    cost: int = 60


PROGRAM_LIMITS = Limits(nodes=5_000, values=20_000, cost=600)
"""For conditions that the program itself builds, such as the scope of an actor with very many teams."""
