"""The panel in which a list is narrowed: rows to choose from, or the condition as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_GET

from guanxi.access.calc import Actor
from guanxi.access.middleware import ActorRequest
from guanxi.access.signin import signed_in
from guanxi.conditions.errors import ConditionError
from guanxi.conditions.text import format_condition
from guanxi.conditions.tree import Condition, Everything
from guanxi.records.builder import (
    IN_DAYS,
    OPERATORS,
    WITHOUT_VALUE,
    BuilderRow,
    built,
    operators_of,
    read_rows,
    rows_of,
)
from guanxi.records.declaration import Kind, RecordType
from guanxi.records.forms import FormField, form_field
from guanxi.records.pages.condition_errors import explain
from guanxi.records.pages.list_query import ListQuery
from guanxi.records.queries import parse_where


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """A row of the builder with what it offers."""

    number: int
    row: BuilderRow
    operators: Sequence[tuple[str, str]]
    widget: FormField | None


@signed_in
@require_GET
def panel(request: ActorRequest, known: RecordType) -> HttpResponse:
    """Answer the panel for the filter as it is, or as it is being written; `apply` goes to the list with it.

    422 when the text cannot be read: the fault stands beside it.
    """
    given = request.GET
    asked = ListQuery.read(known, given)
    rows, fault = _read(known, asked, given)
    where = asked.where if rows is None or "as_text" in given else _text(built(rows))
    fault = fault or _fault(known, where)
    faulty = bool(fault) or any(row.fault for row in rows or ())
    if "apply" in given and not faulty:
        return HttpResponse(status=204, headers={"HX-Redirect": asked.address(where=where, view="all")})
    context = {
        "known": known,
        "asked": asked,
        "where": where,
        "fault": fault,
        "as_text": rows is None or "as_text" in given,
        "can_build": rows is not None,
        "rows": [_draw(number, row, request.actor) for number, row in enumerate(rows or ())],
        "fields": known.fields,
    }
    return render(
        request, "records/filter_panel.html", context, status=422 if faulty and "apply" in given else 200
    )


def _fault(known: RecordType, where: str) -> str:
    """What is wrong with a condition; "" when it can be used."""
    try:
        parse_where(where, known)
    except ConditionError as error:
        return explain(error)
    return ""


def _read(known: RecordType, asked: ListQuery, given: QueryDict) -> tuple[list[BuilderRow] | None, str]:
    """The rows as they stand, None when only text can say it; and what is wrong with the text."""
    if "field" in given or "rows" in given:
        rows = read_rows(known, _typed(given))
        removed = given.get("remove", "")
        if removed.isascii() and removed.isdigit():
            rows = [row for number, row in enumerate(rows) if number != int(removed)]
        if given.get("more"):
            rows += read_rows(known, [(str(given["more"]), "", "")])
        return rows, ""
    try:
        rows_found = rows_of(known, parse_where(asked.where, known))
    except ConditionError as error:
        return None, explain(error)
    if rows_found == [] and "as_text" not in given:
        rows_found = read_rows(known, [(known.title, "", "")])
    return rows_found, ""


def _typed(given: QueryDict) -> list[tuple[str, str, str]]:
    fields, operators = given.getlist("field"), given.getlist("operator")
    values = [given.get(f"value-{number}", "") for number in range(len(fields))]
    return list(zip(fields, operators + [""] * len(fields), values, strict=False))


def _text(where: Condition) -> str:
    return "" if isinstance(where, Everything) else format_condition(where)


def _draw(number: int, row: BuilderRow, actor: Actor) -> DrawnRow:
    operators = [(name, str(OPERATORS[name][0])) for name in operators_of(row.field)]
    if row.operator in WITHOUT_VALUE:
        return DrawnRow(number, row, operators, None)
    return DrawnRow(number, row, operators, _widget(row, actor))


def _widget(row: BuilderRow, actor: Actor) -> FormField:
    line = form_field(row.field, actor, value=row.value)
    if row.operator in IN_DAYS:
        return FormField(row.field, "number", row.value, "")
    if row.field.kind is Kind.BOOLEAN:
        return FormField(row.field, "yes_no", row.value, "")
    if line.widget in ("textarea", "tel", "email", "url"):
        return FormField(row.field, "text", row.value, "")
    if line.widget == "datetime-local":
        return FormField(row.field, "date", row.value, "")
    return line
