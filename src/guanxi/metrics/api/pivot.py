"""The pivot over HTTP: an answer that is stopped when nobody waits for it any more, and the rows behind a cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from http import HTTPStatus
from threading import Thread
from typing import Annotated, Any, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.translation import get_language, gettext
from ninja import Router, Schema
from pydantic import Field

from guanxi.access.api import REFUSALS, Problem, ProblemError, actor_of_request, problem_response
from guanxi.access.errors import InvalidError
from guanxi.conditions.context import Context
from guanxi.metrics.calc.pivot.document import json_text
from guanxi.metrics.calc.pivot.errors import PivotError
from guanxi.metrics.calc.pivot.request import (
    ALLOWED,
    COUNTED,
    MOST_AXES,
    MOST_MEASURES,
    MOST_ROWS,
    MOST_TOP,
    Period,
    Wish,
)
from guanxi.metrics.engine.pivot.running import Stop
from guanxi.metrics.engine.pivot.standing import standing
from guanxi.metrics.pivot import (
    PivotQuestion,
    catalogue_of,
    look,
    pivotable_facts,
    prepare,
    rows_behind,
    tell,
)

router = Router(tags=["pivot"])

PATIENCE_SECONDS = 1.0
BEAT_SECONDS = 0.25
JSON = "application/json"
CANNOT_NOW = {
    "not_fed": HTTPStatus.CONFLICT,
    "too_slow": HTTPStatus.SERVICE_UNAVAILABLE,
    "too_large": HTTPStatus.SERVICE_UNAVAILABLE,
}

Answered = TypeVar("Answered")
Name = Annotated[str, Field(min_length=1, max_length=300)]
Cell = str | int | float | bool | None
PIVOT_REFUSALS: dict[int, type[Problem]] = {**REFUSALS, 409: Problem, 503: Problem}


class PivotAsk(Schema):
    """Measures by rows and columns of a fact.

    `rows` and `columns`: `field`, dates as `field:month`, numbers in bands as `field:q4` or `field:1000/5000`, each
    with `:top10` for only so many of its values and the rest as one. `measures`: `count`, `sum:field`,
    `share:field:row` … `sort`: one of the measures or rows, with `-` the largest first. `where`: a condition over the
    fact's fields.
    """

    fact: Name
    rows: Annotated[list[Name], Field(max_length=MOST_AXES)] = []
    columns: Annotated[list[Name], Field(max_length=MOST_AXES)] = []
    measures: Annotated[list[Name], Field(max_length=MOST_MEASURES)] = []
    where: str = ""
    sort: Annotated[str, Field(max_length=300)] = ""
    top: Annotated[int, Field(ge=0, le=MOST_TOP)] = 0
    subtotals: bool = False
    limit: Annotated[int, Field(ge=1, le=MOST_ROWS)] = 1000


class PivotSubtotal(Schema):
    """The totals of the rows that begin with the first `depth` values of `row`."""

    depth: int
    row: list[Cell]


class PivotNote(Schema):
    """Something to know about the answer."""

    code: str
    message: str


class PivotAnswer(Schema):
    """A table: every row, `totals` and each subtotal has a cell for each of `columns`; null where there is nothing.

    Amounts are exact decimals in major units. A column has `key`, `label`, `kind` and `measure` (null: it holds the
    values of a row's field, with `labels` for codes and numbers of records), `values` over it (null: the total of the
    row), and `currency` where there is but one. `as_of` is when the rows were read.
    """

    rows: list[list[Cell]]
    columns: list[dict[str, Any]]
    totals: list[Cell]
    subtotals: list[PivotSubtotal]
    row_count: int
    truncated: bool
    notes: list[PivotNote]
    fact: str
    as_of: str
    seconds: float


class CellAsk(PivotAsk):
    """A pivot and one of its cells: by the key of a row or column the value the answer wrote there."""

    cell: dict[str, Cell] = {}
    after: Annotated[int, Field(ge=0)] = 0
    page: Annotated[int, Field(ge=1, le=10_000)] = 1000


class CellRows(Schema):
    """The rows behind a cell: `where` says them over the fact's fields, `ids` are those of records of `type`.

    `next` is what to send as `after` for the next page.
    """

    where: str
    type: str
    count: int
    ids: list[int]
    next: int | None


class PivotField(Schema):
    """A field that a pivot may speak of; `measures` are the summaries that can be made of it."""

    name: str
    label: str
    kind: str
    options: list[str]
    measures: list[str]


class PivotFact(Schema):
    """A fact and its fields."""

    name: str
    label: str
    fields: list[PivotField]


class PivotFacts(Schema):
    """All facts."""

    items: list[PivotFact]


@router.post("", response={200: PivotAnswer, **PIVOT_REFUSALS}, summary="Measures by dimensions of a fact")
def ask_pivot(request: HttpRequest, asked: PivotAsk) -> HttpResponse | StreamingHttpResponse:
    """Answer a pivot over the customers the actor sees.

    An answer that takes longer than a second begins with spaces, so that a client that goes away is noticed and its
    query stopped; should it fail after that, the body is the problem.
    """
    waiting = Waiting(clearly(partial(prepare, _question(request, asked))))
    if waiting.is_done(PATIENCE_SECONDS):
        return HttpResponse(clearly(waiting.text), content_type=JSON)
    response = StreamingHttpResponse(waiting, content_type=JSON)
    response["Content-Encoding"] = "identity"  # compressing would hold the spaces back
    return response


@router.post("/rows", response={200: CellRows, **PIVOT_REFUSALS}, summary="The rows behind a cell")
def open_cell(request: HttpRequest, asked: CellAsk) -> dict[str, Any]:
    """Answer which rows a cell is made of, page by page."""
    question = _question(request, asked)
    return clearly(lambda: rows_behind(question, asked.cell, after=asked.after, limit=asked.page))


@router.get("/facts", response={200: PivotFacts, **REFUSALS}, summary="What can be pivoted")
def list_facts(request: HttpRequest) -> dict[str, Any]:  # noqa: ARG001 - the framework passes it
    """Answer the facts with their fields: dimensions and measures."""
    try:
        warehouse = standing(settings.ENVIRONMENT.warehouse)
    except PivotError:
        return {"items": [_fact(catalogue_of(fact, {})) for fact in pivotable_facts()]}
    known = warehouse.metrics, warehouse.columns
    return {"items": [_fact(catalogue_of(fact, *known)) for fact in pivotable_facts()]}


def _fact(catalogue: Any) -> dict[str, Any]:
    return {
        "name": catalogue.name,
        "label": catalogue.label,
        "fields": [
            {
                "name": found.name,
                "label": found.label,
                "kind": found.kind.value,
                "options": list(Period) if found.kind.value in ("date", "datetime") else [],
                "measures": [
                    summary
                    for summary, kinds in ALLOWED.items()
                    if found.kind in kinds and (found.is_own or summary in COUNTED)
                ],
            }
            for found in catalogue.fields.values()
        ],
    }


def _question(request: HttpRequest, asked: PivotAsk) -> PivotQuestion:
    actor = actor_of_request(request)
    wish = Wish(
        rows=asked.rows,
        columns=asked.columns,
        measures=asked.measures,
        sort=asked.sort,
        top=asked.top,
        subtotals=asked.subtotals,
        limit=asked.limit,
    )
    return PivotQuestion(actor, asked.fact, wish, asked.where, Context(now=timezone.now(), zone=actor.zone))


def clearly(work: Callable[[], Answered]) -> Answered:
    """Do some work; what a pivot refuses is told in the reader's language. Raises ProblemError, InvalidError."""
    try:
        return work()
    except PivotError as error:
        if error.code in CANNOT_NOW:
            raise ProblemError(CANNOT_NOW[error.code], error.code, error.told(gettext)) from error
        raise InvalidError({error.part or "rows": [error.told(gettext)]}) from error


class Waiting:
    """A pivot under way in a thread. As a response it is spaces until it is done, then the document.

    Whoever serves it closes it when the client is gone: then the query is stopped.
    """

    def __init__(self, prepared: Any) -> None:
        self._prepared = prepared
        self._language = get_language()
        self._stop = Stop()
        self._found: Any = None
        self._error: BaseException | None = None
        self._is_told = False
        self._thread = Thread(target=self._work, daemon=True)
        self._thread.start()

    def _work(self) -> None:
        try:
            self._found = look(self._prepared, self._stop)
        except BaseException as error:  # noqa: BLE001 - it is raised where somebody waits
            self._error = error

    def is_done(self, seconds: float) -> bool:
        """Wait so long, and say whether the answer is there."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def text(self) -> str:
        """Return the document as JSON. Raises what the work raised."""
        if self._error is not None:
            raise self._error
        with translation.override(self._language):
            return json_text(tell(self._prepared, self._found, translate=gettext))

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        """A space for as long as it lasts, then everything."""
        if self._is_told:
            raise StopIteration
        if not self.is_done(BEAT_SECONDS):
            return b" "
        self._is_told = True
        return self._last_part()

    def _last_part(self) -> bytes:
        """The document; the status was sent long ago, so a refusal is told in its place."""
        with translation.override(self._language):
            try:
                return self.text().encode()
            except PivotError as error:
                status = CANNOT_NOW.get(error.code, HTTPStatus.UNPROCESSABLE_ENTITY)
                return problem_response(status, error.code, error.told(gettext)).content

    def close(self) -> None:
        """Nobody waits any more."""
        self._stop.set()
