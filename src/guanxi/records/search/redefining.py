"""What becomes of the index when a team defines its own fields anew."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Max, Min

from guanxi.records.declaration import RecordType, record_type
from guanxi.records.models import CustomField
from guanxi.records.search.models import SearchEntry, SearchPending
from guanxi.records.search.texts import CUSTOM_KINDS

Pair = tuple[object, object]


def fields_redefined(rows: Mapping[int, Mapping[str, Pair]]) -> None:
    """Follow a change of custom fields, given as its change set has it: the definition before and after.

    Where one is searched otherwise than before (it came back, went, or became sensitive), the records that have a value
    are taken out of the index at once, so that nothing is found that is masked now, and are written in anew by the job.
    """
    changed = [key for key, values in rows.items() if any(_differs(*pair) for pair in values.values())]
    for field in CustomField.objects.filter(pk__in=changed, version__gt=1):
        _write_anew(record_type(field.record_type), field.name)


def _differs(before: object, after: object) -> bool:
    return _searched_as(before) != _searched_as(after)


def _searched_as(state: object) -> tuple[bool, bool]:
    """Whether texts of such a field are searched, and whether as sensitive ones."""
    if not isinstance(state, Mapping):
        return False, False
    searched = state.get("kind") in {kind.value for kind in CUSTOM_KINDS}
    return searched, searched and bool(state.get("sensitive"))


def _write_anew(known: RecordType, name: str) -> None:
    rows = known.model.objects.filter(custom__has_key=name)
    bounds = rows.aggregate(first=Min("pk"), last=Max("pk"))
    if bounds["first"] is None:
        return
    SearchEntry.objects.filter(record_type=known.name, record_id__in=rows.values("pk")).delete()
    SearchPending.objects.create(record_type=known.name, first_id=bounds["first"], last_id=bounds["last"])
