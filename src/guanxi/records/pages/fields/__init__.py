"""The pages on which a team defines fields of its own: those of a type, and the editor with its preview."""

from guanxi.records.pages.fields.editing import edit_field, new_field, try_field
from guanxi.records.pages.fields.formula import complete_formula
from guanxi.records.pages.fields.listing import all_fields, fields_of_type, move_field, remove

__all__ = [
    "all_fields",
    "complete_formula",
    "edit_field",
    "fields_of_type",
    "move_field",
    "new_field",
    "remove",
    "try_field",
]
