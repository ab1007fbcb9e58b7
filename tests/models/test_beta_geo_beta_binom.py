"""BG/BB: laws, lifetimes as an independent reference, and what is refused."""

from __future__ import annotations

import lifetimes
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifetimes.datasets import load_donations

from guanxi.models import BetaGeoBetaBinom, ModelDataError, NotFittedError
from guanxi.models.beta_geo_beta_binom import _evaluate
from tests.models.derivatives import assert_derivatives, observations

DATA = load_donations().rename(columns={"periods": "n_periods"})
COLUMNS = [DATA[name].to_numpy() for name in ("frequency", "recency", "n_periods")]
LIKELY = st.floats(0.1, 15)


@st.composite
def customers(draw: st.DrawFn) -> list[tuple[float, float, float, float]]:
    """Some customers with up to 40 occasions."""
    rows = []
    for _ in range(draw(st.integers(1, 6))):
        occasions = draw(st.integers(0, 40))
        last = draw(st.integers(0, occasions))
        used = draw(st.integers(1, last)) if last else 0
        rows.append((float(used), float(last), float(occasions), draw(st.floats(0.5, 9))))
    return rows


@pytest.fixture(scope="module")
def fitted() -> BetaGeoBetaBinom:
    return BetaGeoBetaBinom().fit(DATA)


@given(st.tuples(LIKELY, LIKELY, LIKELY, LIKELY), customers())
@settings(max_examples=60)
def test_derivatives_are_those_of_the_likelihood(
    parameters: tuple[float, ...], rows: list[tuple[float, float, float, float]]
) -> None:
    assert_derivatives(_evaluate, np.array(parameters), observations(*rows))


def test_customers_as_lifetimes(fitted: BetaGeoBetaBinom) -> None:
    theirs = lifetimes.BetaGeoBetaBinomFitter().fit(*COLUMNS, DATA["weights"])
    assert fitted.params_ == pytest.approx(theirs.params_.to_dict(), rel=1e-6)
    assert fitted.standard_errors_ == pytest.approx(theirs.standard_errors_.to_dict(), rel=1e-5)
    alive = theirs.conditional_probability_alive(0, *COLUMNS)
    assert fitted.probability_alive(DATA) == pytest.approx(np.asarray(alive), rel=1e-6)
    expected = theirs.conditional_expected_number_of_purchases_up_to_time(5, *COLUMNS)
    assert fitted.expected_purchases(5, *COLUMNS) == pytest.approx(np.asarray(expected), rel=1e-5)
    counts = theirs.expected_number_of_transactions_in_first_n_periods(6)["model"] / DATA["weights"].sum()
    ours = [fitted.probability_of_n_purchases(count, 6) for count in range(7)]
    assert ours == pytest.approx(counts.tolist(), rel=1e-6)


@given(st.integers(0, 60))
def test_counts_have_probability_one_and_the_expected_mean(occasions: int) -> None:
    model = BetaGeoBetaBinom()
    model.params_ = {"alpha": 1.2, "beta": 0.75, "gamma": 1.0, "delta": 2.8}
    chances = [model.probability_of_n_purchases(count, occasions) for count in range(occasions + 2)]
    assert sum(chances) == pytest.approx(1)
    assert chances[-1] == 0
    mean = sum(count * chance for count, chance in enumerate(chances))
    assert mean == pytest.approx(model.expected_purchases_new(occasions))


@given(customers())
@settings(max_examples=40)
def test_all_that_can_be_observed_has_probability_one(rows: list[tuple[float, float, float, float]]) -> None:
    """Over every number of occasions used and last one used, times the ways to place those between."""
    occasions = int(rows[0][2]) % 9
    model = BetaGeoBetaBinom()
    model.params_ = {"alpha": 0.7, "beta": 1.9, "gamma": 0.6, "delta": 2.5}
    total = np.exp(model.score([0], [0], [occasions]))
    for last in range(1, occasions + 1):
        for used in range(1, last + 1):
            placed = np.exp(_log_choose(last - 1, used - 1))
            total += placed * np.exp(model.score([used], [last], [occasions]))
    assert total == pytest.approx(1)


def _log_choose(among: int, chosen: int) -> float:
    return float(np.log(float(np.prod([(among - k) / (k + 1) for k in range(chosen)]))))


def test_drawn_customers_are_those_of_the_model(fitted: BetaGeoBetaBinom) -> None:
    drawn = fitted.simulate(np.random.default_rng(3).integers(1, 12, 40_000), seed=6)
    again = BetaGeoBetaBinom().fit(drawn)
    for name, value in fitted.params_.items():
        assert abs(again.params_[name] - value) < 4 * again.standard_errors_[name]
    assert drawn["alive"].mean() == pytest.approx(fitted.probability_alive(drawn).mean(), abs=0.01)
    assert (fitted.simulate(drawn["n_periods"], seed=6)["recency"] == drawn["recency"]).all()
    assert again.score(drawn) >= fitted.score(drawn)


def test_one_customer(fitted: BetaGeoBetaBinom) -> None:
    assert isinstance(fitted.probability_alive(3, 5, 6), float)
    assert isinstance(fitted.expected_purchases(3, 3, 5, 6), float)
    assert fitted.expected_purchases(0, 3, 5, 6) == 0
    assert fitted.probability_alive(6, 6, 6) == 1  # whoever used the last occasion was there
    assert fitted.probability_alive([0, 1], [0, 900], 1000).shape == (2,)  # no underflow


@pytest.mark.parametrize(
    ("code", "rows"),
    [
        ("frequency_above_recency", ([3], [2], [6])),
        ("not_whole", ([1], [1.5], [6])),
        ("recency_after_end", ([1], [7], [6])),
        ("recency_without_repeat", ([0], [3], [6])),
        ("too_few_customers", ([1] * 12, [2] * 12, [6] * 12)),
        ("no_repeat_purchases", ([0] * 40, [0] * 40, [6] * 40)),
        ("missing_argument", ([1], [2], None)),
    ],
)
def test_bad_input_is_refused(code: str, rows: tuple[list[float], list[float], list[float]]) -> None:
    with pytest.raises(ModelDataError) as caught:
        BetaGeoBetaBinom().fit(*rows)
    assert caught.value.code == code


def test_occasions_are_counted(fitted: BetaGeoBetaBinom) -> None:
    for call in (
        lambda: fitted.expected_purchases(1.5, 1, 2, 6),
        lambda: fitted.expected_purchases_new(-1),
        lambda: fitted.probability_of_n_purchases(0.5, 6),
    ):
        with pytest.raises(ModelDataError) as caught:
            call()
        assert caught.value.code == "not_whole"
    with pytest.raises(NotFittedError):
        BetaGeoBetaBinom().probability_alive(1, 2, 6)
