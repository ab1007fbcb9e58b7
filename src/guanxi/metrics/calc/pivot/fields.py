"""What a fact can be pivoted by: its own fields and those of the customer, from declarations."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from guanxi.conditions.schema import Field, FieldType, Schema
from guanxi.metrics.calc.pivot.errors import PivotError, nearest

FACT = "fact"


@dataclass(frozen=True, slots=True)
class PivotField:
    """A field of the fact or of its customer.

    `table` is where its column stands (`fact`, or one that is joined), `currency` the field that says in which money an
    amount is (kept `in_minor_units` or as a decimal), `choices` the codes in their order with labels, `target` what a
    reference points to. One of another record (`is_own` false) can be a dimension only: each row repeats it.
    `ibis_type` is the type of its column where the kind does not say it.
    """

    name: str
    label: str
    kind: FieldType
    table: str
    column: str
    currency: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    target: str = ""
    in_minor_units: bool = False
    is_own: bool = True
    ibis_type: str = ""


@dataclass(frozen=True)
class Catalogue:
    """Everything a pivot of one fact may speak of: the allow-list of its axes, measures and condition.

    `key` is the column that numbers a row of the fact, empty when there is none.
    """

    name: str
    label: str
    fields: Mapping[str, PivotField]
    key: str = ""
    aliases: Mapping[str, str] = field(default_factory=dict)

    def find(self, name: str, part: str) -> PivotField:
        """Return the field of that name (or of a header it stands for). Raises PivotError `unknown_field`."""
        found = self.fields.get(self.aliases.get(name, name))
        if found is None:
            near = nearest(name, (*self.fields, *self.aliases))
            raise PivotError("unknown_field", part, near, name=name[:100])
        return found

    def knows(self, name: str) -> bool:
        """Whether a field has that name."""
        return self.aliases.get(name, name) in self.fields

    @property
    def schema(self) -> Schema:
        """The fields as conditions know them."""
        return Schema.of(
            self.name,
            *(
                Field(
                    name=found.name,
                    type=found.kind,
                    column=found.name,
                    choices=tuple(code for code, _label in found.choices),
                )
                for found in self.fields.values()
            ),
        )


def plain_name(header: str) -> str:
    """Return a header as the name a condition can mention: letters, digits and _.

    >>> plain_name("金额 (元)"), plain_name("%")
    ('金额_元', '_')
    """
    return re.sub(r"\W+", "_", header).strip("_") or "_"
