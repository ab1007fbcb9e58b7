"""Fitting the purchase models against lifetimes, and what many customers cost to judge.

    python bench/purchase_models.py [--customers 100000,1000000] [--pareto 100000] [--predictions 10000000]
                                    [--no-pareto-peer] [--no-peer-above 1000000]

Customers are drawn from a model at CDNOW's parameters: once with times in whole weeks, where many are alike, once with
times to the last digit, where none are. Both fit the same rows in one process, ours first; libraries are loaded and
each has fitted 2,000 customers before. Both log-likelihoods are those of all customers in weeks.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from guanxi.models import BetaGeo, ModifiedBetaGeo, ParetoNBD
from measuring import machine, print_table, run

CDNOW = {
    BetaGeo: (0.2426, 4.4135, 0.7929, 2.4258),
    ModifiedBetaGeo: (0.5248, 6.183, 0.8914, 1.614),
    ParetoNBD: (0.5533, 10.578, 0.6062, 11.669),
}
NAMES = {"BG/NBD": BetaGeo, "MBG/NBD": ModifiedBetaGeo, "Pareto/NBD": ParetoNBD}
HEAD = [
    "model, times",
    "customers",
    "different rows",
    "seconds",
    "lifetimes, seconds",
    "× faster",
    "× faster, processor",
    "log-likelihood, relative difference",
]
Columns = dict[str, np.ndarray[Any, Any]]


def draw(name: str, customers: int, *, weekly: bool, seed: int = 1) -> Columns:
    """Draw customers who were seen for 20 to 78 weeks; weekly times are rounded up to whole weeks."""
    model = NAMES[name]()
    model.params_ = dict(zip(model.parameter_names, CDNOW[type(model)], strict=True))
    age = np.random.default_rng(seed).uniform(20, 78, customers)
    summary = model.simulate(np.ceil(age) if weekly else age, seed).summary
    return {**summary, "recency": np.ceil(summary["recency"])} if weekly else summary


def timed(work: Callable[[], Any]) -> tuple[Any, float, float]:
    """Return a result, and what it took on the clock and of the processor."""
    clock, processor = time.perf_counter(), time.process_time()
    found = work()
    return found, time.perf_counter() - clock, time.process_time() - processor


def fit_peer(name: str, summary: Columns) -> Any:
    """Return what lifetimes fits."""
    import lifetimes  # noqa: PLC0415 - slow to load

    fitters = {
        "BG/NBD": lifetimes.BetaGeoFitter,
        "MBG/NBD": lifetimes.ModifiedBetaGeoFitter,
        "Pareto/NBD": lifetimes.ParetoNBDFitter,
    }
    return fitters[name]().fit(summary["frequency"], summary["recency"], summary["T"])


def likelihood_of(peer: Any, name: str, summary: Columns) -> float:
    """Return the log-likelihood that lifetimes reached; it works in a unit of time of its own, and in means."""
    customers = 1 if name == "Pareto/NBD" else len(summary["T"])
    scale = peer._scale  # noqa: SLF001 - nowhere else
    return float(-peer._negative_log_likelihood_ * customers + summary["frequency"].sum() * np.log(scale))


def compare(name: str, customers: int, *, weekly: bool, with_peer: bool) -> list[object]:
    """Fit both to the same customers; one line of the table."""
    summary = draw(name, customers, weekly=weekly)
    rows = len(np.unique(np.column_stack(list(summary.values())), axis=0)) if weekly else customers
    ours, clock, processor = timed(lambda: NAMES[name]().fit(summary))
    label = f"{name}, {'weeks' if weekly else 'continuous'}"
    if not with_peer:
        return [label, customers, rows, clock, "not run", "", "", ""]
    peer, peer_clock, peer_processor = timed(lambda: fit_peer(name, summary))
    theirs = likelihood_of(peer, name, summary)
    apart = (ours.log_likelihood_ - theirs) / abs(theirs)
    faster, by_processor = peer_clock / clock, peer_processor / processor
    return [label, customers, rows, clock, peer_clock, faster, by_processor, f"{apart:+.1e}"]


def predict(name: str, customers: int) -> None:
    """Judge all customers; prints one line of JSON. A process of its own, so that its memory can be told."""
    summary = draw(name, customers, weekly=False)
    model = NAMES[name]().fit({column: values[:20_000] for column, values in summary.items()})
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    _, alive, alive_processor = timed(lambda: model.probability_alive(summary))
    _, expected, expected_processor = timed(lambda: model.expected_purchases(52, summary))
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps([alive, expected, alive_processor + expected_processor, before, after]))


def predictions(customers: int) -> list[list[object]]:
    """One line a model: P(alive) and the expected purchases in a year, both with P(alive) computed anew."""
    lines: list[list[object]] = []
    for name in ("BG/NBD", "MBG/NBD", "Pareto/NBD"):
        cost = run([sys.executable, __file__, "--predict", name, "--predictions", str(customers)])
        alive, expected, processor, before, after = json.loads(cost.output)
        lines.append([name, customers, alive, expected, alive + expected, processor, before, after])
    return lines


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--customers", default="20000")
    parser.add_argument("--pareto", default="5000")
    parser.add_argument("--predictions", type=int, default=1_000_000)
    parser.add_argument("--no-pareto-peer", action="store_true")
    parser.add_argument("--no-peer-above", type=int, default=1_000_000)
    parser.add_argument("--predict", choices=list(NAMES))
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    if options.predict:
        predict(options.predict, options.predictions)
        return
    print(machine())
    lines: list[list[object]] = []
    for name, sizes in (("BG/NBD", options.customers), ("Pareto/NBD", options.pareto)):
        small = draw(name, 2_000, weekly=False)
        NAMES[name]().fit(small)
        fit_peer(name, small)
        for size in map(int, filter(None, sizes.split(","))):
            with_peer = size <= options.no_peer_above and not (
                name == "Pareto/NBD" and options.no_pareto_peer
            )
            for weekly in (True, False):
                lines.append(compare(name, size, weekly=weekly, with_peer=with_peer))
                print(*lines[-1], sep=" | ", file=sys.stderr, flush=True)
    if lines:
        print_table("Fitting purchase models", HEAD, lines)
    if options.predictions:
        print_table(
            "P(alive) and expected purchases, continuous times",
            [
                "model",
                "customers",
                "P(alive), s",
                "expected, s",
                "both, s",
                "processor s",
                "MiB before",
                "MiB at most",
            ],
            predictions(options.predictions),
        )


if __name__ == "__main__":
    main()
