"""An import whose worker is killed in the middle goes on where it was, as real processes."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

from tests.processes import own_home

ROWS = 5_000

RECEIVE = """
import sys
from django.utils import timezone
from guanxi.access.calc import Role
from guanxi.access.queries import actor_of
from guanxi.access.services import create_user
from guanxi.imports.services import receive_file, start_import
person = create_user(actor=None, username="admin", password=None, role=Role.ADMINISTRATOR)
with open({path!r}, "rb") as file:
    source = receive_file(actor=actor_of(person), file=file, name="list.csv", now=timezone.now())
start_import(actor=actor_of(person), import_id=source.pk, now=timezone.now())
"""

WORK_AND_KILL = """
import os, signal, time
from guanxi.jobs.models import Job
end = time.monotonic() + 60
while time.monotonic() < end:
    job = Job.objects.get(kind="import")
    if job.done >= {done}:
        print(job.leased_by, job.done)
        break
    time.sleep(0.01)
"""

LOOK = """
import json
from guanxi.access.models import ChangeSet
from guanxi.customers.models import Contact, Customer
from guanxi.imports.models import SourceRow
from guanxi.jobs.models import Job
job = Job.objects.get(kind="import")
print(json.dumps({
    "state": job.state, "attempts": job.attempts, "result": job.result, "error": job.error,
    "rows": SourceRow.objects.count(), "customers": Customer.objects.count(), "contacts": Contact.objects.count(),
    "names": Customer.objects.values("name").distinct().count(),
    "changesets": ChangeSet.objects.filter(verb="import").count(),
}))
"""


def a_list() -> str:
    lines = ["客户名称,联系人,电话"]
    lines += [f"许昌商贸第{number}号店,王{number},139{number:08d}" for number in range(ROWS)]
    return "\n".join(lines)


def child_of(parent: int) -> int:
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()
    return int(children[0])


@pytest.mark.slow
def test_a_killed_import_goes_on_and_doubles_nothing(tmp_path: Path, django_db_blocker: object) -> None:
    path = tmp_path / "list.csv"
    path.write_text(a_list(), encoding="gb18030")
    with own_home(tmp_path / "home") as home:
        home.ask(RECEIVE.format(path=str(path)))
        worker = home.start("-m", "guanxi.jobs.worker")
        try:
            for done in (1000, 3000):
                home.ask(WORK_AND_KILL.format(done=done))
                os.kill(child_of(worker.pid), signal.SIGKILL)
            home.ask("""
import time
from guanxi.jobs.models import Job
end = time.monotonic() + 90
while time.monotonic() < end and Job.objects.filter(kind="import", state__in=["queued", "running"]).exists():
    time.sleep(0.1)
""")
        finally:
            worker.send_signal(signal.SIGTERM)
            worker.wait(30)
        seen = json.loads(home.ask(LOOK))
    assert seen["error"] == ""
    assert seen["result"]["added"] == seen["result"]["rows"] == ROWS
    assert (seen["rows"], seen["customers"], seen["contacts"], seen["names"]) == (ROWS, ROWS, ROWS, ROWS)
    assert seen["changesets"] == 1
    assert seen["state"] == "done"
