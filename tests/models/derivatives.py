"""Derivatives by differences, to hold analytic ones against."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from guanxi.models.fitting import Evaluation
from guanxi.models.observations import Observations

STEP = 1e-5


def observations(*rows: tuple[float, float, float, float]) -> Observations:
    """Rows of frequency, recency, T and weight."""
    return Observations(*(np.array(column, dtype=float) for column in zip(*rows, strict=True)))


def assert_derivatives(
    evaluate: Callable[[NDArray[np.float64], Observations], Evaluation],
    parameters: NDArray[np.float64],
    observed: Observations,
) -> None:
    """Both derivatives agree with central differences of what they are derivatives of."""
    found = evaluate(parameters, observed)
    steps = np.diag(parameters * STEP)
    above = [evaluate(parameters + step, observed) for step in steps]
    below = [evaluate(parameters - step, observed) for step in steps]
    width = 2 * STEP * parameters
    slopes = [(up.value - down.value) / each for up, down, each in zip(above, below, width, strict=True)]
    curves = [
        (up.gradient - down.gradient) / each for up, down, each in zip(above, below, width, strict=True)
    ]
    size = max(1.0, abs(found.value))
    assert found.gradient * parameters == pytest.approx(slopes * parameters, rel=1e-5, abs=1e-6 * size)
    by_logarithms = np.outer(parameters, parameters)
    expected = np.array(curves) * by_logarithms
    assert (found.hessian * by_logarithms).ravel() == pytest.approx(
        expected.ravel(), rel=1e-5, abs=1e-6 * size
    )
