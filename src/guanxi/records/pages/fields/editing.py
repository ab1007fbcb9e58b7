"""Defining a field: the form, what hangs on the kind chosen, and what keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from guanxi.access.errors import ForbiddenError, InvalidError, StaleError
from guanxi.access.middleware import ActorRequest
from guanxi.access.models import ChangeSet
from guanxi.access.notices import say
from guanxi.access.signin import signed_in
from guanxi.records.custom.checking import COLOURS
from guanxi.records.custom.definition import INDEXABLE, WITH_CHOICES, CustomKind, Definition
from guanxi.records.custom.fields import custom_field, definition_of
from guanxi.records.declaration import RecordType, record_types
from guanxi.records.models import CustomField
from guanxi.records.pages.fields.form import FieldForm
from guanxi.records.pages.fields.formula import Preview, preview_of
from guanxi.records.pages.fields.kinds import KINDS, kinds_for
from guanxi.records.services.fields import change_field, define_field, may_define

READ_OR_SEND = ("GET", "HEAD", "POST")
_WITHOUT_DEFAULT = frozenset({CustomKind.FORMULA, CustomKind.REFERENCE, CustomKind.FILE, *WITH_CHOICES})
_WITHOUT_REQUIRED = frozenset({CustomKind.FORMULA, CustomKind.BOOLEAN})


@signed_in
@require_http_methods(READ_OR_SEND)
def new_field(request: ActorRequest, known: RecordType) -> HttpResponse:
    """Show the form of a new field, and keep it."""
    return _edit(request, known, None)


@signed_in
@require_http_methods(READ_OR_SEND)
def edit_field(request: ActorRequest, known: RecordType, name: str) -> HttpResponse:
    """Show the form of a field of the team's, and keep what was changed."""
    return _edit(request, known, custom_field(known.name, name))


def _edit(request: ActorRequest, known: RecordType, row: CustomField | None) -> HttpResponse:
    if not may_define(request.actor):
        raise ForbiddenError
    before = definition_of(row) if row else None
    if request.method != "POST":
        form = FieldForm.of(before or Definition(label="", kind=CustomKind.TEXT))
        return render(request, "records/fields/editor.html", _context(request, known, form, row))
    form = FieldForm.read(request.POST, before)
    try:
        changeset = _kept(request, known, form, row)
    except InvalidError as error:
        context = _context(request, known, form, row, error.errors)
        return render(request, "records/fields/editor.html", context, status=422)
    except StaleError:
        said = _("Somebody else has changed it meanwhile. Open it again to see what it says now.")
        context = {**_context(request, known, form, row), "refusal": said}
        return render(request, "records/fields/editor.html", context, status=409)
    if changeset is not None:
        said = _("%(name)s was saved.") % {"name": form.definition.label}
        say(request, said, changeset=changeset)
    return redirect("records:fields", known=known)


def _kept(
    request: ActorRequest, known: RecordType, form: FieldForm, row: CustomField | None
) -> ChangeSet | None:
    now = timezone.now()
    if row is None:
        return define_field(actor=request.actor, record_type=known.name, definition=form.definition, now=now)[
            1
        ]
    version = request.POST.get("version", "")
    return change_field(
        actor=request.actor,
        record_type=known.name,
        name=row.name,
        definition=form.definition,
        version=int(version) if version.isascii() and version.isdigit() and len(version) < 10 else None,
        now=now,
    )[1]


@signed_in
@require_POST
def try_field(request: ActorRequest, known: RecordType) -> HttpResponse:
    """Answer the parts of the form that hang on the kind, or only what the formula gives; nothing is kept."""
    if not may_define(request.actor):
        raise ForbiddenError
    name = request.POST.get("field", "")
    row = custom_field(known.name, name) if name else None
    form = FieldForm.read(request.POST, definition_of(row) if row else None)
    template = "preview" if request.POST.get("only") == "preview" else "parts"
    return render(request, f"records/fields/{template}.html", _context(request, known, form, row))


def _context(
    request: ActorRequest,
    known: RecordType,
    form: FieldForm,
    row: CustomField | None,
    errors: Mapping[str, list[str]] | None = None,
) -> dict[str, Any]:
    kind = form.definition.kind
    is_formula = kind is CustomKind.FORMULA
    return {
        "known": known,
        "row": row,
        "form": form,
        "definition": form.definition,
        "errors": {part: " ".join(texts) for part, texts in (errors or {}).items()},
        "kinds": kinds_for(definition_of(row) if row else None),
        "words": KINDS[kind],
        "is_formula": is_formula,
        "has_choices": kind in WITH_CHOICES,
        "has_default": kind not in _WITHOUT_DEFAULT,
        "can_be_required": kind not in _WITHOUT_REQUIRED,
        "can_have_index": kind in INDEXABLE,
        "colours": COLOURS,
        "targets": [("user", _("Person")), ("team", _("Team")), *((t.name, t.label) for t in record_types())],
        "preview": preview_of(request, known, form.definition) if is_formula else Preview(),
    }
