"""What a condition may speak about: the fields of one kind of record, and how much is too much."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

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
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Field:
    """One field.

    `name` is what people write ("customer.owner"); `column` is the ORM path to it ("customer__owner_id"),
    which must not cross to many rows, or the name of an annotation (what stands beside a record). `nullable`
    says whether the value, or a record on the way to it, may be missing; when in doubt it may.
    Money is compared in major units (5000 is 5,000.00 yuan), as `NUMBER` is.
    """

    name: str
    type: FieldType
    column: str
    choices: tuple[str, ...] = ()
    nullable: bool = True
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Schema:
    """The fields of one kind of record, by name. Raises ValueError for a name that no text could mention."""

    name: str
    fields: Mapping[str, Field]

    def __post_init__(self) -> None:
        """Names are letters, digits and _, in parts joined by dots."""
        for name, field in self.fields.items():
            if name != field.name or not _NAME.fullmatch(name):
                raise ValueError(f"field name {name!r} cannot be used in a condition")

    @classmethod
    def of(cls, name: str, *fields: Field) -> "Schema":
        """A schema of these fields; two of one name are a ValueError."""
        by_name = {field.name: field for field in fields}
        if len(by_name) != len(fields):
            raise ValueError(f"schema {name!r} declares a field twice")
        return cls(name, by_name)

    def without_sensitive(self) -> "Schema":
        """The schema for somebody who may not see sensitive fields: such a field is then not known at all."""
        return Schema(self.name, {name: field for name, field in self.fields.items() if not field.sensitive})


@dataclass(frozen=True, slots=True)
class Limits:
    """The most a condition may hold. `depth` counts nested parts, a single test being 1."""

    characters: int = 10_000
    depth: int = 20
    nodes: int = 500
    values: int = 1_000
    text: int = 1_000


PROGRAM_LIMITS = Limits(nodes=5_000, values=20_000)
"""For conditions that the program itself builds, such as the scope of an actor with very many teams."""
