"""Formulas that read each other: which comes first, and which go in a circle."""

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter

from guanxi.formulas.errors import FormulaError
from guanxi.formulas.tree import Formula, dependencies

ARROW = " → "
"""Between the fields of the parameter `path`."""


def in_order(formulas: Mapping[str, Formula]) -> tuple[str, ...]:
    """Return the names of the fields so that each comes after those it reads. Raises FormulaError `circular`."""
    reads = {name: sorted(dependencies(formula) & formulas.keys()) for name, formula in formulas.items()}
    try:
        return tuple(TopologicalSorter(reads).static_order())
    except CycleError as error:
        path = ARROW.join(reversed(error.args[1]))
        raise FormulaError("circular", parameters={"path": path}) from error
