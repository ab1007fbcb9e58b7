"""Where customers are, as far as the search for doubles asks: rooms that keep addresses say where they stand."""

from __future__ import annotations

from typing import Any

from guanxi.customers.models import CustomerPart

_models: list[Any] = []


def register_addresses(model: type[CustomerPart]) -> None:
    """Let parts of customers tell where these are; the model has the texts `address` and `city`. Called at start."""
    if model not in _models:
        _models.append(model)


def address_models() -> tuple[Any, ...]:
    """Return the models that hold addresses, in their order: `CustomerPart`s with `address` and `city`."""
    return tuple(_models)
