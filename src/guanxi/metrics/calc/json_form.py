"""A metric as JSON and back, exactly. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from guanxi.metrics.calc.definitions import (
    Combined,
    Counted,
    DefinitionError,
    Metric,
    Otherwise,
    OwnRhythm,
    Predicted,
    Scored,
)

KINDS: Mapping[str, type[Metric]] = {
    "counted": Counted,
    "own_rhythm": OwnRhythm,
    "combined": Combined,
    "otherwise": Otherwise,
    "scored": Scored,
    "predicted": Predicted,
}
_NAMES = {kind: name for name, kind in KINDS.items()}
_WORDS = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}


def to_json(metric: Metric) -> dict[str, Any]:
    """Return a metric as plain values: `kind` and every field; `from_json` gives the same metric back."""
    return {"kind": _NAMES[type(metric)], **_plain(metric)}


def from_json(plain: object) -> Metric:
    """Return the metric that JSON describes; a field that has a usual value may be left out.

    Raises DefinitionError for anything else: `shape`, `kind`, `unknown_key`, `missing_key`, `value`.
    Whether the metric can be computed is for `check` to say.
    """
    if not isinstance(plain, Mapping):
        raise DefinitionError("shape", 'a metric is an object such as {"kind": "counted", "name": …}')
    name = plain.get("name")
    reading = _Reading(name if isinstance(name, str) else "")
    kind = plain.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise reading.fault("kind", "kind", f"kind is one of {', '.join(KINDS)}")
    given = {key: value for key, value in plain.items() if key != "kind"}
    metric: Metric = reading.object(KINDS[kind], given, "")
    return metric


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return str(value) if isinstance(value, StrEnum) else value


class _Reading:
    """Reads one metric; `metric` is its name, for the messages."""

    def __init__(self, metric: str) -> None:
        self.metric = metric

    def fault(self, code: str, about: str, text: str) -> DefinitionError:
        message = f"metric '{self.metric}': {text}" if self.metric else text
        return DefinitionError(code, message, metric=self.metric, about=about)

    def object(self, kind: type[Any], given: Mapping[str, Any], path: str) -> Any:
        known = {field.name: field for field in fields(kind)}
        for key in given:
            if key not in known:
                raise self.fault("unknown_key", f"{path}{key}", f"there is no '{path}{key}'")
        types = get_type_hints(kind)
        for name, field in known.items():
            if name not in given and field.default is MISSING:
                raise self.fault("missing_key", f"{path}{name}", f"'{path}{name}' is missing")
        return kind(
            **{name: self.value(types[name], value, f"{path}{name}") for name, value in given.items()}
        )

    def value(self, kind: Any, value: Any, path: str) -> Any:
        if get_origin(kind) is UnionType:
            if value is None:
                return None
            kind = get_args(kind)[0]
        if is_dataclass(kind):
            if not isinstance(value, Mapping):
                raise self.fault("value", path, f"'{path}' is an object or null")
            return self.object(kind, value, f"{path}.")  # type: ignore[arg-type]
        if issubclass(kind, StrEnum):
            return self.member(kind, value, path)
        if kind is float and type(value) is int:
            return float(value)
        if type(value) is not kind:
            raise self.fault("value", path, f"'{path}' is {_WORDS[kind]}")
        return value

    def member(self, kind: type[StrEnum], value: Any, path: str) -> StrEnum:
        if not isinstance(value, str) or value not in tuple(kind):
            raise self.fault("value", path, f"'{path}' is one of {', '.join(kind)}")
        return kind(value)
