"""All models work in a notebook: no Django, no home, nothing heavy before it is used."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

import guanxi.models

NOTEBOOK = """
import datetime as dt, sys
import numpy as np
import guanxi.models as models

random = np.random.default_rng(1)
rows = []
for customer in range(600):
    rate, life = random.gamma(1, 0.04), random.exponential(300 * random.gamma(2, 0.5))
    times = [0, *np.cumsum(random.exponential(1 / rate, 60))]
    rows += [(customer, int(time)) for time in times if time <= min(life, 700)]
customers, days = map(np.array, zip(*rows))
amounts = random.gamma(3, 20, len(rows))
orders = {"customer": customers, "date": np.datetime64("2024-01-01") + days, "amount": amounts}
summary = models.rfm_summary(orders, amount="amount")
model = models.BetaGeo().fit(summary)
assert model.expected_purchases(30, summary).min() >= 0
assert models.rfm_scores(orders, amount="amount").num_rows == summary.num_rows
split = models.split_summary(orders, calibration_until=dt.date(2025, 1, 1))
assert models.compare_models(*split, models={"bg-nbd": models.BetaGeo()}).best == "bg-nbd"
assert models.SatisfactionCurve().fit([4, 4, 5, 5], [0, 1, 1, 1]).levels_[4].rate == 1
assert models.decompose({"a": 2, "b": 3}, {"a": 4, "b": 5}).change == 14
assert len(models.forecast(random.normal(size=40), horizon=6).theta.means) == 6
assert 0 < models.concentration_of(summary.column("monetary_value").to_numpy()).gini < 1
assert models.KaplanMeier().fit([1, 2, 3], [1, 0, 1]).median_ == 3
assert models.CoxProportionalHazards().fit([[1], [2], [4], [3]], [4, 2, 3, 1], [1, 1, 1, 0]).n_events_ == 3
heavy = {'django', 'ibis'} & set(sys.modules)
assert not heavy, heavy
"""


def in_a_process(code: str) -> None:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("GUANXI", "DJANGO"))
    }
    done = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]


def test_everything_works_without_django() -> None:
    in_a_process(NOTEBOOK)


def test_importing_the_models_loads_nothing_heavy() -> None:
    in_a_process(
        "import sys, guanxi.models\n"
        "heavy = {'numpy', 'scipy', 'pandas', 'pyarrow', 'duckdb', 'django'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )


@pytest.mark.parametrize("name", guanxi.models.__all__)
def test_every_name_that_is_offered_is_there(name: str) -> None:
    found = getattr(guanxi.models, name)
    assert found.__doc__
    assert name in dir(guanxi.models)


def test_a_name_that_is_not_offered_is_refused() -> None:
    with pytest.raises(AttributeError, match="crystal_ball"):
        guanxi.models.crystal_ball  # noqa: B018
