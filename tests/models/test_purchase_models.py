"""BG/NBD, MBG/NBD and Pareto/NBD: laws, an independent reference (lifetimes), and what is refused."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import lifetimes
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifetimes.datasets import load_cdnow_summary
from scipy.integrate import quad
from scipy.special import betaln
from scipy.stats import nbinom

from guanxi.models import (
    BetaGeo,
    ModelDataError,
    ModifiedBetaGeo,
    NotConvergedError,
    NotFittedError,
    ParetoNBD,
)
from guanxi.models.lifetime_integral import left
from guanxi.models.purchase_model import PurchaseModel
from guanxi.models.until_leaving import purchases_until_leaving
from tests.models.derivatives import assert_derivatives, observations

REFERENCES: dict[type[PurchaseModel], Any] = {
    BetaGeo: lifetimes.BetaGeoFitter,
    ModifiedBetaGeo: lifetimes.ModifiedBetaGeoFitter,
    ParetoNBD: lifetimes.ParetoNBDFitter,
}
MODELS = pytest.mark.parametrize("model", list(REFERENCES))
CDNOW = load_cdnow_summary()
COLUMNS = [CDNOW[name].to_numpy() for name in ("frequency", "recency", "T")]
LIKELY = st.floats(0.05, 20)
CUSTOMERS = st.lists(
    st.tuples(st.integers(0, 300), st.floats(0, 1), st.floats(0, 200)).map(
        lambda row: (float(row[0]), row[1] * row[2] if row[0] else 0.0, row[2], 1.0)
    ),
    min_size=1,
    max_size=8,
)


def with_parameters(model: type[PurchaseModel], *values: float) -> PurchaseModel:
    """A model as if it had been fitted."""
    made = model()
    made.params_ = dict(zip(made.parameter_names, values, strict=True))
    return made


@pytest.fixture(scope="module", params=list(REFERENCES))
def pair(request: pytest.FixtureRequest) -> tuple[PurchaseModel, Any]:
    """A model fitted to CDNOW, and lifetimes with the same parameters."""
    fitted = request.param().fit(CDNOW)
    reference = REFERENCES[request.param]()
    reference.params_ = pd.Series(fitted.params_)
    return fitted, reference


@MODELS
@given(st.tuples(LIKELY, LIKELY, LIKELY, LIKELY), CUSTOMERS)
@settings(max_examples=40)
def test_derivatives_are_those_of_the_likelihood(
    model: type[PurchaseModel], parameters: tuple[float, ...], rows: list[tuple[float, float, float, float]]
) -> None:
    assert_derivatives(model()._evaluate, np.array(parameters), observations(*rows))


def test_customers_one_by_one_as_lifetimes(pair: tuple[PurchaseModel, Any]) -> None:
    ours, theirs = pair
    alive = ours.probability_alive(*COLUMNS)
    assert alive == pytest.approx(np.asarray(theirs.conditional_probability_alive(*COLUMNS)), rel=1e-9)
    expected = ours.expected_purchases(39, *COLUMNS)
    reference = theirs.conditional_expected_number_of_purchases_up_to_time(39, *COLUMNS)
    assert expected == pytest.approx(np.asarray(reference), rel=1e-9)


def test_new_customers_as_lifetimes(pair: tuple[PurchaseModel, Any]) -> None:
    ours, theirs = pair
    times = np.array([0.5, 39, 300])
    reference = [theirs.expected_number_of_purchases_up_to_time(time) for time in times]
    assert ours.expected_purchases_new(times) == pytest.approx(reference, rel=1e-9)
    assert ours.expected_purchases_new(39.0) == pytest.approx(reference[1], rel=1e-9)


@pytest.mark.parametrize("model", [BetaGeo, ModifiedBetaGeo])
def test_standard_errors_as_lifetimes(model: type[PurchaseModel]) -> None:
    theirs = REFERENCES[model]().fit(*COLUMNS)
    ours = model().fit(CDNOW)
    assert ours.standard_errors_ == pytest.approx(theirs.standard_errors_.to_dict(), rel=1e-4)
    # off its diagonal lifetimes scales by the wrong parameters, so the matrix is held against its definition
    at_top = ours._evaluate(ours._parameters(), observations(*zip(*COLUMNS, np.ones(2357), strict=True)))
    assert (ours.covariance_ @ -at_top.hessian).ravel() == pytest.approx(np.eye(4).ravel(), abs=1e-5)
    assert ours.log_likelihood_ >= -theirs._negative_log_likelihood_ * len(CDNOW) + np.log(
        theirs._scale
    ) * sum(COLUMNS[0])


def test_counts_have_probability_one_and_the_expected_mean(pair: tuple[PurchaseModel, Any]) -> None:
    model = pair[0]
    counts = np.arange(4000)
    chances = model.probability_of_n_purchases(counts, 39.0)
    assert chances.min() >= 0
    assert chances.sum() == pytest.approx(1, abs=1e-9)
    assert counts @ chances == pytest.approx(model.expected_purchases_new(39.0), rel=1e-6)
    assert model.probability_of_n_purchases(0, 39.0) == pytest.approx(chances[0])
    assert model.probability_of_n_purchases(0, 0.0) == pytest.approx(1)


def test_drawn_customers_are_those_of_the_model(pair: tuple[PurchaseModel, Any]) -> None:
    model = pair[0]
    drawn = model.simulate(np.full(60_000, 39.0), seed=5)
    errors = drawn.frequency.std() / np.sqrt(len(drawn.frequency))
    assert drawn.frequency.mean() == pytest.approx(model.expected_purchases_new(39.0), abs=4 * errors)
    assert drawn.alive.mean() == pytest.approx(model.probability_alive(drawn.summary).mean(), abs=0.008)
    again = type(model)().fit(drawn.summary)
    for name, value in model.params_.items():
        assert abs(again.params_[name] - value) < 4 * again.standard_errors_[name]
    assert again.score(drawn.summary) >= model.score(drawn.summary)
    same = model.simulate(np.full(60_000, 39.0), seed=5)
    assert (same.recency == drawn.recency).all()


def test_drawn_purchases_add_up_to_the_summary(pair: tuple[PurchaseModel, Any]) -> None:
    drawn = pair[0].simulate(np.linspace(1, 60, 500), seed=2)
    customer, time = drawn.transactions()
    assert (np.bincount(customer) - 1 == drawn.frequency).all()
    assert (np.maximum.reduceat(time, np.flatnonzero(np.diff(customer, prepend=-1))) == drawn.recency).all()
    assert (time <= drawn.age[customer]).all()
    assert time.min() == 0


@MODELS
def test_rows_weights_order_and_unit_do_not_matter(model: type[PurchaseModel]) -> None:
    fitted = model().fit(*COLUMNS)
    twice = model().fit(*(np.concatenate([column, column[::-1]]) for column in COLUMNS))
    weighted = model().fit(CDNOW.assign(weights=2))
    days = model().fit(COLUMNS[0], COLUMNS[1] * 7, COLUMNS[2] * 7)
    for other in (twice, weighted):
        assert other.params_ == pytest.approx(fitted.params_, rel=1e-5)
        assert other.log_likelihood_ == pytest.approx(2 * fitted.log_likelihood_, rel=1e-9)
        assert other.n_customers_ == 2 * 2357
        errors = {name: value / np.sqrt(2) for name, value in fitted.standard_errors_.items()}
        assert other.standard_errors_ == pytest.approx(errors, rel=1e-4)
    for name, value in days.params_.items():
        factor = 7 if name in model.unit_parameters else 1
        assert value == pytest.approx(fitted.params_[name] * factor, rel=1e-5)
    assert days.log_likelihood_ == pytest.approx(
        fitted.log_likelihood_ - COLUMNS[0].sum() * np.log(7), rel=1e-9
    )


def test_any_data_frame_will_do(tmp_path: Path) -> None:
    expected = BetaGeo().fit(*COLUMNS)
    pq.write_table(pa.Table.from_pandas(CDNOW), tmp_path / "summary.parquet")
    frames = [
        CDNOW,
        pl.from_pandas(CDNOW),
        pa.Table.from_pandas(CDNOW),
        dict(zip(("frequency", "recency", "T"), COLUMNS, strict=True)),
        tmp_path / "summary.parquet",
    ]
    for frame in frames:
        found = BetaGeo().fit(frame)
        assert found.params_ == expected.params_
        assert (found.expected_purchases(10, frame) == expected.expected_purchases(10, *COLUMNS)).all()
    lists = BetaGeo().fit(*(column.tolist() for column in COLUMNS))
    assert lists.params_ == expected.params_


def test_weights_are_found_in_any_data_frame(tmp_path: Path) -> None:
    weighted = CDNOW.assign(weights=3)
    table = pa.Table.from_pandas(weighted)
    pq.write_table(table, tmp_path / "weighted.parquet")
    mapping = {name: weighted[name].to_numpy() for name in weighted.columns}
    for frame in (weighted, pl.from_pandas(weighted), table, mapping, str(tmp_path / "weighted.parquet")):
        assert BetaGeo().fit(frame).n_customers_ == 3 * 2357
    assert BetaGeo().fit(weighted, weights=np.ones(2357)).n_customers_ == 2357


def test_habits_of_scikit_learn() -> None:
    model = BetaGeo(allow_small=True)
    assert model.get_params() == {"allow_small": True, "max_iter": 200}
    assert model.set_params(allow_small=False) is model
    assert type(model)(**model.get_params()).allow_small is False
    with pytest.raises(ValueError, match="no setting 'penalty'"):
        model.set_params(penalty=1)
    with pytest.raises(NotFittedError, match="call fit first"):
        model.probability_alive(1, 2, 3)
    assert repr(model) == "BetaGeo()"
    assert repr(model.fit(CDNOW)) == "BetaGeo(r=0.2426, alpha=4.414, a=0.7929, b=2.426)"


def test_one_customer_or_many(pair: tuple[PurchaseModel, Any]) -> None:
    model = pair[0]
    one = model.expected_purchases(39, 2, 30.43, 38.86)
    assert isinstance(one, float)
    grid = model.expected_purchases(39, [[2, 2], [0, 1]], [[30.43, 30.43], [0, 5]], 38.86)
    assert grid.shape == (2, 2)
    assert grid[0].tolist() == pytest.approx([one, one])
    assert model.expected_purchases(39, [], [], []).shape == (0,)
    assert model.expected_purchases(0, 2, 30.43, 38.86) == 0
    assert isinstance(model.probability_of_n_purchases(3, 9.0), float)


@MODELS
def test_very_much_and_very_long_does_not_underflow(model: type[PurchaseModel]) -> None:
    found = model().fit(CDNOW)
    assert 0.99 < found.probability_alive(132, 200, 200) <= 1
    assert found.expected_purchases(1, 132, 200, 200) + 0.05 > 130 / 200
    assert 0 <= found.probability_alive(132, 20, 200) < 1e-30
    assert 0 < found.probability_alive(5000, 999, 1000) < 1
    assert np.isfinite(found.score([132, 5000], [200.0, 1], [200.0, 1000]))


def test_bg_nbd_holds_all_one_time_buyers_for_alive() -> None:
    """The trap that the documentation warns of; MBG/NBD and Pareto/NBD let hope fade."""
    silent = [0, 0], [0, 0], [1, 39]
    assert BetaGeo().fit(CDNOW).probability_alive(*silent).tolist() == [1, 1]
    for model in (ModifiedBetaGeo, ParetoNBD):
        early, late = model().fit(CDNOW).probability_alive(*silent)
        assert late < early < 1


@given(
    LIKELY.map(lambda value: value / 4),
    st.floats(0.1, 5),
    st.floats(0.1, 10),
    st.integers(0, 60),
    st.floats(1e-3, 30),
)
@settings(max_examples=60)
def test_purchases_until_leaving_are_those_that_come_before_it(
    a: float, r: float, b: float, count: int, ratio: float
) -> None:
    """The same in another way: the sum over k of P(k-th purchase comes in time) · P(nobody leaves before it)."""
    shape, stay = r + count, b + count
    purchases = np.arange(int(nbinom.isf(1e-17, shape, 1 / (1 + ratio))) + 2)
    in_time = nbinom.sf(purchases, shape, 1 / (1 + ratio))
    stayed = np.exp(betaln(a, stay + purchases) - betaln(a, stay))
    found = purchases_until_leaving(np.array([shape]), np.array([ratio]), a, np.array([stay]))
    assert found[0] == pytest.approx(in_time @ stayed, rel=1e-9)


def test_expectation_does_not_jump_where_the_published_form_divides_by_zero() -> None:
    """At a = 1 (BG/NBD) and s = 1 (Pareto/NBD)."""
    for model in (BetaGeo, ParetoNBD):
        at, below, above = (
            with_parameters(model, 0.5, 5, value, 3).expected_purchases(20, 3, 15, 30)
            for value in (1, 1 - 1e-9, 1 + 1e-9)
        )
        assert at == pytest.approx((below + above) / 2, rel=1e-12)


def test_many_customers_get_what_each_would_alone() -> None:
    """Beyond some customers BG/NBD interpolates; Pareto/NBD works in parts."""
    random = np.random.default_rng(8)
    age = random.uniform(0, 500, 70_000)
    frequency = random.integers(0, 40, len(age))
    recency = np.where(frequency > 0, random.random(len(age)) * age, 0)
    some = random.integers(0, len(age), 200)
    for model in REFERENCES:
        fitted = model().fit(CDNOW)
        found = fitted.expected_purchases(52, frequency, recency, age)
        alone = [fitted.expected_purchases(52, frequency[k], recency[k], age[k]) for k in some]
        assert found[some] == pytest.approx(alone, rel=1e-10)


@given(
    st.tuples(LIKELY, LIKELY, LIKELY, LIKELY), st.integers(0, 200), st.floats(0, 100), st.floats(0.01, 300)
)
@settings(max_examples=60)
def test_lifetime_integral_is_the_integral(
    parameters: tuple[float, float, float, float], count: int, last: float, span: float
) -> None:
    """An adaptive rule in the same variable, piece by piece, as the reference; relative to the first value."""
    r, alpha, s, beta = parameters
    least = min(alpha, beta) + last
    shape = r + count

    def integrand(step: float) -> float:
        grown = np.expm1(step) * least
        power = (s + 1) * np.log1p(grown / (beta + last)) + shape * np.log1p(grown / (alpha + last))
        return float(np.exp(step - power))

    width = np.log1p(span / least)
    edges = np.concatenate([[0], np.geomspace(1e-5, 1, 25)]) * width
    total = sum(quad(integrand, *pair, epsabs=0, epsrel=1e-11)[0] for pair in pairwise(edges))
    expected = np.log(total * least * s) - (s + 1) * np.log(beta + last) - shape * np.log(alpha + last)
    [(_, found)] = left(np.array(parameters), observations((float(count), last, last + span, 1.0)))
    assert found.logarithm[0] == pytest.approx(expected, abs=1e-9)


def test_many_rows_are_fitted_through_a_part_first() -> None:
    """Continuous times, so that nothing can be grouped: the maximum is that of all rows all the same."""
    model = with_parameters(BetaGeo, 0.5, 6, 0.7, 2.5)
    drawn = model.simulate(np.random.default_rng(1).uniform(10, 70, 60_000), seed=3)
    found = BetaGeo().fit(drawn.summary)
    top = found._evaluate(
        found._parameters(), observations(*zip(*drawn.summary.values(), np.ones(60_000), strict=True))
    )
    assert top.gradient * found._parameters() / 60_000 == pytest.approx(np.zeros(4), abs=1e-7)
    assert top.value == pytest.approx(found.log_likelihood_, rel=1e-10)


BAD = {
    "negative_value": ([1, 2], [1, -1], [5, 5]),
    "negative_count": ([1, -2], [1, 1], [5, 5]),
    "not_whole": ([1, 2.5], [1, 1], [5, 5]),
    "not_finite": ([1, 2], [1, np.nan], [5, 5]),
    "recency_after_end": ([1, 2], [1, 6], [5, 5]),
    "recency_without_repeat": ([1, 0], [1, 1], [5, 5]),
    "wrong_shape": ([1, 2], [1, 1, 1], [5, 5]),
    "not_a_number": (["a", "b"], [1, 1], [5, 5]),
    "missing_argument": ([1, 2], None, [5, 5]),
    "no_customers": ([], [], []),
    "too_few_customers": ([1] * 12, [1] * 12, [5] * 12),
    "no_repeat_purchases": ([0] * 50, [0] * 50, [5] * 50),
    "missing_column": ({"frequency": [1], "recency": [1]}, None, None),
}


@MODELS
@pytest.mark.parametrize("code", BAD)
def test_bad_input_is_refused(model: type[PurchaseModel], code: str) -> None:
    with pytest.raises(ModelDataError) as caught:
        model().fit(*BAD[code])
    assert caught.value.code == code.replace("negative_count", "negative_value")
    assert str(caught.value)


@pytest.mark.parametrize("code", [code for code in list(BAD)[:9] if code != "negative_count"])
def test_bad_input_is_refused_in_predictions(pair: tuple[PurchaseModel, Any], code: str) -> None:
    with pytest.raises(ModelDataError) as caught:
        pair[0].expected_purchases(10, *BAD[code])
    assert caught.value.code == code


def test_more_bad_input() -> None:
    model = BetaGeo().fit(CDNOW)
    for call, code in (
        (lambda: BetaGeo().fit(*COLUMNS, weights=np.zeros(2357)), "invalid_weights"),
        (lambda: model.expected_purchases(-1, 1, 1, 2), "negative_value"),
        (lambda: model.expected_purchases_new(np.inf), "negative_value"),
        (lambda: model.probability_of_n_purchases(1.5, 3), "not_whole"),
        (lambda: model.simulate([-1.0], seed=1), "negative_value"),
    ):
        with pytest.raises(ModelDataError) as caught:
            call()
        assert caught.value.code == code


def test_twelve_customers_only_when_asked_for() -> None:
    few = [0, 0, 0, 1, 2, 0, 5, 1, 0, 3, 0, 9], [0, 0, 0, 3, 9, 0, 20, 1, 0, 9, 0, 30], [38] * 12
    found = BetaGeo(allow_small=True).fit(*few)
    assert found.standard_errors_["b"] > found.params_["b"]  # as good as nothing is known


@MODELS
def test_customers_who_are_too_much_alike_have_no_maximum(model: type[PurchaseModel]) -> None:
    """First nobody differs and nobody has left; then the last purchases differ, but not the counts."""
    with pytest.raises(NotConvergedError, match=r"flat|run away"):
        model().fit([4] * 200, [20] * 200, [20] * 200)
    with pytest.raises(NotConvergedError, match="run away"):
        model().fit([4] * 200, np.linspace(10, 20, 200), [20] * 200)


def test_a_search_that_is_cut_short_is_no_result() -> None:
    with pytest.raises(NotConvergedError, match="no maximum was found"):
        BetaGeo(max_iter=1).fit(CDNOW)
