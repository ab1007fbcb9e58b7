"""Run in a grown home: print a key for the API and what to ask of it, as JSON.

api_addresses.py SEED → {"key": …, "operations": {name: [[method, address, body or null], …]}}
"""

from __future__ import annotations

import json
import random
import sys
from typing import Any
from urllib.parse import urlencode

import django

django.setup()

from guanxi.access.models import User  # noqa: E402
from guanxi.access.queries import first_administrator  # noqa: E402
from guanxi.access.services import create_token  # noqa: E402
from guanxi.customers.models import Customer  # noqa: E402
from guanxi.records.cursor import write_cursor  # noqa: E402
from guanxi.records.declaration import record_type  # noqa: E402

API = "/api/v1"
DRAWN = 200
LENGTH_OF_PART = 2


def operations(chance: random.Random) -> dict[str, list[list[Any]]]:
    """What to ask, drawn from the customers that are there."""
    ids = list(Customer.objects.order_by("pk").values_list("pk", flat=True))
    names = [row.name for row in Customer.objects.filter(pk__in=chance.sample(ids, min(DRAWN, len(ids))))]
    parts = [name[place : place + LENGTH_OF_PART] for name in names if (place := len(name) // 3) is not None]
    order = record_type("customer").by_name["updated_at"]
    rows = Customer.objects.order_by("-updated_at", "pk")
    deep = [write_cursor(rows[len(ids) * share // 10], [order]) for share in (5, 6, 7, 8, 9)]
    listed = f"{API}/customers?limit=50"
    pivot = {"fact": "orders", "rows": ["ordered_on:month"], "measures": ["sum:total", "count"]}
    return {
        "list, first page": [["GET", listed, None]],
        "list, deep page": [
            ["GET", f"{listed}&{urlencode({'after': after, 'order': '-updated_at'})}", None] for after in deep
        ],
        "search, part of a name": [["GET", f"{listed}&{urlencode({'q': part})}", None] for part in parts],
        "record": [["GET", f"{API}/customers/{chance.choice(ids)}", None] for _ in range(DRAWN)],
        "create": [
            [
                "POST",
                f"{API}/customers",
                {"name": f"{name}{chance.randrange(10**6)}", "phone": _phone(chance)},
            ]
            for name in names
        ],
        "pivot": [["POST", f"{API}/pivot", pivot]],
    }


def _phone(chance: random.Random) -> str:
    return f"138{chance.randrange(10**8):08d}"


def main() -> None:
    """Print it."""
    administrator = first_administrator()
    assert isinstance(administrator, User)
    _row, key = create_token(user=administrator, name="bench")
    print(json.dumps({"key": key, "operations": operations(random.Random(int(sys.argv[1])))}))  # noqa: S311


if __name__ == "__main__":
    main()
