"""Splink on the public sets, in an interpreter that has it: the models are those of Splink's own examples. Prints JSON.

Run: `PYTHON bench/inside/splinking.py FEBRL [FAKE]`. FEBRL3 and FEBRL4: examples `febrl3` and `febrl4` (the detailed
model). fake_1000: example `accuracy_analysis_from_labels_column`. Timed: from registered tables to scored pairs; the
clusters of each threshold follow untimed, so that the time is the least Splink can be said to need.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

THRESHOLDS = (0.2, 0.5, 0.8, 0.9, 0.95, 0.99, 0.995, 0.999, 0.9999)
EXACT = {"term_frequency_adjustments": True}
BIRTHDAY = {"input_is_string": True, "datetime_format": "%Y%m%d"}
EXCHANGED = "l.given_name = r.surname and l.surname = r.given_name"


def main() -> None:
    """Run all sets there are; print {set: [seconds, {threshold: F1 of pairs}, {threshold: F1 of clusters}]}."""
    directory = Path(sys.argv[1])
    found = {}
    for _ in ("warming up", "measured"):
        found = {
            "FEBRL4": febrl4(*(febrl(directory / f"dataset4{side}.csv") for side in "ab")),
            "FEBRL3": febrl3(febrl(directory / "dataset3.csv")),
        }
        if len(sys.argv) > 2:
            found["fake_1000"] = fake(pd.read_csv(sys.argv[2], dtype=str, skipinitialspace=True))
    print(json.dumps(found))


def febrl(path: Path) -> pd.DataFrame:
    """As the examples prepare it, and what is empty missing."""
    table = pd.read_csv(path, dtype=str, skipinitialspace=True)
    table = table.rename(columns=str.strip).apply(lambda column: column.str.strip())
    table["cluster"] = table["rec_id"].apply(lambda key: "-".join(key.split("-")[:2]))
    return table.astype(object).where(table.notna() & (table != ""), None)


def febrl4(left: pd.DataFrame, right: pd.DataFrame) -> Any:
    """The detailed model."""
    settings = SettingsCreator(
        unique_id_column_name="rec_id",
        link_type="link_only",
        blocking_rules_to_generate_predictions=[
            block_on("given_name", "surname"),
            EXCHANGED,
            block_on("date_of_birth"),
            block_on("soc_sec_id"),
            block_on("state", "address_1"),
            block_on("street_number", "address_1"),
            block_on("postcode"),
        ],
        comparisons=[
            cl.NameComparison("given_name").configure(**EXACT),
            cl.NameComparison("surname").configure(**EXACT),
            cl.DateOfBirthComparison("date_of_birth", invalid_dates_as_null=True, **BIRTHDAY),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
            cl.ExactMatch("street_number").configure(**EXACT),
            cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]).configure(**EXACT),
        ],
    )
    certain = [block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth")]
    fitted = [block_on("date_of_birth"), block_on("postcode")]
    return run([left, right], settings, (certain, 0.8), fitted, "rec_id")


def febrl3(table: pd.DataFrame) -> Any:
    """The model of the example."""
    settings = SettingsCreator(
        unique_id_column_name="rec_id",
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=[
            block_on(name) for name in ("soc_sec_id", "given_name", "surname", "date_of_birth", "postcode")
        ],
        comparisons=[
            cl.NameComparison("given_name"),
            cl.NameComparison("surname"),
            cl.DateOfBirthComparison("date_of_birth", **BIRTHDAY),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [2]),
            cl.ExactMatch("street_number").configure(**EXACT),
            cl.ExactMatch("postcode").configure(**EXACT),
        ],
    )
    certain = [
        block_on("soc_sec_id"),
        block_on("given_name", "surname", "date_of_birth"),
        f"{EXCHANGED} and l.date_of_birth = r.date_of_birth",
    ]
    return run([table], settings, (certain, 0.9), [block_on("date_of_birth"), block_on("postcode")], "rec_id")


def fake(table: pd.DataFrame) -> Any:
    """The model of the example with labels."""
    table = table.rename(columns={"group": "cluster"})
    table = table.astype(object).where(table.notna(), None)
    settings = SettingsCreator(
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=[
            block_on(name) for name in ("first_name", "surname", "dob", "email")
        ],
        comparisons=[
            cl.ForenameSurnameComparison("first_name", "surname"),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.ExactMatch("city").configure(**EXACT),
            cl.EmailComparison("email"),
        ],
    )
    certain = [
        "l.first_name = r.first_name and levenshtein(r.dob, l.dob) <= 1",
        "l.surname = r.surname and levenshtein(r.dob, l.dob) <= 1",
        "l.first_name = r.first_name and levenshtein(r.surname, l.surname) <= 2",
        "l.email = r.email",
    ]
    fitted = [block_on("dob"), block_on("email"), block_on("first_name", "surname")]
    return run([table], settings, (certain, 0.7), fitted, "unique_id")


def run(
    tables: list[pd.DataFrame], settings: Any, certain: tuple[list[Any], float], fitted: list[Any], key: str
) -> Any:
    """Train, predict, and score pairs and clusters at every threshold."""
    start = time.perf_counter()
    engine = DuckDBAPI()
    registered = [engine.register(table) for table in tables]
    linker = Linker(registered if len(tables) > 1 else registered[0], settings, log_level=40)
    linker.training.estimate_probability_two_random_records_match(certain[0], recall=certain[1])
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=5)
    for rule in fitted:
        linker.training.estimate_parameters_using_expectation_maximisation(
            rule, estimate_without_term_frequencies=True
        )
    predicted = linker.inference.predict(threshold_match_probability=THRESHOLDS[0])
    seconds = time.perf_counter() - start
    clusters_of = dict(zip(pd.concat(tables)[key], pd.concat(tables)["cluster"], strict=True))
    pairs = predicted.as_pandas_dataframe()
    right = pairs[f"{key}_l"].map(clusters_of) == pairs[f"{key}_r"].map(clusters_of)
    true = pairs_in(Counter(clusters_of.values()))
    of_pairs, of_clusters = {}, {}
    for least in THRESHOLDS:
        told = pairs["match_probability"] >= least
        of_pairs[least] = 2 * int((right & told).sum()) / (int(told.sum()) + true)
        groups = linker.clustering.cluster_pairwise_predictions_at_threshold(
            predicted, threshold_match_probability=least
        ).as_pandas_dataframe()
        same = Counter(zip(groups["cluster_id"], groups[key].map(clusters_of), strict=True))
        of_clusters[least] = 2 * pairs_in(same) / (pairs_in(Counter(groups["cluster_id"])) + true)
    return [seconds, of_pairs, of_clusters]


def pairs_in(sizes: Counter[Any]) -> int:
    """How many pairs groups of such sizes have."""
    return sum(size * (size - 1) // 2 for size in sizes.values())


if __name__ == "__main__":
    main()
