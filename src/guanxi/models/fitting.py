"""The search for the parameters of greatest likelihood, and what a fitted model has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from guanxi.models.errors import NotConvergedError, NotFittedError
from guanxi.models.observations import Observations

Floats = NDArray[np.float64]

GRADIENT_TOLERANCE = 1e-6
POLISHED = 1e-8
FURTHEST = 14.0
"""A parameter beyond exp(±14) of the unit of the data has run away: there is no maximum inside."""

_LARGE = 10_000


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A log-likelihood with its first (k) and second (k, k) derivatives by the parameters."""

    value: float
    gradient: Floats
    hessian: Floats

    def __add__(self, other: Evaluation) -> Evaluation:
        """Return the sum: customers are independent of each other."""
        return Evaluation(
            self.value + other.value, self.gradient + other.gradient, self.hessian + other.hessian
        )

    def by_logarithms(self, parameters: Floats, customers: float) -> Evaluation:
        """Return minus the mean a customer, with derivatives by the logarithms of the parameters."""
        slope = self.gradient * parameters
        curvature = self.hessian * np.outer(parameters, parameters) + np.diag(slope)
        return Evaluation(-self.value / customers, -slope / customers, -curvature / customers)


def products(left: Floats, right: Floats) -> Floats:
    """Return left @ right.T of two (k, n) arrays, n large: without the threads that BLAS starts for it."""
    found: Floats = np.einsum("in,jn->ij", left, right, optimize=False)
    return found


LogLikelihood = Callable[[Floats, Observations], Evaluation]


@dataclass(frozen=True, slots=True)
class Maximum:
    """Where the log-likelihood is greatest, its value, the covariance of the estimates, and the number of steps."""

    parameters: Floats
    value: float
    covariance: Floats
    steps: int


def maximise(
    likelihood: LogLikelihood, observations: Observations, starts: Sequence[Sequence[float]], max_steps: int
) -> Maximum:
    """Search from each start in turn until one search ends at a maximum.

    Trust-region Newton (Moré and Sorensen, as in SciPy's `trust-exact`) by the logarithms of the parameters, with
    exact first and second derivatives. Of many rows an eighth is searched first, so that few steps need all.
    Raises NotConvergedError.
    """
    reason = ""
    for start in starts:
        try:
            return _search(likelihood, observations, np.log(np.asarray(start, dtype=np.float64)), max_steps)
        except NotConvergedError as error:
            reason = str(error)
    raise NotConvergedError(reason)


def _search(likelihood: LogLikelihood, observations: Observations, start: Floats, max_steps: int) -> Maximum:
    steps = 0
    if len(observations) > _LARGE:
        # a part that has no maximum of its own only costs the head start
        with suppress(NotConvergedError):
            ahead = _search(likelihood, observations.thinned(len(observations) // 8), start, max_steps)
            start, steps = np.log(ahead.parameters), ahead.steps
    from scipy.optimize import minimize  # noqa: PLC0415 - heavy

    customers = observations.customers
    seen: dict[bytes, Evaluation] = {}

    def evaluate(logarithms: Floats) -> Evaluation:
        key = logarithms.tobytes()
        if key not in seen:
            if len(seen) > 8:
                seen.pop(next(iter(seen)))
            # a step beyond what a number can hold is no step; the bound lies outside of what is accepted below
            parameters = np.exp(np.clip(logarithms, -30, 30))
            seen[key] = likelihood(parameters, observations).by_logarithms(parameters, customers)
        return seen[key]

    found = minimize(
        lambda point: evaluate(point).value,
        start,
        method="trust-exact",
        jac=lambda point: evaluate(point).gradient,
        hess=lambda point: evaluate(point).hessian,
        options={
            "gtol": GRADIENT_TOLERANCE,
            "maxiter": max_steps,
            "initial_trust_radius": 0.5,
            "max_trust_radius": 4.0,
        },
    )
    point = found.x
    for _ in range(3):
        # so near the top the value's last digits say nothing more, but the derivatives do
        there = evaluate(point)
        if np.abs(there.gradient).max() < POLISHED or not _is_top(there):
            break
        point = point - np.linalg.solve(there.hessian, there.gradient)
        steps += 1
    return _accepted(point, evaluate(point), customers, steps + int(found.nit))


def _is_top(there: Evaluation) -> bool:
    """Whether minus the likelihood curves upwards in all directions, beyond rounding."""
    eigenvalues = np.linalg.eigvalsh(there.hessian)
    return bool(eigenvalues[0] > 1e-10 * max(1.0, eigenvalues[-1]))


def _accepted(logarithms: Floats, there: Evaluation, customers: float, steps: int) -> Maximum:
    """Return the maximum that a search ended at. Raises NotConvergedError when it is none."""
    if np.abs(logarithms).max() > FURTHEST:
        raise NotConvergedError(
            "the parameters run away: these customers are too few or too much alike for this model"
        )
    if not _is_top(there):
        raise NotConvergedError("the likelihood is flat: these customers do not tell the parameters apart")
    if np.abs(there.gradient).max() > 10 * POLISHED:
        raise NotConvergedError(f"no maximum was found in {steps} steps")
    parameters = np.exp(logarithms)
    covariance = np.linalg.inv(there.hessian) / customers * np.outer(parameters, parameters)
    return Maximum(parameters, -there.value * customers, covariance, steps)


class FittedModel:
    """What all purchase models share: settings, results with a trailing underscore, and the refusal before `fit`.

    `params_` and `standard_errors_` are mappings by the names of the parameters, `covariance_` a matrix in their
    order; both by the second derivatives at the maximum (the delta method from the logarithms). `n_iter_` counts the
    steps of the search, `n_customers_` the customers it was made on.
    """

    parameter_names: ClassVar[tuple[str, ...]]
    unit_parameters: ClassVar[frozenset[str]]
    """Those in the unit of the data (time, money); the search runs in a unit of its own."""

    params_: dict[str, float]
    standard_errors_: dict[str, float]
    covariance_: Floats
    log_likelihood_: float
    n_customers_: int
    n_iter_: int
    converged_: bool

    def __init__(self, *, allow_small: bool = False, max_iter: int = 200) -> None:
        self.allow_small = allow_small
        self.max_iter = max_iter

    def get_params(self, *, deep: bool = True) -> dict[str, Any]:  # noqa: ARG002 - scikit-learn passes it
        """Return the settings the model was made with."""
        return {"allow_small": self.allow_small, "max_iter": self.max_iter}

    def set_params(self, **settings: Any) -> Self:
        """Change settings. Raises ValueError for one that is not known."""
        for name, value in settings.items():
            if name not in self.get_params():
                raise ValueError(f"there is no setting '{name}'; there are: {', '.join(self.get_params())}")
            setattr(self, name, value)
        return self

    def __repr__(self) -> str:
        """Return the model with its parameters, once it is fitted."""
        found = getattr(self, "params_", {})
        return f"{type(self).__name__}({', '.join(f'{name}={value:.4g}' for name, value in found.items())})"

    def _parameters(self) -> Floats:
        """Return the parameters in the order of their names. Raises NotFittedError."""
        if not hasattr(self, "params_"):
            raise NotFittedError(f"this {type(self).__name__} is not fitted yet: call fit first")
        return np.array([self.params_[name] for name in self.parameter_names])

    def _keep(self, maximum: Maximum, unit: float, customers: float) -> None:
        """Keep a result that was found with times or values in units of `unit`."""
        units = np.array([unit if name in self.unit_parameters else 1.0 for name in self.parameter_names])
        self.covariance_ = maximum.covariance * np.outer(units, units)
        self.params_ = dict(zip(self.parameter_names, (maximum.parameters * units).tolist(), strict=True))
        errors = np.sqrt(np.diag(self.covariance_)).tolist()
        self.standard_errors_ = dict(zip(self.parameter_names, errors, strict=True))
        self.log_likelihood_ = maximum.value
        self.n_customers_ = round(customers)
        self.n_iter_ = maximum.steps
        self.converged_ = True
