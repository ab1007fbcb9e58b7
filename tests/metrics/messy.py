"""Facts as life makes them: refunds, several currencies, days to come, nothing known, four scripts; and a warehouse."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from guanxi.metrics.engine.feed import arrow_schema
from guanxi.metrics.engine.warehouse import Manifest, Writer
from guanxi.metrics.facts import fact_named

TODAY = date(2026, 11, 2)
NOW = datetime(2026, 11, 2, tzinfo=UTC)
Rows = Sequence[Mapping[str, Any]]
CURRENCIES = ("CNY", "CNY", "CNY", "KRW", "USD", "KWD")
LINES = ("五金", "전동 공구", "Paint, matt", "", None)
FACTS = ("customers", "orders", "order_lines", "interactions", "contacts", "places")


def drawn(seed: int, customers: int) -> dict[str, list[dict[str, Any]]]:
    """Draw the rows of every fact that the built-in metrics look at; the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - the same data every time
    facts: dict[str, list[dict[str, Any]]] = {name: [] for name in FACTS}
    for customer in range(1, customers + 1):
        facts["customers"].append(
            {
                "customer_id": customer,
                "name": chance.choice(("东莞市塘厦五金厂", "한빛상사", "Ærø & Søn", "")),
                "amount": chance.choice((None, 0, chance.randrange(10**9))),
                "demand": chance.choice((None, 0, chance.randrange(1, 10**9))),
                "currency": chance.choice(CURRENCIES),
                "day": _day(chance, 4000),
            }
        )
        _buy(chance, facts, customer)
        for _ in range(chance.choice((0, 0, 1, 3, 9))):
            _touch(chance, facts, customer)
    return facts


def _day(chance: random.Random, most: int) -> date:
    return TODAY - timedelta(days=chance.choice((0, 1, 30, 365, 366, chance.randrange(-40, most))))


def _buy(chance: random.Random, facts: dict[str, list[dict[str, Any]]], customer: int) -> None:
    usual = chance.choice(CURRENCIES)
    for _ in range(chance.choice((0, 1, 2, 3, 7, 20))):
        order = {
            "order_id": len(facts["orders"]) + 1,
            "customer_id": customer,
            "ordered_on": _day(chance, 1500),
            "currency": usual if chance.random() < 0.8 else chance.choice(CURRENCIES),
            "total": chance.choice((0, -chance.randrange(10**6), chance.randrange(10**13), 5)),
        }
        facts["orders"].append(order)
        for _ in range(chance.choice((0, 1, 2))):
            facts["order_lines"].append(
                {
                    "order_line_id": len(facts["order_lines"]) + 1,
                    "order_id": order["order_id"],
                    "customer_id": customer,
                    "ordered_on": order["ordered_on"],
                    "currency": order["currency"],
                    "product_id": chance.randrange(1, 6),
                    "product_line": chance.choice(LINES),
                    "quantity": Decimal(chance.randrange(-5000, 90000)) / 1000,
                    "amount": chance.randrange(-(10**6), 10**9),
                    "cost": chance.choice((None, chance.randrange(10**9))),
                }
            )


def _touch(chance: random.Random, facts: dict[str, list[dict[str, Any]]], customer: int) -> None:
    kind = chance.choice(("call", "visit", "meeting", "message", "mail", "note"))
    facts["interactions"].append(
        {
            "interaction_id": len(facts["interactions"]) + 1,
            "customer_id": customer,
            "kind": kind,
            "day": _day(chance, 900),
        }
    )
    facts["contacts"].append(
        {
            "contact_id": len(facts["contacts"]) + 1,
            "customer_id": customer,
            "is_key_person": chance.choice((True, False)),
            "day": _day(chance, 900),
        }
    )
    facts["places"].append(
        {"place_id": len(facts["places"]) + 1, "customer_id": customer, "day": _day(chance, 900)}
    )


def written(root: Path, facts: Mapping[str, Rows]) -> Manifest:
    """Write rows as the warehouse of `root`; columns that are not given are empty."""
    writer = Writer(root, NOW)
    for name, rows in facts.items():
        schema = arrow_schema(fact_named(name))
        writer.write(name, schema, [pa.Table.from_pylist([dict(row) for row in rows], schema=schema)])
    return writer.swap()


def bought(customers: int, currency: str = "CNY") -> dict[str, Any]:
    """Orders of customers who buy at a rate of their own until they leave, at any time, unseen."""
    chance = random.Random(5)  # noqa: S311 - the same data every time
    facts = drawn(1, 0)
    for customer in range(1, customers + 1):
        facts["customers"].append({"customer_id": customer, "currency": currency})
        day, rate, stays = (
            chance.uniform(300, 900),
            chance.gammavariate(0.8, 1 / 60),
            chance.expovariate(1 / 500),
        )
        until, worth = max(0.0, day - stays), chance.gammavariate(6, 100)
        while day >= until:
            order = {"order_id": len(facts["orders"]) + 1, "customer_id": customer, "currency": currency}
            order |= {
                "ordered_on": TODAY - timedelta(days=int(day)),
                "total": int(worth * chance.gammavariate(5, 20)),
            }
            facts["orders"].append(order)
            day -= chance.expovariate(rate) + 1
    return facts
