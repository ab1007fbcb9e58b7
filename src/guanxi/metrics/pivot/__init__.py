"""Pivots of the home's facts for somebody: only of customers they see, by fields they may see."""

from guanxi.metrics.pivot.catalogue import catalogue_of, pivotable_facts
from guanxi.metrics.pivot.reading import PivotQuestion, look, pivot, prepare, rows_behind, tell

__all__ = [
    "PivotQuestion",
    "catalogue_of",
    "look",
    "pivot",
    "pivotable_facts",
    "prepare",
    "rows_behind",
    "tell",
]
