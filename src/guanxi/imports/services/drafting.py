"""Before anything is written: the file is read, its columns are guessed, cells are mended."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from guanxi.access.calc import Actor, Sharing, may_create
from guanxi.access.errors import ConflictError, ForbiddenError, InvalidError
from guanxi.customers.keys import home_region
from guanxi.imports.calc.header_words import FIELDS, MULTIPLE_FIELDS
from guanxi.imports.calc.headers import Guess, guess_mapping
from guanxi.imports.calc.orders import with_first_order
from guanxi.imports.calc.own_fields import OwnField, own_field_of
from guanxi.imports.calc.region import guess_region
from guanxi.imports.calc.rows import ReadRow
from guanxi.imports.calc.targets import CUSTOMER, TARGETS, as_target
from guanxi.imports.calc.values.fault import as_entry, as_plain_text
from guanxi.imports.models import Import
from guanxi.imports.own_fields import OPTION, own_fields, target_labels
from guanxi.imports.queries import get_import
from guanxi.imports.reading import ReadError, Table
from guanxi.imports.services.checking import fault_list
from guanxi.imports.services.senders import read_as, recognised_sender
from guanxi.imports.services.table import forget_rows, keep_rows, read_anew, reader_of
from guanxi.imports.texts import Text

SAMPLE_ROWS = 200
SHOWN_SAMPLES = 3
MOST_WORDS = 12
CURRENCY_OF_REGION = {"CN": "CNY", "KR": "KRW", "TW": "TWD", "HK": "HKD", "MO": "MOP"}


def receive_file(
    *, actor: Actor, file: IO[bytes], name: str, now: datetime, sheet: str = "", record_type: str = "customer"
) -> Import:
    """Keep a file and guess its columns; nothing else is written.

    Raises ForbiddenError for who may add no customers, InvalidError with one clear line when the file cannot be read
    (`errors` under "file", code of the ReadError as `__cause__.code`) or its type is not known.
    """
    if not may_create(actor, Sharing.OWNED):
        raise ForbiddenError
    target = require_target(record_type)
    digest = _digest(file)
    source = Import(
        name=Path(name).name[:255] or "list",
        digest=digest,
        record_type=target,
        sheet=sheet[:255],
        created_by_id=actor.id,
        created_at=now,
    )
    source.file.save(_safe_name(source.name, digest), File(file), save=False)
    try:
        _read_head(source)
        with transaction.atomic():
            source.save()
    except BaseException:
        forget_rows(source)
        source.file.delete(save=False)
        raise
    return source


def require_target(record_type: str) -> str:
    """Return what the rows are by its name, singular or plural. Raises InvalidError for what cannot be imported."""
    found = next((name for name in TARGETS if record_type in (name, f"{name}s")), None)
    if found is None:
        raise InvalidError({"type": [f"'{record_type}' cannot be imported yet; {', '.join(TARGETS)} can"]})
    return found


def _digest(file: IO[bytes]) -> str:
    """Return the SHA-256 of a file and wind it back."""
    digest = hashlib.sha256()
    while piece := file.read(1 << 20):
        digest.update(piece)
    file.seek(0)
    return digest.hexdigest()


def _safe_name(name: str, digest: str) -> str:
    """The name on disk: nothing of a person's choosing but the ending."""
    ending = re.sub(r"[^a-z]", "", Path(name).suffix.lower())[:5]
    return f"{digest[:32]}.{ending}" if ending else digest[:32]


def _read_head(source: Import) -> None:
    """Read the file's head and guess. Raises InvalidError."""
    try:
        with read_anew(source) as table:
            _take_head(source, table)
            keep_rows(source, table)
    except ReadError as error:
        raise InvalidError({"file": [error.message]}) from error


def _take_head(source: Import, table: Table) -> None:
    sample = table.sample(SAMPLE_ROWS)
    own = own_fields(source.record_type)
    guesses = with_first_order(table.header, guess_mapping(table.header, [row.values for row in sample]))
    guesses = as_target(source.record_type, table.header, guesses)
    guesses = with_own_fields(table.header, guesses, own)
    source.head = {
        **asdict(table.head),
        "guesses": [
            {"field": guess.field, "confidence": guess.confidence, "reason": guess.reason}
            for guess in guesses
        ],
        "first": {"number": sample[0].number, "cells": [str(cell or "") for cell in sample[0].values]},
        "samples": [_samples(column, sample) for column in range(len(table.header))],
        "words": [_words(column, sample) for column in range(len(table.header))],
    }
    source.sheet = table.sheet or ""
    source.mapping = {str(guess.column): guess.field for guess in guesses if guess.field}
    region = _guess_region(table, sample)
    source.options = {
        "region": region,
        "currency": CURRENCY_OF_REGION.get(region, ""),
        "date_order": "",
        "key": "",
        "update": False,
        "on_fault": "reject",
        "city": "",
        OPTION: [field.to_json() for field in own],
    }
    source.corrections, source.preview, source.checked = {}, [], None
    if (sender := recognised_sender(source.header)) is not None:
        read_as(source, sender)


def _samples(column: int, rows: Sequence[Any]) -> list[str]:
    filled = (str(row.values[column]) for row in rows if row.values[column] not in (None, ""))
    return [text[:60] for text in dict.fromkeys(filled)][:SHOWN_SAMPLES]


def _words(column: int, rows: Sequence[Any]) -> list[str]:
    """The few words a column consists of, the most frequent first; none for one where every row says something else."""
    texts = [as_plain_text(row.values[column])[:60] for row in rows]
    counts = Counter(text for text in texts if as_entry(text))
    if not counts or len(counts) > MOST_WORDS or counts.total() < 2 * len(counts):
        return []
    return [text for text, _count in counts.most_common()]


def _guess_region(table: Table, rows: Sequence[Any]) -> str:
    """Whose telephone numbers these are: by script and encoding, else this home's."""
    text = " ".join([*table.header, *(str(value) for row in rows[:50] for value in row.values if value)])
    return guess_region(text, table.encoding, home=home_region())


def draft_of(actor: Actor, import_id: int) -> Import:
    """Return an import that has not begun, locked. Raises NotFoundError or ConflictError."""
    get_import(actor, import_id)
    source = Import.objects.select_for_update().get(pk=import_id)
    if source.job_id is not None:
        raise ConflictError(_("This import has begun. Undo it to bring the file in otherwise."))
    return source


def discard_draft(*, actor: Actor, import_id: int) -> None:
    """Remove an import that has not begun, with its file. Raises NotFoundError or ConflictError."""
    with transaction.atomic():
        source = draft_of(actor, import_id)
        source.delete()
    forget_rows(source)
    source.file.delete(save=False)


def choose_sheet(*, actor: Actor, import_id: int, sheet: str) -> Import:
    """Read another sheet of the file. Raises NotFoundError, ConflictError or InvalidError.

    The file is read outside the transaction: others write meanwhile.
    """
    with transaction.atomic():
        source = draft_of(actor, import_id)
    source.sheet = sheet
    _read_head(source)
    with transaction.atomic():
        draft_of(actor, import_id)
        source.save()
    return source


@transaction.atomic
def choose_type(*, actor: Actor, import_id: int, record_type: str) -> Import:
    """Say what the rows are: customers, or records beside them. Raises NotFoundError, ConflictError or InvalidError."""
    source = draft_of(actor, import_id)
    source.record_type = require_target(record_type)
    _read_head(source)
    source.save()
    return source


@transaction.atomic
def set_mapping(*, actor: Actor, import_id: int, mapping: Mapping[int, str]) -> Import:
    """Say the field of each column; columns left out are not taken.

    Raises NotFoundError, ConflictError or InvalidError.
    """
    source = draft_of(actor, import_id)
    require_mapping(source.header, mapping, source.record_type)
    source.mapping = {str(column): field for column, field in sorted(mapping.items()) if field}
    own = own_fields(source.record_type)
    source.options = {**source.options, OPTION: [field.to_json() for field in own]}
    source.preview, source.checked = [], None
    source.save(update_fields=["mapping", "options", "preview", "checked"])
    return source


def require_mapping(header: Sequence[str], mapping: Mapping[int, str], target: str = CUSTOMER) -> None:
    """Raise InvalidError when a column or field is unknown or a field stands twice that may stand once."""
    errors: dict[str, list[str]] = {}
    columns: dict[str, int] = {}
    labels = target_labels(target)
    always = FIELDS if target == CUSTOMER else ("ignore",)
    for column, field in sorted(mapping.items()):
        if not 0 <= column < len(header):
            errors[str(column)] = [f"there is no column {column}"]
        elif field and field not in always and field not in labels:
            known = ", ".join(dict.fromkeys((*always, *labels)))
            errors[header[column]] = [f"'{field}' is not a field; known are {known}"]
        elif field and field not in MULTIPLE_FIELDS and field in columns:
            errors[header[column]] = [_taken(labels.get(field, field), header[columns[field]])]
        else:
            columns[field] = column
    if errors:
        raise InvalidError(errors)


def _taken(label: Text, header: str) -> str:
    said = _("“%(field)s” is taken by the column “%(column)s” already.")
    return said % {"field": label, "column": header}


def with_own_fields(
    header: Sequence[str], guesses: Sequence[Guess], fields: Sequence[OwnField]
) -> list[Guess]:
    """Let columns that are called like a field of the team's own go to it: the team has named it so."""
    taken: set[str] = set()
    found = []
    for guess in guesses:
        field = own_field_of(header[guess.column], fields)
        if field is None or field.key in taken:
            found.append(guess)
            continue
        taken.add(field.key)
        found.append(Guess(guess.column, field.key, 0.98, "header"))
    return found


@transaction.atomic
def correct_cell(*, actor: Actor, import_id: int, row: int, column: int, text: str) -> tuple[Import, ReadRow]:
    """Write over one cell of a row that the preview shows; return the row as it reads now.

    Raises NotFoundError, ConflictError, InvalidError.
    """
    source = draft_of(actor, import_id)
    shown = next((found for found in source.preview if found["number"] == row), None)
    if shown is None or not 0 <= column < len(source.header):
        raise InvalidError({"row": [_("This row is not shown. Check the file again.")]})
    mended = source.corrections.setdefault(str(row), {})
    mended[str(column)] = text[:32_767]
    shown["cells"][column] = mended[str(column)]
    read = reader_of(source).read(row, shown["cells"])
    shown["faults"] = fault_list(read)
    source.save(update_fields=["corrections", "preview"])
    return source, read


@transaction.atomic
def name_columns(*, actor: Actor, import_id: int, pairs: Iterable[tuple[str, str]]) -> Import:
    """Say the field of some columns by their headers; the others keep their guess.

    Headers that nobody knows look like data: when those given stand in the first row, that row is the header. Raises
    NotFoundError, ConflictError or InvalidError.
    """
    source = draft_of(actor, import_id)
    said = list(pairs)
    if any(name not in source.header for name, _ in said):
        _take_first_row_as_header(source, {name for name, _ in said})
    mapping = {int(column): field for column, field in source.mapping.items()}
    for name, field in said:
        column = source.header.index(name)
        if field and field not in MULTIPLE_FIELDS:
            mapping = {known: other for known, other in mapping.items() if other != field}
        mapping[column] = field
    return set_mapping(actor=actor, import_id=import_id, mapping=mapping)


def _take_first_row_as_header(source: Import, names: set[str]) -> None:
    first = source.head["first"]
    cells = [cell.strip() for cell in first["cells"]]
    if source.head["header_row"] is not None or not names <= set(cells):
        missing = ", ".join(sorted(names - set(source.header)))
        known = ", ".join(source.header)
        raise InvalidError({"map": [f"there is no column '{missing}'; the file has {known}"]})
    letters = source.header
    header = [cell or letter for cell, letter in zip(cells, letters, strict=True)]
    count = source.head["row_count"] - 1
    source.head = {**source.head, "header": header, "header_row": first["number"] - 1, "row_count": count}
    source.head["data_after"] = first["number"]
    source.save(update_fields=["head"])
