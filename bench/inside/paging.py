"""Run in a grown home: time each kind of request in this process, R rounds, one after the other; print JSON.

paging.py ROUNDS SEED → {operation: {"queries": n, "seconds": [...], "processor": [...]}}
paging.py --addresses SEED → {"cookie": …, "addresses": {operation: [address, …]}} for asking a server instead
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable
from urllib.parse import urlencode

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from guanxi.access.queries import actor_of, first_administrator  # noqa: E402
from guanxi.customers.models import Customer  # noqa: E402
from guanxi.records.cursor import write_cursor  # noqa: E402
from guanxi.records.declaration import record_type  # noqa: E402

LIST, API = "/customers/", "/api/v1/customers"
DRAWN_WORDS = ("瑞贝卡", "豫盛", "建安", "王伟", "有限")


class Asker:
    """Draws addresses of each operation."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - sample requests
        self.known = record_type("customer")
        administrator = first_administrator()
        assert administrator is not None
        self.actor = actor_of(administrator)
        self.ids = list(Customer.objects.visible_to(self.actor).order_by("pk").values_list("pk", flat=True))
        phones = Customer.objects.visible_to(self.actor).exclude(phone="").values_list("phone", flat=True)
        self.tails = [phone[-4:] for phone in phones[:200]]
        self.cursors = {order: self._cursors(order) for order in ("name", "-updated_at", "-amount")}
        self.operations: dict[str, Callable[[], str]] = {
            "list, first page": lambda: LIST,
            "list by amount": lambda: self._list(order="-amount"),
            "list by tier (beside the record)": lambda: self._list(order="tier"),
            "list, filtered": lambda: self._list(where='industry = "建材"'),
            "list, deep page": lambda: self._deep("-updated_at"),
            "list by name, deep page": lambda: self._deep("name"),
            "list by amount, deep page": lambda: self._deep("-amount"),
            "search, part of a name": lambda: self._list(q=self.chance.choice(DRAWN_WORDS)),
            "search, phone tail": lambda: self._list(q=self.chance.choice(self.tails)),
            "record page": lambda: f"{LIST}{self.chance.choice(self.ids)}/",
            "API list": lambda: f"{API}?limit=50",
            "API record": lambda: f"{API}/{self.chance.choice(self.ids)}",
        }

    def _list(self, **asked: str) -> str:
        return f"{LIST}?{urlencode(asked)}"

    def _deep(self, order: str) -> str:
        return self._list(order=order, after=self.chance.choice(self.cursors[order]), start="51")

    def _cursors(self, order: str) -> list[str]:
        """Cursors into the second half of the list."""
        field = self.known.by_name[order.removeprefix("-")]
        rows = Customer.objects.visible_to(self.actor).exclude(**{field.column: None}).order_by(order, "pk")
        count = rows.count()
        return [
            write_cursor(rows[place], [field])
            for place in range(count // 2, count * 9 // 10, count // 12 + 1)
        ]


def signed_in() -> Client:
    """A browser of the administrator."""
    client = Client()
    administrator = first_administrator()
    assert administrator is not None
    client.force_login(administrator, backend="django.contrib.auth.backends.ModelBackend")
    return client


def ask(client: Client, address: str) -> tuple[float, float]:
    """Wall and processor seconds of one request. Raises SystemExit unless it is answered well."""
    processor, start = time.process_time(), time.perf_counter()
    answer = client.get(address)
    taken = time.perf_counter() - start, time.process_time() - processor
    if answer.status_code != 200:
        raise SystemExit(f"{address} answered {answer.status_code}")
    return taken


def main() -> None:
    """Measure, or tell the addresses."""
    if sys.argv[1] == "--addresses":
        asker = Asker(int(sys.argv[2]))
        cookie = signed_in().cookies[settings.SESSION_COOKIE_NAME].value
        drawn = {name: [draw() for _ in range(40)] for name, draw in asker.operations.items()}
        print(json.dumps({"cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}", "addresses": drawn}))
        return
    rounds, asker, client = int(sys.argv[1]), Asker(int(sys.argv[2])), signed_in()
    found: dict[str, dict[str, object]] = {}
    for name, draw in asker.operations.items():
        ask(client, draw())
        with CaptureQueriesContext(
            connection,
        ) as captured:
            ask(client, draw())
        found[name] = {"queries": len(captured), "seconds": [], "processor": []}
        if "--statements" in sys.argv:
            slowest = max(captured.captured_queries, key=lambda query: float(query["time"]))
            print(name, slowest["time"], slowest["sql"], "\n", file=sys.stderr)
    for _ in range(rounds):
        for name, draw in asker.operations.items():
            wall, processor = ask(client, draw())
            found[name]["seconds"].append(wall)  # type: ignore[attr-defined]
            found[name]["processor"].append(processor)  # type: ignore[attr-defined]
    print(json.dumps({"at": timezone.now().isoformat(), "operations": found}))


if __name__ == "__main__":
    main()
