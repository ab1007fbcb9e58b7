"""The matcher: fit it to records, ask it which of them are one, and why."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from guanxi.matching.blocking import find_pairs
from guanxi.matching.clusters import components, one_to_one
from guanxi.matching.columns import Flags, Pairs, Records
from guanxi.matching.comparing import Levels, all_levels, chunks, patterns
from guanxi.matching.estimation import (
    Weights,
    believed,
    kept,
    log_odds,
    maximised,
    pattern_bits,
    probability,
    rare_u,
    recalled,
    sampled_u,
)
from guanxi.matching.explaining import codes_of_patterns, explained
from guanxi.matching.reasons import Pair, Reason
from guanxi.matching.settings import Given, Settings
from guanxi.matching.shades import SHADES, shaded, spread, without_shades

if TYPE_CHECKING:
    import pyarrow as pa

REFINED = 20
"""Times that u of rare answers is counted over all pairs, and the rest fitted again: it settles by then."""
SAMPLED = 100_000
"""Random pairs that u is counted over."""
STEPS = ("normalising", "pairing", "comparing", "weighing")
"""What `fit` tells it is about to do, in this order."""


def _nobody(_step: str) -> None:
    """Nobody listens."""


class Matcher:
    """Finds records that are one.

    `key` names the column of the ids. `largest_block`: a value shared by more records says nothing and makes no pairs.
    After `fit`: `weights_`, `pairs_looked_at_`, `left_out_`.

    >>> given = {"id": [1, 2], "name": ["华强", "華強有限公司"], "phone": ["13800138000"] * 2}
    >>> Matcher(customers()).fit(given).clusters()
    [('1', '2')]
    """

    def __init__(
        self,
        settings: Settings,
        *,
        key: str = "id",
        largest_block: int = 100,
        seed: int = 0,
    ) -> None:
        self.settings = settings
        self.key = key
        self.largest_block = largest_block
        self.seed = seed

    def fit(
        self,
        left: Given,
        right: Given | None = None,
        *,
        weights: Mapping[str, Any] | None = None,
        tell: Callable[[str], None] = _nobody,
    ) -> Self:
        """Normalise, bring together, compare and weigh. With `right`, pairs are made across the two only.

        `weights` are those another fit `kept`: nothing is estimated then, and how rare a value is does not count, for
        these records are too few or too much alike to say. `tell` hears of each step (`STEPS`) before it begins; what
        it raises ends the work. Raises KeyError without ids, ValueError when columns differ in length.
        """
        given, sides = _joined(left, right, self.key)
        self.ids_ = [str(one) for one in given[self.key]]
        tell("normalising")
        self.records_ = self.settings.prepare(given)
        known = set(self.records_.columns)
        self.comparisons_ = tuple(one for one in self.settings.comparisons if one.needed <= known)
        blocks = [one for one in self.settings.blocks if one.needed <= known]
        tell("pairing")
        pairs, self.left_out_ = find_pairs(self.records_, blocks, self.largest_block, sides)
        self._pairs = self._without_apart(pairs, known)
        tell("comparing")
        self._shades = SHADES if weights is None else 1
        self._levels = self._levels_of(self._pairs)
        self.pairs_looked_at_ = len(self._pairs)
        tell("weighing")
        self.weights_ = self._weigh(sides) if weights is None else recalled(self.comparisons_, weights)
        self._bits = self._score()
        return self

    def _without_apart(self, pairs: Pairs, known: set[str]) -> Pairs:
        asked = [one for one in self.settings.apart if set(one.columns) <= known]
        if not asked or not len(pairs):
            return pairs
        kept = np.ones(len(pairs), bool)
        for part in chunks(len(pairs)):
            piece = Pairs(pairs.records, pairs.left[part], pairs.right[part])
            for predicate in asked:
                kept[part] &= ~predicate.holds(piece)
        return pairs.among(kept)

    def _levels_of(self, pairs: Pairs) -> Levels:
        levels = all_levels(self.comparisons_, pairs)
        if self._shades == 1:
            return levels
        for part in chunks(len(pairs)):
            piece = Pairs(pairs.records, pairs.left[part], pairs.right[part])
            levels[part] = shaded(self.comparisons_, piece, levels[part])
        return levels

    def _weigh(self, sides: Flags | None) -> Weights:
        size = self.records_.count
        across = size * (size - 1) / 2 if sides is None else float(sides.sum()) * float((~sides).sum())
        trust = self.settings.trust
        prior = min(max(self.settings.share * size, 1) / max(across, 2), 0.5)
        before = spread(self.comparisons_, self.records_, believed(self.comparisons_, prior))
        random = _random_pairs(self.records_, self.seed, sides)
        sampled = self._levels_of(random)
        believed_u = before = sampled_u(self.comparisons_, sampled, before, 10 * trust)
        met, counts = patterns(self._levels)
        known = [_known_pairs(self.records_, one.columns, sides) for one in self.comparisons_]
        weights = maximised(self.comparisons_, met, counts, across, before, trust)
        for _ in range(REFINED if across > SAMPLED else 0):  # of a small file every pair was looked at
            found = rare_u(self.comparisons_, met, counts, known, weights, sampled, trust)
            before = Weights(believed_u.m, found.u, weights.prior)
            weights = maximised(self.comparisons_, met, counts, across, before, trust)
        return weights

    def _score(self) -> NDArray[np.float64]:
        bits = np.empty(len(self._pairs))
        for part in chunks(len(self._pairs)):
            bits[part] = pattern_bits(self._levels[part], self.weights_)
        found: NDArray[np.float64] = bits + log_odds(self.weights_.prior)
        return found

    def _likely(self, least: float, *, single: bool) -> tuple[Pairs, Levels, NDArray[np.float64]]:
        kept = np.flatnonzero(probability(self._bits) >= least)
        if single:
            kept = kept[one_to_one(self._pairs.left[kept], self._pairs.right[kept], self._bits[kept])]
        order = kept[np.lexsort((self._pairs.right[kept], self._pairs.left[kept], -self._bits[kept]))]
        pairs = Pairs(self.records_, self._pairs.left[order], self._pairs.right[order])
        return pairs, self._levels[order], self._bits[order]

    def predict(self, least: float = 0.5, *, single: bool = False) -> pa.Table:
        """Return the pairs at least so probable, the likeliest first: left, right, probability, weight (bits), and
        a column of levels a comparison (-1: not known). `single`: each record is in one pair at most, its best."""
        import pyarrow as pa  # noqa: PLC0415 - heavy

        pairs, levels, bits = self._likely(least, single=single)
        ids = np.array(self.ids_, dtype=object)
        columns = {"left": ids[pairs.left], "right": ids[pairs.right]}
        shown = {"probability": probability(bits), "weight": bits - log_odds(self.weights_.prior)}
        fields = [comparison.field for comparison in self.comparisons_]
        by_field = {f"level_{name}": levels[:, place] // self._shades for place, name in enumerate(fields)}
        return pa.table({**columns, **shown, **by_field})

    def pairs(self, least: float = 0.5) -> list[Pair]:
        """Return the pairs at least so probable with their reasons, the likeliest first."""
        pairs, levels, bits = self._likely(least, single=False)
        reasons = explained(self.comparisons_, self.weights_, pairs, levels, self._shades)
        chances = probability(bits)
        return [
            Pair(self.ids_[left], self.ids_[right], float(chance), why)
            for left, right, chance, why in zip(pairs.left, pairs.right, chances, reasons, strict=True)
        ]

    def coded(self, least: float = 0.5) -> pa.Table:
        """Return the pairs at least so probable, in no order, without a step a pair: `left` and `right` as places in
        `ids_`, `probability`, and `reasons`, the codes of `codes_of_patterns` as JSON."""
        import pyarrow as pa  # noqa: PLC0415 - heavy

        chances = probability(self._bits)
        likely = np.flatnonzero(chances >= least)
        met, which = np.unique(self._levels[likely], axis=0, return_inverse=True)
        codes = codes_of_patterns(self.comparisons_, self.weights_, met, self._shades)
        return pa.table(
            {
                "left": self._pairs.left[likely],
                "right": self._pairs.right[likely],
                "probability": chances[likely],
                "reasons": pa.array([json.dumps(each) for each in codes], pa.string()).take(
                    which.reshape(-1)
                ),
            }
        )

    def kept(self) -> dict[str, Any]:
        """Return the weights as JSON, for another `fit`."""
        return kept(self.comparisons_, self.weights_ if self._shades == 1 else without_shades(self.weights_))

    def explain(self, left: str, right: str) -> tuple[Reason, ...]:
        """Return what speaks for two records being one and what against, the weightiest first. Raises ValueError for
        an unknown id."""
        rows = (np.array([self.ids_.index(one)], np.int32) for one in (left, right))
        pairs = Pairs(self.records_, *rows)
        levels = self._levels_of(pairs)
        return explained(self.comparisons_, self.weights_, pairs, levels, self._shades)[0]

    def clusters(self, least: float = 0.9) -> list[tuple[str, ...]]:
        """Return the groups of two records and more that pairs at least so probable connect."""
        pairs, _, _ = self._likely(least, single=False)
        return [tuple(self.ids_[row] for row in rows) for rows in components(pairs.left, pairs.right)]


def _joined(left: Given, right: Given | None, key: str) -> tuple[Given, Flags | None]:
    sizes = {len(column) for given in (left, right) if given is not None for column in given.values()}
    if right is None:
        if len(sizes) > 1:
            raise ValueError("columns differ in length")
        return left, None
    both = {name: [*left[name], *right[name]] for name in left if name in right}
    sides = np.zeros(len(both[key]), bool)
    sides[len(left[key]) :] = True
    return both, sides


def _known_pairs(records: Records, columns: Sequence[str], sides: Flags | None) -> float:
    """How many of all pairs know one of the columns on both sides."""
    known = np.zeros(records.count, bool)
    for column in columns:
        known |= records.columns[column].codes >= 0
    if sides is not None:
        return float((known & sides).sum()) * float((known & ~sides).sum())
    count = float(known.sum())
    return count * (count - 1) / 2


def _random_pairs(records: Records, seed: int, sides: Flags | None) -> Pairs:
    """Pairs drawn at random: all there are when there are fewer than would be drawn."""
    size = records.count
    if size * (size - 1) // 2 <= SAMPLED:
        left, right = np.triu_indices(size, 1)
    else:
        drawn = np.random.default_rng(seed).integers(0, size, (2, SAMPLED))
        left, right = drawn[:, drawn[0] != drawn[1]]
    if sides is not None:
        across = sides[left] != sides[right]
        left, right = left[across], right[across]
    return Pairs(records, left.astype(np.int32), right.astype(np.int32))
