"""Writes of imports: a file comes in, is checked, mended, taken over, and taken back."""

from guanxi.imports.services.choices import NEW, choice_field, settle_words
from guanxi.imports.services.drafting import (
    choose_sheet,
    choose_type,
    correct_cell,
    discard_draft,
    name_columns,
    receive_file,
    set_mapping,
)
from guanxi.imports.services.leftovers import LeftOver, comes_back_as_xlsx, rejected_file
from guanxi.imports.services.options import add_rule, drop_rule, set_options, use_sender
from guanxi.imports.services.reviewing import decide_review
from guanxi.imports.services.running import start_check, start_import, undo_import
from guanxi.imports.services.senders import forget_sender, remember_sender

__all__ = [
    "NEW",
    "LeftOver",
    "add_rule",
    "choice_field",
    "choose_sheet",
    "choose_type",
    "comes_back_as_xlsx",
    "correct_cell",
    "decide_review",
    "discard_draft",
    "drop_rule",
    "forget_sender",
    "name_columns",
    "receive_file",
    "rejected_file",
    "remember_sender",
    "set_mapping",
    "set_options",
    "settle_words",
    "start_check",
    "start_import",
    "undo_import",
    "use_sender",
]
