"""What is done to the cells of a column before they count: translated, put in front, filled in, left out.

A list from one sender has one kind of fault, not eight hundred: "是" for yes, phone numbers without an area code,
a country that is never written because it is always the same. A rule says what to do with all such cells at once.
Rules by what a cell says come before it is parsed; rules by the kind of its fault after that, and only there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from guanxi.imports.calc.values.fault import Cell, Fault, as_entry, as_plain_text

Parse = Callable[[Cell], Any]

LONGEST_TEXT = 500
MOST_RULES = 1000


class Action(StrEnum):
    """What a rule does with a cell."""

    REPLACE = "replace"  # the cell says `match`: it says `text` now
    SUBSTITUTE = "substitute"  # `match` is part of the cell: `text` stands in its place
    PREFIX = "prefix"  # `text` goes in front
    FILL = "fill"  # the cell is empty: it says `text`
    BLANK = "blank"  # the cell counts as empty
    NOTE = "note"  # the cell goes to the note, as it is


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a column (its 0-based index).

    `match` is what the cell says, in whatever width and case; with `fault` the rule is for the cells that have a fault
    of that code instead. `text` is what comes in.
    """

    column: int
    action: Action
    match: str = ""
    text: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class ForNote:
    """What a parser with rules gives for a cell that goes to the note."""

    text: str


class RuleError(ValueError):
    """A rule that cannot be: `code` says why, `place` is its place among the rules."""

    def __init__(self, code: str, place: int) -> None:
        super().__init__(code)
        self.code = code
        self.place = place


def rules_from_json(plain: object, columns: int) -> tuple[Rule, ...]:
    """Return the rules kept as JSON. Raises RuleError.

    Codes: `too_many`, `not_a_rule`, `unknown_column`, `unknown_action`, `too_long`, `nothing_to_match` (a rule that
    would be for every cell), `nothing_to_write`.
    """
    if not isinstance(plain, list):
        raise RuleError("not_a_rule", 0)
    if len(plain) > MOST_RULES:
        raise RuleError("too_many", MOST_RULES)
    return tuple(_rule(found, place, columns) for place, found in enumerate(plain))


def rules_to_json(rules: Iterable[Rule]) -> list[dict[str, Any]]:
    """Return rules as JSON, without what is empty."""
    return [{name: value for name, value in asdict(rule).items() if value != ""} for rule in rules]


def _rule(found: object, place: int, columns: int) -> Rule:
    if not isinstance(found, Mapping) or not found.keys() <= {"column", "action", "match", "text", "fault"}:
        raise RuleError("not_a_rule", place)
    column = found.get("column")
    if type(column) is not int or not 0 <= column < columns:
        raise RuleError("unknown_column", place)
    if found.get("action") not in tuple(Action):
        raise RuleError("unknown_action", place)
    texts = {name: found.get(name, "") for name in ("match", "text", "fault")}
    if any(not isinstance(text, str) for text in texts.values()):
        raise RuleError("not_a_rule", place)
    if any(len(text) > LONGEST_TEXT for text in texts.values()):
        raise RuleError("too_long", place)
    rule = Rule(column, Action(found["action"]), **texts)
    _require_sense(rule, place)
    return rule


def _require_sense(rule: Rule, place: int) -> None:
    """Refuse rules for every cell, and rules that write nothing where something has to be written."""
    if rule.action is not Action.FILL and not rule.fault and not fold_cell(rule.match):
        raise RuleError("nothing_to_match", place)
    if rule.action is Action.SUBSTITUTE and not rule.match:
        raise RuleError("nothing_to_match", place)
    if rule.action in (Action.REPLACE, Action.PREFIX, Action.FILL) and not rule.text.strip():
        raise RuleError("nothing_to_write", place)


def fold_cell(cell: Cell) -> str:
    """Return what a cell says as rules compare it: compatibility form, single spaces, without case."""
    return as_plain_text(cell).casefold()


def with_rules(parse: Parse, rules: Sequence[Rule]) -> Parse:
    """Return a parser that keeps to the rules of its column; the very same parser where there are none.

    It gives what `parse` gives, or ForNote for a cell that goes to the note.
    """
    if not rules:
        return parse
    spoken = {
        fold_cell(rule.match): rule for rule in reversed(rules) if not rule.fault and rule.action in _WHOLE
    }
    parts = [rule for rule in rules if rule.action is Action.SUBSTITUTE and not rule.fault]
    filling = next((rule for rule in rules if rule.action is Action.FILL), None)
    by_fault = {rule.fault: rule for rule in reversed(rules) if rule.fault}

    def read(cell: Cell) -> Any:
        if filling is not None and not as_entry(cell):
            return parse(filling.text)
        found = spoken.get(fold_cell(cell)) if spoken else None
        changed = _applied(found, cell) if found is not None else _substituted(parts, cell)
        if isinstance(changed, ForNote):
            return changed
        return _mended(parse, changed, by_fault)

    return read


_WHOLE = frozenset({Action.REPLACE, Action.PREFIX, Action.BLANK, Action.NOTE})


def _substituted(parts: Sequence[Rule], cell: Cell) -> Cell:
    if not parts or cell is None:
        return cell
    text = before = as_plain_text(cell)
    for rule in parts:
        text = text.replace(rule.match, rule.text)
    return cell if text == before else text


def _applied(rule: Rule, cell: Cell) -> Cell | ForNote:
    """What a cell becomes by a rule that is for it."""
    if rule.action is Action.BLANK:
        return None
    if rule.action is Action.NOTE:
        return ForNote(as_plain_text(cell))
    if rule.action is Action.PREFIX:
        return f"{rule.text}{as_plain_text(cell)}"
    if rule.action is Action.SUBSTITUTE:
        return as_plain_text(cell).replace(rule.match, rule.text)
    return rule.text


def _mended(parse: Parse, cell: Cell, by_fault: Mapping[str, Rule]) -> Any:
    """Parse a cell; where its fault has a rule, what the rule makes of it, once: what is wrong then stays wrong."""
    value = parse(cell)
    if not isinstance(value, Fault) or value.code not in by_fault:
        return value
    changed = _applied(by_fault[value.code], cell)
    return changed if isinstance(changed, ForNote) else parse(changed)


def by_column(rules: Iterable[Rule]) -> dict[int, list[Rule]]:
    """Return the rules of each column, in their order."""
    found: dict[int, list[Rule]] = {}
    for rule in rules:
        found.setdefault(rule.column, []).append(rule)
    return found
