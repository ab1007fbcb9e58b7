"""What two records may have in common, over many pairs at once. A missing value has nothing in common with any."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from guanxi.matching.columns import Flags, Pairs


class Predicate(Protocol):
    """Something that holds of a pair or does not."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The normalised columns it looks at."""

    def holds(self, pairs: Pairs) -> Flags:
        """Whether it holds, for each pair."""


@dataclass(frozen=True, slots=True)
class Same:
    """Every column is known on both sides and equal."""

    columns: tuple[str, ...]

    def holds(self, pairs: Pairs) -> Flags:
        """Compare codes."""
        found = np.ones(len(pairs), bool)
        for column in self.columns:
            left, right = pairs.codes(column)
            found &= (left == right) & (left >= 0)
        return found


@dataclass(frozen=True, slots=True)
class Shared:
    """Any of the columns of one side equals any of the other's: several phones, readings or contacts of a record.

    The columns must be numbered together (`encode_together`).
    """

    columns: tuple[str, ...]

    def holds(self, pairs: Pairs) -> Flags:
        """Compare codes."""
        sides = [pairs.codes(column) for column in self.columns]
        found = np.zeros(len(pairs), bool)
        for left, _ in sides:
            for _, right in sides:
                found |= (left == right) & (left >= 0)
        return found


@dataclass(frozen=True, slots=True)
class Alike:
    """Spelled almost alike: Jaro–Winkler of a column (Winkler 1990), 0 to 1, is at least `least`."""

    column: str
    least: float

    @property
    def columns(self) -> tuple[str, ...]:
        """The one column."""
        return (self.column,)

    def holds(self, pairs: Pairs) -> Flags:
        """Score the pairs that know the column, by rapidfuzz, character by character of any script."""
        from rapidfuzz.distance import JaroWinkler  # noqa: PLC0415 - heavy

        return _scored(pairs, self.column, JaroWinkler.similarity, self.least)


@dataclass(frozen=True, slots=True)
class Edited:
    """At most `most` letters typed wrong, left out, added or exchanged with their neighbours (Damerau 1964).

    Texts shorter than `shortest` are too short for that to mean anything.
    """

    column: str
    most: int = 1
    shortest: int = 4

    @property
    def columns(self) -> tuple[str, ...]:
        """The one column."""
        return (self.column,)

    def holds(self, pairs: Pairs) -> Flags:
        """Count edits by rapidfuzz."""
        from rapidfuzz.distance import OSA  # noqa: PLC0415 - heavy

        return _scored(pairs, self.column, OSA.similarity, None, edits=(self.most, self.shortest))


def _scored(
    pairs: Pairs, column: str, scorer: Any, least: float | None, edits: tuple[int, int] | None = None
) -> Flags:
    from rapidfuzz.process import cpdist  # noqa: PLC0415 - heavy

    left, right = pairs.codes(column)
    both = (left >= 0) & (right >= 0)
    found = np.zeros(len(pairs), bool)
    if not both.any():
        return found
    values = pairs.records.columns[column].values
    ours, theirs = values[left[both]].tolist(), values[right[both]].tolist()
    if edits is None:
        found[both] = cpdist(ours, theirs, scorer=scorer, score_cutoff=least) >= least
        return found
    longest = np.array([max(len(one), len(other)) for one, other in zip(ours, theirs, strict=True)])
    found[both] = (longest >= edits[1]) & (longest - cpdist(ours, theirs, scorer=scorer) <= edits[0])
    return found


@dataclass(frozen=True, slots=True)
class Within:
    """One text begins or ends with the other, which has at least `shortest` signs (two of Latin count as one)."""

    column: str
    shortest: int = 2

    @property
    def columns(self) -> tuple[str, ...]:
        """The one column."""
        return (self.column,)

    def holds(self, pairs: Pairs) -> Flags:
        """Compare text by text."""
        left, right = pairs.codes(self.column)
        values = pairs.records.columns[self.column].values
        found = np.zeros(len(pairs), bool)
        for place in np.flatnonzero((left >= 0) & (right >= 0)):
            found[place] = self._is_within(values[left[place]], values[right[place]])
        return found

    def _is_within(self, one: str, other: str) -> bool:
        short, long = sorted((one, other), key=len)
        weight = len(short) / (2 if short.isascii() else 1)
        return weight >= self.shortest and (long.startswith(short) or long.endswith(short))


@dataclass(frozen=True, slots=True)
class Every:
    """All of the predicates hold."""

    predicates: tuple[Predicate, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of all."""
        return tuple(dict.fromkeys(name for one in self.predicates for name in one.columns))

    def holds(self, pairs: Pairs) -> Flags:
        """Ask each."""
        found = np.ones(len(pairs), bool)
        for predicate in self.predicates:
            found &= predicate.holds(pairs)
        return found


@dataclass(frozen=True, slots=True)
class Some:
    """At least one of the predicates holds."""

    predicates: tuple[Predicate, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of all."""
        return tuple(dict.fromkeys(name for one in self.predicates for name in one.columns))

    def holds(self, pairs: Pairs) -> Flags:
        """Ask each."""
        found = np.zeros(len(pairs), bool)
        for predicate in self.predicates:
            found |= predicate.holds(pairs)
        return found


@dataclass(frozen=True, slots=True)
class Differ:
    """Known on both sides and not the same."""

    column: str

    @property
    def columns(self) -> tuple[str, ...]:
        """The one column."""
        return (self.column,)

    def holds(self, pairs: Pairs) -> Flags:
        """Compare codes."""
        left, right = pairs.codes(self.column)
        found: Flags = (left != right) & (left >= 0) & (right >= 0)
        return found
