"""What a custom field is, as data: a value that pages, API and history carry as plain JSON."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any, Self

NAME_BYTES = 60
"""The longest name: PostgreSQL cuts names off at 63 bytes."""

_NAME = re.compile(r"[^\W\d_]\w*")
_SEPARATORS = re.compile(r"[\W_]+")


class CustomKind(StrEnum):
    """What a custom field holds."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    INTEGER = "integer"
    NUMBER = "number"
    MONEY = "money"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    CHOICE = "choice"
    CHOICES = "choices"
    REFERENCE = "reference"  # to a person or a record: `target` says which
    PHONE = "phone"
    EMAIL = "email"
    URL = "url"
    FILE = "file"
    FORMULA = "formula"  # `result` says what it gives


WITH_CHOICES = frozenset({CustomKind.CHOICE, CustomKind.CHOICES})
RESULTS = frozenset(
    {
        CustomKind.TEXT,
        CustomKind.INTEGER,
        CustomKind.NUMBER,
        CustomKind.MONEY,
        CustomKind.BOOLEAN,
        CustomKind.DATE,
        CustomKind.DATETIME,
    }
)
"""What a formula may give."""
INDEXABLE = frozenset(CustomKind) - {CustomKind.LONG_TEXT}
"""What an index can help to find: all but what is too long for one."""
WIDER = {
    CustomKind.TEXT: frozenset({CustomKind.LONG_TEXT}),
    CustomKind.INTEGER: frozenset({CustomKind.NUMBER}),
    CustomKind.PHONE: frozenset({CustomKind.TEXT}),
    CustomKind.EMAIL: frozenset({CustomKind.TEXT}),
    CustomKind.URL: frozenset({CustomKind.TEXT}),
    CustomKind.CHOICE: frozenset({CustomKind.TEXT}),
}
"""What a kind may be changed to: every value that is kept is a value of the other kind too."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a choice. `value` stays for ever; one that was `removed` is still shown where it was chosen."""

    value: str
    label: str
    colour: str = ""
    removed: bool = False


@dataclass(frozen=True, slots=True)
class Definition:
    """A custom field.

    `name` is the key in conditions, the API and history: empty, it is made from the label; it never changes.
    `labels` are translations of the label, by language. `default` and the values of records are plain JSON (see
    `custom.values`). `target` is what a reference names: `user`, `team` or a record type. `currency` is what an
    amount is in when nothing else is said: each record keeps its own in the field `NAME_currency`. `formula` is the
    text of a formula, `result` the kind of what it gives.
    """

    label: str
    kind: CustomKind
    name: str = ""
    labels: Mapping[str, str] | None = None
    help: str = ""
    required: bool = False
    default: Any = None
    choices: tuple[Choice, ...] = ()
    target: str = ""
    currency: str = ""
    sensitive: bool = False
    indexed: bool = False
    listed: bool = False
    formula: str = ""
    result: CustomKind | None = None
    position: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return it as history keeps it: only what differs from a plain field's."""
        known = {found.name: found.default for found in fields(self)}
        return {
            name: value
            for name, value in asdict(self).items()
            if name in ("label", "kind", "name") or value not in (known[name], (), {})
        } | ({"choices": [asdict(choice) for choice in self.choices]} if self.choices else {})

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote. Raises KeyError, TypeError or ValueError for anything else."""
        read = dict(given)
        read["kind"] = CustomKind(read["kind"])
        if read.get("result"):
            read["result"] = CustomKind(read["result"])
        read["choices"] = tuple(Choice(**choice) for choice in read.get("choices", ()))
        return cls(**read)


def name_from(label: str) -> str:
    """Return a name made from a label: its letters and digits in lower case, the rest as `_`.

    >>> name_from("Credit limit (CNY)")
    'credit_limit_cny'
    >>> name_from("预算")
    '预算'
    >>> name_from("2nd phone")
    'field_2nd_phone'
    """
    folded = _SEPARATORS.sub("_", unicodedata.normalize("NFKC", label).casefold()).strip("_")
    named = folded if folded[:1].isalpha() else f"field_{folded}".rstrip("_")
    return cut_name(named)


def cut_name(name: str, *, keep: int = 0) -> str:
    """Return a name short enough, with `keep` bytes left for what shall be put behind it."""
    return name.encode()[: NAME_BYTES - keep].decode(errors="ignore").rstrip("_")


def is_name(name: str) -> bool:
    """Whether a field can be called so: conditions, JSON and both databases must take it as it is."""
    return (
        bool(_NAME.fullmatch(name))
        and "__" not in name
        and not name.endswith("_")
        and len(name.encode()) <= NAME_BYTES
        and name == unicodedata.normalize("NFKC", name)
    )
