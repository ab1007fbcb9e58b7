"""Writes of imports: a file comes in, is checked, mended, taken over, and taken back."""

from guanxi.imports.services.drafting import (
    choose_sheet,
    correct_cell,
    name_columns,
    receive_file,
    set_mapping,
    set_options,
)
from guanxi.imports.services.leftovers import LeftOver, rejected_file
from guanxi.imports.services.reviewing import decide_review
from guanxi.imports.services.running import start_check, start_import, undo_import

__all__ = [
    "LeftOver",
    "choose_sheet",
    "correct_cell",
    "decide_review",
    "name_columns",
    "receive_file",
    "rejected_file",
    "set_mapping",
    "set_options",
    "start_check",
    "start_import",
    "undo_import",
]
