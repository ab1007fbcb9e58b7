"""The long work of this room: the search for doubles, and merging the likeliest."""

from __future__ import annotations

from guanxi.duplicates.services.finding import FIND, search_duplicates
from guanxi.duplicates.services.merging_above import MERGE_ABOVE, merge_above
from guanxi.jobs.services import register

register(FIND, search_duplicates)
register(MERGE_ABOVE, merge_above)
