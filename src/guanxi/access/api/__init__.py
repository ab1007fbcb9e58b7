"""What every API route stands on: who asks, how refusals are told, and how a repeated POST does nothing twice."""

from guanxi.access.api.authentication import AUTHENTICATION, ApiRequest
from guanxi.access.api.idempotency import Answer, IdempotencyKey, answer_once
from guanxi.access.api.problems import REFUSALS, Problem, ProblemError, problem_response, register_problems

__all__ = [
    "AUTHENTICATION",
    "REFUSALS",
    "Answer",
    "ApiRequest",
    "IdempotencyKey",
    "Problem",
    "ProblemError",
    "answer_once",
    "problem_response",
    "register_problems",
]
