"""What every API route stands on: who asks, how refusals are told, and how a repeated POST does nothing twice."""

from guanxi.access.api.authentication import AUTHENTICATION, actor_of_request
from guanxi.access.api.idempotency import Answer, IdempotencyKey, answer_once
from guanxi.access.api.me import router as me_router
from guanxi.access.api.problems import REFUSALS, Problem, ProblemError, problem_response, register_problems

__all__ = [
    "AUTHENTICATION",
    "REFUSALS",
    "Answer",
    "IdempotencyKey",
    "Problem",
    "ProblemError",
    "actor_of_request",
    "answer_once",
    "me_router",
    "problem_response",
    "register_problems",
]
