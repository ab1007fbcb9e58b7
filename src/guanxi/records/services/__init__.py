"""Writes of records."""

from guanxi.records.services.editing import Written, create_record, delete_record, locked_row, update_record
from guanxi.records.services.undo import Undone, undo_changeset

__all__ = [
    "Undone",
    "Written",
    "create_record",
    "delete_record",
    "locked_row",
    "undo_changeset",
    "update_record",
]
