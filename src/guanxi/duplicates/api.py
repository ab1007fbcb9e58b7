"""Doubles over HTTP: the pairs that wait for a word, merging, keeping apart."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from guanxi.access.api import REFUSALS, Answer, IdempotencyKey, Problem, actor_of_request, answer_once
from guanxi.access.calc import Sharing, may_create
from guanxi.access.errors import ForbiddenError
from guanxi.duplicates.calc import Survivorship
from guanxi.duplicates.queue import Asked, part_of_queue
from guanxi.duplicates.services import (
    Merged,
    Ruling,
    decide_separate,
    merge_customers,
    merge_pair,
    ruling,
    set_ruling,
)
from guanxi.duplicates.warning import warned_of_customer
from guanxi.records.values import may_change

router = Router(tags=["duplicates"])
merging_router = Router(tags=["duplicates"])

Number = Annotated[int, Field(gt=0, lt=2**63)]
Choices = Annotated[
    dict[str, Number],
    Field(
        description="Field → the customer whose value stays; the rule decides about the others.",
        max_length=500,
    ),
]


class PairBody(Schema):
    """Two customers that may be one."""

    id: int
    left: int
    right: int
    probability: float
    reasons: Annotated[list[str], Field(description="Codes, the most telling first.")]


class PairPage(Schema):
    """Pairs, the likeliest first."""

    items: list[PairBody]
    next: Annotated[str | None, Field(description="Give it as `after` for the pairs that follow.")]
    count: Annotated[int | None, Field(description="Exact to 10,000, then null.")]


Rule = Annotated[
    Survivorship | None,
    Field(description="Whose value stays; by default as the home says (GET /duplicates/rule)."),
]


class RuleBody(Schema):
    """Whose value stays in a merge by default, and the sources in the order they are trusted."""

    rule: Survivorship
    trusted: Annotated[
        list[str], Field(max_length=200, description="Of `sources`, the most trusted first.")
    ] = []


class RuleShown(RuleBody):
    """What holds, and which sources there are."""

    sources: list[str]


class PairMerge(Schema):
    """How to merge a pair."""

    into: Annotated[Number | None, Field(description="Who stays; by default the most complete one.")] = None
    choices: Choices = {}
    rule: Rule = None


class CustomerMerge(Schema):
    """How to merge customers into one."""

    others: Annotated[list[Number], Field(min_length=1, max_length=100, description="Who becomes this one.")]
    choices: Choices = {}
    rule: Rule = None


class MergedBody(Schema):
    """What a merge did."""

    changeset: Annotated[int, Field(description="Undo it with /changesets/{id}/undo.")]
    customer: Annotated[int, Field(description="Who stayed.")]


class SeparateBody(Schema):
    """A pair that is remembered as two."""

    id: int
    state: str


class TypedBody(Schema):
    """What is known of a customer that may be there already."""

    name: Annotated[str, Field(max_length=200)] = ""
    phone: Annotated[str, Field(max_length=200)] = ""
    email: Annotated[str, Field(max_length=254)] = ""
    tax_number: Annotated[str, Field(max_length=40)] = ""


class LikelyBody(Schema):
    """A customer that may be the one."""

    id: int
    name: str
    probability: float
    reasons: Annotated[list[str], Field(description="Codes, the most telling first.")]
    may_change: bool


class CheckedBody(Schema):
    """What is there already, as far as you may see it."""

    likely: Annotated[list[LikelyBody], Field(description="At most five, the likeliest first.")]
    is_elsewhere: Annotated[
        bool, Field(description="Somebody has one of these already whom you may not see. No more is told.")
    ]


@router.post(
    "/check",
    response={200: CheckedBody, **REFUSALS},
    operation_id="check_duplicate",
    summary="Ask whether a customer is there already",
)
def check(request: HttpRequest, payload: TypedBody) -> dict[str, Any]:
    """What the form of a new customer warns of. Nothing is written; ask it before a POST of a customer."""
    actor = actor_of_request(request)
    if not may_create(actor, Sharing.OWNED):
        raise ForbiddenError
    warned = warned_of_customer(actor, payload.dict())
    likely = [
        {
            "id": one.row.pk,
            "name": one.row.name,
            "probability": round(one.probability, 6),
            "reasons": list(one.reasons),
            "may_change": may_change(one.row, actor),
        }
        for one in warned.likely
    ]
    return {"likely": likely, "is_elsewhere": warned.is_elsewhere}


@router.get(
    "", response={200: PairPage, **REFUSALS}, operation_id="list_duplicates", summary="List possible doubles"
)
def list_duplicates(
    request: HttpRequest,
    level: Annotated[float, Query(ge=0, le=1, description="Only pairs at least so probable.")] = 0,
    after: Annotated[str, Query(max_length=100, description="The `next` of the page before.")] = "",
) -> dict[str, Any]:
    """Pairs of which you see both customers and nobody has decided yet."""
    part = part_of_queue(actor_of_request(request), Asked(level=level, after=after))
    items = [
        {
            "id": pair.pk,
            "left": pair.left_id,
            "right": pair.right_id,
            "probability": pair.probability,
            "reasons": pair.reasons,
        }
        for pair in part.pairs
    ]
    return {"items": items, "next": part.next or None, "count": part.count}


@router.get(
    "/rule",
    response={200: RuleShown, **REFUSALS},
    operation_id="get_merge_rule",
    summary="Read the rule of merges",
)
def get_rule(request: HttpRequest) -> dict[str, Any]:  # noqa: ARG001 - the router gives it
    """Whose value stays unless a merge says otherwise."""
    return _ruled(ruling())


@router.put(
    "/rule",
    response={200: RuleShown, **REFUSALS},
    operation_id="set_merge_rule",
    summary="Set the rule of merges",
)
def put_rule(request: HttpRequest, payload: RuleBody) -> dict[str, Any]:
    """For administrators. Sources that are not named are trusted least."""
    return _ruled(set_ruling(actor=actor_of_request(request), rule=payload.rule, trusted=payload.trusted))


def _ruled(found: Ruling) -> dict[str, Any]:
    return {"rule": found.rule, "trusted": list(found.trusted), "sources": list(found.sources)}


def _answered(merged: Merged) -> Answer:
    return Answer(HTTPStatus.OK, {"changeset": merged.changeset.pk, "customer": merged.survivors[0]})


@router.post(
    "/{int:pair_id}/merge",
    response={200: MergedBody, **REFUSALS, 409: Problem},
    operation_id="merge_duplicate",
    summary="Merge a pair",
)
def merge(
    request: HttpRequest, pair_id: int, payload: PairMerge, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """All that hangs on the one goes to the other, in one change set. 409: they were merged meanwhile."""
    actor = actor_of_request(request)

    def work() -> Answer:
        return _answered(
            merge_pair(
                actor=actor,
                pair_id=pair_id,
                into=payload.into,
                choices=payload.choices,
                rule=payload.rule,
                now=timezone.now(),
            )
        )

    return answer_once(request, idempotency_key, work)


@router.post(
    "/{int:pair_id}/separate",
    response={200: SeparateBody, **REFUSALS},
    operation_id="separate_duplicate",
    summary="Say that a pair is not the same",
)
def separate(request: HttpRequest, pair_id: int, idempotency_key: IdempotencyKey = None) -> HttpResponse:
    """Remembered for ever: a later search does not bring it up again."""
    actor = actor_of_request(request)

    def work() -> Answer:
        pair = decide_separate(actor=actor, pair_id=pair_id, now=timezone.now())
        return Answer(HTTPStatus.OK, {"id": pair.pk, "state": "separate"})

    return answer_once(request, idempotency_key, work)


@merging_router.post(
    "/{int:record_id}/merge",
    response={200: MergedBody, **REFUSALS, 409: Problem},
    operation_id="merge_customers",
    summary="Merge customers into this one",
)
def merge_into(
    request: HttpRequest, record_id: int, payload: CustomerMerge, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """You must be allowed to change all of them. 409: one was merged meanwhile."""
    actor = actor_of_request(request)

    def work() -> Answer:
        return _answered(
            merge_customers(
                actor=actor,
                into=record_id,
                others=payload.others,
                choices=payload.choices,
                rule=payload.rule,
                now=timezone.now(),
            )
        )

    return answer_once(request, idempotency_key, work)
