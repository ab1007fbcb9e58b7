"""Many rows at once, without model instances: inserted, updated and looked up in a few statements.

Beside the metrics engine this is the one place where SQL is written. Its parts are names of tables and columns out of
model metadata, quoted; every value is bound or goes through COPY. What a row holds is plain already: text, numbers,
truth values, None; dates, moments and decimals as text, JSON as its text.

It knows nothing of permissions, change sets or the search index: only services that see to those call it.
"""

from guanxi.records.storing.among import Among
from guanxi.records.storing.inserting import insert_rows, reserve_ids
from guanxi.records.storing.locking import lock_table
from guanxi.records.storing.preparing import many_rows, tell_planner
from guanxi.records.storing.updating import update_rows

__all__ = ["Among", "insert_rows", "lock_table", "many_rows", "reserve_ids", "tell_planner", "update_rows"]
