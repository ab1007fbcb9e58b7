"""Customers drawn from a model: their summary, and the purchases behind it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Simulation:
    """Drawn customers: arrays of one length, times from each one's first purchase in the unit of the model.

    `alive` is what nobody can observe: whether the customer would still buy at the end.
    """

    frequency: Floats
    recency: Floats
    age: Floats
    alive: NDArray[np.bool_]
    seed: int

    @property
    def summary(self) -> dict[str, Floats]:
        """The columns frequency, recency and T, as `fit` takes them."""
        return {"frequency": self.frequency, "recency": self.recency, "T": self.age}

    def transactions(self) -> tuple[NDArray[np.int64], Floats]:
        """Return the number of the customer and the time of every purchase, first ones (time 0) included, in order.

        Purchases of a Poisson process before the last one are spread evenly over the time until it (the order
        statistics of a Poisson process), whatever ended it.
        """
        # a seed of its own, so that asking for the purchases does not change what is drawn elsewhere
        random = np.random.default_rng([self.seed, 1])
        repeats = self.frequency.astype(np.int64)
        between = np.maximum(repeats - 1, 0)
        count = len(repeats)
        times = [
            np.zeros(count),
            random.random(int(between.sum())) * np.repeat(self.recency, between),
            self.recency[repeats > 0],
        ]
        customers = [np.arange(count), np.repeat(np.arange(count), between), np.flatnonzero(repeats)]
        customer, time = np.concatenate(customers), np.concatenate(times)
        order = np.lexsort((time, customer))
        return customer[order], time[order]


def last_of_uniform(random: np.random.Generator, taken: Floats, drawn: Floats, span: Floats) -> Floats:
    """Return when the `taken`-th of `drawn` evenly spread moments in (0, span) is; 0 where none is taken.

    The k-th smallest of n uniform numbers follows Beta(k, n - k + 1).
    """
    times = np.zeros(len(taken))
    some = taken > 0
    times[some] = span[some] * random.beta(taken[some], drawn[some] - taken[some] + 1)
    return times
