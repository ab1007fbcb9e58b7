"""Doubtful rows beside the customers they may be, one decision after the other."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from guanxi.access.calc import Actor
from guanxi.access.errors import ForbiddenError, InvalidError
from guanxi.access.middleware import ActorRequest
from guanxi.access.notices import say, say_at_once
from guanxi.access.signin import signed_in
from guanxi.customers.models import Customer
from guanxi.customers.queries import customers_in
from guanxi.imports.models import Decision, ReviewItem
from guanxi.imports.queries import candidates_now, open_reviews
from guanxi.imports.services import decide_review
from guanxi.imports.texts import REASONS
from guanxi.records.declaration import record_type
from guanxi.records.values import row_values

SHOWN = 20
COMPARED = ("name", "phone", "email", "tax_number", "external_id", "grade", "amount")


@signed_in
@require_GET
def review_page(request: ActorRequest) -> HttpResponse:
    """Show what waits, oldest first."""
    template = "imports/review_list.html" if request.htmx else "imports/review.html"
    return render(request, template, _context(request.actor))


def _context(actor: Actor) -> dict[str, Any]:
    waiting = open_reviews(actor)
    items = list(waiting[:SHOWN])
    candidates = candidates_now(items)
    there = customers_in(actor, (number for numbers in candidates.values() for number in numbers))
    return {
        "items": [_shown(item, candidates[item.pk], there, actor) for item in items],
        "count": waiting.count(),
    }


def _shown(
    item: ReviewItem, candidates: list[int], there: dict[int, Customer], actor: Actor
) -> dict[str, Any]:
    header = item.row.source.header
    mapping = item.row.source.mapping
    cells = [
        (header[column], str(cell))
        for column, cell in enumerate(item.row.raw[: len(header)])
        if cell not in (None, "") and mapping.get(str(column), "ignore") != "ignore"
    ]
    return {
        "id": item.pk,
        "reason": REASONS.get(item.reason, item.reason),
        "source": item.row.source,
        "number": item.row.number,
        "cells": cells,
        "candidates": [_candidate(there[key], actor) for key in candidates if key in there],
    }


def _candidate(customer: Customer, actor: Actor) -> dict[str, Any]:
    known = record_type("customer")
    values = row_values(customer, known, actor)
    facts = [
        (known.by_name[name].label, values[name]) for name in COMPARED if values.get(name) not in (None, "")
    ]
    return {"id": customer.pk, "name": customer.name, "facts": facts}


@signed_in
@require_POST
def decide(request: ActorRequest, review_id: int) -> HttpResponse:
    """Take a decision; answer what waits next."""
    chosen = request.POST.get("decision", "")
    word, _sign, number = chosen.partition(":")
    message, bad, changeset = "", True, None
    try:
        done = decide_review(
            actor=request.actor,
            review_id=review_id,
            decision=Decision(word),
            customer_id=int(number) if number.isdigit() else None,
            now=timezone.now(),
        )
        message, bad, changeset = str(Decision(word).label), False, done.changeset
    except (InvalidError, ValueError):
        message = _("Choose one of the customers shown.")
    except ForbiddenError:
        message = _("You may not change this customer; ask who answers for it.")
    if not request.htmx:
        say(request, message, changeset=changeset, bad=bad)
        return redirect("imports-review")
    response = render(request, "imports/review_list.html", _context(request.actor))
    say_at_once(response, message, changeset=changeset, bad=bad)
    return response
