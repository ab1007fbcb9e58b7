"""The embedded geocoder against PyPI `cpca` on the truth set, in one run.

    python bench/geocoding.py [--show] [--truth FILE]

cpca reads mainland addresses only, so the two are compared on those, on all five regions and on all rows.
A row counts as a cpca hit when it gives a unit
that its own table has coordinates for. Its coordinates are used here and nowhere in the product. Truth is
`tests/places/data/addresses.csv`. Ambiguous rows (flagged by ours, never by cpca) are in the counts of both.
"""

import argparse
import csv
import math
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from guanxi.places.geocoding import geocode
from guanxi.places.geocoding.resolve import forget

ROOT = Path(__file__).resolve().parent.parent
TRUTH = ROOT / "tests/places/data/addresses.csv"
NEAR_KM, FAR_KM = 15.0, 100.0
REPEATS_FOR_RATE = 40


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the truth set; no point for what is no address."""

    region: str
    address: str
    point: tuple[float, float] | None
    is_ambiguous: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What a geocoder said."""

    point: tuple[float, float] | None
    is_flagged: bool
    matched: str = ""
    accuracy_km: float = 0.0


def read_truth(path: Path = TRUTH) -> list[Row]:
    """A truth set: region, address, latitude, longitude, ambiguous."""
    with path.open(encoding="utf-8", newline="") as stream:
        return [
            Row(
                row["region"],
                row["address"],
                (float(row["latitude"]), float(row["longitude"])) if row["latitude"] else None,
                row["ambiguous"] == "1",
            )
            for row in csv.DictReader(stream)
        ]


def kilometres(left: tuple[float, float], right: tuple[float, float]) -> float:
    """Great-circle distance (haversine, R = 6,371.009 km)."""
    phi1, phi2 = math.radians(left[0]), math.radians(right[0])
    half = math.sin((phi2 - phi1) / 2) ** 2
    half += math.cos(phi1) * math.cos(phi2) * math.sin(math.radians(right[1] - left[1]) / 2) ** 2
    return 2 * 6371.009 * math.asin(math.sqrt(half))


def ours(addresses: Sequence[str]) -> list[Answer]:
    """Each address by itself: no hint, no neighbours."""
    answers = []
    for address in addresses:
        found = geocode(address)
        if found.latitude is None or found.longitude is None:
            answers.append(Answer(None, is_flagged=found.needs_review))
        else:
            answers.append(
                Answer(
                    (found.latitude, found.longitude),
                    found.needs_review,
                    found.matched,
                    (found.accuracy_m or 0) / 1000,
                )
            )
    return answers


def load_cpca() -> Callable[[Sequence[str]], list[Answer]] | None:
    """cpca with its own table of coordinates, or None when it is not installed."""
    warnings.simplefilter("ignore")
    try:
        import cpca  # noqa: PLC0415 - the peer is optional and slow to load
    except ImportError:
        return None

    def run(addresses: Sequence[str]) -> list[Answer]:
        frame = cpca.transform(list(addresses))
        answers = []
        for code in frame["adcode"]:
            unit = cpca.ad_2_addr_dict.get(f"{code:0<12s}") if isinstance(code, str) else None
            if unit is None or not unit.latitude:
                answers.append(Answer(None, is_flagged=False))
            else:
                answers.append(
                    Answer((float(unit.latitude), float(unit.longitude)), is_flagged=False, matched=unit.name)
                )
        return answers

    return run


@dataclass(frozen=True, slots=True)
class Score:
    """Counts over the rows that have a truth."""

    rows: int
    placed: int
    near: int
    median_km: float
    far_unflagged: int
    flagged: int
    within_radius: int


def score(rows: Sequence[Row], answers: Sequence[Answer]) -> Score:
    """Compare answers with the truth."""
    pairs = [(row, answer) for row, answer in zip(rows, answers, strict=True) if row.point]
    placed = [
        (kilometres(row.point, answer.point), answer) for row, answer in pairs if row.point and answer.point
    ]
    return Score(
        rows=len(pairs),
        placed=len(placed),
        near=sum(apart <= NEAR_KM for apart, _ in placed),
        median_km=median(apart for apart, _ in placed) if placed else math.nan,
        far_unflagged=sum(apart > FAR_KM and not answer.is_flagged for apart, answer in placed),
        flagged=sum(answer.is_flagged for _, answer in pairs),
        within_radius=sum(apart <= answer.accuracy_km for apart, answer in placed if answer.accuracy_km),
    )


def line(name: str, result: Score) -> str:
    """One line of the table."""
    return (
        f"{name:20}{result.rows:6}{result.placed:8}{result.near:12}{result.median_km:11.1f}"
        f"{result.far_unflagged:14}{result.flagged:9}{result.within_radius:11}"
    )


def rate_of(run: Callable[[Sequence[str]], list[Answer]], addresses: Sequence[str]) -> float:
    """Addresses a second of processor time (other work on the machine does not count)."""
    start = time.process_time()
    run(addresses)
    return len(addresses) / (time.process_time() - start)


def varied(rows: Sequence[Row]) -> list[str]:
    """The mainland rows with other house numbers behind: no two the same."""
    return [f"{row.address}{number}号" for number in range(REPEATS_FOR_RATE) for row in rows]


def show(rows: Sequence[Row], answers: Sequence[Answer]) -> None:
    """The rows to look at: far, not placed, or an ambiguity that was not flagged."""
    for row, answer in zip(rows, answers, strict=True):
        text = row.address.replace("\n", " ")
        if row.point is None:
            if answer.point:
                print(f"  should be nowhere: {text!r} → {answer.matched}")
        elif answer.point is None:
            print(f"  not placed: {text}")
        else:
            apart = kilometres(row.point, answer.point)
            if apart > NEAR_KM or (row.is_ambiguous and not answer.is_flagged):
                flag = "review" if answer.is_flagged else "SURE"
                print(f"  {apart:7.0f} km {flag:6} {text} → {answer.matched}")
            elif answer.is_flagged and not row.is_ambiguous:
                print(f"  {apart:7.1f} km review {text} → {answer.matched}")
            elif apart > answer.accuracy_km:
                print(f"  {apart:7.1f} km outside its {answer.accuracy_km:.1f} km: {text} → {answer.matched}")


def main() -> int:
    """Print the table and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", action="store_true", help="list the rows that went wrong or to review")
    parser.add_argument("--truth", type=Path, default=TRUTH, help="another truth set")
    options = parser.parse_args()
    rows = read_truth(options.truth)
    mainland = [row for row in rows if row.region == "CN"]
    geocode("北京市")
    print(f"{'':20}{'rows':>6}{'placed':>8}{'within 15km':>12}{'median km':>11}{'>100 unflag.':>14}{'flagged':>9}"
          f"{'in radius':>11}")  # fmt: skip
    texts = varied(mainland)
    forget()
    every_text = [row.address for row in rows if row.region not in {"WORLD", "NONE"}]
    ours(every_text)
    forget()
    fresh = rate_of(ours, every_text)
    forget()
    rate = rate_of(ours, texts)
    peer = load_cpca()
    for name, part in (
        ("mainland", mainland),
        ("five regions", [row for row in rows if row.region not in {"WORLD", "NONE"}]),
        ("all rows", rows),
    ):
        own = score(part, ours([row.address for row in part]))
        print(line(f"ours, {name}", own))
        if peer is not None:
            other = score(part, peer([row.address for row in part]))
            print(line(f"cpca, {name}", other))
            print(
                f"    ours / cpca: placed {own.placed / other.placed:.2f}, within 15 km {own.near / other.near:.2f}"
            )
    print(
        f"rate: ours {fresh:,.0f}/s on {len(every_text)} different addresses, "
        f"{rate:,.0f}/s when only the house number differs"
    )
    if peer is None:
        print("cpca is not installed: no comparison")
    else:
        print(f"rate: cpca {rate_of(peer, texts):,.0f}/s")
    print()
    for region in ("CN", "TW", "HK", "MO", "KR", "WORLD"):
        part = [row for row in rows if row.region == region]
        if part:
            print(line(f"ours, {region}", score(part, ours([row.address for row in part]))))
    every = ours([row.address for row in rows])
    print(line("ours, all", score(rows, every)))
    ambiguous = [answer for row, answer in zip(rows, every, strict=True) if row.is_ambiguous]
    nowhere = [answer for row, answer in zip(rows, every, strict=True) if row.point is None]
    print(f"ambiguous rows flagged: {sum(a.is_flagged for a in ambiguous)} of {len(ambiguous)}; "
          f"rows without a place left alone: {sum(a.point is None for a in nowhere)} of {len(nowhere)}")  # fmt: skip
    same = [row.address for row in mainland] * REPEATS_FOR_RATE
    print(f"rate on repeated addresses: {rate_of(ours, same):,.0f}/s")
    if options.show:
        show(rows, every)
    return 0


if __name__ == "__main__":
    sys.exit(main())
