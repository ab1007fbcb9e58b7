"""Which texts of a record are searched, and how they are read from its row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from guanxi.records.declaration import FieldDeclaration, Kind, RecordType
from guanxi.records.search.calc import SearchedText, written

CUSTOM_KINDS = (Kind.TEXT, Kind.PHONE, Kind.EMAIL)
"""Kinds of field that, defined while the program runs, are searched as well."""


def searched_fields(known: RecordType) -> list[FieldDeclaration]:
    """Return the searched fields of a type, its title first; none when its records are not searched."""
    if not known.searched:
        return []
    names = sorted(known.searched, key=lambda name: name != known.title)
    own = [known.by_name[name] for name in names]
    return [*own, *(field for field in known.fields if field.stored and field.kind in CUSTOM_KINDS)]


def searched_columns(known: RecordType) -> list[str]:
    """Return the columns of a row that its entry is made of."""
    return list(dict.fromkeys(field.stored or field.column for field in searched_fields(known)))


def touches_entry(known: RecordType, changed: Iterable[str]) -> bool:
    """Whether a change of these attributes concerns what a record is found by."""
    columns = set(searched_columns(known))
    return any(name in columns or name.partition(".")[0] in columns for name in changed)


def entry_texts(known: RecordType, values: Sequence[Any]) -> tuple[str, str]:
    """Return the open and the sensitive lines of a row, given the values of `searched_columns`."""
    row = dict(zip(searched_columns(known), values, strict=True))
    open_texts: list[SearchedText] = []
    secret_texts: list[SearchedText] = []
    for field in searched_fields(known):
        value = (row[field.stored] or {}).get(field.name) if field.stored else row[field.column]
        if not value:
            continue
        text = SearchedText(str(value), sounded=field.kind is Kind.TEXT)
        (secret_texts if field.sensitive else open_texts).append(text)
    return written(open_texts), written(secret_texts)
