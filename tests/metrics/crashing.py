"""What the processes of test_crashes do, each in the same home: prepare it, refresh it (and die at a step), tell of it.

A step is a file of the warehouse opened for writing, renamed or removed, or a statement that writes into the database.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from guanxi.metrics.engine.opening import open_warehouse  # noqa: E402
from guanxi.metrics.engine.values import VALUES  # noqa: E402
from guanxi.metrics.facts import facts  # noqa: E402
from guanxi.metrics.models import CustomerMetrics  # noqa: E402
from guanxi.metrics.services import refresh  # noqa: E402
from tests.cast import NOW, make_cast  # noqa: E402

STEPS = ("open", "os.rename", "os.remove", "os.mkdir")
WRITING = ("INSERT", "UPDATE", "DELETE", "CREATE")
WAREHOUSE: Path = settings.ENVIRONMENT.warehouse


class Killer:
    """Counts steps, and kills the process at one."""

    def __init__(self, last: int) -> None:
        self.last, self.count = last, 0

    def step(self) -> None:
        self.count += 1
        if self.count == self.last:
            os.kill(os.getpid(), signal.SIGKILL)

    def audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event not in STEPS or not str(arguments[0]).startswith(str(WAREHOUSE)):
            return
        if event != "open" or (arguments[1] and set(arguments[1]) & set("wax+")):
            self.step()

    def statement(self, execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().upper().startswith(WRITING):
            self.step()
        return execute(sql, parameters, many, context)


def prepare() -> object:
    """A home with some days' work: many deltas, and changes that wait to be fed."""
    cast = make_cast()
    customers = [cast.alice.adds("customer", name=f"客户{number}") for number in range(6)]

    def buy(number: int) -> None:
        values = {"ordered_on": "2026-10-01", "currency": "CNY", "total": 10 + number}
        cast.alice.adds("order", customer=customers[number % 6].pk, **values)

    refresh(actor=None, now=NOW)
    for number in range(9):
        buy(number)
        refresh(actor=None, now=NOW)
    buy(2)
    buy(3)
    return state()


def refreshed(step: int, now: datetime) -> int:
    """Refresh, and die at a step; how many there were if it lives."""
    killer = Killer(step)
    sys.addaudithook(killer.audit)
    with connection.execute_wrapper(killer.statement):
        refresh(actor=None, now=now)
    return killer.count


def state() -> dict[str, str]:
    """The rows of the facts, those of the values, and what stands beside the customers: each as one text."""
    names = [fact.name for fact in facts()]
    with open_warehouse(WAREHOUSE) as opened:
        rows = {name: _rows(opened, name) for name in [*names, VALUES]}
    beside = str(list(CustomerMetrics.objects.order_by("customer").values()))
    return {"facts": str({name: rows[name] for name in names}), "values": rows[VALUES], "beside": beside}


def _rows(opened: Any, name: str) -> str:
    query = f'SELECT * FROM "{name}" ORDER BY ALL'  # noqa: S608 - a fact's name
    return str(opened.sql(query).to_arrow_table().to_pylist())


def told(what: str, minutes: int, step: int) -> object:
    now = NOW + timedelta(minutes=minutes)
    if what == "prepare":
        return prepare()
    if what == "refresh":
        steps = refreshed(step, now)
        return {"steps": steps, "new": state()}
    cut = state()
    refresh(actor=None, now=now)
    return {"cut": cut, "mended": state()}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(told(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))
