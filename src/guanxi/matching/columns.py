"""Records as the matcher holds them: columns of whole numbers that stand for normalised texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

MISSING = -1
Rows = NDArray[np.int32]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Column:
    """One normalised field: `codes` a record (MISSING where nothing is known), `values` the text of each code."""

    codes: Rows
    values: NDArray[np.object_]

    def frequencies(self) -> NDArray[np.int64]:
        """How many records have each value."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.values))


@dataclass(frozen=True, slots=True)
class Records:
    """`count` records by normalised columns of the same length, and the values as given, for explanations."""

    count: int
    columns: Mapping[str, Column]
    given: Mapping[str, Sequence[Any]]

    def __contains__(self, name: object) -> bool:
        return name in self.columns


def encode(texts: Sequence[str]) -> Column:
    """Number texts in the order they come; "" is missing."""
    return encode_together([texts])[0]


def encode_together(columns: Sequence[Sequence[str]]) -> list[Column]:
    """Number several columns alike, so that a text has one number in all of them."""
    numbers: dict[str, int] = {"": MISSING}
    codes = [
        np.fromiter((numbers.setdefault(text, len(numbers) - 1) for text in texts), np.int32, len(texts))
        for texts in columns
    ]
    values = np.empty(len(numbers) - 1, dtype=object)
    values[:] = list(numbers)[1:]
    return [Column(each, values) for each in codes]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of records by their row numbers, `left[i]` with `right[i]`."""

    records: Records
    left: Rows
    right: Rows

    def __len__(self) -> int:
        return len(self.left)

    def codes(self, column: str) -> tuple[Rows, Rows]:
        """The codes of a column on both sides."""
        codes = self.records.columns[column].codes
        return codes[self.left], codes[self.right]

    def known(self, columns: Sequence[str]) -> Flags:
        """Whether both sides know at least one of the columns."""
        left, right = np.zeros(len(self), bool), np.zeros(len(self), bool)
        for column in columns:
            ours, theirs = self.codes(column)
            left |= ours >= 0
            right |= theirs >= 0
        found: Flags = left & right
        return found

    def among(self, kept: Flags) -> Pairs:
        """The pairs that are flagged."""
        return Pairs(self.records, self.left[kept], self.right[kept])
