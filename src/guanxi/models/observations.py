"""What the purchase models are fitted to: counts and times of each customer, checked, and equal rows put together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from guanxi.models.errors import ModelDataError
from guanxi.models.frames import Frame, arrow_table, float_columns, floats, is_frame

Floats = NDArray[np.float64]

FEWEST_CUSTOMERS = 30
_SAMPLE = 20_000
_WORTH_GROUPING = 0.999
_MIXERS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype=np.uint64)


@dataclass(frozen=True, slots=True)
class Observations:
    """Customers as arrays of one length: repeat purchases, time of the last one, time observed, how many are alike.

    Times are in one unit, counted from each customer's first purchase. For Gamma-Gamma `recency` is the mean value of
    a purchase and `age` is not used.
    """

    frequency: Floats
    recency: Floats
    age: Floats
    weights: Floats

    @property
    def customers(self) -> float:
        """How many customers there are, alike or not."""
        return float(self.weights.sum())

    def __len__(self) -> int:
        """How many different rows there are."""
        return len(self.frequency)

    def thinned(self, rows: int) -> Observations:
        """Return about `rows` rows that stand for all: heavy ones as they are, of the others some with more weight."""
        step = max(1, len(self) // rows)
        heavy = self.weights > step
        chosen = np.concatenate([np.flatnonzero(heavy), np.flatnonzero(~heavy)[::step]])
        weights = self.weights[chosen] * np.where(heavy[chosen], 1, step)
        return Observations(self.frequency[chosen], self.recency[chosen], self.age[chosen], weights)

    def counts(self) -> tuple[Floats, Floats]:
        """Return the different numbers of repeat purchases, ascending, and how many customers have each."""
        counts, places = np.unique(self.frequency, return_inverse=True)
        return counts, np.bincount(places, self.weights, len(counts)).astype(np.float64)

    def rows(self, chosen: NDArray[np.intp]) -> Observations:
        """Return some rows, by number."""
        return Observations(
            self.frequency[chosen], self.recency[chosen], self.age[chosen], self.weights[chosen]
        )

    def parts(self, size: int) -> Iterator[Observations]:
        """Yield the rows in runs of at most `size`: what fits the processor's cache is computed fastest."""
        for start in range(0, len(self), size):
            yield Observations(*(column[start : start + size] for column in self._columns()))

    def scaled(self, unit: float) -> Observations:
        """Return the same customers with times in units of `unit`."""
        return replace(self, recency=self.recency / unit, age=self.age / unit)

    def grouped(self) -> Observations:
        """Return one row for all customers that are alike, with their weights added up; the order is not kept."""
        columns = self._columns()[:3]
        step = max(1, len(self) // _SAMPLE)
        if len(self) > _SAMPLE:
            sample = _mixed([column[::step] for column in columns])
            if len(np.unique(sample)) > _WORTH_GROUPING * len(sample):
                return self
        order = np.argsort(_mixed(columns))
        frequency, recency, age = (column[order] for column in columns)
        # rows that differ but mix to the same key only cost a further row
        first = np.ones(len(self), dtype=bool)
        first[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in (frequency, recency, age)])
        weights = np.add.reduceat(self.weights[order], np.flatnonzero(first))
        return Observations(frequency[first], recency[first], age[first], weights)

    def _columns(self) -> tuple[Floats, Floats, Floats, Floats]:
        return self.frequency, self.recency, self.age, self.weights


def _mixed(columns: Sequence[Floats]) -> NDArray[np.uint64]:
    """Return a key a row that equal rows share; -0.0 counts as 0.0."""
    key = np.zeros(len(columns[0]), dtype=np.uint64)
    for column, mixer in zip(columns, _MIXERS, strict=True):
        key ^= (column + 0.0).view(np.uint64)
        key *= mixer
        key ^= key >> np.uint64(29)
    return key


def read(
    first: ArrayLike | Frame,
    others: Sequence[ArrayLike | None],
    names: Sequence[str],
    weights: ArrayLike | None,
) -> list[Floats]:
    """Return the columns named `names`, then the weights (ones when not given), as floats of one length.

    They come from arrays, or from one data frame (`first`, with `others` not given) that may have a column `weights`.
    Raises ModelDataError: missing_column, missing_argument, wrong_shape, not_a_number, not_finite, no_customers,
    invalid_weights.
    """
    if is_frame(first):
        first = arrow_table(first) if isinstance(first, str | Path) else first
        wanted = [*names, *(["weights"] if weights is None and _has_column(first, "weights") else [])]
        columns = [floats(column, name) for name, column in float_columns(first, wanted).items()]
        weights = columns.pop() if len(wanted) > len(names) else weights
    elif any(other is None for other in others):
        raise ModelDataError("missing_argument", f"give a data frame, or all of {', '.join(names)}")
    else:
        columns = [floats(values, name) for values, name in zip([first, *others], names, strict=True)]
    count = len(columns[0])
    columns.append(np.ones(count) if weights is None else floats(weights, "weights"))
    if any(len(column) != count for column in columns):
        raise ModelDataError("wrong_shape", f"{', '.join(names)} are not of one length")
    if not count:
        raise ModelDataError("no_customers", "there are no customers")
    if columns[-1].min() <= 0:
        raise ModelDataError("invalid_weights", "weights count customers: each must be above 0")
    return columns


def _has_column(frame: Frame, name: str) -> bool:
    """Whether a frame that is in memory has a column; of a pyarrow table `columns` are not the names."""
    if isinstance(frame, Mapping):
        return name in frame
    names = getattr(frame, "column_names", None)
    return name in list(getattr(frame, "columns", ()) if names is None else names)


def check_counts(frequency: Floats, name: str = "frequency") -> None:
    """Raise ModelDataError negative_value or not_whole unless all are whole numbers from 0 up."""
    if frequency.min() < 0:
        raise ModelDataError("negative_value", f"{name} counts repeat purchases: it cannot be negative")
    if (frequency != np.floor(frequency)).any():
        raise ModelDataError("not_whole", f"{name} counts repeat purchases: it must be whole numbers")


def check_purchases(frequency: Floats, recency: Floats, age: Floats) -> None:
    """Raise ModelDataError when counts and times contradict each other.

    Codes: negative_value, not_whole, not_finite, recency_after_end, recency_without_repeat.
    """
    if not all(np.isfinite(column).all() for column in (frequency, recency, age)):
        raise ModelDataError(
            "not_finite", "frequency, recency or T hold gaps or infinite numbers: fill or leave them out"
        )
    check_counts(frequency)
    if recency.min() < 0 or age.min() < 0:
        raise ModelDataError(
            "negative_value", "recency and T are times since the first purchase: they cannot be negative"
        )
    if (recency > age).any():
        raise ModelDataError(
            "recency_after_end",
            "recency is above T: both count from the first purchase in one unit, recency to the last purchase, T to "
            "the end of observation",
        )
    if ((frequency == 0) & (recency > 0)).any():
        raise ModelDataError(
            "recency_without_repeat",
            "a customer with frequency 0 has recency above 0: frequency counts repeat purchases, without the first",
        )


def check_enough(observations: Observations, *, allow_small: bool) -> None:
    """Raise ModelDataError too_few_customers or no_repeat_purchases when parameters could not be told apart."""
    if observations.customers < FEWEST_CUSTOMERS and not allow_small:
        raise ModelDataError(
            "too_few_customers",
            f"{observations.customers:g} customers are too few for a model, at least {FEWEST_CUSTOMERS} are needed; "
            "with allow_small=True it is tried all the same, with wide standard errors",
        )
    if not observations.frequency.any():
        raise ModelDataError(
            "no_repeat_purchases",
            "no customer has bought again: from one-time buyers alone nothing can be said about returning",
        )
