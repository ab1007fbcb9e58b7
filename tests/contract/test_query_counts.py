"""How many SQL queries a read takes: as many for many rows as for few, and no more than review agreed to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guanxi.records.declaration import RecordType, record_types
from tests.api.client import Program, program_of
from tests.cast import Cast
from tests.contract.samples import Samples, samples_of
from tests.snapshot import same_as_kept

KEPT = Path(__file__).with_name("query_counts.json")
FEW, MANY = 2, 12


def queries(program: Program, path: str, **query: Any) -> int:
    """Return how many queries a GET takes, the token's own among them."""
    with CaptureQueriesContext(connection) as captured:
        answer = program.get(path, **query)
    assert answer.status_code == 200, answer.content
    return len(captured)


def add(known: RecordType, samples: Samples, count: int) -> int:
    """Add records; return the last one's id."""
    return [int(samples.person.adds(known.name, **samples.all()).pk) for _ in range(count)][-1]


def counts(known: RecordType, program: Program, key: int) -> dict[str, int]:
    """Return the counts of a type's reads."""
    root = f"/{known.plural}"
    return {
        f"GET {root}": queries(program, root, limit=500),
        f"GET {root}?where": queries(program, root, limit=500, where=f"not {known.title} is empty"),
        f"GET {root}?fields": queries(program, root, limit=500, fields=known.title),
        f"GET {root}/{{record_id}}": queries(program, f"{root}/{key}"),
        f"GET {root}/{{record_id}}/history": queries(program, f"{root}/{key}/history"),
    }


@pytest.mark.django_db
def test_reads_take_as_many_queries_for_many_rows_as_for_few_and_as_many_as_agreed(cast: Cast) -> None:
    root = program_of(cast.root)
    root.get("/me")  # that the token was used is kept now, and not again within the minute
    found: dict[str, int] = {}
    for known in record_types():
        samples = samples_of(known, cast)
        few = counts(known, root, add(known, samples, FEW))
        many = counts(known, root, add(known, samples, MANY))
        assert few == many
        found |= many
    same_as_kept(KEPT, json.dumps(found, indent=1) + "\n", meaning="The number of SQL queries changed.")
