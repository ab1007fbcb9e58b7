"""Who buys again, by the satisfaction they told: the curve from 1 to 5, and how far a 5 is above a 4."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, sqrt
from statistics import NormalDist
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from guanxi.models.errors import ModelDataError, NotFittedError
from guanxi.models.frames import floats

SCORES = (1, 2, 3, 4, 5)


@dataclass(frozen=True, slots=True)
class Level:
    """What those who gave one score did: how many, how many of them bought again, the rate with its Wilson interval.

    `smoothed` is the rate under the assumption that a better score is never followed by fewer purchases (isotonic
    regression). All four are None when nobody gave the score.
    """

    score: int
    customers: int
    bought_again: int
    rate: float | None
    low: float | None
    high: float | None
    smoothed: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """How much more often one group buys again than another: a ratio and its interval.

    `corrected` says that a cell of the table was empty, and half a customer was added to each.
    """

    ratio: float
    low: float
    high: float
    corrected: bool


def wilson_interval(successes: int, trials: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return the score interval of a share, from 0 to 1.

    Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927); recommended for
    small numbers by Brown, Cai and DasGupta, Statistical Science 16 (2001). Raises ModelDataError bad_counts.
    """
    if not 0 <= successes <= trials or trials == 0:
        raise ModelDataError("bad_counts", "the successes lie between none and all of at least one trial")
    z = _deviate(confidence)
    share, weight = successes / trials, z * z / trials
    middle = (share + weight / 2) / (1 + weight)
    half = z * sqrt(share * (1 - share) / trials + weight / (4 * trials)) / (1 + weight)
    low = 0.0 if successes == 0 else max(0.0, middle - half)
    return low, 1.0 if successes == trials else min(1.0, middle + half)


def isotonic_means(values: Sequence[float], weights: Sequence[float]) -> list[float]:
    """Return the never falling sequence nearest to `values` in weighted squares; weights above 0.

    By pooling adjacent violators: Ayer, Brunk, Ewing, Reid and Silverman, "An empirical distribution function for
    sampling with incomplete information", Annals of Mathematical Statistics 26 (1955).
    """
    pools: list[tuple[float, float, int]] = []
    for value, weight in zip(values, weights, strict=True):
        mean, total, size = float(value), float(weight), 1
        while pools and pools[-1][0] >= mean:
            other, other_total, other_size = pools.pop()
            mean = (mean * total + other * other_total) / (total + other_total)
            total, size = total + other_total, size + other_size
        pools.append((mean, total, size))
    return [mean for mean, _, size in pools for _ in range(size)]


def odds_ratio(first: tuple[int, int], second: tuple[int, int], confidence: float = 0.95) -> Comparison:
    """Return the odds of (bought again, did not) in `first` over those in `second`.

    Interval on the logarithm (Woolf, Annals of Human Genetics 19, 1955); with an empty cell, 1/2 is added to each
    (Haldane 1956, Anscombe 1956).
    """
    corrected = 0 in (*first, *second)
    a, b, c, d = (count + corrected / 2 for count in (*first, *second))
    spread = sqrt(1 / a + 1 / b + 1 / c + 1 / d)
    return _ratio(a * d / (b * c), spread, confidence, corrected=corrected)


def rate_ratio(first: tuple[int, int], second: tuple[int, int], confidence: float = 0.95) -> Comparison:
    """Return the rate of (bought again, did not) in `first` over that in `second`: "buys again six times more".

    Interval on the logarithm (Katz, Baptista, Azen and Pike, Biometrics 34, 1978); with an empty cell, 1/2 is added
    to each.
    """
    corrected = 0 in (*first, *second)
    a, b, c, d = (count + corrected / 2 for count in (*first, *second))
    spread = sqrt(b / (a * (a + b)) + d / (c * (c + d)))
    return _ratio(a / (a + b) * (c + d) / c, spread, confidence, corrected=corrected)


def _ratio(ratio: float, spread: float, confidence: float, *, corrected: bool) -> Comparison:
    reach = _deviate(confidence) * spread
    return Comparison(ratio, exp(log(ratio) - reach), exp(log(ratio) + reach), corrected)


def _deviate(confidence: float) -> float:
    if not 0 < confidence < 1:
        raise ModelDataError("bad_confidence", "a confidence lies between 0 and 1, such as 0.95")
    return NormalDist().inv_cdf(0.5 + confidence / 2)


class SatisfactionCurve:
    """The rate of buying again by satisfaction from 1 to 5.

    After `fit`: `levels_` (one Level a score), `n_customers_`, `odds_ratio_` and `rate_ratio_` of the fives against
    the fours (None when nobody gave one of them).

    Only a 5 is loyal, goes an old finding (Xerox: a five bought again six times more often than a four; Jones and
    Sasser, "Why Satisfied Customers Defect", Harvard Business Review, November 1995): see whether it holds here.
    """

    def __init__(self, *, confidence: float = 0.95) -> None:
        self.confidence = confidence

    def fit(self, score: ArrayLike, bought_again: ArrayLike) -> Self:
        """Learn from one score and one yes or no (1 or 0) a customer.

        Raises ModelDataError: no_rows, wrong_shape, bad_score (not 1 to 5), bad_outcome (not 0 or 1), not_finite.
        """
        scores, outcomes = floats(score, "scores"), floats(bought_again, "outcomes")
        _check(scores, outcomes)
        counts = {
            each: (int(outcomes[scores == each].sum()), int((1 - outcomes[scores == each]).sum()))
            for each in SCORES
        }
        known = [each for each in SCORES if sum(counts[each])]
        rates = [counts[each][0] / sum(counts[each]) for each in known]
        smoothed = dict(zip(known, isotonic_means(rates, [sum(counts[each]) for each in known]), strict=True))
        self.n_customers_ = len(scores)
        self.levels_ = [self._level(each, counts[each], smoothed.get(each)) for each in SCORES]
        is_comparable = sum(counts[5]) and sum(counts[4])
        self.odds_ratio_ = odds_ratio(counts[5], counts[4], self.confidence) if is_comparable else None
        self.rate_ratio_ = rate_ratio(counts[5], counts[4], self.confidence) if is_comparable else None
        return self

    def predict(self, score: ArrayLike) -> list[float | None]:
        """Return the smoothed rate of each score, None for one that nobody gave.

        Raises NotFittedError, and ModelDataError bad_score.
        """
        if not hasattr(self, "levels_"):
            raise NotFittedError("fit the curve first")
        smoothed = {level.score: level.smoothed for level in self.levels_}
        asked = floats(score, "scores")
        if not np.isin(asked, SCORES).all():
            raise ModelDataError("bad_score", "a score is 1, 2, 3, 4 or 5")
        return [smoothed[int(each)] for each in asked]

    def _level(self, score: int, counts: tuple[int, int], smoothed: float | None) -> Level:
        again, size = counts[0], sum(counts)
        if not size:
            return Level(score, 0, 0, None, None, None, None)
        low, high = wilson_interval(again, size, self.confidence)
        return Level(score, size, again, again / size, low, high, smoothed)


def _check(scores: np.ndarray, outcomes: np.ndarray) -> None:
    if len(scores) != len(outcomes):
        raise ModelDataError("wrong_shape", "every customer has one score and one outcome")
    if not len(scores):
        raise ModelDataError("no_rows", "nobody was asked: there are no scores")
    if not np.isin(scores, SCORES).all():
        raise ModelDataError("bad_score", "a score is 1, 2, 3, 4 or 5")
    if not np.isin(outcomes, (0, 1)).all():
        raise ModelDataError("bad_outcome", "an outcome is 1 for bought again, 0 for not")
