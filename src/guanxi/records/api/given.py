"""What is sent to the API: names that are not known are faults, and every fault is named at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Self

from ninja import Schema
from pydantic import ConfigDict, ModelWrapValidatorHandler, ValidationError, model_validator
from pydantic_core import InitErrorDetails


class Given(Schema):
    """What is sent: a field that is not known is a fault, not a silence."""

    model_config = ConfigDict(extra="forbid")


class GivenOpen(Schema):
    """What is sent of a type to which fields may come; `since` is the model of those that have come by now."""

    model_config = ConfigDict(extra="allow")
    since: ClassVar[Callable[[], type[Schema]]]

    @model_validator(mode="wrap")
    @classmethod
    def _run_root_validator(cls, values: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Read the declared fields by this model and the others by `since`, which is as strict."""
        if not isinstance(values, Mapping):
            return handler(values)
        own = {name: value for name, value in values.items() if name in cls.model_fields}
        others = {name: value for name, value in values.items() if name not in own}
        faults: list[InitErrorDetails] = []
        read: dict[str, Any] = {}
        try:
            read = cls.since().model_validate(others).dict(exclude_unset=True)
        except ValidationError as error:
            faults += map(_again, error.errors())
        try:
            found = handler({**own, **read})
        except ValidationError as error:
            faults = [*map(_again, error.errors()), *faults]
        if faults:
            raise ValidationError.from_exception_data(cls.__name__, faults)
        return found


def _again(fault: Any) -> InitErrorDetails:
    details = InitErrorDetails(type=fault["type"], loc=fault["loc"], input=fault["input"])
    if "ctx" in fault:
        details["ctx"] = fault["ctx"]
    return details
