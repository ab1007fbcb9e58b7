"""One search for doubles in a process of its own: how long, how much memory, what was found. Prints JSON.

Run: `python bench/inside/doubles.py SIZE SEED [NAMES]`.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from guanxi.matching.customers import customers
from guanxi.matching.matcher import Matcher
from messes import draw, scored, source


def main() -> None:
    """Draw, search, score."""
    size, seed = int(sys.argv[1]), int(sys.argv[2])
    drawn = draw(size, seed, source(Path(sys.argv[3]) if len(sys.argv) > 3 else None))
    before = _peak()
    steps: dict[str, float] = {}
    start = last = time.perf_counter()
    processor = time.process_time()
    names: list[str] = []

    def tell(step: str) -> None:
        nonlocal last
        now = time.perf_counter()
        if names:
            steps[names[-1]] = now - last
        names.append(step)
        last = now

    matcher = Matcher(customers()).fit(drawn.given, tell=tell)
    tell("grouping")
    groups = matcher.clusters()
    tell("end")
    print(
        json.dumps(
            {
                "records": len(drawn.kinds),
                "seconds": time.perf_counter() - start,
                "processor": time.process_time() - processor,
                "peak_mib": _peak(),
                "before_mib": before,
                "steps": steps,
                "pairs": matcher.pairs_looked_at_,
                "left_out": [[one.block, one.values, one.records] for one in matcher.left_out_],
                "kinds": list(scored(groups, drawn)),
                "groups": len(groups),
            }
        )
    )


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


if __name__ == "__main__":
    main()
