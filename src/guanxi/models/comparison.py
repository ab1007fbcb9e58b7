"""Which purchase model tells best who buys again: fitted on a first period, judged on a second, beside plain rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from guanxi.models.errors import ModelDataError, NotConvergedError
from guanxi.models.frames import Frame, arrow_table, float_column, floats
from guanxi.models.purchase_model import PurchaseModel

Floats = NDArray[np.float64]

PARTS = 10


@dataclass(frozen=True, slots=True)
class Decile:
    """A tenth of the customers by expected purchases: how many, what was expected and what came, a customer."""

    customers: int
    expected: float
    actual: float


@dataclass(frozen=True, slots=True)
class Standing:
    """How one model or rule did on the second period.

    `auc`: the chance that of two customers, one who bought again and one who did not, the first was ranked higher.
    `correlation`, `mae`, `rmse` compare expected with actual purchases, None for a rule that expects no number (and the
    correlation where one of them never varies). `log_likelihood` is that of the first period, comparable between
    models. `deciles` from the lowest expectation to the highest.
    """

    name: str
    auc: float
    correlation: float | None = None
    mae: float | None = None
    rmse: float | None = None
    log_likelihood: float | None = None
    deciles: Sequence[Decile] = ()


@dataclass(frozen=True, slots=True)
class Gain:
    """How much better one ranking tells who buys again than another, as a difference of AUC, with its interval."""

    difference: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class ModelComparison:
    """All models and rules; `best` is the name of the model with the least squared error.

    `gain` is that of the best model over plain recency. `failed` says of each model that gave no result why.
    `buyers` of the `customers` bought in the second period, which lasted `duration`.
    """

    models: Sequence[Standing]
    rules: Sequence[Standing]
    best: str
    gain: Gain
    failed: Mapping[str, str]
    customers: int
    buyers: int
    duration: float


def compare_models(
    summary: Frame,
    duration: float,
    *,
    models: Mapping[str, PurchaseModel] | None = None,
    hiatus: float | None = None,
    confidence: float = 0.95,
) -> ModelComparison:
    """Fit the models and judge them on what came after.

    `summary` has frequency, recency, T of the first period and `holdout`, the purchases of the `duration` after it, as
    `split_summary` gives them. `models` maps names to unfitted models, by default BG/NBD, MBG/NBD and Pareto/NBD.
    The rules beside them: recency (who bought last comes first), past_rate (as often as so far), and hiatus (gone is
    who was silent for longer than `hiatus`, by default half of the longest T; Wübben and von Wangenheim, "Instant
    Customer Base Analysis: Managerial Heuristics Often Get It Right", Journal of Marketing 72, 2008).
    Raises ModelDataError: one_outcome when all or none bought again, and what `fit` raises for data no model can use;
    NotConvergedError when no model gave a result.
    """
    table = arrow_table(summary, ["frequency", "recency", "T", "holdout"])
    frequency, recency, age, actual = (floats(float_column(table, name), name) for name in table.column_names)
    bought = actual > 0
    _check_outcomes(bought)
    standings, expectations, failed = [], {}, {}
    for name, model in (models or _all_models()).items():
        try:
            model.fit(frequency, recency, age)
        except NotConvergedError as error:
            failed[name] = str(error)
            continue
        expected = np.asarray(model.expected_purchases(duration, frequency, recency, age))
        expectations[name] = expected
        standings.append(_standing(name, expected, actual, float(model.log_likelihood_)))
    if not standings:
        raise NotConvergedError("; ".join(f"{name}: {reason}" for name, reason in failed.items()))
    best = min(standings, key=lambda standing: standing.rmse or 0.0).name
    silence = age - recency
    return ModelComparison(
        models=standings,
        rules=_rules(frequency, age, silence, actual, duration, age.max() / 2 if hiatus is None else hiatus),
        best=best,
        gain=auc_gain(expectations[best], -silence, bought, confidence),
        failed=failed,
        customers=len(actual),
        buyers=int(bought.sum()),
        duration=duration,
    )


def auc(scores: ArrayLike, outcomes: ArrayLike) -> float:
    """Return the chance that a positive outcome has the higher score than a negative one; ties count half.

    Mann and Whitney's statistic (Annals of Mathematical Statistics 18, 1947) over the number of pairs. Raises
    ModelDataError one_outcome when all outcomes are alike.
    """
    ranked, happened = floats(scores, "scores"), np.asarray(outcomes, dtype=bool)
    _check_outcomes(happened)
    positives = int(happened.sum())
    negatives = len(happened) - positives
    ranks = _midranks(ranked)[happened].sum()
    return float((ranks - positives * (positives + 1) / 2) / (positives * negatives))


def auc_gain(first: ArrayLike, second: ArrayLike, outcomes: ArrayLike, confidence: float = 0.95) -> Gain:
    """Return AUC of `first` less that of `second` on the same customers, with an interval.

    Variance of the paired difference after DeLong, DeLong and Clarke-Pearson (Biometrics 44, 1988), by midranks (Sun
    and Xu, IEEE Signal Processing Letters 21, 2014). Raises ModelDataError one_outcome; two of each are needed.
    """
    happened = np.asarray(outcomes, dtype=bool)
    _check_outcomes(happened, least=2)
    placements = [_placements(floats(scores, "scores"), happened) for scores in (first, second)]
    differences = [one - other for one, other in zip(*placements, strict=True)]
    difference = float(differences[0].mean())
    variance = sum(float(each.var(ddof=1)) / len(each) for each in differences)
    reach = NormalDist().inv_cdf(0.5 + confidence / 2) * float(np.sqrt(variance))
    return Gain(difference, difference - reach, difference + reach)


def _placements(scores: Floats, happened: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Return for each positive the share of negatives it beats, and for each negative the share that beats it."""
    ranks = _midranks(scores)
    positives, negatives = scores[happened], scores[~happened]
    beaten = (ranks[happened] - _midranks(positives)) / len(negatives)
    beats = 1 - (ranks[~happened] - _midranks(negatives)) / len(positives)
    return beaten, beats


def _midranks(values: Floats) -> Floats:
    """Return ranks from 1, equal values sharing the mean of theirs."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[places]


def _all_models() -> dict[str, PurchaseModel]:
    from guanxi.models import BetaGeo, ModifiedBetaGeo, ParetoNBD  # noqa: PLC0415 - heavy

    return {"bg-nbd": BetaGeo(), "mbg-nbd": ModifiedBetaGeo(), "pareto-nbd": ParetoNBD()}


def _standing(name: str, expected: Floats, actual: Floats, log_likelihood: float | None = None) -> Standing:
    errors = expected - actual
    varies = np.ptp(expected) > 0 and np.ptp(actual) > 0
    parts = [part for part in np.array_split(np.argsort(expected, kind="stable"), PARTS) if part.size]
    return Standing(
        name=name,
        auc=auc(expected, actual > 0),
        correlation=float(np.corrcoef(expected, actual)[0, 1]) if varies else None,
        mae=float(np.abs(errors).mean()),
        rmse=float(np.sqrt((errors**2).mean())),
        log_likelihood=log_likelihood,
        deciles=[
            Decile(part.size, float(expected[part].mean()), float(actual[part].mean())) for part in parts
        ],
    )


def _rules(
    frequency: Floats, age: Floats, silence: Floats, actual: Floats, duration: float, hiatus: float
) -> list[Standing]:
    bought = actual > 0
    rate = np.divide(frequency, age, out=np.zeros_like(age), where=age > 0)
    return [
        Standing("recency", auc(-silence, bought)),
        Standing("hiatus", auc((silence <= hiatus).astype(np.float64), bought)),
        _standing("past_rate", rate * duration, actual),
    ]


def _check_outcomes(happened: NDArray[np.bool_], least: int = 1) -> None:
    if min(int(happened.sum()), int((~happened).sum())) < least:
        raise ModelDataError(
            "one_outcome",
            "nearly all, or nearly none, bought again: nothing can be told apart; move the end of the "
            "first period",
        )
