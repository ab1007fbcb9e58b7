"""What a matcher is told: which fields are compared how, which pairs are looked at, and what it believes beforehand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from guanxi.matching.columns import Records
from guanxi.matching.predicates import Predicate
from guanxi.matching.reasons import Code

Given = Mapping[str, Sequence[Any]]
"""Records as they are given: columns of the same length by their names; what is None or "" is missing."""


@dataclass(frozen=True, slots=True)
class Level:
    """One answer of a comparison. `m` and `u`: how often one customer, and two, give it, before data say better.

    With `frequency` (a column that is equal where the level holds) a rare value weighs more than a common one.
    """

    code: Code
    when: Predicate
    m: float
    u: float
    frequency: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One field: its levels, the first that holds counts; `otherwise` says that none does.

    `field` is the given column shown in explanations. `columns` decide whether both sides know the field: where they
    do not, it says nothing. A comparison that is not `fitted` keeps the weights it is given.
    """

    field: str
    columns: tuple[str, ...]
    levels: tuple[Level, ...]
    otherwise: Code
    fitted: bool = True

    @property
    def needed(self) -> frozenset[str]:
        """All columns it looks at."""
        return frozenset(self.columns).union(*(level.when.columns for level in self.levels))

    def beliefs(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """The shares of m and of u that are believed beforehand: of no level first, then from the last level on."""
        m = tuple(level.m for level in reversed(self.levels))
        u = tuple(level.u for level in reversed(self.levels))
        return (max(1 - sum(m), 1e-4), *m), (max(1 - sum(u), 1e-4), *u)


@dataclass(frozen=True, slots=True)
class Block:
    """Pairs worth looking at: those with the same value in every part; of a part's columns any may be the one."""

    parts: tuple[tuple[str, ...], ...]

    @property
    def name(self) -> str:
        """Its columns, for messages."""
        return " + ".join(part[0] for part in self.parts)

    @property
    def needed(self) -> frozenset[str]:
        """All columns it looks at."""
        return frozenset(name for part in self.parts for name in part)


def block(*columns: str) -> Block:
    """A block of single columns."""
    return Block(tuple((column,) for column in columns))


@dataclass(frozen=True, slots=True)
class Settings:
    """A kind of records, ready to be matched: `prepare` normalises what is given into the columns of the rest.

    `apart`: pairs of which a predicate says no are never proposed (a branch is not its head office). `share` is how
    many of the records are believed to have a double, and `trust` how many pairs of experience the beliefs weigh.
    Comparisons and blocks whose columns are not given are left out.
    """

    prepare: Callable[[Given], Records]
    comparisons: tuple[Comparison, ...]
    blocks: tuple[Block, ...]
    apart: tuple[Predicate, ...] = ()
    share: float = 0.05
    trust: float = 50.0
