"""The long work of this room: the search for doubles, and merging the likeliest."""

from __future__ import annotations

from guanxi.duplicates.services.finding import FIND, search_duplicates, search_if_due
from guanxi.duplicates.services.merging_above import MERGE_ABOVE, merge_above
from guanxi.jobs.services import register, watch

register(FIND, search_duplicates)
register(MERGE_ABOVE, merge_above)
watch(search_if_due)
