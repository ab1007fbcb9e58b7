"""What a model answers when it cannot give an honest number."""

from __future__ import annotations


class ModelDataError(ValueError):
    """The data cannot be used for what was asked.

    `code` is stable (missing_column, too_few_customers, negative_amount …); the text is one English line that says
    what to do.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class NotFittedError(AttributeError):
    """A result was asked for before `fit`."""


class NotConvergedError(RuntimeError):
    """The search for the parameters did not end at a maximum: there is no result."""
