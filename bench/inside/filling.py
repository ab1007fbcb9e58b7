"""Run in a home: fill it with N customers, and with metrics and tiers beside them, written by the database itself.

The figures are drawn by arithmetic on the row's number, the same on both databases: one customer in eleven without
metrics, one in seven without a tier, half of them of the first member. Prints the seconds it took.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import django

django.setup()

from django.db import connection, models, transaction  # noqa: E402

from guanxi.access.calc import Role  # noqa: E402
from guanxi.access.models import Team, User  # noqa: E402
from guanxi.access.services import create_user  # noqa: E402
from guanxi.cli.setup import ensure_administrator, prepare_database  # noqa: E402
from guanxi.customers.models import Customer  # noqa: E402
from guanxi.metrics.models import CustomerMetrics  # noqa: E402
from guanxi.tiers.models import CustomerTier, Scheme  # noqa: E402

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
INDUSTRIES = ("五金", "建材", "物流", "餐饮", "医疗器械", "식품", "물류", "Retail", "Software", "Textiles")


def drawn(salt: int, below: int) -> str:
    """A number from 0 to `below` - 1 for the row `k`: Knuth's multiplicative hash."""
    return f"((k * 2654435761 + {salt} * 40503) % 4294967296 / 7 % {below})"


def day_before(days: str) -> str:
    """The date that lies so many days before the clock of the figures."""
    if connection.vendor == "postgresql":
        return f"(DATE '2026-11-02' - CAST({days} AS INTEGER))"
    return f"DATE('2026-11-02', '-' || {days} || ' days')"


def moment_before(seconds: str) -> str:
    """The time that lies so many seconds before the clock of the figures."""
    if connection.vendor == "postgresql":
        return f"(TIMESTAMPTZ '2026-11-02 09:00:00+00' - {seconds} * INTERVAL '1 second')"
    return f"DATETIME('2026-11-02 09:00:00', '-' || {seconds} || ' seconds')"


def one_of(values: tuple[str, ...], number: str) -> str:
    """The value with that number."""
    cases = " ".join(f"WHEN {place} THEN '{value}'" for place, value in enumerate(values))
    return f"CASE {number} {cases} END"


def fill(like: models.Model, count: int, values: Mapping[str, str], only: str = "k > 0") -> None:
    """Write a row for each k that `only` keeps: `values` by column, the rest as in `like`."""
    fixed: dict[str, Any] = {
        str(field.column): field.get_db_prep_save(getattr(like, field.attname), connection=connection)
        for field in like._meta.concrete_fields  # noqa: SLF001 - Django's own documented interface
        if field.column not in values and not isinstance(field, models.BigAutoField)
    }
    columns = ", ".join(f'"{column}"' for column in (*values, *fixed))
    given = ", ".join((*values.values(), *("%s" for _ in fixed)))
    numbers = (
        f"WITH RECURSIVE n(k) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT k + 1 FROM n WHERE k < {count})"  # noqa: S608 - a number
    )
    table = like._meta.db_table  # noqa: SLF001
    statement = f'{numbers} INSERT INTO "{table}" ({columns}) SELECT {given} FROM n WHERE {only}'  # noqa: S608 - our own
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.replace(" % ", " %% "), list(fixed.values()))


def fill_customers(count: int, owners: list[int], teams: list[int]) -> None:
    """Customers of two members and their teams, one in eleven of nobody's."""
    owner = (
        f"CASE WHEN {drawn(1, 11)} = 0 THEN NULL WHEN {drawn(2, 2)} = 0 THEN {owners[0]} ELSE {owners[1]} END"
    )
    team = f"CASE WHEN {drawn(3, 5)} = 0 THEN NULL WHEN {drawn(2, 2)} = 0 THEN {teams[0]} ELSE {teams[1]} END"
    name = f"{one_of(INDUSTRIES, drawn(5, 10))} || '客户 ' || {drawn(4, 1_000_000)}"
    fill(
        Customer(name="", currency="CNY", kind="company", updated_at=NOW, created_at=NOW),
        count,
        {
            "id": "k",
            "name": name,
            "name_key": name,
            "industry": one_of(INDUSTRIES, drawn(5, 10)),
            "amount": f"CASE WHEN {drawn(6, 10)} < 3 THEN NULL ELSE {drawn(7, 9_000_000)} / 10.0 END",
            "owner_id": owner,
            "team_id": team,
            "updated_at": moment_before(drawn(8, 90_000_000)),
        },
    )


def fill_beside(count: int) -> None:
    """The figures and classes of those customers."""
    money = f"{drawn(12, 5_000_000)} / 10.0"
    fill(
        CustomerMetrics(currency="CNY"),
        count,
        {
            "customer_id": "k",
            "recency_days": f"CASE WHEN {drawn(10, 9)} = 0 THEN NULL ELSE {drawn(11, 1500)} END",
            "last_order": f"CASE WHEN {drawn(10, 9)} = 0 THEN NULL ELSE {day_before(drawn(11, 1500))} END",
            "frequency": drawn(13, 60),
            "orders_12m": drawn(14, 12),
            "value_12m": money,
            "value_total": f"{money} * 3",
            "contribution": money,
        },
        only=f"{drawn(9, 11)} > 0",
    )
    since = CustomerTier(since=NOW)
    for salt, (scheme, codes) in enumerate(
        {"abcd": ("A", "B", "C", "D"), "rfm": ("champions", "loyal", "lost")}.items()
    ):
        since.scheme_id = scheme
        classes = one_of(codes, f"{drawn(20 + salt, 100)} / {100 // len(codes) + 1}")
        fill(since, count, {"customer_id": "k", "code": classes}, only=f"{drawn(30 + salt, 7)} > 0")


def main() -> None:
    """Fill."""
    start = time.perf_counter()
    prepare_database()
    ensure_administrator()
    members = ("alice", "bob")
    for name in members:
        create_user(
            actor=None, username=name, password=None, role=Role.MEMBER, full_name=name, teams=(f"of {name}",)
        )
    owners = [User.objects.get(username=name).pk for name in members]
    teams = [Team.objects.get(name=f"of {name}").pk for name in members]
    for key in ("abcd", "rfm"):
        Scheme.objects.get_or_create(key=key, defaults={"name": key})
    fill_customers(int(sys.argv[1]), owners, teams)
    fill_beside(int(sys.argv[1]))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(f"{time.perf_counter() - start:.0f}")


if __name__ == "__main__":
    main()
