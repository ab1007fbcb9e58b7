"""What the tests of the warehouse share: feeding, and the rows as they are read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from guanxi.metrics.engine.feed import Attestation, Fed, feed
from guanxi.metrics.engine.opening import open_warehouse
from guanxi.metrics.engine.warehouse import only_writer
from guanxi.metrics.facts import facts
from tests.cast import NOW

TOKENS: set[str] = set()
ATTESTATION = Attestation(TOKENS.__contains__, lambda fed: TOKENS.add(fed.token))


def fed(root: Path, *, whole: bool = False, house_currency: str = "CNY") -> Fed:
    """Feed a warehouse with all facts."""
    with only_writer(root):
        return feed(
            root=root,
            facts=facts(),
            house_currency=house_currency,
            now=NOW,
            attestation=ATTESTATION,
            whole=whole,
        )[1]


def rows_of(root: Path, name: str) -> list[dict[str, Any]]:
    """The rows of a fact, ordered."""
    with open_warehouse(root, names=[name]) as connection:
        return _rows(connection, name)


def contents(root: Path) -> dict[str, bytes]:
    """The rows of every fact, ordered, byte for byte."""
    with open_warehouse(root) as connection:
        return {fact.name: repr(_rows(connection, fact.name)).encode() for fact in facts()}


def _rows(connection: Any, name: str) -> list[dict[str, Any]]:
    query = f'SELECT * FROM "{name}" ORDER BY ALL'  # noqa: S608 - a fact's name
    found: list[dict[str, Any]] = connection.sql(query).to_arrow_table().to_pylist()
    return found
