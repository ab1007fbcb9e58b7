"""The queue of doubles: a pair at a time, by keyboard alone, each word taken back at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from guanxi.access.calc import Actor, Sharing, may_create
from guanxi.access.errors import ConflictError, ForbiddenError, InvalidError
from guanxi.access.middleware import ActorRequest
from guanxi.access.notices import say
from guanxi.access.queries import people_visible_to
from guanxi.access.signin import signed_in
from guanxi.duplicates.models import PairState, PossibleDuplicate
from guanxi.duplicates.pages.comparing import comparison_of
from guanxi.duplicates.pages.merging import read_choices, read_into
from guanxi.duplicates.pages.ruling import read_rule
from guanxi.duplicates.pages.wording import objection_texts, percent, reason_texts
from guanxi.duplicates.queries import get_decided, get_pair
from guanxi.duplicates.queue import LEVELS, Asked, Part, following, part_of_queue
from guanxi.duplicates.services import (
    FIND,
    MERGE_ABOVE,
    decide_separate,
    groups_above,
    merge_pair,
    proposed,
    reopen,
    ruling,
    start_merging_above,
    start_search,
)
from guanxi.duplicates.texts import RULES
from guanxi.jobs.calc import percent as share_done
from guanxi.jobs.models import Job, JobState
from guanxi.jobs.queries import get_job, latest_job
from guanxi.records.services import undo_changeset


@dataclass(frozen=True, slots=True)
class Item:
    """A pair in the list."""

    left: str
    right: str
    percent: str
    reasons: tuple[str, ...]
    address: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Decided:
    """The word just given, and the pair it was about."""

    text: str
    pair: int


@signed_in
@require_GET
@vary_on_headers("HX-Request")
def queue(request: ActorRequest) -> HttpResponse:
    """Show the queue; with htmx only the pairs."""
    return _answer(request, Asked.read(request.GET.dict()))


def _answer(
    request: ActorRequest, asked: Asked, *, decided: Decided | None = None, fault: str = ""
) -> HttpResponse:
    part = part_of_queue(request.actor, asked)
    context = {**_context(request.actor, asked, part), "decided": decided, "fault": fault}
    if request.htmx:
        return render(request, "duplicates/queue_part.html", context, status=422 if fault else 200)
    return render(request, "duplicates/queue.html", {**context, **_frame(request.actor, asked)})


def _frame(actor: Actor, asked: Asked) -> dict[str, Any]:
    """What stands around the pairs."""
    return {
        "levels": [(str(level), percent(level)) for level in LEVELS],
        "level": str(asked.level) if asked.level else "",
        "owners": people_visible_to(actor),
        "rules": RULES,
        "rule": ruling().rule,
        **_work(actor),
    }


def _work(actor: Actor) -> dict[str, object]:
    job = latest_job(actor, (FIND, MERGE_ABOVE))
    return work_context(job) if job else {}


def _context(actor: Actor, asked: Asked, part: Part) -> dict[str, Any]:
    here = reverse("duplicates:queue")
    current = part.current
    context: dict[str, Any] = {
        "asked": asked,
        "part": part,
        "may_search": may_create(actor, Sharing.OWNED),
        "items": list(_items(here, asked, part)),
        "first": here + asked.address(after="", pair=0),
        "next": here + asked.address(after=part.next, pair=0) if part.next else "",
    }
    if current is None:
        return context
    rows = [current.left, current.right]
    wanted = proposed(rows)
    after = _beside(part)
    return {
        **context,
        "pair": current,
        "likelihood": percent(current.probability),
        "reasons": reason_texts(current),
        "objections": objection_texts(current),
        "compared": comparison_of(actor, rows, into=wanted.into, choices=wanted.choices),
        "skip": here + asked.address(pair=after) if after else context["next"],
    }


def _items(here: str, asked: Asked, part: Part) -> Iterator[Item]:
    for pair in part.pairs:
        yield Item(
            left=str(pair.left),
            right=str(pair.right),
            percent=percent(pair.probability),
            reasons=reason_texts(pair),
            address=here + asked.address(pair=pair.pk),
            is_current=part.current is not None and pair.pk == part.current.pk,
        )


def _beside(part: Part) -> int:
    """The pair after the one at hand in this part; 0 behind the last."""
    ids = [pair.pk for pair in part.pairs]
    if part.current is None or part.current.pk not in ids:
        return 0
    return next(iter(ids[ids.index(part.current.pk) + 1 :]), 0)


@signed_in
@require_POST
def merge_one(request: ActorRequest, pair_id: int) -> HttpResponse:
    """Merge a pair as chosen; answer the next one."""

    def merge(pair: PossibleDuplicate) -> str:
        merge_pair(
            actor=request.actor,
            pair_id=pair.pk,
            into=read_into(request.POST),
            choices=read_choices(request.POST),
            now=timezone.now(),
        )
        if str(pair.left) == str(pair.right):
            return _("“%(name)s” is there once now.") % {"name": pair.left}
        return _("“%(left)s” and “%(right)s” are one now.") % {"left": pair.left, "right": pair.right}

    return _decide(request, pair_id, merge)


@signed_in
@require_POST
def separate(request: ActorRequest, pair_id: int) -> HttpResponse:
    """Remember that a pair is not the same; answer the next one."""

    def keep(pair: PossibleDuplicate) -> str:
        decide_separate(actor=request.actor, pair_id=pair.pk, now=timezone.now())
        return _("“%(left)s” and “%(right)s” are not the same.") % {"left": pair.left, "right": pair.right}

    return _decide(request, pair_id, keep)


def _decide(request: ActorRequest, pair_id: int, decide: Callable[[PossibleDuplicate], str]) -> HttpResponse:
    pair = get_pair(request.actor, pair_id)
    asked = Asked.read(request.POST.dict())
    after = following(request.actor, asked, pair)
    try:
        said = decide(pair)
    except (ConflictError, InvalidError) as error:
        return _refused(request, asked, str(error))
    except ForbiddenError:
        if not request.htmx:
            raise
        return _refused(request, asked, _("Only who may change all of them may merge them."))
    asked = replace(asked, pair=after)
    if not request.htmx:
        say(request, said)
        return redirect(reverse("duplicates:queue") + asked.address())
    return _answer(request, asked, decided=Decided(said, pair.pk))


def _refused(request: ActorRequest, asked: Asked, fault: str) -> HttpResponse:
    if request.htmx:
        return _answer(request, asked, fault=fault)
    say(request, fault, bad=True)
    return redirect(reverse("duplicates:queue") + asked.address())


@signed_in
@require_POST
def undo_one(request: ActorRequest, pair_id: int) -> HttpResponse:
    """Take the word on a pair back, and show the pair again."""
    asked = Asked.read(request.POST.dict())
    found = get_decided(request.actor, pair_id)
    try:
        if found.state == PairState.MERGED and found.changeset_id:
            undo_changeset(actor=request.actor, changeset_id=found.changeset_id, now=timezone.now())
        else:
            reopen(actor=request.actor, pair_id=pair_id)
    except ConflictError as error:
        return _refused(request, asked, str(error))
    asked = replace(asked, pair=pair_id)
    return (
        _answer(request, asked) if request.htmx else redirect(reverse("duplicates:queue") + asked.address())
    )


@signed_in
@require_POST
def find(request: ActorRequest) -> HttpResponse:
    """Ask for a search through all customers."""
    start_search(actor=request.actor, now=timezone.now())
    return redirect("duplicates:queue")


@signed_in
@require_GET
def work(request: ActorRequest, job_id: int) -> HttpResponse:
    """Answer how far a search or a merge is; once it has ended, let the page be shown anew."""
    job = get_job(request.actor, job_id)
    if job.state == JobState.DONE:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "duplicates/work.html", work_context(job))


def work_context(job: Job) -> dict[str, object]:
    """Return what is said of a job."""
    return {"job": job, "percent": share_done(job.done, job.total), "merges": job.kind == MERGE_ABOVE}


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def above(request: ActorRequest) -> HttpResponse:
    """Say how many would be merged from a likelihood on, or merge them."""
    given: Mapping[str, str] = request.POST.dict() if request.method == "POST" else request.GET.dict()
    level = Asked.read(given).level or LEVELS[0]
    if request.method != "POST":
        found = groups_above(request.actor, level)
        return render(request, "duplicates/above_count.html", {"found": found, "level": percent(level)})
    try:
        start_merging_above(
            actor=request.actor, level=level, rule=read_rule(request.POST), now=timezone.now()
        )
    except InvalidError:
        say(request, _("Choose a likelihood of one half or more."), bad=True)
    return redirect("duplicates:queue")
