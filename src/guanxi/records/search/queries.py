"""Reads of the index: which records of a type a typed text finds, for whom, and which of them first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from guanxi.access.calc import Actor
from guanxi.records.declaration import RecordType
from guanxi.records.search.calc import Asked, Pattern, ask, meets, rank
from guanxi.records.search.grams import Words, type_code
from guanxi.records.search.models import SearchEntry, SearchPending
from guanxi.records.search.texts import entry_texts, searched_columns, searched_fields

FEW = 1_000
"""As many found records are named one by one; of more the database is asked each time."""
LATEST = 50
"""Of many found records so many of the latest are ranked."""
SCANNED = 2_000
"""As many pending records are read and compared; of more, texts are looked for as they are typed."""


@dataclass(frozen=True, slots=True)
class Search:
    """What a typed text finds among the records of a type.

    `ids` are the records found, None when they are many. `waiting` meets those that are not in the index yet.
    """

    known: RecordType
    actor: Actor
    asked: Asked
    ids: tuple[int, ...] | None
    waiting: Q | None

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the rows that are found: for those who go through all of them."""
        if self.ids is not None:
            found = Q(pk__in=self.ids)
        else:
            found = Q(pk__in=indexed(self.known, self.actor, self.asked).values("record_id"))
        return rows.filter(found | self.waiting if self.waiting else found)

    def narrow_walk(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the rows that are found: for those who read the first of them in an order of their own."""
        if self.ids is not None:
            return self.narrow(rows)
        entries = SearchEntry.objects.filter(record_type=self.known.name, record_id=OuterRef("pk"))
        found = Exists(entries.filter(_meets(self.known, self.actor, self.asked)))
        return rows.filter(found | self.waiting if self.waiting else found)

    def first_of(self, rows: QuerySet[Any], limit: int) -> int:
        """Count the rows that are found, up to a limit."""
        if self.ids is not None or self.waiting is not None:
            return self.narrow_walk(rows).order_by().values("pk")[:limit].count()
        row = rows.order_by().filter(pk=OuterRef("record_id"))
        return indexed(self.known, self.actor, self.asked).filter(Exists(row)).values("pk")[:limit].count()


def search_records(known: RecordType, actor: Actor, text: str) -> Search | None:
    """Look a typed text up; None when there is nothing to look for.

    Texts of sensitive fields are searched only where the actor sees them in full.
    """
    if not text.strip():
        return None
    asked = ask(text)
    if not asked.words or not searched_fields(known):
        return Search(known, actor, asked, (), None)
    return Search(known, actor, asked, _ids(known, actor, asked), _waiting(known, actor, asked))


def indexed(known: RecordType, actor: Actor, asked: Asked) -> QuerySet[SearchEntry]:
    """Return the entries that are found, whoever may see their records."""
    candidates = SearchEntry.objects.filter(indexed__grams__meets=_words(known, asked))
    return candidates.filter(_meets(known, actor, asked))


def _words(known: RecordType, asked: Asked) -> Words:
    code = type_code(known.name)
    return tuple(
        tuple(tuple(code + gram for gram in pattern.grams) for pattern in patterns)
        for patterns in asked.words
    )


def _meets(known: RecordType, actor: Actor, asked: Asked) -> Q:
    """The condition on an entry: all words in its open lines, or in all where the actor sees the sensitive ones."""
    openly = Q(*(_any(patterns, "text") for patterns in asked.words))
    if not any(field.sensitive for field in searched_fields(known)):
        return openly
    fully = Q(*(_any(patterns, "text") | _any(patterns, "secret") for patterns in asked.words))
    if actor.is_administrator and not actor.read_only:
        return fully
    changeable = known.model.objects.changeable_by(actor).filter(pk=OuterRef("record_id"))
    return openly | (fully & Q(Exists(changeable)))


def _any(patterns: Sequence[Pattern], column: str) -> Q:
    found = Q()
    for pattern in patterns:
        found |= Q(GreaterThan(StrIndex(F(column), Value(pattern.text)), 0))
    return found


def _ids(known: RecordType, actor: Actor, asked: Asked) -> tuple[int, ...] | None:
    entries = indexed(known, actor, asked)
    found = tuple(entries.values_list("record_id", flat=True)[: FEW + 1])
    return found if len(found) <= FEW else None


def _waiting(known: RecordType, actor: Actor, asked: Asked) -> Q | None:
    """What meets the records that are found though they are not in the index yet; None when none is waiting."""
    ranges = list(SearchPending.objects.filter(record_type__in=(known.name, "")))
    if not ranges:
        return None
    within = Q()
    for pending in ranges:
        if not pending.record_type:
            within = Q(pk__gt=0)
            break
        within |= Q(pk__gte=pending.first_id, pk__lte=pending.last_id)
    if sum(pending.last_id - pending.first_id for pending in ranges) > 2 * SCANNED:
        return within & _as_typed(known, asked)
    rows = known.model.objects.visible_to(actor).filter(within)
    values = list(rows.order_by("-pk").values_list("pk", *searched_columns(known))[: SCANNED + 1])
    if len(values) > SCANNED:
        return within & _as_typed(known, asked)
    texts = {row[0]: entry_texts(known, row[1:]) for row in values}
    openly = [key for key, (text, _) in texts.items() if meets(asked, text)]
    fully = [key for key, (text, secret) in texts.items() if meets(asked, f"{text}\n{secret}")]
    changeable = known.model.objects.changeable_by(actor).filter(pk__in=fully)
    return Q(pk__in=openly) | Q(pk__in=changeable.values("pk"))


def _as_typed(known: RecordType, asked: Asked) -> Q:
    """Words as they are typed, anywhere in the open texts: what can be asked of very many rows."""
    found = Q()
    columns = [field.column for field in searched_fields(known) if not field.stored and not field.sensitive]
    for word in asked.typed:
        found &= _in_any(columns, word)
    return found


def _in_any(columns: Sequence[str], word: str) -> Q:
    found = Q(pk__in=())
    for column in columns:
        found |= Q(**{f"{column}__icontains": word})
    return found


def likest(known: RecordType, actor: Actor, text: str, limit: int) -> list[Any]:
    """Return the visible records that are most like a typed text, with the records they refer to."""
    search = search_records(known, actor, text)
    if search is None or (search.ids == () and search.waiting is None):
        return []
    rows = known.model.objects.visible_to(actor)
    keys = ranked(search, rows, limit)
    references = [field.column for field in known.fields if field.target and not field.stored]
    found = rows.filter(pk__in=keys).select_related(*references).in_bulk()
    return [found[key] for key in keys if key in found]


def ranked(search: Search, rows: QuerySet[Any], limit: int) -> list[int]:
    """Return the ids of found rows in the order of their likeness, then the most recently changed first.

    Of very many, those are looked at that begin like what was typed, and the latest.
    """
    latest = search.narrow_walk(rows).order_by("-updated_at", "-pk").values_list("pk", flat=True)
    keys = [*_beginning(search, rows), *latest[:LATEST]] if search.ids is None else list(latest[:FEW])
    known = search.known
    entries = SearchEntry.objects.filter(record_type=known.name, record_id__in=set(keys))
    lines = dict(entries.values_list("record_id", "text"))
    ranks = {key: rank(search.asked, lines.get(key, "")) for key in keys}
    return sorted(ranks, key=ranks.__getitem__)[:limit]


def _beginning(search: Search, rows: QuerySet[Any]) -> list[int]:
    """Rows whose name is what was typed, and some whose name begins with it."""
    code = type_code(search.known.name)
    found: list[int] = []
    for gram in (search.asked.whole, search.asked.beginning):
        entries = SearchEntry.objects.filter(indexed__grams__meets=(((code + gram,),),))
        keys = entries.values_list("record_id", flat=True)[:LATEST]
        found += rows.filter(pk__in=list(keys)).values_list("pk", flat=True)
    return found
