"""Run in a filled home: ask each question as the program does and by SQL written by hand, in turn; print JSON.

asking.py ROUNDS PERSON → {question: {part: {"ours": [...], "statements": [...], "by_hand": [...], "rows": n}}}

The parts are `rows` (the ids of all that meet the condition), `count` (up to ten thousand), `first` and `next` (pages
of fifty). `statements` is what our own SQL takes without the program around it. On SQLite the seconds are those of
this process's processor, which does the database's work too; on PostgreSQL they are the clock's.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402

from guanxi.access.models import User  # noqa: E402
from guanxi.access.queries import actor_of  # noqa: E402
from guanxi.conditions.context import Context  # noqa: E402
from guanxi.records.declaration import record_type  # noqa: E402
from guanxi.records.queries import COUNT_LIMIT, count_rows, list_page, matching, parse_where  # noqa: E402

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
LIMIT = 51
METRICS = "JOIN metrics_customermetrics m ON m.customer_id = c.id"
TIER = "JOIN tiers_customertier t ON t.customer_id = c.id AND t.scheme_id = 'abcd'"
SHOWN = "c.id, c.name, c.industry, c.amount, c.updated_at, m.value_12m, m.contribution, m.last_order, t.code"
Statement = tuple[str, Sequence[Any]]
Answer = tuple[float, list[Any]]


@dataclass(frozen=True)
class Question:
    """A condition and an order, and how somebody would write them down: joins and test, columns sorted by."""

    where: str
    order: str
    joins: tuple[str, ...]
    test: str
    sorted_by: str
    key: str = "c.id"


QUESTIONS = (
    Question('industry = "五金"', "-updated_at", (), "c.industry = '五金'", "c.updated_at"),
    Question('tier = "A"', "-value_12m", (TIER,), "t.code = 'A'", "m.value_12m", "m.customer_id"),
    Question(
        "recency_days > 1400",
        "-value_12m",
        (METRICS,),
        "m.recency_days > 1400",
        "m.value_12m",
        "m.customer_id",
    ),
    Question(
        'value_12m > 490000 and industry = "五金"',
        "-updated_at",
        (METRICS,),
        "m.value_12m > 490000 AND c.industry = '五金'",
        "c.updated_at",
    ),
    Question(
        "recency_days < 5 or value_12m > 499000",
        "-contribution",
        (METRICS,),
        "(m.recency_days < 5 OR m.value_12m > 499000)",
        "m.contribution",
        "m.customer_id",
    ),
    Question(
        'tier != "A"',
        "-contribution",
        (f"LEFT {TIER}",),
        "(t.code IS NULL OR t.code <> 'A')",
        "m.contribution",
        "m.customer_id",
    ),
    Question(
        'tier = "A" and last_order < today - 1400d',
        "-last_order",
        (METRICS, TIER),
        "t.code = 'A' AND m.last_order < '2023-01-02'",
        "m.last_order",
        "m.customer_id",
    ),
    Question('name contains "客户 77"', "-updated_at", (), "c.name LIKE '%%客户 77%%'", "c.updated_at"),
    Question("everything", "-tier", (), "1 = 1", "t.code", "t.customer_id"),
)


class Asker:
    """Asks as one person."""

    def __init__(self, username: str) -> None:
        self.known = record_type("customer")
        self.actor = actor_of(User.objects.get(username=username))
        self.context = Context(now=NOW, zone=self.actor.zone)
        teams = ", ".join(str(team) for team in sorted(self.actor.teams))
        sees_all = self.actor.is_administrator
        self.scope = "" if sees_all else f" AND (c.owner_id = {self.actor.id} OR c.team_id IN ({teams}))"
        self.clock = time.process_time if connection.vendor == "sqlite" else time.perf_counter

    def ours(self, question: Question, part: str, after: str) -> list[Any]:
        """The program's own way, from the text of the condition to rows."""
        where = parse_where(question.where, self.known)
        if part in ("first", "next"):
            page = list_page(
                self.known,
                self.actor,
                context=self.context,
                where=where,
                order=question.order,
                after=after if part == "next" else "",
            )
            return [row.pk for row in page.rows] + [page.next]
        rows = matching(self.known, self.actor, where, self.context)
        return [count_rows(rows)] if part == "count" else list(rows.values_list("pk", flat=True))

    def by_hand(self, question: Question, part: str, last: tuple[Any, int] | None) -> list[Statement]:
        """What somebody would write; a page comes with its count."""
        tables = f"customers_customer c {' '.join(question.joins)}"
        test = f"c.deleted_in_id IS NULL AND {question.test}{self.scope}"
        count: Statement = (
            f"SELECT COUNT(*) FROM (SELECT 1 FROM {tables} WHERE {test} LIMIT {COUNT_LIMIT + 1}) AS found",  # noqa: S608 - our own
            [],
        )
        if part == "count":
            return [count]
        if part == "rows":
            return [(f"SELECT c.id FROM {tables} WHERE {test}", [])]  # noqa: S608
        joins = [*question.joins]
        for table, join in (("m.", METRICS), ("t.", TIER)):
            if not any(join in known for known in joins):
                joins.append(join if question.sorted_by.startswith(table) else f"LEFT {join}")
        column, key = question.sorted_by, question.key
        beyond, values = ("", []) if last is None else (f" AND ({column}, {key}) < (%s, %s)", list(last))
        page = (
            f"SELECT {SHOWN}, {column} FROM customers_customer c {' '.join(joins)} "  # noqa: S608
            f"WHERE {test} AND {column} IS NOT NULL{beyond} "
            f"ORDER BY {column} DESC, {key} DESC LIMIT {LIMIT}"
        )
        return [count, (page, values)]

    def timed(self, work: Callable[[], list[Any]]) -> Answer:
        """Seconds and answer."""
        start = self.clock()
        found = work()
        return self.clock() - start, found


def run(statements: Sequence[Statement]) -> list[Any]:
    """The rows of the last statement; those before it are asked, too."""
    rows: list[Any] = []
    with connection.cursor() as cursor:
        for sql, values in statements:
            cursor.execute(sql, values)
            rows = cursor.fetchall()
    return rows


def asked_by(work: Callable[[], object]) -> list[Statement]:
    """The statements that some work asks."""
    found: list[Statement] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 - Django's signature
        found.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        work()
    return found


def measure(asker: Asker, question: Question, rounds: int) -> dict[str, Any]:
    """Every part, in turn, with the same rows in each way."""
    first = asker.ours(question, "first", "")
    after, last = first[-1], None
    rows = run(asker.by_hand(question, "first", None))
    if len(rows) == LIMIT:
        last = (rows[LIMIT - 2][-1], rows[LIMIT - 2][0])
    found: dict[str, Any] = {}
    for part in ("rows", "count", "first", "next"):
        if part == "next" and (after is None or last is None):
            continue
        by_hand = asker.by_hand(question, part, last if part == "next" else None)
        statements = asked_by(lambda part=part: asker.ours(question, part, after))  # type: ignore[misc]
        times: dict[str, Any] = {"ours": [], "statements": [], "by_hand": []}
        for _ in range(rounds):
            taken, ours = asker.timed(lambda part=part: asker.ours(question, part, after))  # type: ignore[misc]
            times["ours"].append(taken)
            times["statements"].append(asker.timed(lambda statements=statements: run(statements))[0])  # type: ignore[misc]
            taken, theirs = asker.timed(lambda by_hand=by_hand: run(by_hand))  # type: ignore[misc]
            times["by_hand"].append(taken)
        check(question, part, ours, theirs)
        times["rows"] = len(theirs)
        found[part] = times
    return found


def check(question: Question, part: str, ours: list[Any], theirs: list[Any]) -> None:
    """Raise SystemExit unless both ways found the same."""
    hand = [row[0] for row in theirs]
    if part == "rows":
        same = sorted(ours) == sorted(hand)
    elif part == "count":
        same = ours[0] == hand[0] or (ours[0] is None and hand[0] > COUNT_LIMIT)
    else:
        same = ours[:-1] == hand[: LIMIT - 1]
    if not same:
        raise SystemExit(f"{question.where}, {part}: {ours[:5]} is not {hand[:5]}")


def main() -> None:
    """Measure."""
    asker = Asker(sys.argv[2])
    found = {f"{each.where}, by {each.order}": measure(asker, each, int(sys.argv[1])) for each in QUESTIONS}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
