"""The worker as real processes: killed in the middle, nothing is lost and nothing doubled."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes import Home, own_home

ENQUEUE = """
from django.utils import timezone
from guanxi.jobs.services import enqueue
print(enqueue(kind="counting", actor=None, parameters={}, now=timezone.now()).pk)
"""
LOOK = """
import json
from guanxi.access.models import ChangeSet
from guanxi.jobs.models import Job
job = Job.objects.get()
numbers = sorted(int(why) for why in ChangeSet.objects.values_list("why", flat=True))
print(json.dumps({"state": job.state, "attempts": job.attempts, "done": job.done, "numbers": numbers,
                  "result": job.result, "error": job.error}))
"""
WAIT = """
import time
from guanxi.jobs.models import Job
end = time.monotonic() + 90
while time.monotonic() < end and Job.objects.filter(state__in=["queued", "running"]).exists():
    time.sleep(0.1)
"""


@pytest.fixture
def home(tmp_path: Path, django_db_blocker: pytest.FixtureRequest) -> Iterator[Home]:
    with own_home(tmp_path) as found:
        yield found


def stopped(worker: subprocess.Popen[bytes]) -> int:
    worker.send_signal(signal.SIGTERM)
    return worker.wait(30)


@pytest.mark.slow
def test_work_survives_two_killed_workers_and_nothing_is_doubled(home: Home) -> None:
    home.ask(ENQUEUE)
    worker = home.start("-m", "guanxi.jobs.worker")
    try:
        home.ask(WAIT)
    finally:
        code = stopped(worker)
    seen = json.loads(home.ask(LOOK))
    assert (seen["state"], seen["attempts"], seen["done"]) == ("done", 3, 100)
    assert seen["numbers"] == list(range(100))
    assert code == 0


@pytest.mark.slow
def test_a_killed_supervisor_leaves_no_child_and_the_next_one_goes_on(home: Home) -> None:
    home.ask(ENQUEUE)
    first = home.start("-m", "guanxi.jobs.worker")
    home.ask("""
import time
from guanxi.jobs.models import Job
end = time.monotonic() + 60
while time.monotonic() < end and not Job.objects.filter(attempts__gte=1).exists():
    time.sleep(0.05)
""")
    first.kill()
    first.wait(10)
    home.ask("""
from guanxi.jobs.models import Job
Job.objects.filter(state="running").update(leased_until="2020-01-01T00:00Z")
""")
    second = home.start("-m", "guanxi.jobs.worker")
    try:
        home.ask(WAIT)
    finally:
        stopped(second)
    seen = json.loads(home.ask(LOOK))
    assert (seen["state"], seen["numbers"]) == ("done", list(range(100)))
    assert children_of(home) == []


def children_of(home: Home) -> list[str]:
    """Processes that still carry this home in their environment."""
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"GUANXI_HOME={home.directory}".encode() in path.read_bytes():
                found.append(path.parent.name)
        except OSError:
            continue
    return found
