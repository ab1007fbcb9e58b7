"""Run in a home: fill it with N customers, write the index, and time the list with and without a search; print JSON.

searching.py N ROUNDS → {"index_seconds": s, "operations": {name: {"found": n, "seconds": […], "reading": […]}}}
"""

from __future__ import annotations

import json
import random
import sys
import time
from itertools import islice
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from guanxi.access.queries import actor_of, first_administrator  # noqa: E402
from guanxi.cli.setup import ensure_administrator, prepare_database  # noqa: E402
from guanxi.conditions.context import Context  # noqa: E402
from guanxi.customers.models import Customer  # noqa: E402
from guanxi.records.declaration import record_type  # noqa: E402
from guanxi.records.queries import list_page  # noqa: E402
from guanxi.records.search import feed  # noqa: E402
from guanxi.web.palette.queries import records_found  # noqa: E402
from lists import draw_rows  # noqa: E402

BATCH = 5_000
DRAWN = 50_000
"""So many rows are drawn; more are these again with names of their own."""
ASKED = {
    "the list without a search": ("",),
    "two characters, rare": ("福禄", "盛昌", "가나"),
    "two characters, in most names": ("公司", "有限"),
    "two characters, in many names": ("上海", "贸易"),
    "initials": ("hdgs", "flsx", "ㄱㄴㄷ"),
    "pinyin": ("fulu", "changsheng", "taihe"),
    "part of a word": ("radin", "trad"),
    "phone tail": ("8000", "1357", "24680"),
    "customer number": ("c000123", "004567"),
    "one character": ("福", "上", "h"),
    "two words": ("上海 福禄", "公司 8000"),
    "nothing there": ("龘龘", "qqqqzz"),
}


def fill(count: int) -> None:
    """Keep customers without their index, as a long import leaves them."""
    owner = first_administrator()
    now = timezone.now()
    drawn = [(row[1] or "?", str(row[3] or ""), row[0] or "") for row in islice(draw_rows(DRAWN, 1), DRAWN)]
    for start in range(0, count, BATCH):
        rows = []
        for number in range(start, min(start + BATCH, count)):
            name, phone, own = drawn[number % DRAWN]
            if number >= DRAWN:
                name, phone = f"{name}{number}", f"{phone[:-5]}{number * 7919 % 100_000:05}" if phone else ""
            rows.append(
                Customer(name=name, phone=phone, external_id=own, owner=owner, created_at=now, updated_at=now)
            )
        with transaction.atomic():
            made = Customer.objects.bulk_create(rows)
            feed.rows_created(record_type("customer"), made[0].pk, made[-1].pk)


def main() -> None:
    """Fill, write the index, measure."""
    count, rounds = int(sys.argv[1]), int(sys.argv[2])
    prepare_database()
    ensure_administrator()
    fill(count)
    begun = time.perf_counter()
    while feed.index_next()[1]:
        pass
    index_seconds = time.perf_counter() - begun
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(json.dumps({"index_seconds": index_seconds, "operations": measure(rounds)}))


def measure(rounds: int) -> dict[str, dict[str, object]]:
    """Ask each kind in turn, so that what else the machine does falls on all alike."""
    settings.ALLOWED_HOSTS = ["testserver"]
    person = first_administrator()
    assert person is not None
    client, actor, known = Client(), actor_of(person), record_type("customer")
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    moment = Context(now=timezone.now(), zone=actor.zone)
    chance = random.Random(1)  # noqa: S311 - sample requests
    found: dict[str, dict[str, object]] = {}
    taken: dict[str, tuple[list[float], list[float], list[float]]] = {name: ([], [], []) for name in ASKED}
    for number in range(rounds + 1):
        for name, texts in ASKED.items():
            text = texts[number % len(texts)] if number else chance.choice(texts)
            start = time.perf_counter()
            page = list_page(known, actor, context=moment, text=text)
            read = time.perf_counter()
            assert client.get("/customers/", {"q": text}).status_code == 200
            drawn = time.perf_counter()
            records_found(actor, text)
            offered = time.perf_counter()
            found[name] = {"found": page.count}
            if number:  # the first round warms up
                for times, seconds in zip(
                    taken[name], (read - start, drawn - read, offered - drawn), strict=True
                ):
                    times.append(seconds)
    for name, (reading, page_seconds, palette) in taken.items():
        found[name] |= {"reading": reading, "page": page_seconds, "palette": palette}
    return found


if __name__ == "__main__":
    main()
