"""Gamma-Gamma: what a purchase of a customer is worth, and with a purchase model what the customer is."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from guanxi.models.errors import ModelDataError
from guanxi.models.fitting import Evaluation, FittedModel, maximise, products
from guanxi.models.frames import Frame
from guanxi.models.observations import Observations, check_counts, check_enough, read
from guanxi.models.purchase_model import PurchaseModel

Floats = NDArray[np.float64]

COLUMNS = ("frequency", "monetary_value")
DAYS_OF_A_MONTH = 365.25 / 12
UNITS_OF_A_MONTH = {"day": DAYS_OF_A_MONTH, "week": DAYS_OF_A_MONTH / 7, "month": 1.0}
"""How many units of time a month has."""

_PART = 1 << 13


class GammaGamma(FittedModel):
    """Gamma-Gamma (Fader and Hardie, "The Gamma-Gamma Model of Monetary Value", 2013; Fader, Hardie and Lee, Journal
    of Marketing Research 42, 2005, 415-430).

    A purchase of a customer is worth Gamma(p, nu); nu differs between customers by Gamma(q, v). The value of purchases
    must not depend on their number: `correlation_` between both, among those it was fitted to, tells.
    """

    parameter_names: ClassVar[tuple[str, ...]] = ("p", "q", "v")
    unit_parameters: ClassVar[frozenset[str]] = frozenset({"v"})
    starts: ClassVar[tuple[tuple[float, ...], ...]] = ((3.0, 3.0, 0.7), (1.0, 1.5, 0.5), (10.0, 10.0, 1.0))

    correlation_: float

    def fit(
        self,
        frequency: ArrayLike | Frame,
        monetary_value: ArrayLike | None = None,
        *,
        weights: ArrayLike | None = None,
    ) -> Self:
        """Estimate the parameters by maximum likelihood and return the model.

        `frequency` is the number of purchases, `monetary_value` their mean value, both without the first purchase;
        or a data frame with these columns. Customers with frequency 0 have no mean and are left out; `n_customers_`
        counts the others. Raises ModelDataError, NotConvergedError.
        """
        counts, values, sizes = read(frequency, [monetary_value], COLUMNS, weights)
        _check_values(counts, values)
        back = counts > 0
        observed = Observations(counts[back], values[back], np.zeros(int(back.sum())), sizes[back])
        check_enough(observed, allow_small=self.allow_small)
        purchases = observed.weights @ observed.frequency
        unit = float(observed.weights @ (observed.frequency * observed.recency) / purchases)
        maximum = maximise(_evaluate, observed.scaled(unit).grouped(), self.starts, self.max_iter)
        self._keep(maximum, unit, observed.customers)
        self.log_likelihood_ -= observed.customers * np.log(unit)
        self.correlation_ = _correlation(observed)
        return self

    def score(
        self,
        frequency: ArrayLike | Frame,
        monetary_value: ArrayLike | None = None,
        *,
        weights: ArrayLike | None = None,
    ) -> float:
        """Return the mean log-likelihood of a customer with repeat purchases."""
        parameters = self._parameters()
        counts, values, sizes = read(frequency, [monetary_value], COLUMNS, weights)
        _check_values(counts, values)
        back = counts > 0
        if not back.any():
            raise ModelDataError(
                "no_repeat_purchases", "no customer has bought again: there is no value to score"
            )
        observed = Observations(counts[back], values[back], values[back], sizes[back])
        return _evaluate(parameters, observed).value / observed.customers

    def expected_value(self, frequency: ArrayLike | Frame, monetary_value: ArrayLike | None = None) -> Any:
        """Return the expected mean value of a future purchase of each customer (eq. 5 of the note of 2013).

        It lies between the customer's own mean and that of all, p v / (q - 1). Raises ModelDataError
        mean_not_finite where the model has no mean (p x + q not above 1).
        """
        p, q, v = self._parameters()
        counts, values, _ = read(_row(frequency), [_row(monetary_value)], COLUMNS, None)
        _check_values(counts, values)
        if (p * counts + q <= 1).any():
            raise ModelDataError(
                "mean_not_finite",
                f"q is {q:.3g}: purchases vary so much that customers without repeat purchases have no expected value; "
                "ask for the others only",
            )
        expected = p * (v + counts * values) / (p * counts + q - 1)
        return float(expected[0]) if np.ndim(frequency) == 0 and monetary_value is not None else expected

    def customer_lifetime_value(
        self,
        purchases: PurchaseModel,
        frequency: ArrayLike | Frame,
        recency: ArrayLike | None = None,
        T: ArrayLike | None = None,  # noqa: N803 - its name in the literature
        monetary_value: ArrayLike | None = None,
        *,
        months: int = 12,
        discount_rate: float = 0.01,
        unit: str = "week",
    ) -> Any:
        """Return what each customer's purchases in the next `months` months are worth today.

        The sum over months i = 1 … `months` of (expected purchases in month i) · `expected_value` / (1 + d)^i: a
        month's purchases count at its end, `discount_rate` d is a month's. `unit` is the unit of time that `purchases`
        was fitted in (day, week, month); a month has 365.25 / 12 days. Past purchases, and costs, are not in it.
        Raises ModelDataError.
        """
        if unit not in UNITS_OF_A_MONTH:
            raise ModelDataError("unknown_unit", f"a unit of time is one of {', '.join(UNITS_OF_A_MONTH)}")
        if months < 1 or months != int(months) or not discount_rate > -1:
            raise ModelDataError(
                "invalid_horizon", "months is a whole number from 1 up, a discount rate above -1"
            )
        names = ("frequency", "recency", "T", "monetary_value")
        rest = [_row(column) for column in (recency, T, monetary_value)]
        counts, last, age, values, _ = read(_row(frequency), rest, names, None)
        total, before = np.zeros(len(counts)), np.zeros(len(counts))
        for month in range(1, int(months) + 1):
            until = purchases.expected_purchases(month * UNITS_OF_A_MONTH[unit], counts, last, age)
            total += (until - before) / (1 + discount_rate) ** month
            before = until
        worth = total * self.expected_value(counts, values)
        return float(worth[0]) if np.ndim(frequency) == 0 and recency is not None else worth


def _row(values: Any) -> Any:
    """Return one number as a row of one; anything else as it is."""
    return [values] if isinstance(values, int | float | np.number) else values


def _check_values(counts: Floats, values: Floats) -> None:
    """Raise ModelDataError negative_amount, amount_of_zero, negative_value or not_whole."""
    check_counts(counts)
    if values.min() < 0:
        raise ModelDataError(
            "negative_amount",
            "monetary_value is negative somewhere: take returns off, or leave such customers out",
        )
    if (values[counts > 0] <= 0).any():
        raise ModelDataError(
            "amount_of_zero",
            "a customer with repeat purchases has a mean value of 0, which this model cannot explain: leave free "
            "purchases out",
        )


def _correlation(observed: Observations) -> float:
    """Return Pearson's correlation of number and mean value; NaN when one of them does not vary."""
    both = np.stack([observed.frequency, observed.recency])
    both = both - (both @ observed.weights / observed.customers)[:, None]
    covariance = (both * observed.weights) @ both.T
    spread = float(np.sqrt(covariance[0, 0] * covariance[1, 1]))
    return float(covariance[0, 1] / spread) if spread else float("nan")


def _evaluate(parameters: Floats, observed: Observations) -> Evaluation:
    """Sum over parts; the terms that depend on the count alone are taken once a count."""
    total = _by_count(parameters, *observed.counts())
    for part in observed.parts(_PART):
        total += _by_value(parameters, part)
    return total


def _by_count(parameters: Floats, counts: Floats, weights: Floats) -> Evaluation:
    """Add up -ln B(p x, q) + q ln v + p x ln x."""
    from scipy.special import betaln, polygamma, psi  # noqa: PLC0415 - heavy

    p, q, v = parameters
    shape = p * counts
    value = weights @ (-betaln(shape, q) + q * np.log(v) + shape * np.log(counts))
    customers = weights.sum()
    gradient = np.array(
        [
            weights @ (counts * (psi(shape + q) - psi(shape) + np.log(counts))),
            weights @ (psi(shape + q) - psi(q) + np.log(v)),
            customers * q / v,
        ]
    )
    both = polygamma(1, shape + q)
    hessian = np.zeros((3, 3))
    hessian[0, 0] = weights @ (counts**2 * (both - polygamma(1, shape)))
    hessian[0, 1] = hessian[1, 0] = weights @ (counts * both)
    hessian[1, 1] = weights @ (both - polygamma(1, q))
    hessian[1, 2] = hessian[2, 1] = customers / v
    hessian[2, 2] = -customers * q / v**2
    return Evaluation(float(value), gradient, hessian)


def _by_value(parameters: Floats, part: Observations) -> Evaluation:
    """Add up (p x - 1) ln m - (p x + q) ln(x m + v), m the mean value (it stands in `recency`)."""
    p, q, v = parameters
    weights, counts, mean = part.weights, part.frequency, part.recency
    total = counts * mean + v
    log_mean, log_total, power = np.log(mean), np.log(total), p * counts + q
    value = (p * counts - 1) * log_mean - power * log_total
    slopes = np.stack([counts * (log_mean - log_total), -log_total, -power / total])
    hessian = np.zeros((3, 3))
    hessian[0, 2] = hessian[2, 0] = -(weights @ (counts / total))
    hessian[1, 2] = hessian[2, 1] = -(weights @ (1 / total))
    hessian[2, 2] = weights @ (power / total**2)
    return Evaluation(float(weights @ value), products(slopes, weights[None])[:, 0], hessian)
