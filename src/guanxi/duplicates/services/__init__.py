"""Writes about doubles: merging, keeping apart, searching."""

from guanxi.duplicates.services.deciding import decide_separate, keep_apart, reopen
from guanxi.duplicates.services.finding import FIND, search_duplicates, start_search
from guanxi.duplicates.services.merging import (
    Group,
    Merged,
    merge_customers,
    merge_groups,
    merge_pair,
    proposed,
)
from guanxi.duplicates.services.merging_above import MERGE_ABOVE, groups_above, start_merging_above
from guanxi.duplicates.services.ruling import Ruling, ruling, set_ruling

__all__ = [
    "FIND",
    "MERGE_ABOVE",
    "Group",
    "Merged",
    "Ruling",
    "decide_separate",
    "groups_above",
    "keep_apart",
    "merge_customers",
    "merge_groups",
    "merge_pair",
    "proposed",
    "reopen",
    "ruling",
    "search_duplicates",
    "set_ruling",
    "start_merging_above",
    "start_search",
]
