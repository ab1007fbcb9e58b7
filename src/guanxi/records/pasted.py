"""Texts as a spreadsheet hands them over, read as values of fields: labels, names, numbers with separators, dates."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from unicodedata import normalize

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from guanxi.access.calc import Actor
from guanxi.records.cells import PEOPLE
from guanxi.records.cleaning import referable
from guanxi.records.declaration import FieldDeclaration, Kind, declared_type

_DATE = re.compile(r"(\d{4})\s*[-/.年년]\s*(\d{1,2})\s*[-/.月월]\s*(\d{1,2})\s*[日일.]?")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_MONEY_SIGNS = "¥￥₩$€£元원"
_YES = frozenset({"true", "yes", "y", "1", "是", "对", "對", "예", "네"})
_NO = frozenset({"false", "no", "n", "0", "否", "不", "아니오", "아니요"})
Names = Mapping[str, list[int]]


def names_asked(field: FieldDeclaration, texts: Iterable[str], actor: Actor) -> Names:
    """Return the ids of the records that the actor may name, by what they are called; in one query."""
    wanted = {text.strip() for text in texts} - {""}
    if not wanted:
        return {}
    rows = referable(field, actor)
    if field.target not in PEOPLE:
        target = declared_type(field.target)
        rows = rows.filter(**{f"{target.by_name[target.title].column}__in": wanted})
    found: dict[str, list[int]] = {}
    for row in rows:
        if str(row) in wanted:
            found.setdefault(str(row), []).append(row.pk)
    return found


def value_of_text(field: FieldDeclaration, text: str, names: Names) -> object:
    """Return what a text means as a value of the field, to be cleaned like any other. Raises ValidationError."""
    text = text.strip()
    if text and field.kind is Kind.REFERENCE:
        return _named(text, names)
    if text and field.kind is Kind.CHOICE:
        return _choice(field, text)
    reader = _READERS.get(field.kind)
    return reader(text) if text and reader else text


def _named(text: str, names: Names) -> int:
    found = names.get(text, [])
    if not found:
        raise ValidationError(_("Nothing that you may see is called “%(name)s”.") % {"name": text[:100]})
    if len(found) > 1:
        raise ValidationError(
            _("%(count)s are called “%(name)s”: choose one in the form.")
            % {"count": len(found), "name": text[:100]}
        )
    return found[0]


def _choice(field: FieldDeclaration, text: str) -> str:
    said = text.casefold()
    for value, label in field.choices:
        if said in (value.casefold(), str(label).casefold()):
            return value
    allowed = ", ".join(str(label) for _value, label in field.choices[:8])
    raise ValidationError(
        _("“%(text)s” is not among: %(choices)s") % {"text": text[:100], "choices": allowed}
    )


def _truth(text: str) -> str:
    said = text.casefold()
    if said in _YES or said == _("Yes").casefold():
        return "true"
    if said in _NO or said == _("No").casefold():
        return "false"
    raise ValidationError(_("Write yes or no."))


def _number(text: str) -> str:
    number = normalize("NFKC", text).replace(" ", "").strip(_MONEY_SIGNS).replace("−", "-")
    return number.replace(",", "") if _THOUSANDS.fullmatch(number) else number


def _day(text: str) -> str:
    return _DATE.sub(lambda day: f"{day[1]}-{int(day[2]):02}-{int(day[3]):02}", normalize("NFKC", text))


_READERS: Mapping[Kind, Callable[[str], str]] = {
    Kind.BOOLEAN: _truth,
    Kind.INTEGER: _number,
    Kind.NUMBER: _number,
    Kind.MONEY: _number,
    Kind.DATE: _day,
    Kind.DATETIME: _day,
}
