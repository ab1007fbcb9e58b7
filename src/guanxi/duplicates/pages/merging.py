"""Merging by hand: two or more customers from the list, or one from its page and another that is searched for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from guanxi.access.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from guanxi.access.middleware import ActorRequest
from guanxi.access.notices import say
from guanxi.access.signin import signed_in
from guanxi.customers.models import Customer
from guanxi.customers.queries import customers_in
from guanxi.duplicates.pages.comparing import comparison_of
from guanxi.duplicates.pages.wording import others_of
from guanxi.duplicates.queries import open_pairs_of
from guanxi.duplicates.services import merge_customers, proposed
from guanxi.records.declaration import record_type

AT_ONCE = 9
"""Records side by side: as many as there are digits to choose them by."""


def read_ids(given: Iterable[str]) -> list[int]:
    """Read ids from fields and lists of them, each once, in their order."""
    parts = (part.strip() for text in given for part in text.split(","))
    wanted = (part for part in parts if part.isascii() and part.isdigit() and len(part) < 18)
    return list(dict.fromkeys(int(part) for part in wanted))


def read_choices(given: QueryDict) -> dict[str, int]:
    """Read whose value of each field stays: `choice.phone=12`."""
    prefix = "choice."
    return {
        name.removeprefix(prefix): int(str(value))
        for name, value in given.items()
        if name.startswith(prefix) and str(value).isascii() and str(value).isdigit()
    }


def read_into(given: QueryDict) -> int | None:
    """Read who stays; None when nobody was named."""
    return next(iter(read_ids([given.get("into", "")])), None)


@signed_in
@require_POST
def selected(request: ActorRequest) -> HttpResponse:
    """Go on from the rows that were selected in the list."""
    ids = read_ids(request.POST.getlist("ids"))
    return redirect(f"{reverse('duplicates:merge')}?ids={','.join(map(str, ids))}")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: ActorRequest) -> HttpResponse:
    """Show customers side by side, or merge them; with one alone, ask for the other."""
    given = request.POST if request.method == "POST" else request.GET
    ids = read_ids(given.getlist("ids"))
    found = customers_in(request.actor, ids)
    if len(found) < len(ids) or not ids:
        raise NotFoundError
    rows = [found[key] for key in ids]
    if len(rows) == 1:
        return _ask_for_other(request, rows[0])
    if len(rows) > AT_ONCE:
        say(request, _("At most %(limit)s records side by side.") % {"limit": AT_ONCE}, bad=True)
        return redirect("records:list", record_type("customer"))
    return _carry_out(request, rows) if request.method == "POST" else _compare(request, rows)


def _ask_for_other(request: ActorRequest, row: Customer) -> HttpResponse:
    contact = record_type("contact")
    pairs = open_pairs_of(request.actor, row.pk)[:AT_ONCE]
    context = {
        "known": record_type("customer"),
        "ids": row.pk,
        "row": row,
        "contact": contact,
        "customer": contact.by_name["customer"],
        "suggested": [(one, merge_address([row.pk, one.other.pk])) for one in others_of(row.pk, pairs)],
        "back": reverse("records:record", args=["customer", row.pk]),
    }
    return render(request, "duplicates/merge.html", context)


def _compare(request: ActorRequest, rows: list[Customer], *, fault: str = "") -> HttpResponse:
    given = request.POST
    into = read_into(given)
    ids = {row.pk for row in rows}
    wanted = proposed(rows, into=into if into in ids else None, choices=read_choices(given))
    context = {
        "known": record_type("customer"),
        "ids": ",".join(str(row.pk) for row in rows),
        "compared": comparison_of(request.actor, rows, into=wanted.into, choices=wanted.choices),
        "back": reverse("records:record", args=["customer", rows[0].pk]),
        "fault": fault,
    }
    return render(request, "duplicates/merge.html", context, status=409 if fault else 200)


def _carry_out(request: ActorRequest, rows: list[Customer]) -> HttpResponse:
    ids = [row.pk for row in rows]
    into = read_into(request.POST)
    if into not in ids:
        return _compare(request, rows, fault=_("Choose which of them stays."))
    try:
        merged = merge_customers(
            actor=request.actor,
            into=into,
            others=[key for key in ids if key != into],
            choices=read_choices(request.POST),
            now=timezone.now(),
        )
    except (ConflictError, InvalidError) as error:
        return _compare(request, rows, fault=str(error))
    except ForbiddenError:
        return _compare(request, rows, fault=_("Only who may change all of them may merge them."))
    message = ngettext("%(count)s customer became one.", "%(count)s customers became one.", len(ids))
    say(request, message % {"count": len(ids)}, changeset=merged.changeset)
    return redirect("records:record", record_type("customer"), into)


def merge_address(ids: Iterable[Any]) -> str:
    """Return where customers are laid side by side."""
    return f"{reverse('duplicates:merge')}?ids={','.join(map(str, ids))}"
